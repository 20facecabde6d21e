using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Embed.Widget;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Threads;

/// <summary>Reads a thread: for everyone, or with what one viewer may see besides. Writes nothing.</summary>
internal sealed class ReadThread(
    SiteDirectory sites, ThreadPlaces places, ThreadVersions versions, IDbContextFactory<EmbedDbContext> databases)
{
    /// <summary>Which thread of which site an address means.</summary>
    /// <returns>The place; refused: site-not-found, page-invalid.</returns>
    public async ValueTask<Outcome<ThreadPlace>> LocateAsync(
        string siteKey, string? page, string? canonical, string? thread, CancellationToken cancellationToken)
    {
        if (await sites.FindAsync(siteKey, cancellationToken) is not { } site)
        {
            return Refusal.SiteNotFound;
        }

        return await places.FindAsync(site, page, canonical, thread, cancellationToken) is { } place ? place : Refusal.PageInvalid;
    }

    /// <summary>The current version of a thread, from memory if it is known there.</summary>
    public async ValueTask<long> VersionAsync(ThreadPlace place, CancellationToken cancellationToken)
    {
        var head = versions.Of(place.Site.Id, place.Page.Key);
        return head.Version >= 0 ? head.Version : (await RowsAsync(place, cancellationToken)).Version;
    }

    /// <summary>The thread's rows as of now.</summary>
    public async ValueTask<ThreadRows> RowsAsync(ThreadPlace place, CancellationToken cancellationToken)
    {
        var head = versions.Of(place.Site.Id, place.Page.Key);
        if (head.Rows(place.Site.DrawingRevision) is { } known)
        {
            return known;
        }

        await head.Reading.WaitAsync(cancellationToken);
        try
        {
            if (head.Rows(place.Site.DrawingRevision) is { } meanwhile)
            {
                return meanwhile;
            }

            var rows = await QueryAsync(place, cancellationToken);
            head.Keep(rows);
            return rows;
        }
        finally
        {
            head.Reading.Release();
        }
    }

    /// <summary>The thread as every reader sees it, or, with <paramref name="pending"/>, as one viewer does.</summary>
    public static ThreadModel Shape(
        ThreadPlace place, ThreadRows rows, ThreadSort? sort, string serverAddress, IReadOnlyList<CommentRow>? pending = null)
    {
        var site = place.Site;
        var order = sort ?? site.DefaultSort;
        return new ThreadModel(
            site.Key, site.Name, place.Page.Key, rows.PageAddress, serverAddress, rows.IsClosed, rows.CommentCount,
            rows.Version, order, site.MaxIndent, site.IsNumbered, TimeSpan.FromMinutes(site.EditWindowMinutes),
            CommentTree.Build(pending is null or [] ? rows.Rows : [.. rows.Rows, .. pending], site, order));
    }

    /// <summary>What only this viewer sees and has done: pending comments, and their votes.</summary>
    public async Task<ViewerRows> ViewerRowsAsync(
        long threadId, long commenterId, bool isModerator, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var pending = await Project(database.Comments.Where(c =>
                c.ThreadId == threadId && c.State == CommentState.Pending && (isModerator || c.CommenterId == commenterId)))
            .ToListAsync(cancellationToken);
        var votes = await database.Votes
            .Where(v => v.CommenterId == commenterId && database.Comments.Any(c => c.Id == v.CommentId && c.ThreadId == threadId))
            .Select(v => new { v.CommentId, v.Value })
            .ToListAsync(cancellationToken);
        return new ViewerRows(pending, votes.ToDictionary(v => v.CommentId, v => v.Value));
    }

    /// <summary>How many published comments pages of a site have, in the order asked; pages of other sites are left out.</summary>
    /// <returns>The counts; refused: site-not-found.</returns>
    public async Task<Outcome<IReadOnlyList<PageCount>>> CountsAsync(
        string siteKey, IReadOnlyCollection<string> pages, CancellationToken cancellationToken)
    {
        if (await sites.FindAsync(siteKey, cancellationToken) is not { } site)
        {
            return Refusal.SiteNotFound;
        }

        var keys = new List<(string Page, string Key)>(pages.Count);
        foreach (var page in pages)
        {
            if (await places.FindAsync(site, page, null, null, cancellationToken) is { } place)
            {
                keys.Add((page, place.Page.Key));
            }
        }

        var wanted = keys.Select(p => p.Key).Distinct().ToList();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var counts = await database.Threads
            .Where(t => t.SiteId == site.Id && wanted.Contains(t.Key))
            .ToDictionaryAsync(t => t.Key, t => t.CommentCount, cancellationToken);
        return keys.ConvertAll(p => new PageCount(p.Page, counts.GetValueOrDefault(p.Key)));
    }

    private async Task<ThreadRows> QueryAsync(ThreadPlace place, CancellationToken cancellationToken)
    {
        // Before the query: a thread that was here and has left leaves its version to the address, which must not count anew.
        var heard = Math.Max(0, versions.Of(place.Site.Id, place.Page.Key).Version);
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        // One snapshot for both queries: a comment between them would be shown under the version before it. This level
        // begins a deferred transaction in Microsoft.Data.Sqlite: it reads without waiting for the writer.
        await using var snapshot = await database.Database.BeginTransactionAsync(
            System.Data.IsolationLevel.ReadUncommitted, cancellationToken);
        var thread = await database.Threads.AsNoTracking()
            .FirstOrDefaultAsync(t => t.SiteId == place.Site.Id && t.Key == place.Page.Key, cancellationToken);
        if (thread is null)
        {
            return new ThreadRows(0, place.Site.DrawingRevision, heard, IsClosed: false, 0, place.Page.Address, "", []);
        }

        var rows = await Project(database.Comments.Where(c => c.ThreadId == thread.Id && c.State != CommentState.Pending))
            .ToListAsync(cancellationToken);
        return new ThreadRows(
            thread.Id, place.Site.DrawingRevision, thread.Version, thread.IsClosed, thread.CommentCount, thread.PageAddress, thread.Title, rows);
    }

    private static IQueryable<CommentRow> Project(IQueryable<Comment> comments) =>
        comments.AsNoTracking().OrderBy(c => c.Id).Select(c => new CommentRow(
            c.Id, c.ParentId, c.Number, c.State, c.CommenterId, c.Commenter!.Name,
            c.Commenter.Provider + ":" + c.Commenter.Subject, c.PostedAt, c.EditedAt, c.BodyHtml, c.UpVotes, c.DownVotes));
}

/// <summary>What one viewer sees besides what everyone sees.</summary>
internal sealed record ViewerRows(IReadOnlyList<CommentRow> Pending, IReadOnlyDictionary<long, int> Votes);

/// <summary>A page, as asked for, and the count of its published comments.</summary>
internal sealed record PageCount(string Page, int Count);
