using Embed.Server.Model;
using Embed.Server.PreModeration;

namespace Embed.Server.Admin.Rules;

/// <summary>Rules in plain words.</summary>
internal static class RuleSentence
{
    // More words than this are counted.
    private const int NamedWords = 5;

    /// <summary>The conditions in the order in which they are offered, with their names.</summary>
    public static IReadOnlyList<(RuleCondition Condition, string Name)> Conditions { get; } =
    [
        (RuleCondition.FirstComments, "First comments of a person"),
        (RuleCondition.Guest, "Guests"),
        (RuleCondition.AccountAge, "New account at the provider"),
        (RuleCondition.Links, "Links"),
        (RuleCondition.Words, "Words in the text"),
        (RuleCondition.Pattern, "Pattern in the text"),
        (RuleCondition.NameWords, "Words in the name"),
        (RuleCondition.RepeatedText, "Repeated text"),
        (RuleCondition.Speed, "Speed"),
        (RuleCondition.ThreadAge, "Old thread"),
        (RuleCondition.Script, "Script of the text"),
        (RuleCondition.Flags, "Flagged by readers"),
        (RuleCondition.OutsideCheck, "Outside check"),
        (RuleCondition.Everything, "Every comment"),
    ];

    /// <summary>What a verdict is called on buttons and in tables.</summary>
    public static string NameOf(RuleVerdict verdict) => verdict switch
    {
        RuleVerdict.Publish => "Publish",
        RuleVerdict.Hold => "Hold",
        RuleVerdict.Spam => "Spam",
        RuleVerdict.Refuse => "Refuse",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
    };

    /// <summary>The rule as a sentence.</summary>
    public static string Of(Rule rule) => $"{If(rule)}, {Then(rule)}{(rule.Verdict == RuleVerdict.Refuse && rule.Reason.Length > 0 ? "" : ".")}";

    /// <summary>What happens where no rule decides.</summary>
    public static string Otherwise(Site site) =>
        site.HoldsComments ? "Otherwise every comment waits for a moderator."
        : site is { HoldsGuests: true, AllowsGuests: true } ? "Otherwise a guest's comment waits for a moderator, and every other is published."
        : "Otherwise the comment is published.";

    private static string If(Rule rule) => rule.Condition switch
    {
        RuleCondition.Everything => "Whatever the comment is",
        RuleCondition.FirstComments => rule.Number == 1
            ? "If it is the person’s first comment at this site"
            : $"If it is among the person’s first {rule.Number} comments at this site",
        RuleCondition.Links => rule.Number == 0 ? "If it has a link" : $"If it has more than {HeldFor.Count(rule.Number, "link")}",
        RuleCondition.Words => $"If it contains {Words(rule.Words)}",
        RuleCondition.NameWords => $"If the name contains {Words(rule.Words)}",
        RuleCondition.Pattern => $"If it matches the pattern {(rule.Words is [{ Length: > 0 } pattern] ? pattern : "that is missing yet")}",
        RuleCondition.AccountAge => $"If the person’s account at the provider is younger than {HeldFor.Count(rule.Number, "day")}",
        RuleCondition.Guest => "If a guest wrote it",
        RuleCondition.RepeatedText => $"If the same text was posted at this site within the {HeldFor.Count(rule.Number, "hour")} before",
        RuleCondition.Speed => $"If the person posts more than {HeldFor.Count(rule.Number, "comment")} in {HeldFor.Count(rule.Minutes, "minute")}",
        RuleCondition.ThreadAge => $"If the thread is older than {HeldFor.Count(rule.Number, "day")}",
        RuleCondition.Script => $"If most of its letters are {Joined(rule.Words)}",
        RuleCondition.Flags => $"Once {HeldFor.Count(rule.Number, "reader")} {(rule.Number == 1 ? "has" : "have")} flagged it",
        RuleCondition.OutsideCheck => $"If {HeldFor.NameOf(RuleLimits.CheckOf(rule)) switch { "Akismet" => "Akismet", var name => char.ToLowerInvariant(name[0]) + name[1..] }} says it is spam",
        _ => throw new ArgumentOutOfRangeException(nameof(rule)),
    };

    private static string Then(Rule rule) => rule.Verdict switch
    {
        RuleVerdict.Publish => "publish it at once",
        RuleVerdict.Hold => rule.Condition == RuleCondition.Flags ? "hold it again for a moderator" : "hold it for a moderator",
        RuleVerdict.Spam => "put it with the spam",
        RuleVerdict.Refuse => rule.Reason.Length > 0 ? $"refuse it and say: “{rule.Reason}”" : "refuse it",
        _ => throw new ArgumentOutOfRangeException(nameof(rule)),
    };

    private static string Words(IReadOnlyList<string> words) => words.Count <= NamedWords
        ? Joined([.. words.Select(word => $"“{word}”")])
        : $"“{words[0]}” or one of {words.Count - 1} other words";

    private static string Joined(IReadOnlyList<string> items) => items.Count switch
    {
        0 => "nothing yet",
        1 => items[0],
        _ => $"{string.Join(", ", items.SkipLast(1))} or {items[^1]}",
    };
}
