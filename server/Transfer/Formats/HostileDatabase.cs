using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Embed.Server.Transfer.Formats;

/// <summary>Some columns of one row of a database.</summary>
/// <param name="place">Where it stands, for people.</param>
internal sealed class DatabaseRow(string place)
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public string Place { get; } = place;

    /// <summary>Why the row cannot be read, as a sentence: one of its values is too long. Null otherwise.</summary>
    public string? Fault { get; private set; }

    /// <summary>A column's value as text, without blanks around it; null if it is missing or blank.</summary>
    public string? this[string column] => SourceValues.Text(_values.GetValueOrDefault(column));

    public void Add(string column, string value) => _values[column] = value;

    /// <summary>Notes that a value was too long to hold.</summary>
    public void AddTooLong(string column, long bytes) => Fault ??= $"It is too long: its {column} has {bytes / 1_000_000.0:0.0} MB.";
}

/// <summary>
/// A database that somebody else made and may have prepared. It is only read, and never written beside; what it could make SQLite run
/// (views, virtual tables, computed columns) is refused.
/// </summary>
internal sealed class HostileDatabase : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly int _mostBytes;
    private readonly CancellationToken _cancellationToken;
    private readonly CancellationTokenRegistration _interrupt;

    /// <param name="path">Where it is.</param>
    /// <param name="mostBytes">Bytes of a value that is read; a longer one is never loaded.</param>
    /// <param name="cancellationToken">Interrupts what runs.</param>
    /// <exception cref="ImportFileException">It is no database.</exception>
    public HostileDatabase(string path, int mostBytes, CancellationToken cancellationToken)
    {
        _mostBytes = mostBytes;
        _cancellationToken = cancellationToken;

        // immutable: no journal of it is looked for, and none is made.
        var address = $"file:{Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal)}?immutable=1";
        _connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = address, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        Guarded(() =>
        {
            _connection.Open();
            using var command = _connection.CreateCommand();
            command.CommandText =
                "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA ignore_check_constraints = ON; PRAGMA mmap_size = 0; PRAGMA query_only = ON;";
            return command.ExecuteNonQuery();
        });
        _interrupt = cancellationToken.Register(() => raw.sqlite3_interrupt(_connection.Handle));
    }

    /// <summary>All rows of a table. A column that it does not have is missing in each.</summary>
    /// <exception cref="ImportFileException">There is no such table, or it is none to be trusted, or damaged.</exception>
    public IEnumerable<DatabaseRow> Rows(string table, IReadOnlyList<string> columns)
    {
        var known = ColumnsOf(table);
        Check(table);
        var read = columns.Where(known.Contains).ToList();
        using var command = _connection.CreateCommand();
        command.Parameters.AddWithValue("$most", _mostBytes);
        command.CommandText = $"SELECT {string.Join(", ", read.Select(Bounded))} FROM \"{table}\"";
        using var reader = Guarded(command.ExecuteReader);
        for (var number = 1; Guarded(reader.Read); number++)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            var row = new DatabaseRow($"row {number} of {table}");
            for (var i = 0; i < read.Count; i++)
            {
                Take(row, read[i], reader, i * 2);
            }

            yield return row;
        }
    }

    public void Dispose()
    {
        _interrupt.Dispose();
        _connection.Dispose();
    }

    /// <summary>The value if it is not too long, and its length, which SQLite knows without loading it.</summary>
    private static string Bounded(string column) =>
        $"CASE WHEN octet_length(\"{column}\") <= $most THEN \"{column}\" END, octet_length(\"{column}\")";

    private static void Take(DatabaseRow row, string column, SqliteDataReader reader, int index)
    {
        switch (reader.GetValue(index))
        {
            case string text:
                row.Add(column, text);
                break;
            case byte[] bytes:
                row.Add(column, Encoding.UTF8.GetString(bytes));
                break;
            case DBNull when !reader.IsDBNull(index + 1):
                row.AddTooLong(column, reader.GetInt64(index + 1));
                break;
            case long number:
                row.Add(column, number.ToString(CultureInfo.InvariantCulture));
                break;
            case double number:
                row.Add(column, number.ToString("R", CultureInfo.InvariantCulture));
                break;
            default:
                break;
        }
    }

    /// <summary>Looks whether a table's pages hang together.</summary>
    private void Check(string table)
    {
        if (Guarded(() => Scalar($"PRAGMA quick_check(\"{table}\")", table)) is var answer && answer as string != "ok")
        {
            throw Damaged($"{answer}");
        }
    }

    private HashSet<string> ColumnsOf(string table)
    {
        const string IsPlain = "SELECT count(*) FROM sqlite_schema WHERE name = $table AND type = 'table' AND rootpage > 0";
        if (Guarded(() => Scalar(IsPlain, table)) is not 1L)
        {
            throw new ImportFileException($"The database has no table “{table}”, or one that is not plain. It is none of Isso's.");
        }

        if (Guarded(() => Scalar("SELECT count(*) FROM pragma_table_xinfo($table) WHERE hidden <> 0", table)) is not 0L)
        {
            throw new ImportFileException($"The database computes columns of its table “{table}”. It is none of Isso's.");
        }

        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT name FROM pragma_table_info($table) LIMIT 200";
        command.Parameters.AddWithValue("$table", table);
        using var reader = Guarded(command.ExecuteReader);
        var columns = new HashSet<string>(StringComparer.Ordinal);
        while (Guarded(reader.Read))
        {
            columns.Add(reader.GetString(0));
        }

        return columns;
    }

    private object? Scalar(string sql, string table)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$table", table);
        return command.ExecuteScalar();
    }

    private T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (SqliteException fault)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            throw Damaged(fault.Message, fault);
        }
    }

    private static ImportFileException Damaged(string why, Exception? fault = null) =>
        new($"The database is damaged or incomplete. Stop Isso, copy the file anew, and try again. ({why})", fault);
}
