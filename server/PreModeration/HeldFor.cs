using System.Globalization;
using Embed.Server.Model;

namespace Embed.Server.PreModeration;

/// <summary>
/// Why a comment is not published: a short code that is kept with it (<c>links:5</c>: a rule about more than 5 links), and the
/// sentence that queue and log make of it. Codes are stored; never give one another meaning.
/// </summary>
internal static class HeldFor
{
    /// <summary>The site holds every comment, or every guest's.</summary>
    public const string Site = "site", Guest = "guest";

    /// <summary>It waited, or was taken for spam, where it was imported from.</summary>
    public const string Import = "import";

    /// <summary>The code for a rule whose condition held.</summary>
    public static string Of(Rule rule) => rule.Condition switch
    {
        RuleCondition.Everything => "rule",
        RuleCondition.FirstComments => Code("first", rule.Number),
        RuleCondition.Links => Code("links", rule.Number),
        RuleCondition.Words => "words",
        RuleCondition.Pattern => "pattern",
        RuleCondition.AccountAge => Code("account", rule.Number),
        RuleCondition.Guest => "rule-guest",
        RuleCondition.RepeatedText => Code("repeated", rule.Number),
        RuleCondition.Speed => Code("speed", rule.Number, rule.Minutes),
        RuleCondition.ThreadAge => Code("thread", rule.Number),
        RuleCondition.Script => "script",
        RuleCondition.Flags => Code("flags", rule.Number),
        RuleCondition.NameWords => "name",
        RuleCondition.OutsideCheck => OfCheck("outside-spam", rule),
        _ => throw new ArgumentOutOfRangeException(nameof(rule)),
    };

    /// <summary>The code for a rule that got no answer in time.</summary>
    public static string Unanswered(Rule rule) =>
        rule.Condition == RuleCondition.OutsideCheck ? OfCheck("outside-silent", rule) : "pattern-slow";

    /// <summary>The code for a service elsewhere that wants somebody to look.</summary>
    public static string OutsideHolds(Rule rule) => OfCheck("outside-hold", rule);

    /// <summary>Whether a code says that a check of this kind called the comment spam.</summary>
    public static bool IsSpamBy(string code, OutsideCheckKind kind) => code.Equals($"outside-spam:{kind}", StringComparison.OrdinalIgnoreCase);

    /// <summary>The code as a sentence for moderators, in English like all pages below <c>/admin</c>; empty for none.</summary>
    public static string Sentence(string? code)
    {
        var parts = (code ?? "").Split(':');
        var (first, second) = (NumberIn(parts, 1), NumberIn(parts, 2));
        var check = NameOf(parts.Length > 1 && Enum.TryParse<OutsideCheckKind>(parts[1], ignoreCase: true, out var kind) ? kind : null);
        return parts[0] switch
        {
            "" => "",
            Site => "The site holds every comment",
            Guest => "The site holds every guest’s comment",
            Import => "Held where it was imported from",
            "rule" => "A rule for every comment",
            "first" => first == 1 ? "The first comment of this person" : $"Among the first {first} comments of this person",
            "links" => first == 0 ? "Has a link" : $"More than {Count(first, "link")}",
            "words" => "Contains a word of a list",
            "pattern" => "Matches a pattern",
            "pattern-slow" => "A pattern took too long to be compared",
            "account" => $"The account is younger than {Count(first, "day")}",
            "rule-guest" => "Written by a guest",
            "repeated" => $"The same was posted within {Count(first, "hour")} before",
            "speed" => $"More than {Count(first, "comment")} of this person in {Count(second, "minute")}",
            "thread" => $"The thread is older than {Count(first, "day")}",
            "script" => "Written in a script of a list",
            "flags" => $"Flagged by {Count(first, "reader")} or more",
            "name" => "The name contains a word of a list",
            "outside-spam" => $"{check} calls it spam",
            "outside-hold" => $"{check} wants it looked at",
            "outside-silent" => $"{check} gave no answer",
            _ => code!,
        };
    }

    /// <summary>What a kind of outside check is called.</summary>
    public static string NameOf(OutsideCheckKind? kind) => kind switch
    {
        OutsideCheckKind.Akismet => "Akismet",
        OutsideCheckKind.Http => "The site’s own service",
        _ => "An outside check",
    };

    /// <summary>A number with its noun, in the plural where English wants that.</summary>
    public static string Count(int number, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {noun}{(number == 1 ? "" : "s")}");

    private static string OfCheck(string word, Rule rule) =>
        $"{word}:{(RuleLimits.CheckOf(rule)?.ToString() ?? "unknown").ToLowerInvariant()}";

    private static string Code(string word, params int[] numbers) =>
        string.Join(':', numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)).Prepend(word));

    private static int NumberIn(string[] parts, int at) =>
        at < parts.Length && int.TryParse(parts[at], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
