using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Transfer.Importing;

/// <summary>
/// Throws a plan away, or what has failed: its files, and where nothing of it is written the import itself. What is written stays, and
/// can be taken back.
/// </summary>
internal sealed class ThrowImportAway(
    ImportAccess access, ImportFolders folders, ImportChoices choices, WriteQueue writes, ImportRunner runner, TimeProvider clock)
{
    /// <returns>Whether the import itself is gone; refused: not-allowed, import-not-found, import-unready, server-busy.</returns>
    public async Task<Outcome<bool>> HandleAsync(Commenter actor, ActedVia via, long importId, CancellationToken cancellationToken) =>
        await access.MayAsync(actor, cancellationToken)
            ? await writes.RunAsync(write => ThrowAwayAsync(write, actor, via, importId), cancellationToken)
            : Refusal.NotAllowed;

    private async Task<Outcome<bool>> ThrowAwayAsync(WriteScope write, Commenter actor, ActedVia via, long importId)
    {
        if (await write.Database.Imports.FirstOrDefaultAsync(i => i.Id == importId) is not { } import)
        {
            return Refusal.ImportNotFound;
        }

        if (!choices.CanThrowAway(import))
        {
            return Refusal.ImportUnready;
        }

        // Before the commit: cut off in between it can be thrown away once more, and no file is left that nobody knows of.
        var isGone = !ImportChoices.IsWritten(import);
        if (isGone)
        {
            folders.Of(importId).Remove();
            write.Database.Imports.Remove(import);
        }
        else
        {
            folders.Of(importId).RemoveSources();
            import.Message = "Its file was thrown away. What it had written is there, and can be taken back.";
        }

        await write.Database.SaveChangesAsync();
        await ImportStates.LogAsync(write, import, ActWord.ImportThrownAway, actor.Id, via, clock.GetUtcNow());
        write.AfterCommit(import, runner.Announce);
        return isGone;
    }
}
