using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Embed.Server.Data;

/// <summary>What every connection is told when it is made, and why (https://www.sqlite.org/pragma.html).</summary>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    // WAL: readers never wait for the writer. FULL: the log is flushed before a commit is acknowledged, so an accepted
    // comment survives a power cut (NORMAL would lose the last ones). Foreign keys are off by default in SQLite. Secure delete:
    // what is deleted is overwritten; otherwise it would stand in free pages of the file, and in every copy of it, for years.
    private const string Statements =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000; " +
        "PRAGMA secure_delete = ON;";

    // Connections are pooled: opening one mostly means taking one that was told already.
    private readonly ConditionalWeakTable<object, object> _told = [];

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        if (IsNew(connection))
        {
            using var command = connection.CreateCommand();
            command.CommandText = Statements;
            command.ExecuteNonQuery();
        }
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (IsNew(connection))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = Statements;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private bool IsNew(DbConnection connection)
    {
        var handle = ((SqliteConnection)connection).Handle!;
        return !_told.TryGetValue(handle, out _) && _told.TryAdd(handle, handle);
    }
}
