using Embed.Server.Markup;
using Embed.Server.Model;
using Embed.Server.PreModeration;

namespace Embed.UnitTests;

/// <summary>Each condition at its edges. What decides between several rules is in <see cref="RuleOrderTests"/>.</summary>
public sealed class RuleTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void First_comments_are_those_before_so_many_are_published(int before, bool holds) =>
        Assert.Equal(holds, Holds(new() { Condition = RuleCondition.FirstComments, Number = 3 }, Facts() with { PublishedBefore = before }));

    [Theory]
    [InlineData("No link at all", 0, false)]
    [InlineData("One https://a.example", 0, true)]
    [InlineData("https://a.example and [two](https://b.example)", 2, false)]
    [InlineData("https://a.example [b](https://b.example) <https://c.example>", 2, true)]
    [InlineData("`https://a.example` and <a href=\"https://b.example\">", 0, false)]
    public void Links_are_those_that_readers_can_click(string body, int most, bool holds) =>
        Assert.Equal(holds, Holds(new() { Condition = RuleCondition.Links, Number = most }, Facts(body)));

    [Theory]
    [InlineData("casino", "Best CASINO ever", true)]
    [InlineData("casino", "casinos", false)]
    [InlineData("casino*", "casinos", true)]
    [InlineData("casino*", "mycasino", false)]
    [InlineData("ass", "class assembly", false)]
    [InlineData("buy now", "Buy\n  now!", true)]
    [InlineData("buy now", "buy it now", false)]
    [InlineData("casino", "ca\u200Bsi\u00ADno", true)]
    [InlineData("casino", "ｃａｓｉｎｏ", true)]
    [InlineData("casino", "𝐜𝐚𝐬𝐢𝐧𝐨", true)]
    [InlineData("straße", "STRASSE", false)]
    [InlineData("café", "cafe\u0301", true)]
    [InlineData("cafe", "café", false)]
    [InlineData("c++", "I like C++.", true)]
    [InlineData("казино", "Лучшее КАЗИНО!", true)]
    [InlineData("赌场", "最好的赌场在这里", true)]
    [InlineData("كازينو", "أفضل كازينو", true)]
    [InlineData("casino", "c_casino", false)]
    [InlineData("casino", "*casino*", true)]
    [InlineData("casino", "саsino", false)]
    public void Words_are_whole_ones_without_the_usual_disguises(string word, string body, bool holds)
    {
        Assert.Equal(holds, Holds(new() { Condition = RuleCondition.Words, Words = ["unrelated", word] }, Facts(body)));
        Assert.Equal(holds, Holds(new() { Condition = RuleCondition.NameWords, Words = [word] }, Facts("Text") with { Name = body }));
    }

    [Theory]
    [InlineData(@"\bv[i1]agra\b", "Buy V1agra", true)]
    [InlineData("^first", "Second\nFIRST line", true)]
    [InlineData("^first", "not first", false)]
    [InlineData("(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", false)]
    public void Patterns_match_line_by_line_in_any_case(string pattern, string body, bool holds) =>
        Assert.Equal(holds, Holds(new() { Condition = RuleCondition.Pattern, Words = [pattern] }, Facts(body)));

    [Fact]
    public void A_pattern_that_takes_too_long_holds_the_comment_whatever_the_verdict()
    {
        // Thousands of states at each of ten thousand places.
        var rule = new Rule { Condition = RuleCondition.Pattern, Words = [string.Concat(Enumerable.Repeat(@"\w{1,99}x?", 48))], Verdict = RuleVerdict.Publish };

        var judgement = new RuleBook([rule]).Judge(Facts(new string('a', 9_999) + "!"));

        Assert.Equal((RuleVerdict.Hold, "pattern-slow"), (judgement?.Verdict, judgement?.HeldFor));
    }

    [Theory]
    [InlineData("(?=look)ahead")]
    [InlineData(@"(a)\1")]
    [InlineData("((a{1000}){1000}){1000}")]
    [InlineData("[unclosed")]
    [InlineData("")]
    public void A_pattern_that_cannot_be_matched_safely_is_not_saved(string pattern) =>
        Assert.NotEmpty(RuleLimits.Faults([new() { Condition = RuleCondition.Pattern, Words = [pattern] }], []));

    [Theory]
    [InlineData(7.0, false)]
    [InlineData(6.99, true)]
    [InlineData(0.0, true)]
    [InlineData(null, false)]
    public void An_account_is_new_for_so_many_days_and_never_of_unknown_age(double? days, bool holds) =>
        Assert.Equal(holds, Holds(
            new() { Condition = RuleCondition.AccountAge, Number = 7 },
            Facts() with { AccountMadeAt = days is { } age ? Now.AddDays(-age) : null }));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Guests_are_told_by_their_kind(bool isGuest) =>
        Assert.Equal(isGuest, Holds(new() { Condition = RuleCondition.Guest }, Facts() with { IsGuest = isGuest }));

    [Theory]
    [InlineData(24.0, true)]
    [InlineData(24.01, false)]
    [InlineData(null, false)]
    public void The_same_text_counts_for_so_many_hours(double? hours, bool holds) =>
        Assert.Equal(holds, Holds(
            new() { Condition = RuleCondition.RepeatedText, Number = 24 },
            Facts() with { SameTextAt = hours is { } ago ? Now.AddHours(-ago) : null }));

    [Theory]
    [InlineData("Buy it here!", "buy  it\nHERE", true)]
    [InlineData("Buy it here", "Buy it there", false)]
    [InlineData("Buy\u200B it here", "Buy it here", true)]
    [InlineData("!!!", "!!!", true)]
    [InlineData("!!!", "???", false)]
    [InlineData("👍", "👎", false)]
    public void The_same_text_is_the_same_letters_and_symbols(string one, string other, bool isSame) =>
        Assert.Equal(isSame, RuleText.HashOf(one) == RuleText.HashOf(other));

    [Theory]
    [InlineData(4, 9.9, false)]
    [InlineData(5, 9.9, true)]
    [InlineData(5, 10.0, false)]
    public void Speed_counts_the_comment_itself(int earlier, double minutesAgo, bool holds) =>
        Assert.Equal(holds, Holds(
            new() { Condition = RuleCondition.Speed, Number = 5, Minutes = 10 },
            Facts() with { EarlierPosts = [.. Enumerable.Repeat(Now.AddMinutes(-minutesAgo), earlier)] }));

    [Theory]
    [InlineData(30.0, false)]
    [InlineData(30.1, true)]
    [InlineData(null, false)]
    public void A_thread_is_old_after_so_many_days_and_a_new_one_is_not(double? days, bool holds) =>
        Assert.Equal(holds, Holds(
            new() { Condition = RuleCondition.ThreadAge, Number = 30 },
            Facts() with { ThreadBeganAt = days is { } age ? Now.AddDays(-age) : null }));

    [Theory]
    [InlineData("Latin", "Plain words, 123", true)]
    [InlineData("Latin", "Übergröße ñandú", true)]
    [InlineData("Cyrillic", "Привет, world", true)]
    [InlineData("Cyrillic", "hello мир", false)]
    [InlineData("Cyrillic", "ab вг", false)]
    [InlineData("Arabic", "مرحبا بالعالم", true)]
    [InlineData("Han", "你好世界", true)]
    [InlineData("Kana", "こんにちは カタカナ", true)]
    [InlineData("Hangul", "안녕하세요", true)]
    [InlineData("Hebrew", "שלום", true)]
    [InlineData("Greek", "Γειά σου", true)]
    [InlineData("Devanagari", "नमस्ते", true)]
    [InlineData("Latin", "123 👍 !!!", false)]
    public void A_text_is_in_the_script_of_most_of_its_letters(string script, string body, bool holds) =>
        Assert.Equal(holds, Holds(new() { Condition = RuleCondition.Script, Words = [script] }, Facts(body)));

    [Fact]
    public void Several_scripts_of_one_rule_count_together() =>
        Assert.True(Holds(new() { Condition = RuleCondition.Script, Words = ["Han", "Kana"] }, Facts("日本の ことば abc")));

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void Flags_count_from_the_number_on(int flags, bool holds) =>
        Assert.Equal(holds, Holds(new() { Condition = RuleCondition.Flags, Number = 3 }, Facts() with { OpenFlags = flags }));

    [Theory]
    [InlineData(OutsideVerdict.Spam, RuleVerdict.Spam, "outside-spam")]
    [InlineData(OutsideVerdict.Hold, RuleVerdict.Hold, "outside-hold")]
    [InlineData(OutsideVerdict.None, RuleVerdict.Hold, "outside-silent")]
    [InlineData(OutsideVerdict.Publish, null, null)]
    public void An_outside_check_that_says_nothing_holds(object said, object? verdict, string? code)
    {
        var rule = new Rule { Condition = RuleCondition.OutsideCheck, Words = ["Http"], Verdict = RuleVerdict.Spam };
        var facts = Facts() with { Outside = new Dictionary<OutsideCheckKind, OutsideVerdict> { [OutsideCheckKind.Http] = (OutsideVerdict)said } };

        var judgement = new RuleBook([rule]).Judge(facts);

        Assert.Equal((RuleVerdict?)verdict, judgement?.Verdict);
        Assert.Equal(code is null ? null : $"{code}:http", judgement?.HeldFor);
    }

    [Fact]
    public void Hostile_text_is_judged_without_fault()
    {
        var rules = Enum.GetValues<RuleCondition>().Where(condition => condition != RuleCondition.OutsideCheck)
            .Select(condition => new Rule { Condition = condition, Number = 1, Minutes = 1, Words = Values(condition), Verdict = RuleVerdict.Hold });
        string[] bodies = ["\uD800", "a\uDC00b", "\0", new string('\u0301', 10_000), new string('a', 10_000), "\u202E\u2066x", "ﷺ" + new string('ﷺ', 5_000), ""];

        Assert.All(rules, rule => Assert.All(bodies, body =>
        {
            var facts = Facts("x") with { Body = body, Name = body };
            Assert.True(new RuleBook([rule]).Judge(facts) is null or { Verdict: RuleVerdict.Hold });
        }));
    }

    private static List<string> Values(RuleCondition condition) => condition switch
    {
        RuleCondition.Words or RuleCondition.NameWords => ["a*", "ﷺ"],
        RuleCondition.Pattern => ["a.*b"],
        RuleCondition.Script => ["Latin"],
        _ => [],
    };

    private static bool Holds(Rule rule, RuleFacts facts) => new RuleBook([rule with { Verdict = RuleVerdict.Hold }]).Judge(facts) is not null;

    private static RuleFacts Facts(string body = "Text") =>
        new() { Body = body, BodyHtml = CommentBody.Render(body).Value?.Value ?? "", Name = "Ada", Now = Now };
}
