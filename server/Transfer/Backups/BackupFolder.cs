using System.Globalization;
using System.Text.RegularExpressions;
using Embed.Server.Data;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Embed.Server.Transfer.Backups;

/// <summary>A backup that is finished and proved.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Manifest">What is known of it.</param>
internal sealed record KeptBackup(string Path, BackupManifest Manifest)
{
    /// <summary>Its file's name.</summary>
    public string Name => System.IO.Path.GetFileName(Path);
}

/// <summary>
/// Where backups lie, and what they are called: <c>embed-20300102-120000.db</c>, by the moment (UTC) they were made. A file has
/// that name only once it is proved, and its manifest was there before.
/// </summary>
internal sealed partial class BackupFolder(DataFolder data, IOptions<EmbedOptions> options)
{
    /// <summary>The database that is backed up.</summary>
    public string Database => data.Database;

    /// <summary>The folder that the server's own backups go to.</summary>
    public string Path => options.Value.Backup.Folder is { } folder
        ? data.PathOf(folder)
        : System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Database)!, "backups");

    /// <summary>This server's backups in its own folder, the latest first.</summary>
    public IReadOnlyList<KeptBackup> Own()
    {
        using var database = PlainSqlite.Open(Database);
        return OwnIn(Path, FirstSiteAt(database));
    }

    /// <summary>
    /// The backups in a folder that are of a server, the latest first: others may have theirs there too. Who has no sites yet has
    /// nothing that could be mistaken.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="firstSiteAt">When the server's first site was made, which stays whatever the server is moved to.</param>
    public static IReadOnlyList<KeptBackup> OwnIn(string folder, DateTimeOffset? firstSiteAt) =>
        [.. List(folder).Where(backup => backup.Manifest.FirstSiteAt is not { } first || first == firstSiteAt)];

    /// <summary>When the first site of a database was made; null for none.</summary>
    public static DateTimeOffset? FirstSiteAt(SqliteConnection database) =>
        database.Column<long>("SELECT CreatedAt FROM Sites ORDER BY Id LIMIT 1") is [var at] ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;

    /// <summary>The latest that is not of the future: such a one was made before a clock was put right, and must hold no other up.</summary>
    public static KeptBackup? LatestAt(IEnumerable<KeptBackup> backups, DateTimeOffset now) =>
        backups.FirstOrDefault(backup => backup.Manifest.MadeAt <= now);

    /// <summary>What belongs to a backup.</summary>
    public static string ManifestOf(string backup) => System.IO.Path.ChangeExtension(backup, ".json");

    /// <summary>The backups in a folder, the latest first.</summary>
    public static IReadOnlyList<KeptBackup> List(string folder) => !Directory.Exists(folder) ? [] :
        [.. Directory.EnumerateFiles(folder, "embed-*.db").Where(file => Name().IsMatch(System.IO.Path.GetFileName(file)))
            .Select(file => (File: file, Manifest: BackupManifest.TryRead(ManifestOf(file))))
            .Where(pair => pair.Manifest is not null)
            .Select(pair => new KeptBackup(pair.File, pair.Manifest!))
            .OrderByDescending(backup => backup.Manifest.MadeAt).ThenByDescending(backup => backup.Name, StringComparer.Ordinal)];

    /// <summary>A name that is free, for a backup of this moment.</summary>
    public static string NewName(string folder, DateTimeOffset now)
    {
        string path;
        do
        {
            path = System.IO.Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"embed-{now.UtcDateTime:yyyyMMdd-HHmmss}.db"));
            now = now.AddSeconds(1);
        }
        while (File.Exists(path));

        return path;
    }

    /// <summary>Deletes what backups left that were not finished, unless one is under way.</summary>
    public static void TryClean(string folder)
    {
        if (Directory.Exists(folder))
        {
            using var alone = FileLock.TryTake(LockOf(folder));
            if (alone is not null)
            {
                Clean(folder);
            }
        }
    }

    /// <summary>Who makes a backup in a folder has this file locked.</summary>
    public static string LockOf(string folder) => System.IO.Path.Combine(folder, ".lock");

    /// <summary>Deletes what backups left that were not finished. The caller has the folder's lock.</summary>
    public static void Clean(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "embed-*").Where(file => Unfinished().IsMatch(System.IO.Path.GetFileName(file))))
        {
            File.Delete(file);
        }

        // A manifest comes before its backup.
        foreach (var file in Directory.EnumerateFiles(folder, "embed-*.json").Where(file => Name().IsMatch(System.IO.Path.GetFileName(System.IO.Path.ChangeExtension(file, ".db")))))
        {
            if (!File.Exists(System.IO.Path.ChangeExtension(file, ".db")))
            {
                File.Delete(file);
            }
        }
    }

    /// <summary>Deletes a backup: first its name, by which it is one.</summary>
    public static void Delete(KeptBackup backup)
    {
        File.Delete(backup.Path);
        File.Delete(ManifestOf(backup.Path));
    }

    [GeneratedRegex(@"^embed-\d{8}-\d{6}\.db\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Name();

    [GeneratedRegex(@"^embed-\d{8}-\d{6}\.((db\.(partial|proof)(-wal|-shm|-journal)?)|(json\.partial))\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Unfinished();
}
