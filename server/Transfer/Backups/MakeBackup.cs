using Embed.Server.Data;
using Microsoft.Extensions.Options;

namespace Embed.Server.Transfer.Backups;

/// <summary>What a backup under way does.</summary>
internal enum BackupStep
{
    Copying,
    Proving,
}

/// <summary>How far a backup is.</summary>
/// <param name="Step">What it does.</param>
/// <param name="Done">The part of copying that is done, 0 to 1.</param>
internal sealed record BackupProgress(BackupStep Step, double Done);

/// <summary>
/// Makes a backup while the server runs, or while it does not: copies the database, restores the copy into a scratch file as a
/// restore would, counts, and only then gives it its name.
/// </summary>
internal sealed class MakeBackup(BackupFolder backups, IOptions<EmbedOptions> options, TimeProvider clock)
{
    /// <summary>Left free on the disk whatever is backed up.</summary>
    private const long Spare = 64 << 20;

    /// <summary>Makes one.</summary>
    /// <param name="folder">Where to, and nothing there is deleted; null for the server's own folder, where old ones go by the settings.</param>
    /// <param name="progress">Told from the thread that copies.</param>
    /// <exception cref="BackupFault">Why there is none, and what to do.</exception>
    public async Task<KeptBackup> HandleAsync(string? folder, Action<BackupProgress> progress, CancellationToken cancellationToken)
    {
        try
        {
            return await MakeAsync(folder, progress, cancellationToken);
        }
        catch (Exception fault) when (BackupFault.IsExpected(fault))
        {
            throw new BackupFault($"The backup to {folder ?? backups.Path} failed: {fault.Message}", fault);
        }
    }

    /// <summary>Refuses where a backup would fill the disk.</summary>
    /// <param name="folder">Where it goes.</param>
    /// <param name="databaseBytes">The size of the database with its log.</param>
    /// <param name="freeBytes">What is free there.</param>
    public static void CheckSpace(string folder, long databaseBytes, long freeBytes)
    {
        // The backup, and the scratch copy that proves it.
        var needed = (2 * databaseBytes) + Spare;
        if (freeBytes < needed)
        {
            throw new BackupFault(
                $"{folder} has {ByteText.Of(freeBytes)} free, and a backup needs {ByteText.Of(needed)} for a while. Make room, or set Embed:Backup:Folder to another disk.");
        }
    }

    private async Task<KeptBackup> MakeAsync(string? into, Action<BackupProgress> progress, CancellationToken cancellationToken)
    {
        var (database, folder) = (backups.Database, into ?? backups.Path);
        if (!File.Exists(database))
        {
            throw new BackupFault($"There is no database {database} to back up. Does Embed:Database name it?");
        }

        DataFolder.Make(folder);
        using var alone = FileLock.TryTake(BackupFolder.LockOf(folder)) ?? throw new BackupFault($"Another backup to {folder} is under way.");
        BackupFolder.Clean(folder);
        CheckSpace(folder, LengthOf(database) + LengthOf(database + "-wal"), new DriveInfo(folder).AvailableFreeSpace);
        var madeAt = clock.GetUtcNow();
        var name = BackupFolder.NewName(folder, madeAt);
        var (unfinished, proof) = ($"{name}.partial", $"{name}.proof");
        try
        {
            progress(new(BackupStep.Copying, 0));
            var counts = OnlineCopy.Make(
                database, unfinished, DataFolder.KeysOf(database), done => progress(new(BackupStep.Copying, done)), cancellationToken);
            OwnersFile.Flush(unfinished);
            progress(new(BackupStep.Proving, 1));
            var restored = await ProveAsync(unfinished, proof, cancellationToken);
            if (restored.Counts != counts)
            {
                throw new BackupFault($"The copy has {restored.Counts}; the database had {counts}. It was thrown away.");
            }

            var manifest = new BackupManifest(
                madeAt, clock.GetUtcNow(), LengthOf(unfinished), RestoredCopy.Sha256Of(unfinished), restored.Schema,
                counts.Comments, counts.Threads, counts.People, restored.FirstSiteAt);
            manifest.Write(BackupFolder.ManifestOf(name));
            File.Move(unfinished, name);
            var made = new KeptBackup(name, manifest);
            if (into is null)
            {
                Thin(folder, made);
            }

            return made;
        }
        finally
        {
            RestoredCopy.Delete(unfinished);
            RestoredCopy.Delete(proof);
        }
    }

    private static async Task<Restored> ProveAsync(string copy, string proof, CancellationToken cancellationToken)
    {
        try
        {
            return await RestoredCopy.MakeAsync(copy, proof, cancellationToken);
        }
        catch (BackupFault fault)
        {
            throw new BackupFault(
                $"The copy could not be restored, and was thrown away. If it is so again, the database itself is damaged: keep the backups there are. {fault.Message}", fault);
        }
    }

    private void Thin(string folder, KeptBackup made)
    {
        var kept = options.Value.Backup;
        // Those of the future wait until it has come: after a clock was put back they would drive out all that are made now.
        List<KeptBackup> past = [.. BackupFolder.OwnIn(folder, made.Manifest.FirstSiteAt).Where(backup => backup.Manifest.MadeAt <= made.Manifest.MadeAt)];
        foreach (var old in BackupRetention.Superfluous(past, backup => backup.Manifest.MadeAt, kept.KeepDaily, kept.KeepWeekly))
        {
            BackupFolder.Delete(old);
        }
    }

    private static long LengthOf(string file) => new FileInfo(file) is { Exists: true } found ? found.Length : 0;
}
