namespace Embed.Server.Model;

/// <summary>What a rule looks at. Stored by name; never rename.</summary>
internal enum RuleCondition
{
    /// <summary>Every comment.</summary>
    Everything,

    /// <summary>The person has fewer than <see cref="Rule.Number"/> published comments at the site.</summary>
    FirstComments,

    /// <summary>It has more than <see cref="Rule.Number"/> links.</summary>
    Links,

    /// <summary>It has one of <see cref="Rule.Words"/>.</summary>
    Words,

    /// <summary><see cref="Rule.Words"/> is one regular expression that finds something in it.</summary>
    Pattern,

    /// <summary>The person's name has one of <see cref="Rule.Words"/>.</summary>
    NameWords,

    /// <summary>The account is younger than <see cref="Rule.Number"/> days at its provider.</summary>
    AccountAge,

    /// <summary>A guest wrote it.</summary>
    Guest,

    /// <summary>The same text was posted at the site within <see cref="Rule.Number"/> hours.</summary>
    RepeatedText,

    /// <summary>The person has posted more than <see cref="Rule.Number"/> comments within <see cref="Rule.Minutes"/> minutes.</summary>
    Speed,

    /// <summary>The thread is older than <see cref="Rule.Number"/> days.</summary>
    ThreadAge,

    /// <summary>Most of its letters are of one of the scripts in <see cref="Rule.Words"/>.</summary>
    Script,

    /// <summary><see cref="Rule.Number"/> people have flagged it.</summary>
    Flags,

    /// <summary>The outside check named in <see cref="Rule.Words"/> takes it for spam.</summary>
    OutsideCheck,
}

/// <summary>What a rule does with a comment that its condition holds for. Stored by name; never rename.</summary>
internal enum RuleVerdict
{
    /// <summary>It appears at once.</summary>
    Publish,

    /// <summary>It waits for a moderator.</summary>
    Hold,

    /// <summary>It goes to the spam.</summary>
    Spam,

    /// <summary>It is not taken, and its author is told <see cref="Rule.Reason"/>.</summary>
    Refuse,
}

/// <summary>One rule of a site: a condition and a verdict. Of a site's rules the first whose condition holds decides.</summary>
internal sealed record Rule
{
    public RuleCondition Condition { get; init; }

    public RuleVerdict Verdict { get; init; }

    /// <summary>The number the condition names; 0 where it names none.</summary>
    public int Number { get; init; }

    /// <summary>The minutes the condition names; 0 where it names none.</summary>
    public int Minutes { get; init; }

    /// <summary>The words the condition names; none where it names none.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>What the author of a refused comment is told; empty for a sentence of ours.</summary>
    public string Reason { get; init; } = "";

    public bool IsOff { get; init; }
}
