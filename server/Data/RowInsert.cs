using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Embed.Server.Data;

/// <summary>
/// An INSERT that runs for thousands of rows, its values bound by their place. ADO.NET looks each parameter up by its name for each row,
/// which costs as much as all the rest.
/// </summary>
internal sealed class RowInsert : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public RowInsert(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(_database, sql, out _statement));
    }

    /// <summary>Inserts a row.</summary>
    /// <param name="values">A value for each parameter: null, a number, a text or a Guid.</param>
    /// <exception cref="SqliteException">The row cannot be inserted.</exception>
    public void Run(object?[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            Check(Bind(i + 1, values[i]));
        }

        var end = raw.sqlite3_step(_statement);
        raw.sqlite3_reset(_statement);
        Check(end == raw.SQLITE_DONE ? raw.SQLITE_OK : end);
    }

    public void Dispose() => _statement.Dispose();

    private int Bind(int place, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(_statement, place),
        string text => raw.sqlite3_bind_text(_statement, place, text),
        // As Microsoft.Data.Sqlite writes them.
        Guid id => raw.sqlite3_bind_text(_statement, place, id.ToString().ToUpperInvariant()),
        bool or int or long or Enum => raw.sqlite3_bind_int64(_statement, place, Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        _ => throw new NotSupportedException($"A value of {value.GetType()} has no place in a row."),
    };

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
