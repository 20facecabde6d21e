using Embed.Server.Model;

namespace Embed.Server.PreModeration;

/// <summary>What a list of rules may be. Whoever saves one is told what is wrong, by the rule's place.</summary>
internal static class RuleLimits
{
    /// <summary>Most words of one rule; longest word and pattern, longest reason, in characters.</summary>
    public const int MaxWords = 500, MaxWordCharacters = 100, MaxPatternCharacters = 500, MaxReasonCharacters = 200;

    // So many are counted for one comment at most, and looked back on no further than this.
    private const int MaxFirst = 100, MaxLinks = 100, MaxDays = 3_650, MaxHours = 720, MaxComments = 100, MaxMinutes = 1_440, MaxFlags = 100;

    /// <summary>The number that a condition takes, least and most; null where it takes none.</summary>
    public static (int Least, int Most, int Usual)? NumberOf(RuleCondition condition) => condition switch
    {
        RuleCondition.FirstComments => (1, MaxFirst, 1),
        RuleCondition.Links => (0, MaxLinks, 2),
        RuleCondition.AccountAge => (1, MaxDays, 7),
        RuleCondition.RepeatedText => (1, MaxHours, 24),
        RuleCondition.Speed => (1, MaxComments, 5),
        RuleCondition.ThreadAge => (1, MaxDays, 30),
        RuleCondition.Flags => (1, MaxFlags, 3),
        _ => null,
    };

    /// <summary>The minutes that a condition takes, least, most and what one begins with; null where it takes none.</summary>
    public static (int Least, int Most, int Usual)? MinutesOf(RuleCondition condition) =>
        condition == RuleCondition.Speed ? (1, MaxMinutes, 10) : null;

    /// <summary>The outside check that a rule asks; null where it names none that there is.</summary>
    public static OutsideCheckKind? CheckOf(Rule rule) =>
        rule.Words is [var name] && Enum.GetValues<OutsideCheckKind>().FirstOrDefault(kind => kind.ToString() == name, (OutsideCheckKind)(-1)) is var found
        && Enum.IsDefined(found) ? found : null;

    /// <summary>Whether a verdict makes sense for a condition: flags come when a comment has been published, and can only hold it again.</summary>
    public static bool Takes(RuleCondition condition, RuleVerdict verdict) =>
        Enum.IsDefined(verdict) && (condition != RuleCondition.Flags || verdict == RuleVerdict.Hold);

    /// <summary>What is wrong with each rule, by its place from 0; empty where all is well.</summary>
    /// <param name="rules">The list.</param>
    /// <param name="checks">The outside checks that the site has.</param>
    public static IReadOnlyDictionary<int, string> Faults(IReadOnlyList<Rule> rules, IReadOnlyCollection<OutsideCheckKind> checks)
    {
        var faults = new Dictionary<int, string>();
        if (rules.Count > Site.MaxRules)
        {
            faults[Site.MaxRules] = $"A site has at most {Site.MaxRules} rules. Delete some, or join those that do the same.";
        }

        for (var i = 0; i < Math.Min(rules.Count, Site.MaxRules); i++)
        {
            if (Fault(rules[i], checks) is { } fault)
            {
                faults[i] = fault;
            }
        }

        return faults;
    }

    private static string? Fault(Rule rule, IReadOnlyCollection<OutsideCheckKind> checks) =>
        !Enum.IsDefined(rule.Condition) ? "Choose a condition."
        : !Takes(rule.Condition, rule.Verdict) ? rule.Condition == RuleCondition.Flags
            ? "Flags come once a comment is published: such a rule can only hold it again."
            : "Choose what the rule does."
        : NumberOf(rule.Condition) is var (least, most, _) && (rule.Number < least || rule.Number > most) ? $"Enter a number from {least} to {most:N0}."
        : MinutesOf(rule.Condition) is var (_, minutes, _) && (rule.Minutes < 1 || rule.Minutes > minutes) ? $"Enter 1 to {minutes:N0} minutes."
        : FaultOfReason(rule) ?? FaultOfValues(rule, checks);

    private static string? FaultOfReason(Rule rule) =>
        rule.Verdict != RuleVerdict.Refuse ? null : rule.Reason.Length > MaxReasonCharacters || rule.Reason.Any(char.IsControl) ? $"The reason is one line of at most {MaxReasonCharacters} characters."
        : null;

    private static string? FaultOfValues(Rule rule, IReadOnlyCollection<OutsideCheckKind> checks) => rule.Condition switch
    {
        RuleCondition.Words or RuleCondition.NameWords => FaultOfWords(rule.Words),
        RuleCondition.Pattern when rule.Words is not [{ Length: > 0 }] => "Enter a pattern.",
        RuleCondition.Pattern when rule.Words[0].Length > MaxPatternCharacters => $"A pattern has at most {MaxPatternCharacters} characters.",
        RuleCondition.Pattern => RulePattern.Of(rule.Words[0], out var fault) is null ? fault : null,
        RuleCondition.Script => rule.Words.Count > 0 && rule.Words.All(WritingScripts.IsKnown) ? null : "Choose at least one script.",
        RuleCondition.OutsideCheck => CheckOf(rule) is { } check && checks.Contains(check) ? null : "Choose an outside check of this site.",
        _ => null,
    };

    private static string? FaultOfWords(IReadOnlyList<string> words) =>
        words.Count == 0 ? "Enter at least one word."
        : words.Count > MaxWords ? $"A rule has at most {MaxWords} words."
        : words.FirstOrDefault(word => word.Length > MaxWordCharacters) is { } long_ ? $"A word has at most {MaxWordCharacters} characters: {long_[..20]}…"
        : words.FirstOrDefault(word => !WordList.IsWord(word)) is { } empty ? $"There is nothing to look for in “{empty}”."
        : null;
}
