using System.Globalization;

namespace Embed.Server.Data;

/// <summary>
/// A restored database that is about to take the place of the present one. Renaming it to its pending name decides: from then on
/// whoever opens the database first puts it in its place, so that a kill in between loses neither.
/// </summary>
internal static class PendingRestore
{
    private const string Mark = ".restored-";

    // The log before the file it belongs to: SQLite would replay an old log onto a new file.
    private static readonly string[] Parts = ["-wal", "-shm", "-journal", ""];

    /// <summary>Where the copy is made that is to become the database.</summary>
    public static string UnfinishedOf(string database) => database + ".restoring";

    /// <summary>Deletes what was left by a restore that was cut off before it had decided. The caller has the lock, so none is under way.</summary>
    public static void DeleteUnfinished(string database)
    {
        foreach (var part in Parts)
        {
            File.Delete(UnfinishedOf(database) + part);
        }
    }

    /// <summary>Decides for a copy that is ready: it becomes the database. The caller has the <see cref="DatabaseLock"/> alone.</summary>
    /// <returns>Where what was there is now; null if there was nothing.</returns>
    public static string? Replace(string database, string ready, DateTimeOffset at)
    {
        while (Parts.Any(part => File.Exists(AsideOf(database, Stamp(at)) + part)))
        {
            at = at.AddSeconds(1);
        }

        var pending = database + Mark + Stamp(at);
        File.Move(ready, pending);
        return Complete(database, pending);
    }

    /// <summary>Puts a pending one in its place, where there is one.</summary>
    /// <exception cref="IOException">Whoever restores it is still at it.</exception>
    public static void Finish(string database)
    {
        if (Find(database) is null)
        {
            return;
        }

        using var alone = FileLock.TryTake(DatabaseLock.PathOf(database)) ?? throw new IOException(
            $"A restore is under way on {database}. Try again when it has ended.");
        FinishAlone(database);
    }

    /// <summary>The same, by who has the <see cref="DatabaseLock"/> alone.</summary>
    public static void FinishAlone(string database)
    {
        if (Find(database) is { } pending)
        {
            Complete(database, pending);
        }
    }

    private static string? Find(string database) => Directory.Exists(Path.GetDirectoryName(database))
        ? Directory.EnumerateFiles(Path.GetDirectoryName(database)!, Path.GetFileName(database) + Mark + "*").Order(StringComparer.Ordinal).FirstOrDefault()
        : null;

    private static string? Complete(string database, string pending)
    {
        var aside = AsideOf(database, pending[(database.Length + Mark.Length)..]);
        foreach (var part in Parts.Where(part => File.Exists(database + part)))
        {
            File.Move(database + part, aside + part);
        }

        File.Move(pending, database);
        return File.Exists(aside) ? aside : null;
    }

    private static string AsideOf(string database, string stamp) => $"{database}.before-{stamp}";

    private static string Stamp(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
}
