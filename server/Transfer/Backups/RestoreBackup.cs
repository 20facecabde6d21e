using Embed.Server.Data;

namespace Embed.Server.Transfer.Backups;

/// <summary>What a restore did.</summary>
/// <param name="Database">The database, which has the backup's content now.</param>
/// <param name="Counts">What it has.</param>
/// <param name="Aside">Where the database is that was there; null if there was none.</param>
/// <param name="NewKeys">How many keys came back with it.</param>
internal sealed record RestoreResult(string Database, ContentCounts Counts, string? Aside, int NewKeys);

/// <summary>
/// Puts a backup in the place of the database, which is set aside and not deleted. Everything that can go wrong is tried on a
/// copy before anything changes.
/// </summary>
internal sealed class RestoreBackup(BackupFolder backups, TimeProvider clock)
{
    /// <summary>Restores.</summary>
    /// <param name="file">The backup's path.</param>
    /// <exception cref="BackupFault">Why not, and what to do; nothing has changed.</exception>
    public async Task<RestoreResult> HandleAsync(string file, CancellationToken cancellationToken)
    {
        var database = backups.Database;
        file = Path.GetFullPath(file);
        if (file == database)
        {
            throw new BackupFault($"{file} is the database itself. Name a backup of it.");
        }

        using var alone = FileLock.TryTake(DatabaseLock.PathOf(database)) ?? throw new BackupFault(
            $"A server or another command runs on {database}. Stop it, restore, then start the server again.");
        PendingRestore.FinishAlone(database);
        var ready = PendingRestore.UnfinishedOf(database);
        try
        {
            var restored = await RestoredCopy.MakeAsync(file, ready, cancellationToken);
            // Before the database: a key too many does no harm.
            var newKeys = KeyFiles.Write(restored.Keys, DataFolder.KeysOf(database));
            var aside = PendingRestore.Replace(database, ready, clock.GetUtcNow());
            return new RestoreResult(database, restored.Counts, aside, newKeys);
        }
        catch (Exception fault) when (BackupFault.IsExpected(fault))
        {
            throw new BackupFault($"Nothing was restored: {fault.Message}", fault);
        }
        finally
        {
            RestoredCopy.Delete(ready);
        }
    }
}
