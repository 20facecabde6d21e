using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Embed.Server.Threads;

/// <summary>Ends every change of a thread: counts and version step in its transaction, and after the commit all are told.</summary>
internal sealed class ThreadChanges(ThreadVersions versions, ThreadPlaces places, ThreadFeed feed)
{
    /// <summary>Counts a comment in its thread and its branch, in the open transaction.</summary>
    /// <param name="database">The context of the change.</param>
    /// <param name="comment">The comment, saved.</param>
    /// <param name="comments">1 if it is published now and was not before, -1 the other way round, 0 for neither.</param>
    /// <param name="cancellationToken">Stops the counting.</param>
    public static async Task CountAsync(EmbedDbContext database, Comment comment, int comments, CancellationToken cancellationToken)
    {
        if (comments == 0)
        {
            return;
        }

        await database.Threads.Where(t => t.Id == comment.ThreadId).ExecuteUpdateAsync(
            set => set.SetProperty(t => t.CommentCount, t => t.CommentCount + comments), cancellationToken);
        if (comment.RootId is not { } root)
        {
            return;
        }

        await database.Comments.Where(c => c.Id == root).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.ReplyCount, c => c.ReplyCount + comments), cancellationToken);
        var ancestors = ReplyPath.Ancestors(comment.Path);
        if (ancestors.Count > 0)
        {
            await database.Comments.Where(c => c.RootId == root && ancestors.Contains(c.Path)).ExecuteUpdateAsync(
                set => set.SetProperty(c => c.ReplyCount, c => c.ReplyCount + comments), cancellationToken);
        }

        if (comment.Depth > ReplyPath.MaxLevels + 1)
        {
            // Its parent has no path that says so.
            await database.Comments.Where(c => c.Id == comment.ParentId).ExecuteUpdateAsync(
                set => set.SetProperty(c => c.ReplyCount, c => c.ReplyCount + comments), cancellationToken);
        }
    }

    /// <summary>Steps the version, commits and announces.</summary>
    /// <param name="database">The context of the change, its own changes saved.</param>
    /// <param name="transaction">Its transaction; committed here.</param>
    /// <param name="place">The thread's place.</param>
    /// <param name="threadId">The thread.</param>
    /// <param name="cancellationToken">Stops before the commit, never after it.</param>
    public async Task CommitAsync(
        EmbedDbContext database, IDbContextTransaction transaction, ThreadPlace place, long threadId, CancellationToken cancellationToken)
    {
        await database.Threads.Where(t => t.Id == threadId).ExecuteUpdateAsync(
            set => set.SetProperty(t => t.Version, t => t.Version + 1), cancellationToken);
        var version = await database.Threads.Where(t => t.Id == threadId).Select(t => t.Version).SingleAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        versions.Of(place.Site.Id, place.Page.Key).Raise(version);
        feed.Announce(place.Site.Id, place.Page.Key, version);
    }

    /// <summary>
    /// Ends a change of several threads or of their addresses: gives all one version that none of the addresses has had, commits
    /// and announces at each.
    /// </summary>
    /// <param name="database">The context of the change, its own changes saved.</param>
    /// <param name="transaction">Its transaction; committed here.</param>
    /// <param name="siteId">The site.</param>
    /// <param name="keys">The keys concerned, also those that lead elsewhere now or nowhere.</param>
    /// <param name="cancellationToken">Stops before the commit, never after it.</param>
    public async Task CommitAsync(
        EmbedDbContext database, IDbContextTransaction transaction, long siteId, IReadOnlyCollection<string> keys,
        CancellationToken cancellationToken)
    {
        var threads = database.Threads.Where(t => t.SiteId == siteId && keys.Contains(t.Key));
        var stored = await threads.MaxAsync(t => (long?)t.Version, cancellationToken) ?? 0;
        var version = Math.Max(stored, keys.Max(key => versions.Of(siteId, key).Version)) + 1;
        await threads.ExecuteUpdateAsync(set => set.SetProperty(t => t.Version, version), cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        places.Forget();
        foreach (var key in keys)
        {
            versions.Of(siteId, key).Raise(version);
            feed.Announce(siteId, key, version);
        }
    }
}
