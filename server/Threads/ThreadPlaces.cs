using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Threads;

/// <summary>A thread's place: its site and its page.</summary>
internal sealed record ThreadPlace(Site Site, PageUrl Page)
{
    /// <summary>The place of a thread of the site.</summary>
    public static ThreadPlace Of(Site site, CommentThread thread) => new(site, new PageUrl(thread.Key, thread.PageAddress));
}

/// <summary>
/// Which thread a page's address means: the one of its key, or, where that was merged or has moved
/// (<see cref="CommentThread.AliasOfId"/>), the one that its comments are in. The aliases of all sites are in memory: every
/// request asks, and they are as many as administrators have made.
/// </summary>
internal sealed class ThreadPlaces(IDbContextFactory<EmbedDbContext> databases, ThreadVersions versions, TimeProvider clock)
{
    private readonly Lock _changing = new();
    private volatile Dictionary<(long SiteId, string Key), PageUrl>? _aliases;
    private long _forgotten;

    /// <summary>The place that addresses from outside mean; null if they are none of the site's.</summary>
    /// <param name="site">The site.</param>
    /// <param name="page">The host page's address.</param>
    /// <param name="canonical">The address it states as its canonical one; null for none.</param>
    /// <param name="thread">The thread id given by the snippet; null or blank for none.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async ValueTask<ThreadPlace?> FindAsync(
        Site site, string? page, string? canonical, string? thread, CancellationToken cancellationToken)
    {
        if (PageUrl.Parse(page, canonical, thread, site) is not { } url)
        {
            return null;
        }

        var aliases = _aliases ?? await LoadAsync(cancellationToken);
        return new ThreadPlace(site, aliases.GetValueOrDefault((site.Id, url.Key), url));
    }

    /// <summary>The thread of a place, tracked; null if nobody has commented there. Whatever moved a moment ago is followed.</summary>
    public static async Task<CommentThread?> FindThreadAsync(
        EmbedDbContext database, ThreadPlace place, CancellationToken cancellationToken)
    {
        var thread = await database.Threads
            .FirstOrDefaultAsync(t => t.SiteId == place.Site.Id && t.Key == place.Page.Key, cancellationToken);
        return thread?.AliasOfId is { } target
            ? await database.Threads.FirstAsync(t => t.Id == target, cancellationToken)
            : thread;
    }

    /// <summary>The thread of a place: where it is and whether it is closed; begun if there is none.</summary>
    public async Task<CommentThread> FindOrBeginAsync(WriteScope write, ThreadPlace place, string? title)
    {
        var known = await write.Statements.RowAsync(
            """
            SELECT t."Id", t."Key", t."PageAddress", t."IsClosed", t."StaysOpen", t."CreatedAt" FROM "Threads" AS a
            JOIN "Threads" AS t ON t."Id" = COALESCE(a."AliasOfId", a."Id") WHERE a."SiteId" = @0 AND a."Key" = @1
            """,
            place.Site.Id, place.Page.Key);
        if (known is [long id, string key, string address, long isClosed, long staysOpen, long createdAt])
        {
            return new CommentThread
            {
                Id = id,
                SiteId = place.Site.Id,
                Key = key,
                PageAddress = address,
                Title = "",
                IsClosed = isClosed != 0,
                StaysOpen = staysOpen != 0,
                CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(createdAt),
            };
        }

        var thread = new CommentThread
        {
            SiteId = place.Site.Id,
            Key = place.Page.Key,
            PageAddress = place.Page.Address,
            Title = title?.Trim() ?? "",
            // Another thread may have been here and have left: what was kept of it must not pass for this one's.
            Version = Math.Max(0, versions.Of(place.Site.Id, place.Page.Key).Version),
            CreatedAt = clock.GetUtcNow(),
        };
        return new CommentThread
        {
            Id = await write.Statements.InsertAsync(thread),
            SiteId = thread.SiteId,
            Key = thread.Key,
            PageAddress = thread.PageAddress,
            Title = thread.Title,
            CreatedAt = thread.CreatedAt,
        };
    }

    /// <summary>Makes the next look-up read the database again. Call after the change is committed.</summary>
    public void Forget()
    {
        lock (_changing)
        {
            _forgotten++;
            _aliases = null;
        }
    }

    private async Task<Dictionary<(long SiteId, string Key), PageUrl>> LoadAsync(CancellationToken cancellationToken)
    {
        var forgotten = Volatile.Read(ref _forgotten);
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.Threads.AsNoTracking()
            .Join(database.Threads, alias => alias.AliasOfId, thread => thread.Id, (alias, thread) => new
            {
                alias.SiteId,
                alias.Key,
                Target = thread.Key,
                thread.PageAddress,
            })
            .ToListAsync(cancellationToken);
        var aliases = rows.ToDictionary(row => (row.SiteId, row.Key), row => new PageUrl(row.Target, row.PageAddress));
        lock (_changing)
        {
            // Read before a change that has been announced since: good for this caller, not to be kept.
            _aliases = forgotten == _forgotten ? aliases : _aliases;
        }

        return aliases;
    }
}
