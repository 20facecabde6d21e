using Embed.Server.Model;

namespace Embed.Server.PreModeration;

/// <summary>Which facts a list of rules asks for beyond the comment itself, and how far back. 0 and false: not asked for.</summary>
/// <param name="PublishedUpTo">Up to how many published comments of the person are to be counted.</param>
/// <param name="AccountAge">Whether the age of the person's account matters.</param>
/// <param name="SameTextHours">How far back the same text matters, in hours.</param>
/// <param name="PostsUpTo">Up to how many earlier comments of the person matter.</param>
/// <param name="PostsMinutes">How far back they do, in minutes.</param>
/// <param name="ThreadAge">Whether the thread's age matters.</param>
/// <param name="OutsideChecks">Which services elsewhere are asked.</param>
internal sealed record RuleNeeds(
    int PublishedUpTo, bool AccountAge, int SameTextHours, int PostsUpTo, int PostsMinutes, bool ThreadAge, IReadOnlyList<OutsideCheckKind> OutsideChecks)
{
    /// <summary>What these rules, all of them on, ask for.</summary>
    public static RuleNeeds Of(IEnumerable<Rule> rules)
    {
        var asked = rules.ToLookup(rule => rule.Condition);
        return new RuleNeeds(
            Most(RuleCondition.FirstComments, rule => rule.Number),
            asked.Contains(RuleCondition.AccountAge),
            Most(RuleCondition.RepeatedText, rule => rule.Number),
            Most(RuleCondition.Speed, rule => rule.Number),
            Most(RuleCondition.Speed, rule => rule.Minutes),
            asked.Contains(RuleCondition.ThreadAge),
            [.. asked[RuleCondition.OutsideCheck].Select(RuleLimits.CheckOf).OfType<OutsideCheckKind>().Distinct()]);

        int Most(RuleCondition condition, Func<Rule, int> number) => asked[condition].Select(number).DefaultIfEmpty().Max();
    }

    /// <summary>What two lists ask for together.</summary>
    public static RuleNeeds Widest(RuleNeeds one, RuleNeeds other) => new(
        Math.Max(one.PublishedUpTo, other.PublishedUpTo),
        one.AccountAge || other.AccountAge,
        Math.Max(one.SameTextHours, other.SameTextHours),
        Math.Max(one.PostsUpTo, other.PostsUpTo),
        Math.Max(one.PostsMinutes, other.PostsMinutes),
        one.ThreadAge || other.ThreadAge,
        [.. one.OutsideChecks.Union(other.OutsideChecks)]);
}
