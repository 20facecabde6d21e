namespace Embed.Server.Model;

/// <summary>All comments of one page. It exists from its first comment on: reading writes nothing.</summary>
internal sealed class CommentThread
{
    /// <summary>Longest <see cref="Title"/>, in characters.</summary>
    public const int MaxTitleCharacters = 200;

    /// <summary>Longest page address and thread key, in characters.</summary>
    public const int MaxAddressCharacters = 2_000;

    public long Id { get; init; }

    public long SiteId { get; init; }

    public Site? Site { get; init; }

    /// <summary>What identifies the thread within its site: a page's canonical address, or the id the snippet gave.</summary>
    public required string Key { get; init; }

    /// <summary>The host page, where permalinks lead.</summary>
    public required string PageAddress { get; set; }

    /// <summary>The host page's title when the thread began; empty if unknown.</summary>
    public required string Title { get; set; }

    /// <summary>A closed thread shows everything and takes no more comments.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Published comments, tombstones not counted.</summary>
    public int CommentCount { get; set; }

    /// <summary>Steps by one with every change a reader could see; part of every cache key and change signal.</summary>
    public long Version { get; set; }

    /// <summary>
    /// For an address whose comments are elsewhere (its page has moved, or its thread was merged): the thread they are in. Such a
    /// row has no comments of its own, and never points at another of its kind.
    /// </summary>
    public long? AliasOfId { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}
