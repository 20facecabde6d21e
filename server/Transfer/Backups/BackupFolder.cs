using System.Globalization;
using System.Text.RegularExpressions;
using Embed.Server.Data;
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
    public string Database => data.Resolve(options.Value.Database);

    /// <summary>The folder that the server's own backups go to.</summary>
    public string Path => options.Value.Backup.Folder is { } folder
        ? data.Resolve(folder)
        : System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Database)!, "backups");

    /// <summary>What belongs to a backup.</summary>
    public static string ManifestOf(string backup) => System.IO.Path.ChangeExtension(backup, ".json");

    /// <summary>The backups in a folder, the latest first.</summary>
    public static IReadOnlyList<KeptBackup> List(string folder) => !Directory.Exists(folder) ? [] :
        [.. Directory.EnumerateFiles(folder, "embed-*.db").Where(file => Name().IsMatch(System.IO.Path.GetFileName(file)))
            .Select(file => (File: file, Manifest: BackupManifest.TryRead(ManifestOf(file))))
            .Where(pair => pair.Manifest is not null)
            .Select(pair => new KeptBackup(pair.File, pair.Manifest!))
            .OrderByDescending(backup => backup.Manifest.MadeAt)];

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
