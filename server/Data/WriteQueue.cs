using System.Threading.Channels;
using Embed.Server.Model;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Data;

/// <summary>
/// The one way to change threads and what belongs to them. Writes run one after another on one connection. Those that wait
/// together share a transaction, so that one flush of the log serves them all (group commit); each is answered after the
/// commit. When too many wait, more are refused at once.
/// </summary>
/// <remarks>
/// A savepoint around each write keeps one that is refused or fails from undoing its neighbours. On a database that takes many
/// writers the same call would run each write in a transaction of its own.
/// </remarks>
internal sealed partial class WriteQueue(IDbContextFactory<EmbedDbContext> databases, ILogger<WriteQueue> logger) : BackgroundService
{
    /// <summary>Most writes that wait: about half a second's work.</summary>
    public const int Capacity = 1_024;

    // The first of a group waits for the last.
    private const int MostInGroup = 128;

    // Somebody else holds SQLite's write lock (a migration, a backup, an operator's shell): then those who wait are told so.
    private const int LockWaitSeconds = 10;

    private readonly Channel<QueuedWrite> _queue = Channel.CreateBounded<QueuedWrite>(
        new BoundedChannelOptions(Capacity) { SingleReader = true });

    private WriteScope? _scope;

    /// <summary>Runs a write in its turn.</summary>
    /// <param name="write">
    /// Reads what it depends on and writes, with the scope's connection alone. Nobody else writes meanwhile. A refusal or an
    /// exception undoes what it wrote.
    /// </param>
    /// <param name="cancellationToken">Gives up the place in the queue. What has had its turn is written.</param>
    /// <returns>The write's own outcome, once it is on disk; refused: server-busy.</returns>
    public Task<Outcome<T>> RunAsync<T>(Func<WriteScope, Task<Outcome<T>>> write, CancellationToken cancellationToken)
    {
        var queued = new QueuedWrite<T>(write, cancellationToken);
        return _queue.Writer.TryWrite(queued) ? queued.Answer : Task.FromResult<Outcome<T>>(Refusal.ServerBusy);
    }

    // On a thread of its own: it waits for the disk, and must not wait for its turn behind all who read. SQLite works on the
    // thread that calls, so what is awaited below has ended by then.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Factory.StartNew(
        () => Run(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(CancellationToken stoppingToken)
    {
        // Nothing more is taken then, and what was taken is written.
        using var stopping = stoppingToken.Register(() => _queue.Writer.TryComplete());
        while (_queue.Reader.WaitToReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult())
        {
            WriteGroupAsync().GetAwaiter().GetResult();
        }

        CloseAsync().GetAwaiter().GetResult();
    }

    private async Task WriteGroupAsync()
    {
        List<QueuedWrite> group = [];
        try
        {
            _scope ??= await WriteScope.OpenAsync(databases, LockWaitSeconds);
            // SQLite takes its one write lock here: what is read below cannot change before the commit.
            await using var transaction = await _scope.BeginAsync();
            while (group.Count < MostInGroup && _queue.Reader.TryRead(out var write))
            {
                group.Add(write);
                await write.RunAsync(_scope);
            }

            await transaction.CommitAsync();
        }
        catch (Exception fault)
        {
            await EndAsync(group, fault);
            return;
        }

        try
        {
            _scope.Announce();
        }
        catch (Exception fault)
        {
            // It is on disk all the same.
            Log.NotAnnounced(logger, fault);
        }

        group.ForEach(write => write.Complete());
    }

    // Nothing of the group is on disk. Whoever waits behind it would wait as long and in vain.
    private async Task EndAsync(List<QueuedWrite> group, Exception fault)
    {
        while (_queue.Reader.TryRead(out var write))
        {
            group.Add(write);
        }

        var isLocked = fault is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED };
        if (isLocked)
        {
            Log.Locked(logger, group.Count, LockWaitSeconds);
        }
        else
        {
            Log.Failed(logger, group.Count, fault);
        }

        group.ForEach(write => write.Fail(isLocked ? null : fault));
        await CloseAsync();
    }

    private async Task CloseAsync()
    {
        if (_scope is { } scope)
        {
            _scope = null;
            await scope.DisposeAsync();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Refused {Count} writes: another program has held the database's write lock for {Seconds} s")]
        public static partial void Locked(ILogger logger, int count, int seconds);

        [LoggerMessage(LogLevel.Error, "Could not write: a transaction failed, {Count} writes with it")]
        public static partial void Failed(ILogger logger, int count, Exception fault);

        [LoggerMessage(LogLevel.Error, "Could not announce a change")]
        public static partial void NotAnnounced(ILogger logger, Exception fault);
    }
}
