using System.Text.Json.Serialization;
using Embed.Server.Comments;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Threads;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>A moderator closes a thread, or opens it again.</summary>
internal sealed class CloseThread(WriteQueue writes, ThreadPlaces places, ThreadChanges changes)
{
    /// <summary>Closed, or open. Required: nothing said must not reopen.</summary>
    public sealed record State([property: JsonRequired] bool IsClosed);

    /// <summary>Sets the state. A page nobody has commented on can be closed too: its thread begins closed. The same
    /// state again changes nothing.</summary>
    /// <returns>The thread's id, 0 where none was needed; refused: not-allowed, server-busy.</returns>
    public Task<Outcome<long>> HandleAsync(
        Actor actor, ThreadPlace place, State state, CancellationToken cancellationToken) =>
        actor.IsModerator
            ? writes.RunAsync(write => SetAsync(write, place, state), cancellationToken)
            : Task.FromResult<Outcome<long>>(Refusal.NotAllowed);

    private async Task<Outcome<long>> SetAsync(WriteScope write, ThreadPlace place, State state)
    {
        var thread = await ThreadPlaces.FindThreadAsync(write.Database, place, CancellationToken.None);
        if ((thread?.IsClosed ?? false) == state.IsClosed)
        {
            return thread?.Id ?? 0;
        }

        thread ??= await places.FindOrBeginAsync(write, place, null);
        await write.Database.Threads.Where(t => t.Id == thread.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.IsClosed, state.IsClosed));
        await changes.StepAsync(write, ThreadPlace.Of(place.Site, thread), thread.Id);
        return thread.Id;
    }
}
