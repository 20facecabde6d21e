using System.Globalization;
using Embed.Server.Model;
using Embed.Server.PreModeration;

namespace Embed.Server.Admin.Rules;

/// <summary>A rule as it is typed.</summary>
internal sealed class RuleDraft
{
    /// <summary>Tells it from the others on the page, wherever it is moved.</summary>
    public Guid Id { get; } = Guid.NewGuid();

    public RuleCondition Condition { get; set; }

    /// <summary>The number of the condition, as typed.</summary>
    public string Number { get; set; } = "";

    /// <summary>The minutes of the condition, as typed.</summary>
    public string Minutes { get; set; } = "";

    /// <summary>Words, one a line; or the pattern.</summary>
    public string Text { get; set; } = "";

    public HashSet<string> Scripts { get; set; } = [];

    /// <summary>The outside check that it asks.</summary>
    public OutsideCheckKind Check { get; set; }

    public RuleVerdict Verdict { get; set; } = RuleVerdict.Hold;

    public string Reason { get; set; } = "";

    public bool IsOn { get; set; } = true;

    /// <summary>A new rule, with the numbers that are usual for its condition.</summary>
    public static RuleDraft Begin(RuleCondition condition)
    {
        var draft = new RuleDraft();
        draft.Choose(condition);
        return draft;
    }

    /// <summary>A saved rule, to be changed.</summary>
    public static RuleDraft Of(Rule rule) => new()
    {
        Condition = rule.Condition,
        Number = rule.Number.ToString(CultureInfo.InvariantCulture),
        Minutes = rule.Minutes.ToString(CultureInfo.InvariantCulture),
        Text = rule.Condition == RuleCondition.Script ? "" : string.Join('\n', rule.Words),
        Scripts = rule.Condition == RuleCondition.Script ? [.. rule.Words] : [],
        Check = RuleLimits.CheckOf(rule) ?? default,
        Verdict = rule.Verdict,
        Reason = rule.Reason,
        IsOn = !rule.IsOff,
    };

    /// <summary>Takes another condition, with its usual numbers.</summary>
    public void Choose(RuleCondition condition)
    {
        Condition = condition;
        Number = RuleLimits.NumberOf(condition)?.Usual.ToString(CultureInfo.InvariantCulture) ?? "";
        Minutes = RuleLimits.MinutesOf(condition)?.Usual.ToString(CultureInfo.InvariantCulture) ?? "";
        Verdict = RuleLimits.Takes(condition, Verdict) ? Verdict : RuleVerdict.Hold;
    }

    /// <summary>The rule. What cannot be read is kept as a number that <see cref="RuleLimits"/> refuses.</summary>
    public Rule ToRule() => new()
    {
        Condition = Condition,
        Number = RuleLimits.NumberOf(Condition) is null ? 0 : Read(Number),
        Minutes = RuleLimits.MinutesOf(Condition) is null ? 0 : Read(Minutes),
        Words = Condition switch
        {
            RuleCondition.Words or RuleCondition.NameWords =>
                [.. Text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)],
            RuleCondition.Pattern => [Text.Trim()],
            RuleCondition.Script => [.. WritingScripts.Names.Where(Scripts.Contains)],
            RuleCondition.OutsideCheck => [Check.ToString()],
            _ => [],
        },
        Verdict = Verdict,
        Reason = Verdict == RuleVerdict.Refuse ? Reason.Trim() : "",
        IsOff = !IsOn,
    };

    private static int Read(string typed) =>
        int.TryParse(typed.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
}
