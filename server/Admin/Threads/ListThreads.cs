using System.Text;
using Embed.Server.Comments;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Admin.Threads;

/// <summary>Which threads are listed.</summary>
internal enum ThreadFilter
{
    /// <summary>All that are there.</summary>
    All,

    /// <summary>Those that take comments.</summary>
    Open,

    /// <summary>Those that take no more.</summary>
    Closed,

    /// <summary>Those with comments that wait for a moderator.</summary>
    Held,

    /// <summary>Those that were deleted; for administrators.</summary>
    Deleted,
}

/// <summary>A thread in the list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Key">Its key.</param>
/// <param name="Address">The host page.</param>
/// <param name="Title">Its title; empty if unknown.</param>
/// <param name="IsClosed">Whether it takes no more comments.</param>
/// <param name="Comments">Published comments, tombstones not counted.</param>
/// <param name="Held">Comments that wait for a moderator.</param>
/// <param name="BeganAt">When its first comment came.</param>
/// <param name="ActiveAt">When its last comment came, whatever became of it; null if it has none.</param>
/// <param name="SortKey">What the list is sorted by.</param>
internal sealed record ListedThread(
    long Id, string Key, string Address, string Title, bool IsClosed, int Comments, int Held, DateTimeOffset BeganAt, DateTimeOffset? ActiveAt,
    long SortKey)
{
    /// <summary>What to call it: its title, or its page's address.</summary>
    public string Name => Title.Length > 0 ? Title : Uri.UnescapeDataString(Address);

    /// <summary>Its place in the list.</summary>
    public ThreadPosition Position => new(SortKey, Id);
}

/// <summary>A page of the list.</summary>
/// <param name="Threads">Its threads.</param>
/// <param name="HasNewer">Whether there are some before it.</param>
/// <param name="HasOlder">Whether there are some behind it.</param>
internal sealed record ThreadList(IReadOnlyList<ListedThread> Threads, bool HasNewer, bool HasOlder);

/// <summary>A site's threads, a page at a time.</summary>
internal sealed class ListThreads(IDbContextFactory<EmbedDbContext> databases, TimeProvider clock)
{
    /// <summary>Threads a page.</summary>
    public const int PageSize = 50;

    /// <summary>What is listed.</summary>
    /// <param name="Text">A part of a title or of an address, a former one too; empty for all.</param>
    /// <param name="Show">Which threads.</param>
    /// <param name="Sort">By when they began, by comments or by the last comment: <c>began</c>, <c>comments</c>, <c>active</c>; with a hyphen before it the largest first.</param>
    /// <param name="Before">Only what comes behind this place in the list; null for the first page.</param>
    /// <param name="After">Only what comes before this place: the page that ends there.</param>
    public sealed record Query(
        string Text = "", ThreadFilter Show = ThreadFilter.All, string Sort = "-began", ThreadPosition? Before = null, ThreadPosition? After = null);

