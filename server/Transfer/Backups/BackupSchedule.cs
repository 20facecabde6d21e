using Microsoft.Extensions.Options;

namespace Embed.Server.Transfer.Backups;

/// <summary>A backup that was tried and not made.</summary>
internal sealed record BackupFailure(DateTimeOffset At, string Sentence);

/// <summary>
/// Makes backups when they are due, and when an administrator asks; never two at once. One that fails is tried again every
/// quarter of an hour.
/// </summary>
internal sealed partial class BackupSchedule(
    MakeBackup make, BackupFolder backups, IOptions<EmbedOptions> options, TimeProvider clock, IHostApplicationLifetime lifetime,
    ILogger<BackupSchedule> logger) : BackgroundService
{
    /// <summary>How long after a failure it is tried again.</summary>
    public static readonly TimeSpan RetryPause = TimeSpan.FromMinutes(15);

    private readonly Lock _changing = new();
    private Task<KeptBackup?>? _running;

    /// <summary>Called when something about the one under way has changed, from any thread.</summary>
    public event Action? Changed;

    /// <summary>How far the one under way is; null for none.</summary>
    public BackupProgress? Progress { get; private set; }

    /// <summary>What came of the last attempt, if that was nothing; null otherwise.</summary>
    public BackupFailure? Failure { get; private set; }

    /// <summary>How often there is one; null for never.</summary>
    public TimeSpan? Interval => options.Value.Backup.IntervalHours is > 0 and var hours ? TimeSpan.FromHours(hours) : null;

    /// <summary>When one is due.</summary>
    /// <param name="last">When the last was made, now or before; null for never.</param>
    /// <param name="failedAt">When the last attempt failed; null if it did not.</param>
    /// <param name="interval">How often there is one.</param>
    /// <param name="now">Now.</param>
    public static DateTimeOffset DueAt(DateTimeOffset? last, DateTimeOffset? failedAt, TimeSpan interval, DateTimeOffset now)
    {
        var due = last + interval ?? now;
        return failedAt + RetryPause is { } retry && retry > due ? retry : due;
    }

    /// <summary>When the next one is due; null for never.</summary>
    public DateTimeOffset? NextAt(DateTimeOffset? last) =>
        Interval is { } interval ? DueAt(last, Failure?.At, interval, clock.GetUtcNow()) : null;

    /// <summary>Makes one now, or waits for the one that is under way. It goes on when whoever asked has left.</summary>
    /// <returns>The backup; null if it failed: <see cref="Failure"/>.</returns>
    public Task<KeptBackup?> RunAsync()
    {
        lock (_changing)
        {
            // On a thread of its own: SQLite and the disk keep it for seconds.
            return _running ??= Task.Factory.StartNew(
                MakeAsync, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!await HasStartedAsync(stoppingToken))
        {
            return;
        }

        CleanUp();
        if (Interval is null)
        {
            return;
        }

        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        while (!stopping.IsCancellationRequested)
        {
            var wait = NextAt(LastMadeAt())!.Value - clock.GetUtcNow();
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, clock, stopping.Token);
            }
            else
            {
                await RunAsync();
            }
        }
    }

    // Until then there may be no schema yet.
    private async Task<bool> HasStartedAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var starting = lifetime.ApplicationStarted.Register(() => started.TrySetResult(true));
        await using var stopping = stoppingToken.Register(() => started.TrySetResult(false));
        return await started.Task;
    }

    // Half a backup is as large as a whole one, and the next may be a day away.
    private void CleanUp()
    {
        try
        {
            BackupFolder.TryClean(backups.Path);
        }
        catch (Exception fault) when (BackupFault.IsExpected(fault))
        {
            Log.NotCleaned(logger, fault.Message);
        }
    }

    private DateTimeOffset? LastMadeAt()
    {
        try
        {
            return BackupFolder.LatestAt(backups.Own(), clock.GetUtcNow())?.Manifest.MadeAt;
        }
        catch (Exception fault) when (BackupFault.IsExpected(fault))
        {
            // The attempt will say it.
            return null;
        }
    }

    private async Task<KeptBackup?> MakeAsync()
    {
        KeptBackup? made = null;
        try
        {
            made = await make.HandleAsync(null, Tell, lifetime.ApplicationStopping);
            Failure = null;
            Log.Made(logger, made.Manifest.Comments, made.Path);
        }
        catch (OperationCanceledException)
        {
            // The server stops; the next start makes it.
        }
        catch (BackupFault fault)
        {
            Failure = new(clock.GetUtcNow(), fault.Message);
            Log.NotMade(logger, fault.Message);
        }
        catch (Exception fault)
        {
            Failure = new(clock.GetUtcNow(), "The backup failed; the server's log says why.");
            Log.Failed(logger, fault);
        }

        lock (_changing)
        {
            _running = null;
        }

        Progress = null;
        Changed?.Invoke();
        return made;
    }

    private void Tell(BackupProgress progress)
    {
        Progress = progress;
        Changed?.Invoke();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Backed up {Comments} comments to {Path}, and proved it by restoring it into a scratch copy")]
        public static partial void Made(ILogger logger, long comments, string path);

        [LoggerMessage(LogLevel.Warning, "There is no new backup, and it will be tried again: {Why}")]
        public static partial void NotMade(ILogger logger, string why);

        [LoggerMessage(LogLevel.Warning, "What an interrupted backup left could not be deleted: {Why}")]
        public static partial void NotCleaned(ILogger logger, string why);

        [LoggerMessage(LogLevel.Error, "Could not back up; will try again")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}
