using System.Collections.Immutable;
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
    /// <summary>Most pending comments shown to one viewer.</summary>
    private const int MaxPending = 200;

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

    /// <summary>The current version of a thread, from memory if it is known there; 0 for a page nobody has commented on.</summary>
    public async ValueTask<long> VersionAsync(ThreadPlace place, CancellationToken cancellationToken)
    {
        var head = versions.Of(place.Site.Id, place.Page.Key);
        if (head.Version < 0)
        {
            await using var database = await databases.CreateDbContextAsync(cancellationToken);
            head.Note(await database.Threads.Where(t => t.SiteId == place.Site.Id && t.Key == place.Page.Key)
                .Select(t => t.Version).FirstOrDefaultAsync(cancellationToken));
        }

        return head.Version;
    }

    /// <summary>A part of the thread as of now.</summary>
    public Task<ThreadRows> RowsAsync(ThreadPlace place, ThreadSort sort, ThreadSlice slice, CancellationToken cancellationToken) =>
        QueryAsync(place, sort, query => query.ReadAsync(slice), cancellationToken);

    /// <summary>
    /// What a live thread shows, as of now. A thousand circuits that hear of one change share one query and one drawing, and
    /// nothing is kept for threads nobody takes part in.
    /// </summary>
    public async ValueTask<SharedThread> SharedAsync(
        ThreadPlace place, ThreadWindow window, string serverAddress, CancellationToken cancellationToken)
    {
        var head = versions.Of(place.Site.Id, place.Page.Key);
        var name = $"{serverAddress} {window.Name}";
        if (head.Shared(name, place.Site.DrawingRevision) is { } known)
        {
            return known;
        }

        await head.Reading.WaitAsync(cancellationToken);
        try
        {
            if (head.Shared(name, place.Site.DrawingRevision) is { } meanwhile)
            {
                return meanwhile;
            }

            var rows = await QueryAsync(place, window.Sort, query => query.ReadAsync(window), cancellationToken);
            var shared = new SharedThread(rows, Shape(place, rows, window.Sort, serverAddress).Since(head.Earlier(name)?.Model), await WaitingAsync(rows.ThreadId, cancellationToken));
            head.Share(name, shared);
            return shared;
        }
        finally
        {
            head.Reading.Release();
        }
    }

    /// <summary>The thread as every reader sees it, or, with <paramref name="own"/>, as one viewer does.</summary>
    public static ThreadModel Shape(
        ThreadPlace place, ThreadRows rows, ThreadSort sort, string serverAddress, SliceRows? own = null)
    {
        var site = place.Site;
        var slice = own is null ? rows.Slice : rows.Slice.With(own);
        return new ThreadModel(
            site.Key, site.Name, place.Page.Key, rows.PageAddress, serverAddress, rows.IsClosed, rows.CommentCount,
            rows.Version, sort, site.MaxIndent, site.IsNumbered, TimeSpan.FromMinutes(site.EditWindowMinutes),
            slice.From is null, slice.After?.ToString(), CommentTree.Build(slice, site, sort),
            !site.AllowsGuests ? GuestPolicy.NotAllowed : site.HoldsGuests || site.HoldsComments ? GuestPolicy.Held : GuestPolicy.Allowed);
    }

    /// <summary>What only this viewer sees and has done: pending comments, what they just posted, and their votes.</summary>
    /// <param name="place">Where.</param>
    /// <param name="rows">What everyone sees of it.</param>
    /// <param name="commenterId">Who looks.</param>
    /// <param name="isModerator">Whether they see what waits, whoever wrote it.</param>
    /// <param name="waiting">Whose comments wait, if that is known: most people have none, and need not ask.</param>
    /// <param name="posted">Comments they posted since they came, which are shown wherever they belong.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<ViewerRows> ViewerRowsAsync(
        ThreadPlace place, ThreadRows rows, long commenterId, bool isModerator, IReadOnlySet<long>? waiting, IReadOnlyCollection<long> posted,
        CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var shown = rows.Slice.Comments.Select(row => row.Id).ToHashSet();
        List<CommentRow> comments = waiting is null || (isModerator ? waiting.Count > 0 : waiting.Contains(commenterId))
            ? await database.Comments.AsNoTracking()
                .Where(c => c.ThreadId == rows.ThreadId && c.State == CommentState.Pending && (isModerator || c.CommenterId == commenterId))
                .OrderByDescending(c => c.Id).Take(MaxPending).Select(CommentRow.Of).ToListAsync(cancellationToken)
            : [];
        comments = comments.ConvertAll(row => row with { IsWaiting = true });
        var missing = posted.Where(id => !shown.Contains(id) && !comments.Exists(row => row.Id == id)).ToList();
        if (missing.Count > 0)
        {
            comments.AddRange(await database.Comments.AsNoTracking()
                .Where(CommentRow.IsShown).Where(c => c.ThreadId == rows.ThreadId && missing.Contains(c.Id))
                .Select(CommentRow.Of).ToListAsync(cancellationToken));
            // Nobody is told that what they just posted was taken for spam: until they come back it waits like any other.
            var spam = await database.Comments.AsNoTracking()
                .Where(c => c.ThreadId == rows.ThreadId && c.CommenterId == commenterId && c.State == CommentState.Spam && missing.Contains(c.Id))
                .Select(CommentRow.Of).ToListAsync(cancellationToken);
            comments.AddRange(spam.Select(row => row with { IsWaiting = true }));
        }

        var own = SliceRows.Empty;
        if (comments.Count > 0)
        {
            var thread = new CommentThread { Id = rows.ThreadId, Key = "", PageAddress = "", Title = "" };
            own = await new SliceQuery(database, thread, ThreadSort.Oldest, place.Site, cancellationToken).ReadWithAncestorsAsync(comments);
        }

        shown.UnionWith(own.Comments.Select(row => row.Id));
        var votes = await database.Votes.Where(v => v.CommenterId == commenterId && shown.Contains(v.CommentId))
            .Select(v => new { v.CommentId, v.Value }).ToListAsync(cancellationToken);
        return new ViewerRows(own, votes.ToImmutableDictionary(v => v.CommentId, v => v.Value));
    }

    private async Task<IReadOnlySet<long>> WaitingAsync(long threadId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Comments.Where(c => c.ThreadId == threadId && c.State == CommentState.Pending)
            .Select(c => c.CommenterId).Distinct().ToHashSetAsync(cancellationToken);
    }

    private async Task<ThreadRows> QueryAsync(
        ThreadPlace place, ThreadSort sort, Func<SliceQuery, Task<SliceRows>> read, CancellationToken cancellationToken)
    {
        // Before the query: a thread that was here and has left leaves its version to the address, which must not count anew.
        // And the same head after it: one that was dropped from memory in between may hear of an old version.
        var head = versions.Of(place.Site.Id, place.Page.Key);
        var heard = Math.Max(0, head.Version);
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        // One snapshot for all queries: a comment between them would be shown under the version before it. This level begins a
        // deferred transaction in Microsoft.Data.Sqlite: it reads without waiting for the writer.
        await using var snapshot = await database.Database.BeginTransactionAsync(
            System.Data.IsolationLevel.ReadUncommitted, cancellationToken);
        var thread = await database.Threads.AsNoTracking()
            .FirstOrDefaultAsync(t => t.SiteId == place.Site.Id && t.Key == place.Page.Key, cancellationToken);
        var rows = thread is null
            ? ThreadRows.None(place, heard)
            : new ThreadRows(
                thread.Id, place.Site.DrawingRevision, thread.Version, thread.IsClosed, thread.CommentCount, thread.PageAddress, thread.Title,
                await read(new SliceQuery(database, thread, sort, place.Site, cancellationToken)));
        head.Note(rows.Version);
        return rows;
    }
}

/// <summary>What a live thread shows to everyone: rows, the tree made of them, and whose comments wait for a moderator.</summary>
internal sealed record SharedThread(ThreadRows Rows, ThreadModel Model, IReadOnlySet<long> Waiting);

/// <summary>What one viewer sees besides what everyone sees.</summary>
/// <param name="Comments">Comments, with those that hold them in place.</param>
/// <param name="Votes">Their votes by comment: +1 or -1.</param>
internal sealed record ViewerRows(SliceRows Comments, ImmutableDictionary<long, int> Votes);
