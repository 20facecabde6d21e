using Embed.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Embed.Server.Threads;

/// <summary>Ends every change of a thread: version and count step in its transaction, and after the commit all are told.</summary>
internal sealed class ThreadChanges(ThreadVersions versions, ThreadFeed feed)
{
    /// <summary>Steps the version, adds to the count, commits and announces.</summary>
    /// <param name="database">The context of the change, its own changes saved.</param>
    /// <param name="transaction">Its transaction; committed here.</param>
    /// <param name="place">The thread's place.</param>
    /// <param name="threadId">The thread.</param>
    /// <param name="comments">How many published comments came (+) or went (-).</param>
    /// <param name="cancellationToken">Stops before the commit, never after it.</param>
    public async Task CommitAsync(
        EmbedDbContext database, IDbContextTransaction transaction, ThreadPlace place, long threadId, int comments,
        CancellationToken cancellationToken)
    {
        await database.Threads.Where(t => t.Id == threadId).ExecuteUpdateAsync(
            set => set.SetProperty(t => t.Version, t => t.Version + 1).SetProperty(t => t.CommentCount, t => t.CommentCount + comments),
            cancellationToken);
        var version = await database.Threads.Where(t => t.Id == threadId).Select(t => t.Version).SingleAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        versions.Of(place.Site.Id, place.Page.Key).Raise(version);
        feed.Announce(place.Site.Id, place.Page.Key, version);
    }
}
