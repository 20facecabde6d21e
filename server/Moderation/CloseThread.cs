using System.Text.Json.Serialization;
using Embed.Server.Comments;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Threads;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>A moderator closes a thread, or opens it again.</summary>
internal sealed class CloseThread(IDbContextFactory<EmbedDbContext> databases, ThreadPlaces places, ThreadChanges changes)
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
        var thread = await ThreadPlaces.FindThreadAsync(database, place, cancellationToken);
        if ((thread?.IsClosed ?? false) == state.IsClosed)
        {
            return thread?.Id ?? 0;
        }

        thread ??= await places.FindOrBeginThreadAsync(database, place, null, cancellationToken);
        thread.IsClosed = state.IsClosed;
        await database.SaveChangesAsync(cancellationToken);
        await changes.CommitAsync(database, transaction, ThreadPlace.Of(place.Site, thread), thread.Id, cancellationToken);
        return thread.Id;
    }
}
