using Embed.Server.Admin.Rules;
using Embed.Server.Model;
using Embed.Server.PreModeration;

namespace Embed.UnitTests;

public sealed class RuleLimitsTests
{
    private static readonly OutsideCheckKind[] Checks = [OutsideCheckKind.Akismet];

    public static TheoryData<string> Broken => [.. Faulty.Keys];

    private static Dictionary<string, Rule> Faulty { get; } = new(StringComparer.Ordinal)
    {
        ["no number"] = new() { Condition = RuleCondition.FirstComments, Number = 0 },
        ["too large a number"] = new() { Condition = RuleCondition.Links, Number = 101 },
        ["a negative number"] = new() { Condition = RuleCondition.Links, Number = -1 },
        ["no minutes"] = new() { Condition = RuleCondition.Speed, Number = 1 },
        ["too many minutes"] = new() { Condition = RuleCondition.Speed, Number = 1, Minutes = 1_441 },
        ["no words"] = new() { Condition = RuleCondition.Words },
        ["a word of nothing"] = new() { Condition = RuleCondition.Words, Words = ["fine", " *"] },
        ["a long word"] = new() { Condition = RuleCondition.NameWords, Words = [new string('a', 101)] },
        ["too many words"] = new() { Condition = RuleCondition.Words, Words = [.. Enumerable.Range(0, 501).Select(i => $"w{i}")] },
        ["a long pattern"] = new() { Condition = RuleCondition.Pattern, Words = [new string('a', 501)] },
        ["a long reason"] = new() { Verdict = RuleVerdict.Refuse, Reason = new string('a', 201) },
        ["a reason of two lines"] = new() { Verdict = RuleVerdict.Refuse, Reason = "a\nb" },
        ["an unknown script"] = new() { Condition = RuleCondition.Script, Words = ["Klingon"] },
        ["no script"] = new() { Condition = RuleCondition.Script },
        ["a check the site has not"] = new() { Condition = RuleCondition.OutsideCheck, Words = ["Http"] },
        ["a check by number"] = new() { Condition = RuleCondition.OutsideCheck, Words = ["0"] },
        ["flags that refuse"] = new() { Condition = RuleCondition.Flags, Number = 1, Verdict = RuleVerdict.Refuse, Reason = "No" },
        ["an unknown condition"] = new() { Condition = (RuleCondition)99 },
        ["an unknown verdict"] = new() { Verdict = (RuleVerdict)99 },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_rule_is_refused_for(string fault)
    {
        var faults = RuleLimits.Faults([new Rule { Verdict = RuleVerdict.Hold }, Faulty[fault]], Checks);

        Assert.Equal([1], faults.Keys);
    }

    [Fact]
    public void A_site_has_fifty_rules_at_most()
    {
        Assert.Empty(RuleLimits.Faults([.. Enumerable.Repeat(new Rule(), Site.MaxRules)], []));
        Assert.NotEmpty(RuleLimits.Faults([.. Enumerable.Repeat(new Rule(), Site.MaxRules + 1)], []));
    }

    [Fact]
    public void Every_condition_can_be_chosen_saved_said_and_told()
    {
        var rules = RuleSentence.Conditions.Select(known => RuleDraft.Begin(known.Condition).ToRule() with
        {
            Words = known.Condition switch
            {
                RuleCondition.Words or RuleCondition.NameWords => ["casino"],
                RuleCondition.Pattern => ["^a"],
                RuleCondition.Script => ["Latin"],
                RuleCondition.OutsideCheck => ["Akismet"],
                _ => [],
            },
        }).ToList();

        Assert.Equal(Enum.GetValues<RuleCondition>().Order(), rules.Select(rule => rule.Condition).Order());
        Assert.Empty(RuleLimits.Faults(rules, Checks));
        Assert.All(rules, rule => Assert.EndsWith(".", RuleSentence.Of(rule), StringComparison.Ordinal));
        Assert.Distinct(rules.Select(HeldFor.Of));
        // A code that nobody has given a sentence comes back as it is.
        Assert.All(rules, rule => Assert.NotEqual(HeldFor.Of(rule), HeldFor.Sentence(HeldFor.Of(rule))));
    }
}
