using System.Collections.Immutable;
using Embed.Server.Data;
using Embed.Server.Markup;
using Embed.Server.Model;
using Embed.Server.Sites;
using Embed.Widget;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Threads;

/// <summary>Reads a thread: for everyone, or with what one viewer may see besides. Writes nothing.</summary>
internal sealed class ReadThread(
    SiteDirectory sites, ThreadPlaces places, ThreadVersions versions, IDbContextFactory<EmbedDbContext> databases, TimeProvider clock)
{
    /// <summary>Most pending comments shown to one viewer.</summary>
    private const int MaxPending = 200;

    /// <summary>Most of a viewer's own comments that nobody else sees.</summary>
    private const int MaxShadowed = 500;

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
            head.Note(await database.Threads.Where(t => t.SiteId == place.Site.Id && t.Key == place.Page.Key && t.DeletedAt == null)
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
            var shared = new SharedThread(rows, Shape(place, rows, window.Sort, serverAddress).Since(head.Earlier(name)?.Model), await UnseenAsync(rows.ThreadId, cancellationToken));
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
        ThreadPlace place, ThreadRows rows, ThreadSort sort, string serverAddress, ViewerRows? own = null)
    {
        var site = place.Site;
        var slice = own is null ? rows.Slice : rows.Slice.With(own.Comments);
        var pinned = rows.Pinned?.Id ?? 0;
        return new ThreadModel(
            site.Key, site.Name, place.Page.Key, rows.PageAddress, serverAddress, rows.IsClosed, rows.CommentCount + (own?.Shadowed ?? 0),
            rows.Version, sort, site.MaxIndent, site.IsNumbered, TimeSpan.FromMinutes(site.EditWindowMinutes),
            slice.From is null, slice.After?.ToString(), CommentTree.Build(slice, site, sort, pinned),
            !site.AllowsGuests ? GuestPolicy.NotAllowed : site.HoldsGuests || site.HoldsComments ? GuestPolicy.Held : GuestPolicy.Allowed,
            rows.Pinned is null ? null : CommentTree.Alone(rows.Pinned, slice, pinned),
            rows.NoteHtml.Length == 0 ? null : CommentBody.FromStored(rows.NoteHtml),
            Math.Max(site.SlowModeMinutes, rows.SlowModeMinutes),
            rows.ClosedBy);
    }

    /// <summary>What only this viewer sees and has done: comments that wait or are shadowed, what they just posted, votes and reports.</summary>
    /// <param name="place">Where.</param>
    /// <param name="rows">What everyone sees of it.</param>
    /// <param name="commenterId">Who looks.</param>
    /// <param name="isModerator">Whether they see what waits, whoever wrote it.</param>
    /// <param name="unseen">Whose comments wait or are shadowed, if that is known: most people have none, and need not ask.</param>
    /// <param name="posted">Comments they posted since they came, which are shown wherever they belong.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<ViewerRows> ViewerRowsAsync(
        ThreadPlace place, ThreadRows rows, long commenterId, bool isModerator, UnseenComments? unseen, IReadOnlyCollection<long> posted,
        CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var shown = rows.Slice.Comments.Select(row => row.Id).ToHashSet();
        List<CommentRow> comments = unseen is null || (isModerator ? unseen.Waiting.Count > 0 : unseen.Waiting.Contains(commenterId))
            ? await database.Comments.AsNoTracking()
                .Where(c => c.ThreadId == rows.ThreadId && c.State == CommentState.Pending && (isModerator || c.CommenterId == commenterId))
                .OrderByDescending(c => c.Id).Take(MaxPending).Select(CommentRow.Of).ToListAsync(cancellationToken)
            : [];
        comments = comments.ConvertAll(row => row with { IsWaiting = true });
        var shadowed = unseen is null || unseen.Shadowed.Contains(commenterId) ? await ShadowedAsync(database, rows.ThreadId, commenterId, cancellationToken) : [];
        comments.AddRange(shadowed);
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
        var votes = await database.Votes.AsNoTracking().Where(v => v.CommenterId == commenterId && shown.Contains(v.CommentId)).ToListAsync(cancellationToken);
        var flagged = await database.Flags.Where(f => f.CommenterId == commenterId && shown.Contains(f.CommentId))
            .Select(f => f.CommentId).ToListAsync(cancellationToken);
        return new ViewerRows(
            WithShadowedVotes(rows.Slice, own, votes), votes.ToImmutableDictionary(v => v.CommentId, v => v.Value), [.. flagged], shadowed.Count);
    }

    private static async Task<List<CommentRow>> ShadowedAsync(
        EmbedDbContext database, long threadId, long commenterId, CancellationToken cancellationToken)
    {
        var comments = await database.Comments.AsNoTracking()
            .Where(c => c.ThreadId == threadId && c.CommenterId == commenterId && c.State == CommentState.Shadowed)
            .OrderByDescending(c => c.Id).Take(MaxShadowed).Select(CommentRow.Of).ToListAsync(cancellationToken);
        // To its author it is a comment like any other.
        return comments.ConvertAll(row => row with { State = CommentState.Published });
    }

    // Whoever cast them sees them counted.
    private static SliceRows WithShadowedVotes(SliceRows shown, SliceRows own, List<Vote> votes)
    {
        var shadowed = votes.Where(vote => vote.IsShadowed).ToDictionary(vote => vote.CommentId, vote => vote.Value);
        if (shadowed.Count == 0)
        {
            return own;
        }

        var counted = own.Comments.Concat(shown.Comments).Where(row => shadowed.ContainsKey(row.Id)).DistinctBy(row => row.Id)
            .Select(row => row with
            {
                UpVotes = row.UpVotes + (shadowed[row.Id] > 0 ? 1 : 0),
                DownVotes = row.DownVotes + (shadowed[row.Id] < 0 ? 1 : 0),
            });
        return own with { Comments = [.. counted.UnionBy(own.Comments, row => row.Id)], Moderators = own.Moderators };
    }

    private async Task<UnseenComments> UnseenAsync(long threadId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return new UnseenComments(
            await database.Comments.Where(c => c.ThreadId == threadId && c.State == CommentState.Pending)
                .Select(c => c.CommenterId).Distinct().ToHashSetAsync(cancellationToken),
            await database.Comments.Where(c => c.ThreadId == threadId && c.State == CommentState.Shadowed)
                .Select(c => c.CommenterId).Distinct().ToHashSetAsync(cancellationToken));
    }

    // What is not published any more is not shown first, either.
    private static async Task<CommentRow?> PinnedAsync(EmbedDbContext database, CommentThread thread, CancellationToken cancellationToken) =>
        thread.PinnedCommentId is not { } id ? null : await database.Comments.AsNoTracking()
            .Where(c => c.Id == id && c.ThreadId == thread.Id && c.State == CommentState.Published)
            .Select(CommentRow.Of).FirstOrDefaultAsync(cancellationToken);

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
            .FirstOrDefaultAsync(t => t.SiteId == place.Site.Id && t.Key == place.Page.Key && t.DeletedAt == null, cancellationToken);
        var rows = thread is null
            ? ThreadRows.None(place, heard)
            : new ThreadRows(
                thread.Id, place.Site.DrawingRevision, thread.Version, thread.IsClosed, thread.CommentCount, thread.PageAddress, thread.Title,
                await read(new SliceQuery(database, thread, sort, place.Site, cancellationToken)))
            {
                Pinned = await PinnedAsync(database, thread, cancellationToken),
                NoteHtml = thread.NoteHtml,
                SlowModeMinutes = thread.SlowModeMinutes,
                ClosedBy = !thread.IsClosed ? null
                    : thread.StaysOpen ? ThreadClosing.Moderator
                    : thread.IsOverAge(place.Site, clock.GetUtcNow()) ? ThreadClosing.Age
                    : null,
            };
        head.Note(rows.Version);
        return rows;
    }
}

/// <summary>What a live thread shows to everyone: rows, the tree made of them, and whose comments others do not see.</summary>
internal sealed record SharedThread(ThreadRows Rows, ThreadModel Model, UnseenComments Unseen);

/// <summary>Who has written what not everyone sees.</summary>
/// <param name="Waiting">Whose comments wait for a moderator.</param>
/// <param name="Shadowed">Whose comments they alone see.</param>
internal sealed record UnseenComments(IReadOnlySet<long> Waiting, IReadOnlySet<long> Shadowed);

/// <summary>What one viewer sees besides what everyone sees.</summary>
/// <param name="Comments">Comments, with those that hold them in place.</param>
/// <param name="Votes">Their votes by comment: +1 or -1.</param>
/// <param name="Flagged">What they have reported.</param>
/// <param name="Shadowed">How many of the comments count for them alone.</param>
internal sealed record ViewerRows(SliceRows Comments, ImmutableDictionary<long, int> Votes, ImmutableHashSet<long> Flagged, int Shadowed);
