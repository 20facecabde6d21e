using System.Threading.Channels;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Transfer.Formats;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Transfer.Importing;

/// <summary>How far the import is that runs now.</summary>
/// <param name="ImportId">Which.</param>
/// <param name="State">What it does.</param>
/// <param name="Done">Rows that are done with.</param>
/// <param name="Total">Rows in all; null while that is unknown.</param>
internal sealed record ImportProgress(long ImportId, ImportState State, long Done, long? Total);

/// <summary>
/// Runs imports, one at a time, in the order they were started. One that was under way when the server stopped goes on when it
/// starts again: reading from the beginning, writing and undoing where it was.
/// </summary>
internal sealed partial class ImportRunner(
    IDbContextFactory<EmbedDbContext> databases, ImportFolders folders, ImportUpkeep upkeep, ImportStates states, StageImport stageImport, WriteImport write,
    TakeImportBack takeBack, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<ImportRunner> logger) : BackgroundService
{
    // Such as a full disk: somebody may make room.
    private static readonly TimeSpan RetryPause = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan UpkeepInterval = TimeSpan.FromDays(1);

    private static readonly ImportState[] Unfinished = [ImportState.Reading, ImportState.Writing, ImportState.Undoing];

    // One word for all that is started while one runs.
    private readonly Channel<bool> _due = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _running = new();
    private CancellationTokenSource? _stop;
    private long _runningId;
    private (long ActorId, ActedVia Via) _stoppedBy;

    /// <summary>Called whenever <see cref="Progress"/> or an import is another, by whoever makes it so; must not take long.</summary>
    public event Action? Changed;

    /// <summary>What runs now; null for nothing.</summary>
    public ImportProgress? Progress { get; private set; }

    /// <summary>Looks for what there is to run.</summary>
    public void Wake() => _due.Writer.TryWrite(true);

    /// <summary>Has those who look at imports look again.</summary>
    public void Announce() => Changed?.Invoke();

    /// <summary>Stops an import if it is the one that runs now.</summary>
    /// <param name="importId">The import.</param>
    /// <param name="by">Who stops it, and by what way.</param>
    /// <returns>Whether it is: then it says itself that it was stopped.</returns>
    public bool Stop(long importId, (long ActorId, ActedVia Via) by)
    {
        lock (_running)
        {
            if (_stop is null || _runningId != importId || Progress?.State == ImportState.Undoing)
            {
                return false;
            }

            _stoppedBy = by;
            _stop.Cancel();
            return true;
        }
    }

    /// <summary>Runs an import until it waits for somebody, or is at an end. Cancelled, it stays as it is and can be run again.</summary>
    public async Task RunAsync(long importId, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lock (_running)
        {
            (_stop, _runningId) = (stop, importId);
        }

        try
        {
            while (await FindAsync(importId, cancellationToken) is { } import && Unfinished.Contains(import.State))
            {
                Tell(new ImportProgress(importId, import.State, 0, null));
                await StepAsync(import, stop.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await states.StopAsync(importId, _stoppedBy.ActorId, _stoppedBy.Via);
        }
        catch (ImportFileException fault)
        {
            await states.FailAsync(importId, fault.Message);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Log.Failed(logger, importId, fault);
            await states.FailAsync(importId, fault);
        }
        finally
        {
            lock (_running)
            {
                _stop = null;
            }

            Tell(null);
        }
    }

    // Before the server listens.
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        upkeep.RemoveHalfUploads();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // The database is up to date then.
            var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using (lifetime.ApplicationStarted.Register(started.SetResult))
            {
                await started.Task.WaitAsync(stoppingToken);
            }

            await using var daily = clock.CreateTimer(_ => Wake(), null, UpkeepInterval, UpkeepInterval);
            while (true)
            {
                await RunAllAsync(stoppingToken);
                await _due.Reader.ReadAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What runs goes on when the server starts again.
        }
    }

    private async Task RunAllAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await upkeep.RunAsync(stoppingToken);
                while (await FindNextAsync(stoppingToken) is { } next)
                {
                    await RunAsync(next, stoppingToken);
                }

                return;
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                // Not even that it failed could be written down. The server has other things to do.
                Log.Stuck(logger, fault);
                await Task.Delay(RetryPause, clock, stoppingToken);
            }
        }
    }

    private Task StepAsync(Import import, CancellationToken cancellationToken) => import.State switch
    {
        ImportState.Reading => ReadAsync(import, cancellationToken),
        ImportState.Writing => WriteAsync(import, cancellationToken),
        _ => UndoAsync(import, cancellationToken),
    };

    private async Task ReadAsync(Import import, CancellationToken cancellationToken)
    {
        var counts = await StageAsync(import, cancellationToken);
        if (ImportOptions.Of(import).IsDryRun)
        {
            await states.PlannedAsync(import, counts);
        }
        else
        {
            await states.BeginWritingAsync(import, counts, import.StartedById, ImportOptions.Of(import).Via);
        }
    }

    private Task<ImportCounts> StageAsync(Import import, CancellationToken cancellationToken) => stageImport.HandleAsync(
        import, done => Tell(new ImportProgress(import.Id, ImportState.Reading, done, null)), cancellationToken);

    private async Task WriteAsync(Import import, CancellationToken cancellationToken)
    {
        if (!await stageImport.HoldsAsync(import, cancellationToken))
        {
            // After a power cut, or another import: what is there is found again, so that nothing is written twice.
            await states.RestagedAsync(import, await StageAsync(import, cancellationToken));
        }

        var folder = folders.Of(import.Id);
        using (var stage = ScratchFile.OpenFast(folder.Stage, Stage.Schema))
        using (var report = ReportFile.Open(folder))
        {
            var total = stage.Number("SELECT MAX(p) + 1 FROM plan") ?? import.Position;
            await write.HandleAsync(import, stage, report, done => Tell(new ImportProgress(import.Id, ImportState.Writing, done, total)), cancellationToken);
            await states.DoneAsync(import, report.Count() with { Turns = total });
        }

        folder.RemoveSources();
    }

    private async Task UndoAsync(Import import, CancellationToken cancellationToken)
    {
        var folder = folders.Of(import.Id);
        folder.Make();
        // It does not go on any more.
        folder.RemoveSources();
        var counts = ImportCounts.Of(import);
        using var report = ReportFile.Open(folder);
        await takeBack.HandleAsync(
            import, report, done => Tell(new ImportProgress(import.Id, ImportState.Undoing, done, counts.Turns)), cancellationToken);
        await states.UndoneAsync(import, counts with { Kept = report.KeptCount });
    }

    private async Task<Import?> FindAsync(long importId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Imports.AsNoTracking().FirstOrDefaultAsync(i => i.Id == importId, cancellationToken);
    }

    private async Task<long?> FindNextAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Imports.Where(i => Unfinished.Contains(i.State)).OrderBy(i => i.Id).Select(i => (long?)i.Id)
            .FirstOrDefaultAsync(cancellationToken);
    }

    private void Tell(ImportProgress? progress)
    {
        Progress = progress;
        Changed?.Invoke();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Import {Import} failed")]
        public static partial void Failed(ILogger logger, long import, Exception fault);

        [LoggerMessage(LogLevel.Error, "Imports cannot go on; tried again in a minute")]
        public static partial void Stuck(ILogger logger, Exception fault);
    }
}
