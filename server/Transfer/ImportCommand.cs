using System.Globalization;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Embed.Server.Transfer.Formats;
using Embed.Server.Transfer.Importing;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Transfer;

/// <summary>
/// Imports a file by the command line, while no server runs on the same data: <c>import &lt;format|auto&gt; &lt;file&gt; --site &lt;key&gt;</c>.
/// </summary>
internal static class ImportCommand
{
    private const int Failed = 1;
    private const int Misused = 2;
    private const string NothingWritten = "Stopped. Nothing is written, and nothing is kept of the file.";

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(1);

    /// <summary>Imports, and says what came of it.</summary>
    /// <returns>0 if all went well, 1 if not, 2 where the line is not understood.</returns>
    public static async Task<int> RunAsync(IServiceProvider services, string[] args, TextWriter output, CancellationToken cancellationToken)
    {
        var (line, wrong) = ImportLine.Parse(args);
        if (line is null)
        {
            await output.WriteLineAsync($"{wrong} import --help says more.");
            return Misused;
        }

        var formats = services.GetServices<IImportFormat>().Select(format => format.Name).ToList();
        if (line.Format != ReadSource.Auto && !formats.Contains(line.Format))
        {
            await output.WriteLineAsync($"There is no format {line.Format}. There is: {string.Join(", ", formats)}; and auto, which recognises it.");
            return Failed;
        }

        var (file, fault) = ServerCommand.Open(line.File);
        if (file is null)
        {
            await output.WriteLineAsync(fault);
            return Failed;
        }

        await using (file)
        {
            if (line.Report is { } report && FaultOfReport(ServerCommand.PathOf(report)) is { } unwritable)
            {
                await output.WriteLineAsync(unwritable);
                return Failed;
            }

            return await AloneAsync(services, line, file, output, cancellationToken);
        }
    }

    private static async Task<int> AloneAsync(
        IServiceProvider services, ImportLine line, FileStream file, TextWriter output, CancellationToken cancellationToken)
    {
        var database = services.GetRequiredService<DataFolder>().Database;
        // A server would not see what is written behind its back, and would run the import as its own.
        using var alone = FileLock.TryTake(DatabaseLock.PathOf(database));
        if (alone is null)
        {
            await output.WriteLineAsync("A server runs on this data. Import at /admin, or stop it first.");
            return Failed;
        }

        PendingRestore.FinishAlone(database);
        await services.GetRequiredService<IDbContextFactory<EmbedDbContext>>().MigrateAsync(cancellationToken);
        await services.GetRequiredService<ConfiguredSites>().MakeAsync(cancellationToken);
        return await ServerCommand.WithQueueAsync(services, () => ImportAsync(services, line, file, output, cancellationToken));
    }

    // Before anything is imported: it is written last.
    private static string? FaultOfReport(string path)
    {
        try
        {
            new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write).Dispose();
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"The report cannot be written to {path}: {fault.Message} Nothing is imported.";
        }
    }

    private static async Task<int> ImportAsync(
        IServiceProvider services, ImportLine line, FileStream file, TextWriter output, CancellationToken cancellationToken)
    {
        if ((await ServerCommand.ActorAsync(services, CancellationToken.None)).Value is not { } actor)
        {
            await output.WriteLineAsync(ServerCommand.Sentence(Refusal.ServerBusy));
            return Failed;
        }

        var report = new ImportCommandReport(services, actor, line, output);
        long? begun = null;
        try
        {
            var started = await services.GetRequiredService<StartImport>().HandleAsync(
                actor, ActedVia.Command, new StartImport.Request(line.Site, line.Format, line.File, line.Options, file.CanSeek ? file.Length : null), file,
                cancellationToken);
            if (started.Refusal is { } refusal)
            {
                await output.WriteLineAsync(
                    refusal == Refusal.SiteNotFound ? await ServerCommand.NoSiteAsync(services, line.Site, cancellationToken) : ServerCommand.Sentence(refusal));
                return Failed;
            }

            begun = started.Value;
            await RunAsync(services, started.Value, output, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            if (begun is not { } id || !await IsOverAsync(services, actor, id))
            {
                await output.WriteLineAsync(begun is { } stopped ? await StoppedAsync(services, actor, stopped) : NothingWritten);
                return Failed;
            }
        }

        return await report.WriteAsync(begun.Value);
    }

    // Whoever stops a command does not expect that a server goes on with it some day: so it is stopped for good, as it is at /admin.
    // False where there was nothing to stop any more.
    private static async Task<bool> IsOverAsync(IServiceProvider services, Commenter actor, long importId) =>
        (await services.GetRequiredService<CancelImport>().HandleAsync(actor, ActedVia.Command, importId, CancellationToken.None)).Refusal == Refusal.ImportUnready;

    private static async Task<string> StoppedAsync(IServiceProvider services, Commenter actor, long importId)
    {
        var item = (await services.GetRequiredService<ListImports>().FindAsync(actor, importId, CancellationToken.None)).Value!;
        if (ImportChoices.IsWritten(item.Import))
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"Stopped. {item.Import.Position:N0} of {item.Counts.Turns:N0} comments are written, and stay. Import {importId} does not go on by itself: "
                    + $"the same command again adds what is missing; or let it go on, or undo it, at /admin/imports/{importId}.");
        }

        var thrown = await services.GetRequiredService<ThrowImportAway>().HandleAsync(actor, ActedVia.Command, importId, CancellationToken.None);
        return thrown.Refusal is { } refusal && refusal != Refusal.ImportNotFound
            ? $"Stopped. Nothing is written, but the file is still here, as import {importId}, and could not be thrown away: {ServerCommand.Sentence(refusal)} "
                + $"It can be thrown away at /admin/imports/{importId}."
            : NothingWritten;
    }

    private static async Task RunAsync(IServiceProvider services, long importId, TextWriter output, CancellationToken cancellationToken)
    {
        var (runner, clock) = (services.GetRequiredService<ImportRunner>(), services.GetRequiredService<TimeProvider>());
        var last = clock.GetTimestamp();
        void Tell()
        {
            if (runner.Progress is { Done: > 0 } progress && clock.GetElapsedTime(last) >= ProgressInterval)
            {
                last = clock.GetTimestamp();
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{progress.State}: {(progress.Total is { } total ? $"{progress.Done:N0} of " : "")}{CountText.Of(progress.Total ?? progress.Done, "comment")}"));
            }
        }

        runner.Changed += Tell;
        try
        {
            await runner.RunAsync(importId, cancellationToken);
        }
        finally
        {
            runner.Changed -= Tell;
        }
    }
}
