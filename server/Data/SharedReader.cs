using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Data;

/// <summary>
/// One context on an open connection for small look-ups that almost every request makes, one after another. Making a context
/// and opening a connection for each costs several times what the query does. It reads what is committed at that moment.
/// </summary>
internal sealed class SharedReader(IDbContextFactory<EmbedDbContext> databases) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private EmbedDbContext? _database;

    /// <summary>Runs a query that tracks nothing and returns few rows.</summary>
    public async Task<T> ReadAsync<T>(Func<EmbedDbContext, Task<T>> query, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_database is null)
            {
                _database = await databases.CreateDbContextAsync(cancellationToken);
                await _database.Database.OpenConnectionAsync(cancellationToken);
            }

            return await query(_database);
        }
        catch
        {
            // Whatever is wrong with it, the next one begins afresh.
            Close();
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        Close();
        _turn.Dispose();
    }

    private void Close()
    {
        _database?.Dispose();
        _database = null;
    }
}
