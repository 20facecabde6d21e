using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Transfer.Importing;

/// <summary>Has an import written that somebody has seen the plan of, or that was stopped on its way.</summary>
internal sealed class RunPlanned(ImportAccess access, ImportChoices choices, ImportStates states, WriteQueue writes, ImportRunner runner)
{
    /// <returns>The import's id; refused: not-allowed, import-not-found, import-unready, server-busy.</returns>
    public async Task<Outcome<long>> HandleAsync(Commenter actor, ActedVia via, long importId, CancellationToken cancellationToken)
    {
        if (!await access.MayAsync(actor, cancellationToken))
        {
            return Refusal.NotAllowed;
        }

        var begun = await writes.RunAsync(write => BeginAsync(write, actor, via, importId), cancellationToken);
        runner.Wake();
        return begun;
    }

    private async Task<Outcome<long>> BeginAsync(WriteScope write, Commenter actor, ActedVia via, long importId)
    {
        if (await write.Database.Imports.FirstOrDefaultAsync(i => i.Id == importId) is not { } import)
        {
            return Refusal.ImportNotFound;
        }

        if (!choices.CanGoOn(import))
        {
            return Refusal.ImportUnready;
        }

        (import.State, import.Message, import.EndedAt) = (ImportState.Writing, "", null);
        await write.Database.SaveChangesAsync();
        await states.LogStartAsync(write, import, actor.Id, via);
        return importId;
    }
}