    /// <summary>Lists threads of the actor's site.</summary>
    /// <returns>A page; refused: not-allowed, search-too-long.</returns>
    public async Task<Outcome<ThreadList>> HandleAsync(Actor actor, Query query, CancellationToken cancellationToken)
    {
        if (!actor.IsModerator || (query.Show == ThreadFilter.Deleted && actor.Role < SiteRole.Administrator))
        {
            return Refusal.NotAllowed;
        }

        if (query.Text.Length > SearchQuery.MaxCharacters)
        {
            return Refusal.SearchTooLong;
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var threads = Found(database, Shown(database, actor.Site, query.Show), actor.Site.Id, query.Text);
        // One way round in the database: sorted the other way, keys are negative.
        var sign = query.Sort.StartsWith('-') ? 1 : -1;
        var keyed = query.Sort.TrimStart('-') switch
        {
            "comments" => threads.Select(t => new Keyed { Thread = t, Place = sign * t.Id, Key = sign * t.CommentCount }),
            "active" => threads.Select(t => new Keyed
            {
                Thread = t,
                Place = sign * t.Id,
                Key = sign * (database.Comments.Where(c => c.ThreadId == t.Id).Max(c => (long?)c.Id) ?? 0),
            }),
            _ => threads.Select(t => new Keyed { Thread = t, Place = sign * t.Id, Key = sign * t.Id }),
        };
        var rows = await PageAsync(database, keyed, query, sign, cancellationToken);
        var shown = rows.Take(PageSize).ToList();
        if (query.After is not null)
        {
            shown.Reverse();
        }

        var hasMore = rows.Count > PageSize;
        var now = clock.GetUtcNow();
        return new ThreadList(
            shown.ConvertAll(row => row.ToListed(actor.Site, now)), query.After is not null ? hasMore : query.Before is not null,
            query.After is not null || hasMore);
    }

    private sealed class Keyed
    {
        public required CommentThread Thread { get; init; }

        public long Place { get; init; }

        public long Key { get; init; }
    }

    private sealed record Row(CommentThread Thread, long Key, int Held, DateTimeOffset? ActiveAt)
    {
        public ListedThread ToListed(Site site, DateTimeOffset now) => new(
            Thread.Id, Thread.Key, Thread.PageAddress, Thread.Title, !Thread.TakesComments(site, now), Thread.CommentCount, Held, Thread.CreatedAt,
            ActiveAt, Key);
    }

    private static async Task<List<Row>> PageAsync(
        EmbedDbContext database, IQueryable<Keyed> keyed, Query query, int sign, CancellationToken cancellationToken)
    {
        IQueryable<Keyed> page;
        if (query.After is { } after)
        {
            var (key, place) = (after.Key, sign * after.Id);
            page = keyed.Where(k => k.Key > key || (k.Key == key && k.Place > place)).OrderBy(k => k.Key).ThenBy(k => k.Place);
        }
        else
        {
            var (key, place) = query.Before is { } before ? (before.Key, sign * before.Id) : (long.MaxValue, 0);
            page = keyed.Where(k => k.Key < key || (k.Key == key && k.Place < place)).OrderByDescending(k => k.Key).ThenByDescending(k => k.Place);
        }

        return await page.Take(PageSize + 1)
            .Select(k => new Row(
                k.Thread, k.Key, database.Comments.Count(c => c.ThreadId == k.Thread.Id && c.State == CommentState.Pending),
                database.Comments.Where(c => c.ThreadId == k.Thread.Id).OrderByDescending(c => c.Id).Select(c => (DateTimeOffset?)c.PostedAt).FirstOrDefault()))
            .AsNoTracking().ToListAsync(cancellationToken);
    }

    private IQueryable<CommentThread> Shown(EmbedDbContext database, Site site, ThreadFilter show)
    {
        var threads = database.Threads.Where(t => t.SiteId == site.Id && t.AliasOfId == null);
        // No limit: all began later than the beginning of time.
        var limit = site.ClosesAfterDays > 0 ? clock.GetUtcNow().AddDays(-site.ClosesAfterDays) : DateTimeOffset.UnixEpoch.AddYears(-1);
        return show switch
        {
            ThreadFilter.Deleted => threads.Where(t => t.DeletedAt != null),
            ThreadFilter.Open => threads.Where(t => t.DeletedAt == null && !t.IsClosed && (t.StaysOpen || t.CreatedAt > limit)),
            ThreadFilter.Closed => threads.Where(t => t.DeletedAt == null && (t.IsClosed || (!t.StaysOpen && t.CreatedAt <= limit))),
            ThreadFilter.Held => threads.Where(t => t.DeletedAt == null && database.Comments.Any(c => c.ThreadId == t.Id && c.State == CommentState.Pending)),
            _ => threads.Where(t => t.DeletedAt == null),
        };
    }

    private static IQueryable<CommentThread> Found(EmbedDbContext database, IQueryable<CommentThread> threads, long siteId, string text)
    {
        if (text.Length == 0)
        {
            return threads;
        }

        var (title, address) = (LikePattern.Containing(text), LikePattern.Containing(InAddresses(text)));
        var former = database.Threads.Where(t => t.SiteId == siteId && t.AliasOfId != null
            && (EF.Functions.Like(t.PageAddress, address, LikePattern.Escape) || EF.Functions.Like(t.Key, title, LikePattern.Escape))).Select(t => t.AliasOfId);
        return threads.Where(t => EF.Functions.Like(t.Title, title, LikePattern.Escape) || EF.Functions.Like(t.PageAddress, address, LikePattern.Escape)
            || EF.Functions.Like(t.Key, title, LikePattern.Escape) || former.Contains(t.Id));
    }

    /// <summary>The text as addresses spell it: letters beyond ASCII percent-encoded.</summary>
    private static string InAddresses(string text)
    {
        var written = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            written.Append(rune.IsAscii ? rune.ToString() : Uri.EscapeDataString(rune.ToString()));
        }

        return written.ToString();
    }
}
