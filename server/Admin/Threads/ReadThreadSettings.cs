using Embed.Server.Comments;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Admin.Threads;

/// <summary>A thread as its page below <c>/admin</c> shows it.</summary>
/// <param name="Thread">The thread.</param>
/// <param name="Status">Whether it takes comments, and if not why.</param>
/// <param name="AllComments">How many comments it has, in all states.</param>
/// <param name="Held">How many wait for a moderator.</param>
/// <param name="LastAt">When its last comment came; null if it has none.</param>
/// <param name="Former">Other addresses that lead to it.</param>
/// <param name="DeletedBy">The log's entry of its deletion; null while it is there.</param>
internal sealed record ThreadSettings(
    CommentThread Thread, ThreadStatus Status, int AllComments, int Held, DateTimeOffset? LastAt, IReadOnlyList<string> Former, long? DeletedBy);

/// <summary>Whether a thread takes comments, and if not why.</summary>
internal enum ThreadStatus
{
    /// <summary>It does.</summary>
    Open,

    /// <summary>A moderator has closed it.</summary>
    Closed,

    /// <summary>It is older than its site lets threads be.</summary>
    OverAge,

    /// <summary>It is deleted.</summary>
    Deleted,
}

/// <summary>One thread with what can be changed about it, and the addresses that lead to it.</summary>
internal sealed class ReadThreadSettings(IDbContextFactory<EmbedDbContext> databases, SiteDirectory sites, TimeProvider clock)
{
    /// <summary>The key of the site that a thread is of; null if there is no such thread.</summary>
    public async Task<string?> SiteOfAsync(long threadId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var siteId = await database.Threads.Where(t => t.Id == threadId).Select(t => t.SiteId).FirstOrDefaultAsync(cancellationToken);
        return (await sites.FindAsync(siteId, cancellationToken))?.Key;
    }

    /// <summary>The thread of this id, or the one that the address of this id leads to.</summary>
    /// <returns>The thread; refused: not-allowed, thread-not-found.</returns>
    public async Task<Outcome<ThreadSettings>> HandleAsync(Actor actor, long threadId, CancellationToken cancellationToken)
    {
        if (!actor.IsModerator)
        {
            return Refusal.NotAllowed;
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var threads = database.Threads.AsNoTracking();
        var thread = await threads.Where(t => t.Id == threadId && t.SiteId == actor.Site.Id)
            .Join(threads, t => t.AliasOfId ?? t.Id, held => held.Id, (_, held) => held).FirstOrDefaultAsync(cancellationToken);
        if (thread is null || (thread.DeletedAt is not null && actor.Role < SiteRole.Administrator))
        {
            return Refusal.ThreadNotFound;
        }

        var comments = database.Comments.Where(c => c.ThreadId == thread.Id);
        var former = await threads.Where(t => t.AliasOfId == thread.Id && t.DeletedAt == null).OrderBy(t => t.Id)
            .Select(t => new { t.Key, t.PageAddress }).ToListAsync(cancellationToken);
        return new ThreadSettings(
            thread,
            StatusOf(thread, actor.Site),
            await comments.CountAsync(cancellationToken),
            await comments.CountAsync(c => c.State == CommentState.Pending, cancellationToken),
            await comments.OrderByDescending(c => c.Id).Select(c => (DateTimeOffset?)c.PostedAt).FirstOrDefaultAsync(cancellationToken),
            former.ConvertAll(row => PlannedThread.AddressOf(row.Key, row.PageAddress)),
            thread.DeletedAt is null ? null : await database.ModerationLog
                .Where(e => e.SiteId == thread.SiteId && e.Act == ActWord.ThreadDeleted && e.ThreadId == thread.Id && e.UndoneAt == null)
                .OrderByDescending(e => e.Id).Select(e => (long?)e.Id).FirstOrDefaultAsync(cancellationToken));
    }

    private ThreadStatus StatusOf(CommentThread thread, Site site) =>
        thread.DeletedAt is not null ? ThreadStatus.Deleted
        : thread.IsOverAge(site, clock.GetUtcNow()) ? ThreadStatus.OverAge
        : thread.IsClosed ? ThreadStatus.Closed
        : ThreadStatus.Open;
}
