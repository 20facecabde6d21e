using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Embed.Tests;

/// <summary>Keeps what a server asks its database, while somebody wants to know.</summary>
internal sealed class QueryLog : DbCommandInterceptor
{
    private volatile ConcurrentQueue<DbCommand>? _asked;

    /// <summary>Copies of the queries asked meanwhile, in order.</summary>
    public async Task<IReadOnlyCollection<DbCommand>> DuringAsync(Func<Task> ask)
    {
        var asked = _asked = new ConcurrentQueue<DbCommand>();
        await ask();
        _asked = null;
        return asked;
    }

    /// <inheritdoc/>
    public override InterceptionResult<DbDataReader> ReaderExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        Keep(command);
        return result;
    }

    /// <inheritdoc/>
    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        Keep(command);
        return ValueTask.FromResult(result);
    }

    private void Keep(DbCommand command)
    {
        if (_asked is not { } asked || !command.CommandText.StartsWith("SELECT", StringComparison.Ordinal))
        {
            return;
        }

        var copy = new SqliteCommand();
#pragma warning disable CA2100 // A query of the product's own, as it sends it.
        copy.CommandText = command.CommandText;
#pragma warning restore CA2100
        foreach (DbParameter parameter in command.Parameters)
        {
            copy.Parameters.AddWithValue(parameter.ParameterName, parameter.Value ?? DBNull.Value);
        }

        asked.Enqueue(copy);
    }
}
