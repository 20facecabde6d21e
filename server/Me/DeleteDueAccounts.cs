using Embed.Server.Commenters;
using Embed.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Me;

/// <summary>
/// Deletes accounts whose time has come, some minutes after it. What is under way when the server stops goes on when it starts
/// again: which step is next can be seen from what is still there.
/// </summary>
internal sealed partial class DeleteDueAccounts(
    IDbContextFactory<EmbedDbContext> databases, WriteQueue writes, ErasePerson erase, ErasedAccounts erased, TimeProvider clock,
    ILogger<DeleteDueAccounts> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    // SQLite turns a checkpoint away while another is under way: whoever comes second would go on before all is overwritten.
    private readonly SemaphoreSlim _oneAtATime = new(1);

    /// <summary>Deletes all whose time has come.</summary>
    /// <returns>How many are gone.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            return await EraseDueAsync(cancellationToken);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _oneAtATime.Dispose();
    }

    private async Task<int> EraseDueAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await erased.PrepareAsync(cancellationToken);
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        // Seldom is there any, and then nobody who writes has to wait for this.
        if (await database.Accounts.AnyAsync(a => a.Provider == ErasedAccounts.Provider, cancellationToken))
        {
            await ForgetHashesAsync(database, now, cancellationToken);
        }

        var due = await database.Commenters.Where(c => c.DeletionDueAt <= now).OrderBy(c => c.DeletionDueAt).Select(c => c.Id).ToListAsync(cancellationToken);
        var gone = 0;
        try
        {
            foreach (var id in due)
            {
                gone += await EraseAsync(id, cancellationToken) ? 1 : 0;
            }
        }
        finally
        {
            if (due.Count > 0)
            {
                // What was deleted is overwritten in the file (SqlitePragmas), but still stands in the log beside it.
                await database.Database.ExecuteSqlAsync($"PRAGMA wal_checkpoint(TRUNCATE)", CancellationToken.None);
            }
        }

        return gone;
    }

    private static async Task ForgetHashesAsync(EmbedDbContext database, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Whose bans have all ended since: of those who came back only the hashes go, of the others all that was left.
        await database.Accounts
            .Where(a => a.Provider == ErasedAccounts.Provider && database.Commenters.Any(c => c.Id == a.CommenterId && c.Name != "")
                && !database.Bans.Any(b => b.CommenterId == a.CommenterId && (b.Until == null || b.Until > now)))
            .ExecuteDeleteAsync(cancellationToken);
        await database.Commenters
            .Where(c => c.Accounts.Any(a => a.Provider == ErasedAccounts.Provider) && c.Name == "" && c.DeletionDueAt == null
                && !database.Bans.Any(b => b.CommenterId == c.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.DeletionDueAt, now), cancellationToken);
    }

    // One that cannot be deleted now must not keep those behind it.
    private async Task<bool> EraseAsync(long id, CancellationToken cancellationToken)
    {
        try
        {
            // One short write after another, so that others get their turn in between.
            for (var isDone = false; !isDone;)
            {
                var step = await writes.RunAsync(write => erase.StepAsync(write, id), cancellationToken);
                if (step.Refusal is not null)
                {
                    // More to write than the server can; next time will do.
                    return false;
                }

                isDone = step.Value;
            }

            Log.Deleted(logger);
            return true;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Log.NotDeleted(logger, fault);
            return false;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            // The first time when the server has been up for a while: its database is up to date by then.
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryRunAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops: nothing failed.
        }
    }

    private async Task TryRunAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken);
        }
        catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
        {
            // The server goes on, and so does this, next time.
            Log.Failed(logger, fault);
        }
    }

    private static partial class Log
    {
        // Without the id: the log is no place for what was to be forgotten.
        [LoggerMessage(LogLevel.Information, "Deleted an account, as its owner asked a day ago")]
        public static partial void Deleted(ILogger logger);

        [LoggerMessage(LogLevel.Error, "Could not delete an account that is to be deleted; will try again")]
        public static partial void NotDeleted(ILogger logger, Exception fault);

        [LoggerMessage(LogLevel.Error, "Could not delete the accounts that are to be deleted; will try again")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}
