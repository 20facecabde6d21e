using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Embed.Server.Transfer.Importing;

/// <summary>
/// A SQLite file beside the database, for what an import works with. Each text of SQL is prepared once; values are parameters
/// <c>@0</c>, <c>@1</c>, … Used by one thread at a time.
/// </summary>
internal sealed class ScratchFile : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    private ScratchFile(string path)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ConnectionString);
        _connection.Open();
    }

    /// <summary>Opens a file that whoever made it can make again: fast, and worth nothing after a power cut before <see cref="KeepAsMade"/>.</summary>
    public static ScratchFile OpenFast(string path, string schema)
    {
        var file = new ScratchFile(path);
        // A transaction that is rolled back is not needed. More pages than 4 MB gain nothing, and each thread that opens a file keeps its own.
        file.Do("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -4000; PRAGMA temp_store = FILE;");
        file.Do(schema);
        return file;
    }

    /// <summary>Opens a file that others read while it is written.</summary>
    public static ScratchFile OpenShared(string path, string schema)
    {
        var file = new ScratchFile(path);
        file.Do("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;");
        file.Do(schema);
        return file;
    }

    /// <summary>Has the disk keep what a file has now.</summary>
    public static void KeepAsMade(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Runs a statement, and says how many rows it changed.</summary>
    public int Execute(string sql, params object?[] values) => CommandFor(sql, values).ExecuteNonQuery();

    /// <summary>The one number that a query answers; null for none.</summary>
    public long? Number(string sql, params object?[] values) => CommandFor(sql, values).ExecuteScalar() is { } number and not DBNull
        ? Convert.ToInt64(number, CultureInfo.InvariantCulture)
        : null;

    /// <summary>The rows of a query, each the reader itself where it stands. The same query cannot be asked again meanwhile.</summary>
    public IEnumerable<SqliteDataReader> Rows(string sql, params object?[] values)
    {
        using var reader = CommandFor(sql, values).ExecuteReader();
        while (reader.Read())
        {
            yield return reader;
        }
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    private void Do(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this program; whatever comes from outside is a parameter.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private SqliteCommand CommandFor(string sql, object?[] values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            _commands.Add(sql, command = _connection.CreateCommand());
#pragma warning disable CA2100 // Constants of this program; whatever comes from outside is a parameter.
            command.CommandText = sql;
#pragma warning restore CA2100
            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter(string.Create(CultureInfo.InvariantCulture, $"@{i}"), DBNull.Value));
            }
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }
}

/// <summary>Reads columns that may be null.</summary>
internal static class ScratchColumns
{
    public static string? TextOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static long? NumberOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    public static bool IsTrue(this SqliteDataReader row, int column) => !row.IsDBNull(column) && row.GetInt64(column) != 0;
}
