using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Transfer.Importing;

/// <summary>Stops an import, or throws a plan away. What is written stays, and can be taken back; or the import goes on later.</summary>
internal sealed class CancelImport(ImportAccess access, ImportFolders folders, WriteQueue writes, ImportRunner runner, TimeProvider clock)
{
    /// <returns>The import's id; refused: not-allowed, import-not-found, import-unready, server-busy.</returns>
    public async Task<Outcome<long>> HandleAsync(Commenter actor, long importId, CancellationToken cancellationToken)
    {
        if (!await access.MayAsync(actor, cancellationToken))
        {
            return Refusal.NotAllowed;
        }

        // One that runs says itself that it was stopped, once it has.
        return runner.Stop(importId) ? importId : await writes.RunAsync(write => CancelAsync(write, importId), cancellationToken);
    }

    private async Task<Outcome<long>> CancelAsync(WriteScope write, long importId)
    {
        if (await write.Database.Imports.FirstOrDefaultAsync(i => i.Id == importId) is not { } import)
        {
            return Refusal.ImportNotFound;
        }

        if (import.State is not (ImportState.Reading or ImportState.Planned or ImportState.Writing))
        {
            return Refusal.ImportUnready;
        }

        var isWritten = import.Position > 0;
        (import.State, import.EndedAt) = (ImportState.Failed, clock.GetUtcNow());
        import.Message = isWritten ? "It was stopped. What it had written is there, and can be taken back; or let it go on." : "It was given up before anything was written.";
        await write.Database.SaveChangesAsync();
        if (!isWritten)
        {
            write.AfterCommit(import, () => folders.Of(importId).RemoveSources());
        }

        return importId;
    }
}
