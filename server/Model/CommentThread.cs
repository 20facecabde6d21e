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
    public required string Key { get; set; }

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

    /// <summary>Longest <see cref="Note"/>, in characters.</summary>
    public const int MaxNoteCharacters = 2_000;

    /// <summary>Longest <see cref="SlowModeMinutes"/>: a day.</summary>
    public const int MaxSlowModeMinutes = 1_440;

    /// <summary>The comment shown first; null for none.</summary>
    public long? PinnedCommentId { get; set; }

    /// <summary>What moderators say at its top, as Markdown; empty for nothing.</summary>
    public string Note { get; set; } = "";

    /// <summary>The sanitised HTML of <see cref="Note"/>.</summary>
    public string NoteHtml { get; set; } = "";

    /// <summary>One comment of each person in so many minutes; 0 to 1,440, 0: as many as the site lets them.</summary>
    public int SlowModeMinutes { get; set; }

    /// <summary>
    /// Whether a moderator has closed it, or opened it again: then its age has no say. Closed without it, it was closed by its age,
    /// and opens when its site lets threads grow older.
    /// </summary>
    public bool StaysOpen { get; set; }

    /// <summary>When it was deleted; null while it is there. Its key is free for another then.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>What a deleted thread has for a key: no page's, because hosts have no spaces and given ids begin with <c>#</c>.</summary>
    public static string KeyOfDeleted(long id) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"deleted {id}");

    /// <summary>Whether it is so old that its site takes no more comments there.</summary>
    public bool IsOverAge(Site site, DateTimeOffset now) =>
        !StaysOpen && site.ClosesAfterDays > 0 && CreatedAt.AddDays(site.ClosesAfterDays) <= now;

    /// <summary>Whether it takes comments. Its age closes it at once, even where that is yet to be written down.</summary>
    public bool TakesComments(Site site, DateTimeOffset now) => !IsClosed && !IsOverAge(site, now);
}
