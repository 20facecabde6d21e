using Microsoft.Data.Sqlite;

namespace Embed.Server.Transfer.Backups;

/// <summary>A backup or a restore was not done; nothing has changed.</summary>
/// <param name="sentence">Why, and what to do, for whoever runs the server.</param>
/// <param name="inner">What went wrong below.</param>
internal sealed class BackupFault(string sentence, Exception? inner = null) : Exception(sentence, inner)
{
    /// <summary>Whether something is what files, disks and databases do, and not a fault of ours.</summary>
    public static bool IsExpected(Exception fault) => fault is SqliteException or IOException or UnauthorizedAccessException;
}
