using System.Text.Json.Serialization;
using Embed.Server.Comments;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Threads;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>A moderator closes a thread, or opens it again.</summary>
internal sealed class CloseThread(IDbContextFactory<EmbedDbContext> databases, ThreadChanges changes, TimeProvider clock)
{
    /// <summary>Closed, or open. Required: nothing said must not reopen.</summary>
    public sealed record State([property: JsonRequired] bool IsClosed);

    /// <summary>Sets the state. A page nobody has commented on can be closed too: its thread begins closed. The same
    /// state again changes nothing.</summary>
    /// <returns>The thread's id, 0 where none was needed; refused: not-allowed.</returns>
    public async Task<Outcome<long>> HandleAsync(
        Actor actor, ThreadPlace place, State state, CancellationToken cancellationToken)
    {
        if (!actor.IsModerator)
        {
            return Refusal.NotAllowed;
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var thread = await database.Threads
            .FirstOrDefaultAsync(t => t.SiteId == place.Site.Id && t.Key == place.Page.Key, cancellationToken);
        if ((thread?.IsClosed ?? false) == state.IsClosed)
        {
            return thread?.Id ?? 0;
        }

        if (thread is null)
        {
            thread = new CommentThread
            {
                SiteId = place.Site.Id,
                Key = place.Page.Key,
                PageAddress = place.Page.Address,
                Title = "",
                CreatedAt = clock.GetUtcNow(),
            };
            database.Threads.Add(thread);
        }

        thread.IsClosed = state.IsClosed;
        await database.SaveChangesAsync(cancellationToken);
        await changes.CommitAsync(database, transaction, place, thread.Id, cancellationToken);
        return thread.Id;
    }
}
