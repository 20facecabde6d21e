using System.Globalization;
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
/// <param name="SortValue">What the list is sorted by.</param>
internal sealed record ListedThread(
    long Id, string Key, string Address, string Title, bool IsClosed, int Comments, int Held, DateTimeOffset BeganAt, DateTimeOffset? ActiveAt,
    string SortValue)
{
    /// <summary>What to call it: its title, or its page's address.</summary>
    public string Name => Title.Length > 0 ? Title : Uri.UnescapeDataString(Address);

    /// <summary>Its place in the list.</summary>
    public ThreadPosition Position => new(Id, SortValue);
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

    /// <summary>What the list can be sorted by.</summary>
    public static readonly string[] Columns = ["began", TitleColumn, "comments", "held", "active"];

    private const string TitleColumn = "title";
    private const string NoCase = "NOCASE";

    /// <summary>What is listed.</summary>
    /// <param name="Text">A part of a title or of an address, a former one too; empty for all.</param>
    /// <param name="Show">Which threads.</param>
    /// <param name="Sort">By when they began, title, comments, held comments or the last comment: one of <see cref="Columns"/>, with a hyphen before it the largest first.</param>
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
        var rows = await PageAsync(database, threads, query, cancellationToken);
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

    // A thread and what it is sorted by: one of the two.
    private sealed class Keyed
    {
        public required CommentThread Thread { get; init; }

        public long Number { get; init; }

        public string Name { get; init; } = "";
    }

    private sealed record Row(CommentThread Thread, string Value, int Held, DateTimeOffset? ActiveAt)
    {
        public ListedThread ToListed(Site site, DateTimeOffset now) => new(
            Thread.Id, Thread.Key, Thread.PageAddress, Thread.Title, !Thread.TakesComments(site, now), Thread.CommentCount, Held, Thread.CreatedAt,
            ActiveAt, Value);
    }

    /// <remarks>
    /// Only the order of beginning has an index; the others read the site's threads and keep the first of them. With 100,000 threads
    /// that takes a tenth of a second, and no index is worth its cost at every comment.
    /// </remarks>
    private static async Task<List<Row>> PageAsync(
        EmbedDbContext database, IQueryable<CommentThread> threads, Query query, CancellationToken cancellationToken)
    {
        // The page that ends at a place is read backwards.
        var (isDown, place) = (query.Sort.StartsWith('-') == (query.After is null), query.After ?? query.Before);
        var keyed = query.Sort.TrimStart('-') switch
        {
            TitleColumn => Beyond(threads.Select(t => new Keyed { Thread = t, Name = t.Title == "" ? t.PageAddress : t.Title }), place, isDown),
            "comments" => BeyondNumber(threads.Select(t => new Keyed { Thread = t, Number = t.CommentCount }), place, isDown),
            "held" => BeyondNumber(
                threads.Select(t => new Keyed { Thread = t, Number = database.Comments.Count(c => c.ThreadId == t.Id && c.State == CommentState.Pending) }),
                place, isDown),
            "active" => BeyondNumber(
                threads.Select(t => new Keyed { Thread = t, Number = database.Comments.Where(c => c.ThreadId == t.Id).Max(c => (long?)c.Id) ?? 0 }),
                place, isDown),
            _ => BeyondNumber(threads.Select(t => new Keyed { Thread = t, Number = t.Id }), place, isDown),
        };
        var isByTitle = query.Sort.TrimStart('-') == TitleColumn;
        var rows = await keyed.Take(PageSize + 1)
            .Select(k => new
            {
                k.Thread,
                k.Number,
                k.Name,
                Held = database.Comments.Count(c => c.ThreadId == k.Thread.Id && c.State == CommentState.Pending),
                ActiveAt = database.Comments.Where(c => c.ThreadId == k.Thread.Id).OrderByDescending(c => c.Id).Select(c => (DateTimeOffset?)c.PostedAt).FirstOrDefault(),
            })
            .AsNoTracking().ToListAsync(cancellationToken);
        return rows.ConvertAll(row => new Row(row.Thread, isByTitle ? row.Name : row.Number.ToString(CultureInfo.InvariantCulture), row.Held, row.ActiveAt));
    }

    private static IQueryable<Keyed> BeyondNumber(IQueryable<Keyed> keyed, ThreadPosition? place, bool isDown)
    {
        // A place of another order is no place in this one.
        if (place is { Number: { } number, Id: var id })
        {
            keyed = isDown
                ? keyed.Where(k => k.Number < number || (k.Number == number && k.Thread.Id < id))
                : keyed.Where(k => k.Number > number || (k.Number == number && k.Thread.Id > id));
        }

        return isDown
            ? keyed.OrderByDescending(k => k.Number).ThenByDescending(k => k.Thread.Id)
            : keyed.OrderBy(k => k.Number).ThenBy(k => k.Thread.Id);
    }

    // Translated: the database compares, without the case of ASCII letters, whatever the method's culture.
#pragma warning disable CA1309, CA1310
    private static IQueryable<Keyed> Beyond(IQueryable<Keyed> keyed, ThreadPosition? place, bool isDown)
    {
        if (place is { Value: var name, Id: var id })
        {
            keyed = isDown
                ? keyed.Where(k => string.Compare(EF.Functions.Collate(k.Name, NoCase), name) < 0 || (EF.Functions.Collate(k.Name, NoCase) == name && k.Thread.Id < id))
                : keyed.Where(k => string.Compare(EF.Functions.Collate(k.Name, NoCase), name) > 0 || (EF.Functions.Collate(k.Name, NoCase) == name && k.Thread.Id > id));
        }

        return isDown
            ? keyed.OrderByDescending(k => EF.Functions.Collate(k.Name, NoCase)).ThenByDescending(k => k.Thread.Id)
            : keyed.OrderBy(k => EF.Functions.Collate(k.Name, NoCase)).ThenBy(k => k.Thread.Id);
    }

#pragma warning restore CA1309, CA1310

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
