using System.Threading.Channels;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Embed.Server.Transfer.Formats;
using Microsoft.Data.Sqlite;
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
    IDbContextFactory<EmbedDbContext> databases, SiteDirectory sites, ImportFolders folders, ImportStates states, ReadSource read, PlanImport plan,
    WriteImport write, TakeImportBack takeBack, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<ImportRunner> logger) : BackgroundService
{
    // Such as a full disk: somebody may make room.
    private static readonly TimeSpan RetryPause = TimeSpan.FromMinutes(1);

    private static readonly ImportState[] Unfinished = [ImportState.Reading, ImportState.Writing, ImportState.Undoing];

    private const string MarkWhole = "PRAGMA user_version = 1";

    // One word for all that is started while one runs.
    private readonly Channel<bool> _due = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _running = new();
    private CancellationTokenSource? _stop;
    private long _runningId;

    /// <summary>Called whenever <see cref="Progress"/> is another, by whoever makes it so; must not take long.</summary>
    public event Action? Changed;

    /// <summary>What runs now; null for nothing.</summary>
    public ImportProgress? Progress { get; private set; }

    /// <summary>Looks for what there is to run.</summary>
    public void Wake() => _due.Writer.TryWrite(true);

    /// <summary>Stops an import if it is the one that runs now.</summary>
    /// <returns>Whether it is: then it says itself that it was stopped.</returns>
    public bool Stop(long importId)
    {
        lock (_running)
        {
            if (_stop is null || _runningId != importId || Progress?.State == ImportState.Undoing)
            {
                return false;
            }

            _stop.Cancel();
            return true;
        }
    }

    /// <summary>Runs an import until it waits for somebody, or is at an end.</summary>
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
            await states.FailAsync(importId, "It was stopped. What it had written is there, and can be taken back; or let it go on.");
        }
        catch (ImportFileException fault)
        {
            await states.FailAsync(importId, fault.Message);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Log.Failed(logger, importId, fault);
            await states.FailAsync(importId, $"The server could not go on: {fault.Message} Its log says more. What was written is there, and can be taken back; or let it go on.");
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
                folders.RemoveStrays();
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

    private async Task<ImportCounts> StageAsync(Import import, CancellationToken cancellationToken)
    {
        var folder = folders.Of(import.Id);
        File.Delete(folder.Stage);
        ImportCounts counts;
        using (var stage = ScratchFile.OpenFast(folder.Stage, Stage.Schema))
        using (var report = ReportFile.Open(folder))
        {
            var format = await read.HandleAsync(
                import, folder, stage, done => Tell(new ImportProgress(import.Id, ImportState.Reading, done, null)), cancellationToken);
            import.Format = format.Name;
            var site = (await sites.FindAsync(import.SiteId, cancellationToken))!;
            counts = await plan.HandleAsync(import, site, stage, report, cancellationToken);
            // Cut off before this, it may look whole and is not.
            stage.Execute(MarkWhole);
        }

        // Before the database says that it is there.
        ScratchFile.KeepAsMade(folder.Stage);
        return counts;
    }

    private async Task WriteAsync(Import import, CancellationToken cancellationToken)
    {
        var folder = folders.Of(import.Id);
        if (!IsSound(folder) || await plan.IsOutOfDateAsync(import, folder, cancellationToken))
        {
            // After a power cut, or another import: what is there is found again, so that nothing is written twice.
            import.Position = 0;
            await states.RestageAsync(import, await StageAsync(import, cancellationToken));
        }

        var total = ImportCounts.Of(import).Turns;
        using (var stage = ScratchFile.OpenFast(folder.Stage, Stage.Schema))
        using (var report = ReportFile.Open(folder))
        {
            await write.HandleAsync(import, stage, report, done => Tell(new ImportProgress(import.Id, ImportState.Writing, done, total)), cancellationToken);
            await states.DoneAsync(import, report.Count() with { Turns = total });
        }

        folder.RemoveSources();
    }

    private async Task UndoAsync(Import import, CancellationToken cancellationToken)
    {
        var folder = folders.Of(import.Id);
        folder.Make();
        var counts = ImportCounts.Of(import);
        using (var report = ReportFile.Open(folder))
        {
            await takeBack.HandleAsync(
                import, report, done => Tell(new ImportProgress(import.Id, ImportState.Undoing, done, counts.Turns)), cancellationToken);
            await states.UndoneAsync(import, counts with { Kept = report.KeptCount });
        }

        folder.RemoveSources();
    }

    private static bool IsSound(ImportFolder folder)
    {
        if (!File.Exists(folder.Stage))
        {
            return false;
        }

        try
        {
            using var stage = ScratchFile.OpenFast(folder.Stage, Stage.Schema);
            return stage.Number("PRAGMA user_version") == 1 && stage.Rows("PRAGMA quick_check(1)").All(row => row.GetString(0) == "ok");
        }
        catch (SqliteException)
        {
            return false;
        }
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
