using Embed.Server.Data;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Embed.Server.Transfer.Backups;

/// <summary>
/// A copy of a database that is in use, by SQLite's online backup (https://www.sqlite.org/c3ref/backup_finish.html). The source is
/// read in one transaction: what is copied and what is counted are the same moment. In the WAL that keeps nobody from writing; the
/// log only grows meanwhile. Microsoft.Data.Sqlite's own method copies all in one call, which could not be stopped, and tells no progress.
/// </summary>
internal static class OnlineCopy
{
    // About 8 MB: far less than a second, so that stopping the server does not wait.
    private const int PagesAtOnce = 2_048;

    /// <summary>Copies.</summary>
    /// <param name="database">The source.</param>
    /// <param name="copy">Where to; there must be no such file.</param>
    /// <param name="keys">The folder of its keys, which go into the copy.</param>
    /// <param name="progress">Told the part that is copied, 0 to 1.</param>
    /// <returns>What the source had at that moment.</returns>
    public static ContentCounts Make(string database, string copy, string keys, Action<double> progress, CancellationToken cancellationToken)
    {
        OwnersFile.Make(copy);
        using var target = PlainSqlite.Open(copy);
        ContentCounts counts;
        using (var source = PlainSqlite.Open(database))
        using (source.BeginTransaction(deferred: true))
        {
            RestoredCopy.CheckIsOurs(database, source);
            counts = ContentCounts.Read(source);
            Copy(source.Handle!, target.Handle!, progress, cancellationToken);
        }

        // The copy has the source's header, which asks for a log beside the file. A backup is one file.
        target.Run("PRAGMA journal_mode = DELETE");
        KeyFiles.Put(target, keys);
        return counts;
    }

    private static void Copy(sqlite3 source, sqlite3 target, Action<double> progress, CancellationToken cancellationToken)
    {
        var backup = raw.sqlite3_backup_init(target, "main", source, "main");
        SqliteException.ThrowExceptionForRC(backup.IsInvalid ? raw.sqlite3_errcode(target) : raw.SQLITE_OK, target);
        int result;
        try
        {
            while ((result = raw.sqlite3_backup_step(backup, PagesAtOnce)) == raw.SQLITE_OK)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var pages = Math.Max(1, raw.sqlite3_backup_pagecount(backup));
                progress(1 - (raw.sqlite3_backup_remaining(backup) / (double)pages));
            }
        }
        finally
        {
            raw.sqlite3_backup_finish(backup);
        }

        if (result != raw.SQLITE_DONE)
        {
            throw new SqliteException(raw.sqlite3_errstr(result).utf8_to_string(), result);
        }
    }
}
