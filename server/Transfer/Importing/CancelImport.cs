using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Transfer.Importing;

/// <summary>Stops an import. What is written stays, and can be taken back; or the import goes on later.</summary>
internal sealed class CancelImport(ImportAccess access, ImportStates states, WriteQueue writes, ImportRunner runner)
{
    /// <returns>The import's id; refused: not-allowed, import-not-found, import-unready, server-busy.</returns>
    public async Task<Outcome<long>> HandleAsync(Commenter actor, ActedVia via, long importId, CancellationToken cancellationToken)
    {
        if (!await access.MayAsync(actor, cancellationToken))
        {
            return Refusal.NotAllowed;
        }

        // One that runs says itself that it was stopped, once it has.
        return runner.Stop(importId, (actor.Id, via)) ? importId : await writes.RunAsync(write => CancelAsync(write, actor, via, importId), cancellationToken);
    }

    private async Task<Outcome<long>> CancelAsync(WriteScope write, Commenter actor, ActedVia via, long importId)
    {
        if (await write.Database.Imports.FirstOrDefaultAsync(i => i.Id == importId) is not { } import)
        {
            return Refusal.ImportNotFound;
        }

        if (!ImportChoices.CanCancel(import))
        {
            return Refusal.ImportUnready;
        }

        await states.StopAsync(write, import, actor.Id, via);
        write.AfterCommit(import, runner.Announce);
        return importId;
    }
}
