using System.Security.Cryptography;
using Embed.Server.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Transfer.Backups;

/// <summary>What a restored copy turned out to have.</summary>
/// <param name="Counts">Rows.</param>
/// <param name="Schema">The last migration that the file had.</param>
/// <param name="Keys">The keys that came with it.</param>
/// <param name="FirstSiteAt">When the first site in it was made; null for none.</param>
internal sealed record Restored(ContentCounts Counts, string Schema, IReadOnlyList<KeyFile> Keys, DateTimeOffset? FirstSiteAt);

/// <summary>
/// A backup made into a database that this version can run on, under another name: what <c>restore</c> does before it changes
/// anything, and what proves a backup. The file itself is only read.
/// </summary>
internal static class RestoredCopy
{
    /// <summary>Copies, checks, brings the schema up to date and counts.</summary>
    /// <param name="file">The backup, or any database of ours.</param>
    /// <param name="target">The copy; what is there of that name is deleted.</param>
    /// <exception cref="BackupFault">The file is missing, damaged, not ours, or of a newer version.</exception>
    public static async Task<Restored> MakeAsync(string file, string target, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
        {
            throw new BackupFault(Directory.Exists(file) ? $"{file} is a folder. Name the backup in it{Example(file)}." : $"There is no file {file}.");
        }

        Delete(target);
        try
        {
            CheckManifest(file);
            OwnersFile.Copy(file, target);
            // A copy somebody made of a database as it lay there has its latest comments in the log beside it.
            if (File.Exists(file + "-wal"))
            {
                OwnersFile.Copy(file + "-wal", target + "-wal");
            }

            var restored = Check(file, target, cancellationToken);
            await UpdateAsync(target, cancellationToken);
            using var updated = PlainSqlite.Open(target);
            return ContentCounts.Read(updated) == restored.Counts
                ? restored
                : throw new BackupFault($"Bringing {file} up to date lost content: it has {restored.Counts}, and then {ContentCounts.Read(updated)}.");
        }
        catch (SqliteException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode != SQLitePCL.raw.SQLITE_FULL)
        {
            throw new BackupFault($"{file} is damaged or no database; backups are called embed-….db. ({fault.Message})", fault);
        }
    }

    private static string Example(string folder) => BackupFolder.List(folder) is [var latest, ..] ? $", such as {latest.Path}" : ", embed-….db";

    /// <summary>Deletes a copy and what SQLite put beside it.</summary>
    public static void Delete(string target)
    {
        foreach (var part in new[] { "", "-wal", "-shm", "-journal" })
        {
            File.Delete(target + part);
        }
    }

    // Disks forget. SQLite notices a page that makes no sense, and not a letter that changed.
    private static void CheckManifest(string file)
    {
        if (BackupFolder.ManifestOf(file) == file)
        {
            throw new BackupFault($"{file} is no backup, but may say what one has. Name the backup itself: embed-….db.");
        }

        if (BackupManifest.TryRead(BackupFolder.ManifestOf(file)) is { } manifest && Sha256Of(file) != manifest.Sha256)
        {
            throw new BackupFault(
                $"{file} is not the file that was backed up: its SHA-256 is not the one in {BackupFolder.ManifestOf(file)}. Use another backup.");
        }
    }

    /// <summary>A file's SHA-256, in lower-case hexadecimal.</summary>
    public static string Sha256Of(string file)
    {
        using var stream = OwnersFile.Open(file, FileMode.Open, FileAccess.Read, FileShare.Read);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static Restored Check(string file, string copy, CancellationToken cancellationToken)
    {
        using var database = PlainSqlite.Open(copy);
        using var stopping = cancellationToken.Register(() => SQLitePCL.raw.sqlite3_interrupt(database.Handle));
        var schema = CheckSchema(file, database);
        var faults = database.Column<string>("PRAGMA integrity_check(3)");
        if (faults is not ["ok"])
        {
            throw new BackupFault($"{file} is damaged: {string.Join("; ", faults)}");
        }

        if (database.Column<string>("SELECT \"table\" || ' → ' || parent FROM pragma_foreign_key_check LIMIT 3") is { Count: > 0 } lost)
        {
            throw new BackupFault($"{file} is damaged: rows lack what they refer to ({string.Join("; ", lost)}).");
        }

        var keys = KeyFiles.Take(database);
        var counts = ContentCounts.Read(database);
        // EF Core looks first whether there is a database, by a connection that cannot write and so not ask for the log.
        database.Run("PRAGMA journal_mode = WAL");
        return new Restored(counts, schema, keys, BackupFolder.FirstSiteAt(database));
    }

    /// <exception cref="BackupFault">The database is another program's.</exception>
    public static void CheckIsOurs(string file, SqliteConnection database)
    {
        if (database.Scalar<long>("SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('__EFMigrationsHistory', 'Comments')") != 2)
        {
            throw new BackupFault($"{file} is an SQLite database, but none of Embed's.");
        }
    }

    private static string CheckSchema(string file, SqliteConnection database)
    {
        CheckIsOurs(file, database);
        using var context = OpenContext(database.DataSource);
        var known = context.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
        var applied = database.Column<string>("SELECT MigrationId FROM __EFMigrationsHistory ORDER BY MigrationId");
        return applied.FirstOrDefault(migration => !known.Contains(migration)) is { } newer
            ? throw new BackupFault($"{file} was made by a newer version of Embed (schema {newer}). Update the server first.")
            : applied.Count == 0 ? throw new BackupFault($"{file} is a database of Embed with nothing in it.") : applied[^1];
    }

    private static async Task UpdateAsync(string copy, CancellationToken cancellationToken)
    {
        await using (var context = OpenContext(copy))
        {
            await context.MigrateAloneAsync(cancellationToken);
        }

        // The last to close it has put the log into the file.
        OwnersFile.Flush(copy);
    }

    private static EmbedDbContext OpenContext(string path) => new(new DbContextOptionsBuilder<EmbedDbContext>()
        .UseSqlite(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ConnectionString)
        .AddInterceptors(new SqlitePragmas()).Options);
}
