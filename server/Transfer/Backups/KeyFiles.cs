using System.Text;
using System.Text.RegularExpressions;
using Embed.Server.Data;
using Microsoft.Data.Sqlite;

namespace Embed.Server.Transfer.Backups;

/// <summary>A key of the folder beside the database.</summary>
/// <param name="Name">Its file's name.</param>
/// <param name="Content">What is in it.</param>
internal sealed record KeyFile(string Name, string Content);

/// <summary>
/// The keys that protect what the database keeps of secrets: without them sites' secrets and mailed sign-ins would be lost. They
/// travel in a table of the copy, so that one file is the whole backup.
/// </summary>
internal static partial class KeyFiles
{
    private const string Table = "EmbedBackupKeys";

    // A key has about 1,000 characters, and there is a new one every 90 days.
    private const int MaxCharacters = 100_000;

    /// <summary>Puts the folder's keys into a copy.</summary>
    public static void Put(SqliteConnection copy, string folder)
    {
        copy.Run($"CREATE TABLE {Table} (Name TEXT NOT NULL PRIMARY KEY, Content TEXT NOT NULL)");
        using var command = copy.CreateCommand();
        command.CommandText = $"INSERT INTO {Table} (Name, Content) VALUES (@name, @content)";
        foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.xml").Where(file => IsName(Path.GetFileName(file))) : [])
        {
            command.Parameters.Clear();
            command.Parameters.AddWithValue("@name", Path.GetFileName(file));
            command.Parameters.AddWithValue("@content", File.ReadAllText(file));
            command.ExecuteNonQuery();
        }
    }

    /// <summary>Takes them out of a copy; none where the file was no backup of ours.</summary>
    public static IReadOnlyList<KeyFile> Take(SqliteConnection copy)
    {
        if (copy.Scalar<long>($"SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = '{Table}'") == 0)
        {
            return [];
        }

        var names = copy.Column<string>($"SELECT Name FROM {Table} ORDER BY Name");
        var contents = copy.Column<string>($"SELECT substr(Content, 1, {MaxCharacters}) FROM {Table} ORDER BY Name");
        // A restored database keeps none, not even in pages it has given up.
        copy.Run($"PRAGMA secure_delete = ON; DROP TABLE {Table}");
        return [.. names.Zip(contents, (name, content) => new KeyFile(name, content)).Where(key => IsName(key.Name))];
    }

    /// <summary>Writes those that a folder does not have. A key never changes, so none is replaced.</summary>
    /// <returns>How many were new.</returns>
    public static int Write(IEnumerable<KeyFile> keys, string folder)
    {
        var missing = keys.Where(key => !File.Exists(Path.Combine(folder, key.Name))).ToList();
        foreach (var key in missing)
        {
            DataFolder.Make(folder);
            OwnersFile.Write(Path.Combine(folder, key.Name), Encoding.UTF8.GetBytes(key.Content));
        }

        return missing.Count;
    }

    // The names that ASP.NET Core gives them. A file from elsewhere must not name another place.
    private static bool IsName(string name) => Name().IsMatch(name);

    [GeneratedRegex(@"^(key|revocation)-[0-9A-Za-z-]{1,80}\.xml\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
