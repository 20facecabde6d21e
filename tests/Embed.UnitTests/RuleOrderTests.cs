using Embed.Server.Model;
using Embed.Server.PreModeration;

namespace Embed.UnitTests;

/// <summary>Which of several rules decides.</summary>
public sealed class RuleOrderTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 2, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Seeds: each is another list of rules and another comment.</summary>
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 200)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_first_rule_whose_condition_holds_decides(int seed)
    {
        var random = new Dice((uint)seed);
        var rules = Enumerable.Range(0, 1 + random.Next(11)).Select(_ => RandomRule(random)).ToList();
        var facts = RandomFacts(random);

        var expected = rules.FindIndex(rule => !rule.IsOff && new RuleBook([rule]).Judge(facts) is not null);
        var judgement = new RuleBook(rules).Judge(facts);

        Assert.Equal(expected + 1, judgement?.Rule ?? 0);
        if (judgement is not null)
        {
            Assert.Equal(new RuleBook([rules[expected]]).Judge(facts)! with { Rule = expected + 1 }, judgement);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_comes_after_the_deciding_rule_and_what_is_off_changes_nothing(int seed)
    {
        var random = new Dice((uint)seed);
        var rules = Enumerable.Range(0, 1 + random.Next(7)).Select(_ => RandomRule(random)).ToList();
        var facts = RandomFacts(random);
        var more = Enumerable.Range(0, 3).Select(_ => RandomRule(random)).ToList();
        var judgement = new RuleBook(rules).Judge(facts);

        var (upToIt, off) = (rules.Take(judgement?.Rule ?? rules.Count), more.Select(rule => rule with { IsOff = true }));

        Assert.Equal(judgement, new RuleBook([.. upToIt, .. judgement is null ? [] : more]).Judge(facts));
        Assert.Equal(judgement?.Verdict, new RuleBook([.. off, .. rules]).Judge(facts)?.Verdict);
    }

    [Fact]
    public void Without_a_rule_the_sites_settings_decide()
    {
        Assert.Null(new RuleBook([]).Judge(Facts()));
        Assert.Equal(Judgement.Published, FirstState.Of(Site(holds: false, holdsGuests: true), isGuest: false));
        Assert.Equal("guest", FirstState.Of(Site(holds: false, holdsGuests: true), isGuest: true).HeldFor);
        Assert.Equal("site", FirstState.Of(Site(holds: true, holdsGuests: true), isGuest: true).HeldFor);
    }

    [Fact]
    public void Services_elsewhere_are_asked_only_where_no_rule_before_decides()
    {
        var outside = new Rule { Condition = RuleCondition.OutsideCheck, Words = ["Akismet"], Verdict = RuleVerdict.Spam };
        var guests = new Rule { Condition = RuleCondition.Guest, Verdict = RuleVerdict.Hold };

        Assert.False(new RuleBook([guests, outside]).AsksOutside(Facts() with { IsGuest = true }));
        Assert.True(new RuleBook([guests, outside]).AsksOutside(Facts()));
        Assert.True(new RuleBook([outside, guests]).AsksOutside(Facts() with { IsGuest = true }));
        Assert.False(new RuleBook([outside with { IsOff = true }]).AsksOutside(Facts()));
    }

    [Fact]
    public void Only_what_rules_that_are_on_ask_for_is_needed()
    {
        Rule[] rules =
        [
            new() { Condition = RuleCondition.FirstComments, Number = 2 },
            new() { Condition = RuleCondition.FirstComments, Number = 5 },
            new() { Condition = RuleCondition.RepeatedText, Number = 24, IsOff = true },
            new() { Condition = RuleCondition.Speed, Number = 3, Minutes = 10 },
            new() { Condition = RuleCondition.Links, Number = 1 },
        ];

        Assert.Equivalent(new RuleNeeds(5, false, 0, 3, 10, false, []), new RuleBook(rules).Needs, strict: true);
        Assert.True(new RuleBook([rules[2]]).IsEmpty);
    }

    [Fact]
    public void Flags_hold_at_the_smallest_number_of_a_rule_that_is_on()
    {
        var site = Site(holds: false, holdsGuests: true);
        Assert.Null(FlagRules.HoldsAt(site));

        site.Rules =
        [
            new() { Condition = RuleCondition.Flags, Number = 2, Verdict = RuleVerdict.Hold, IsOff = true },
            new() { Condition = RuleCondition.Flags, Number = 5, Verdict = RuleVerdict.Hold },
            new() { Condition = RuleCondition.Flags, Number = 3, Verdict = RuleVerdict.Hold },
        ];

        Assert.Equal(3, FlagRules.HoldsAt(site));
        Assert.Equal("Flagged by 3 readers or more", HeldFor.Sentence(FlagRules.CodeOf(3)));
    }

    private static Rule RandomRule(Dice random)
    {
        RuleCondition[] conditions =
        [
            RuleCondition.Everything, RuleCondition.FirstComments, RuleCondition.Links, RuleCondition.Words, RuleCondition.Guest,
            RuleCondition.Speed, RuleCondition.Script, RuleCondition.NameWords,
        ];
        var condition = conditions[random.Next(conditions.Length)];
        return new Rule
        {
            Condition = condition,
            Number = random.Next(4),
            Minutes = 5,
            Words = condition == RuleCondition.Script ? [random.Next(2) == 0 ? "Latin" : "Greek"] : [random.Next(2) == 0 ? "casino" : "tea"],
            Verdict = (RuleVerdict)random.Next(4),
            Reason = "No.",
            IsOff = random.Next(4) == 0,
        };
    }

    private static RuleFacts RandomFacts(Dice random) => new()
    {
        Body = random.Next(2) == 0 ? "A casino" : "Some tea",
        BodyHtml = string.Concat(Enumerable.Repeat("<a ", random.Next(4))),
        Name = random.Next(2) == 0 ? "Casino" : "Ada",
        IsGuest = random.Next(2) == 0,
        PublishedBefore = random.Next(4),
        EarlierPosts = [.. Enumerable.Range(0, random.Next(4)).Select(i => Now.AddMinutes(-2 * i))],
        Now = Now,
    };

    private static RuleFacts Facts() => new() { Body = "Text", BodyHtml = "<p>Text</p>", Name = "Ada", Now = Now };

    private static Site Site(bool holds, bool holdsGuests) =>
        new() { Key = "test", Name = "Test", Origins = ["https://blog.example"], HoldsComments = holds, HoldsGuests = holdsGuests };

    /// <summary>The same numbers for the same seed (xorshift, G. Marsaglia, 2003).</summary>
    private sealed class Dice(uint seed)
    {
        private uint _state = seed * 2_654_435_769;

        public int Next(int below)
        {
            _state ^= _state << 13;
            _state ^= _state >> 17;
            _state ^= _state << 5;
            return (int)(_state % (uint)below);
        }
    }
}
