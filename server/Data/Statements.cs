using System.Data;
using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Embed.Server.Data;

/// <summary>
/// SQL of ours on one open connection, each text prepared once. For the few statements that every post runs: through EF Core
/// each of them costs many times what the database itself needs. Values are parameters <c>@0</c>, <c>@1</c>, …
/// </summary>
internal sealed class Statements(EmbedDbContext database) : IAsyncDisposable
{
    private readonly Dictionary<string, DbCommand> _commands = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, Insert> _inserts = [];
    private readonly Dictionary<Type, (RowInsert Row, Insert Insert)> _waiting = [];

    private sealed record Insert(string Sql, string Names, IReadOnlyList<(IProperty Property, RelationalTypeMapping Mapping)> Columns)
    {
        public object?[] ValuesOf(object entity)
        {
            var values = new object?[Columns.Count];
            for (var i = 0; i < values.Length; i++)
            {
                var (property, mapping) = Columns[i];
                var value = property.GetGetter().GetClrValue(entity);
                values[i] = value is null || mapping.Converter is null ? value : mapping.Converter.ConvertToProvider(value);
            }

            return values;
        }
    }

    /// <summary>Runs a statement that answers nothing.</summary>
    public Task ExecuteAsync(string sql, params object?[] values) => CommandFor(sql, values).ExecuteNonQueryAsync();

    /// <summary>Runs a statement that answers a row or none.</summary>
    /// <returns>The first row, null values as null; null if there is none.</returns>
    public async Task<object?[]?> RowAsync(string sql, params object?[] values)
    {
        await using var reader = await CommandFor(sql, values).ExecuteReaderAsync(CommandBehavior.SingleRow);
        if (!await reader.ReadAsync())
        {
            return null;
        }

        var row = new object?[reader.FieldCount];
        for (var i = 0; i < row.Length; i++)
        {
            row[i] = await reader.IsDBNullAsync(i) ? null : reader.GetValue(i);
        }

        return row;
    }

    /// <summary>Runs a statement that answers one number.</summary>
    public async Task<long> NumberAsync(string sql, params object?[] values) =>
        Convert.ToInt64(await CommandFor(sql, values).ExecuteScalarAsync(), CultureInfo.InvariantCulture);

    /// <summary>Inserts an entity with all its columns as the model maps them; the context does not track it.</summary>
    /// <returns>Its new id.</returns>
    public Task<long> InsertAsync<T>(T entity)
        where T : class
    {
        if (!_inserts.TryGetValue(typeof(T), out var insert))
        {
            var type = database.Model.FindEntityType(typeof(T))!;
            insert = InsertFor($"\"{type.GetTableName()}\"", [.. type.GetProperties().Where(property => !property.IsPrimaryKey())]);
            _inserts.Add(typeof(T), insert = insert with { Sql = $"{insert.Sql} RETURNING \"Id\"" });
        }

        return NumberAsync(insert.Sql, insert.ValuesOf(entity));
    }

    /// <summary>Inserts many entities with all their columns, keys too, as the model maps them; the context does not track them.</summary>
    /// <remarks>
    /// One statement for all: before a statement with triggers SQLite copies every page that it changes, to be able to take it back
    /// alone. For one row with all its indexes that costs more than the row.
    /// </remarks>
    public async Task InsertAllAsync<T>(IReadOnlyCollection<T> entities)
        where T : class
    {
        var type = database.Model.FindEntityType(typeof(T))!;
        var (table, waiting) = ($"\"{type.GetTableName()}\"", $"temp.\"Waiting{type.GetTableName()}\"");
        var all = _waiting.TryGetValue(typeof(T), out var known) ? known.Insert : InsertFor(waiting, [.. type.GetProperties()]);
        // Each time: a write that was undone has undone it, too.
        await ExecuteAsync($"CREATE TEMP TABLE IF NOT EXISTS {waiting} AS SELECT {all.Names} FROM {table} LIMIT 0");
        if (known.Row is null)
        {
            _waiting.Add(typeof(T), known = (new RowInsert((SqliteConnection)database.Database.GetDbConnection(), all.Sql), all));
        }

        foreach (var entity in entities)
        {
            known.Row.Run(all.ValuesOf(entity));
        }

        await ExecuteAsync($"INSERT INTO {table} ({all.Names}) SELECT {all.Names} FROM {waiting} ORDER BY rowid");
        await ExecuteAsync($"DELETE FROM {waiting}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (row, _) in _waiting.Values)
        {
            row.Dispose();
        }

        foreach (var command in _commands.Values)
        {
            await command.DisposeAsync();
        }
    }

    private static Insert InsertFor(string table, IReadOnlyList<IProperty> columns)
    {
        var names = string.Join(", ", columns.Select(column => $"\"{column.GetColumnName()}\""));
        var parameters = string.Join(", ", columns.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"@{i}")));
        return new Insert(
            $"INSERT INTO {table} ({names}) VALUES ({parameters})", names,
            [.. columns.Select(column => (column, (RelationalTypeMapping)column.GetTypeMapping()))]);
    }

    private DbCommand CommandFor(string sql, object?[] values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            _commands.Add(sql, command = database.Database.GetDbConnection().CreateCommand());
#pragma warning disable CA2100 // Constants of this program and names of the model; whatever comes from outside is a parameter.
            command.CommandText = sql;
#pragma warning restore CA2100
            for (var i = 0; i < values.Length; i++)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = string.Create(CultureInfo.InvariantCulture, $"@{i}");
                command.Parameters.Add(parameter);
            }
        }

        command.Transaction = database.Database.CurrentTransaction?.GetDbTransaction();
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }
}
