using Embed.Server.Model;

namespace Embed.Server.PreModeration;

/// <summary>Everything that rules may ask about a comment. Only what a site's rules do ask (<see cref="RuleNeeds"/>) needs to be filled in.</summary>
internal sealed record RuleFacts
{
    private string? _normalised;
    private string? _lines;

    /// <summary>The Markdown source.</summary>
    public required string Body { get; init; }

    /// <summary>The HTML made of it: links are what readers could click.</summary>
    public required string BodyHtml { get; init; }

    /// <summary>The name shown beside it.</summary>
    public required string Name { get; init; }

    public bool IsGuest { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Comments of the person at this site that are published, this one not counted; more than rules ask for need not be counted.</summary>
    public int PublishedBefore { get; init; }

    /// <summary>When the oldest of the person's accounts at providers was made; null where none of them says.</summary>
    public DateTimeOffset? AccountMadeAt { get; init; }

    /// <summary>When somebody last posted the same at this site before; null for never.</summary>
    public DateTimeOffset? SameTextAt { get; init; }

    /// <summary>When the person posted at this site before, as far back as rules ask, in any order.</summary>
    public IReadOnlyList<DateTimeOffset> EarlierPosts { get; init; } = [];

    /// <summary>When the thread began; null where it begins with this comment.</summary>
    public DateTimeOffset? ThreadBeganAt { get; init; }

    /// <summary>Flags of readers that no moderator has decided on.</summary>
    public int OpenFlags { get; init; }

    /// <summary>What the services elsewhere said; null while none was asked.</summary>
    public IReadOnlyDictionary<OutsideCheckKind, OutsideVerdict>? Outside { get; init; }

    /// <summary>The text as words are looked up in it.</summary>
    public string Normalised => _normalised ??= RuleText.Normalise(Body);

    /// <summary>The text as patterns see it.</summary>
    public string NormalisedLines => _lines ??= RuleText.NormaliseLines(Body);

    /// <summary>Links in it. Nothing else in a comment's HTML begins like one: what was typed is encoded.</summary>
    public int Links => BodyHtml.AsSpan().Count("<a ");
}
