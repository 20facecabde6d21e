using Embed.Server.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Embed.Server.Transfer.Export;

/// <summary>
/// The database as it is at one moment, for as long as it is read: a read transaction of SQLite, which nobody waits for. Meanwhile
/// the log of writes beside the database grows by what is written.
/// </summary>
internal sealed class ExportSnapshot : IAsyncDisposable
{
    private readonly EmbedDbContext _database;
    private readonly SqliteTransaction _transaction;

    private ExportSnapshot(EmbedDbContext database, SqliteTransaction transaction) => (_database, _transaction) = (database, transaction);

    public IModel Model => _database.Model;

    public static async Task<ExportSnapshot> OpenAsync(IDbContextFactory<EmbedDbContext> databases, CancellationToken cancellationToken)
    {
        var database = await databases.CreateDbContextAsync(cancellationToken);
        try
        {
            await database.Database.OpenConnectionAsync(cancellationToken);
            var transaction = ((SqliteConnection)database.Database.GetDbConnection()).BeginTransaction(deferred: true);
            var snapshot = new ExportSnapshot(database, transaction);
            // The first thing that is read says which moment it is.
            await using var first = snapshot.Command("SELECT COUNT(*) FROM sqlite_schema", null);
            await first.ExecuteScalarAsync(cancellationToken);
            return snapshot;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>A statement that reads; the parameter <c>@site</c> is a site's id, null for none.</summary>
    public SqliteCommand Command(string sql, long? siteId)
    {
        var command = _transaction.Connection!.CreateCommand();
        command.Transaction = _transaction;
#pragma warning disable CA2100 // Constants of this program and names of the model.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("@site", (object?)siteId ?? DBNull.Value);
        return command;
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _database.DisposeAsync();
    }
}
