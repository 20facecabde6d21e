using System.Globalization;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Embed.Server.Transfer.Importing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Embed.Server.Transfer;

/// <summary>
/// Imports a file by the command line, while no server runs on the same data: <c>import &lt;format|auto&gt; &lt;file&gt; --site &lt;key&gt;</c>.
/// </summary>
internal static class ImportCommand
{
    /// <summary>How it is called.</summary>
    public const string Usage =
        "import <format|auto> <file> --site <key> [--dry-run] [--rewrite old=new]… [--private] [--report file.ndjson]";

    private const int Failed = 1;
    private const int Misused = 2;
    private const int RowsShown = 20;

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(1);

    private sealed record Line(string Format, string File, string Site, ImportOptions Options, string? Report);

    /// <summary>Imports, and says what came of it.</summary>
    /// <returns>0 if all went well, 1 if not, 2 where the line is not understood.</returns>
    public static async Task<int> RunAsync(IServiceProvider services, string[] args, TextWriter output, CancellationToken cancellationToken)
    {
        if (Parse(args) is not { } line)
        {
            await output.WriteLineAsync(Usage);
            await output.WriteLineAsync("An empty server takes our own export over: import embed <file>");
            await output.WriteLineAsync($"Formats: {string.Join(", ", services.GetRequiredService<ReadSource>().Formats.Select(format => format.Name))}.");
            return Misused;
        }

        var database = services.GetRequiredService<DataFolder>().Resolve(services.GetRequiredService<IOptions<EmbedOptions>>().Value.Database);
        // A server would not see what is written behind its back, and would run the import as its own.
        using var alone = FileLock.TryTake(DatabaseLock.PathOf(database));
        if (alone is null)
        {
            await output.WriteLineAsync("A server runs on this data. Import at /admin, or stop it first.");
            return Failed;
        }

        PendingRestore.FinishAlone(database);
        await services.GetRequiredService<IDbContextFactory<EmbedDbContext>>().MigrateAsync(cancellationToken);
        return await ServerCommand.WithQueueAsync(services, () => ImportAsync(services, line, output, cancellationToken), cancellationToken);
    }

    private static async Task<int> ImportAsync(IServiceProvider services, Line line, TextWriter output, CancellationToken cancellationToken)
    {
        if (!File.Exists(line.File))
        {
            await output.WriteLineAsync($"There is no file {line.File}.");
            return Failed;
        }

        if ((await ServerCommand.ActorAsync(services, cancellationToken)).Value is not { } actor)
        {
            await output.WriteLineAsync(ServerCommand.Sentence(Refusal.ServerBusy));
            return Failed;
        }

        await using var file = File.OpenRead(line.File);
        var started = await services.GetRequiredService<StartImport>().HandleAsync(
            actor, ActedVia.Command, new StartImport.Request(line.Site, line.Format, line.File, line.Options), file, cancellationToken);
        if (started.Refusal is { } refusal)
        {
            await output.WriteLineAsync(await SayAsync(services, refusal, line, cancellationToken));
            return Failed;
        }

        await RunAsync(services, started.Value, output, cancellationToken);
        return await ReportAsync(services, actor, started.Value, line, output, cancellationToken);
    }

    private static async Task RunAsync(IServiceProvider services, long importId, TextWriter output, CancellationToken cancellationToken)
    {
        var (runner, clock) = (services.GetRequiredService<ImportRunner>(), services.GetRequiredService<TimeProvider>());
        var last = clock.GetTimestamp();
        void Tell()
        {
            if (runner.Progress is { } progress && clock.GetElapsedTime(last) >= ProgressInterval)
            {
                last = clock.GetTimestamp();
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{progress.State}: {progress.Done:N0}{(progress.Total is { } total ? $" of {total:N0}" : "")}"));
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

    private static async Task<int> ReportAsync(
        IServiceProvider services, Commenter actor, long importId, Line line, TextWriter output, CancellationToken cancellationToken)
    {
        var item = (await services.GetRequiredService<ListImports>().FindAsync(actor, importId, cancellationToken)).Value!;
        if (item.Import.State == ImportState.Failed)
        {
            await output.WriteLineAsync($"Import {importId} failed. {item.Import.Message}");
            return Failed;
        }

        await output.WriteLineAsync(line.Options.IsDryRun
            ? $"Import {importId} would do this; nothing is changed. Let it go on or throw it away at /admin."
            : $"Import {importId} is done; it can be taken back at /admin.");
        foreach (var (name, counts) in new[] { ("Comments", item.Counts.Comments), ("Threads", item.Counts.Threads), ("People", item.Counts.People), ("Others", item.Counts.Others) })
        {
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-9} {counts.Imported,9:N0} imported {counts.Repaired,9:N0} repaired {counts.Updated,9:N0} updated {counts.AlreadyThere,9:N0} already there {counts.Skipped,9:N0} skipped"));
        }

        var report = services.GetRequiredService<ReadImportReport>();
        foreach (var outcome in new[] { ReportOutcome.Skipped, ReportOutcome.Repaired })
        {
            foreach (var row in (await report.RowsAsync(actor, importId, 0, outcome, null, cancellationToken)).Value!.Take(RowsShown))
            {
                await output.WriteLineAsync($"{ApiWord.Of(outcome)}: {row.What} ({row.Place}): {row.Note}");
            }
        }

        if (line.Report is { } path)
        {
            await using var file = new StreamWriter(path);
            await report.WriteAsync(actor, importId, ReportFormat.Ndjson, file, cancellationToken);
            await output.WriteLineAsync($"All rows are in {path}.");
        }

        return 0;
    }

    private static async Task<string> SayAsync(IServiceProvider services, Refusal refusal, Line line, CancellationToken cancellationToken) =>
        refusal == Refusal.SiteNotFound
            ? $"There is no site {line.Site}. There is: {string.Join(", ", (await services.GetRequiredService<SiteDirectory>().AllAsync(cancellationToken)).Select(site => site.Key))}."
            : Widget.WidgetText.For("en").Sentence(refusal.ForWidget());

    private static Line? Parse(string[] args)
    {
        List<string> words = [];
        List<AddressRewrite> rewrites = [];
        var (site, report, options) = ((string?)null, (string?)null, new ImportOptions());
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "--dry-run":
                    options = options with { IsDryRun = true };
                    break;
                case "--private":
                    options = options with { KeepsPrivate = true };
                    break;
                case "--site" when value is not null:
                    (site, i) = (value, i + 1);
                    break;
                case "--report" when value is not null:
                    (report, i) = (value, i + 1);
                    break;
                case "--rewrite" when value?.Split('=', 2) is [{ Length: > 0 } from, { Length: > 0 } to]:
                    rewrites.Add(new AddressRewrite(from, to));
                    i++;
                    break;
                case ['-', ..]:
                    return null;
                default:
                    words.Add(args[i]);
                    break;
            }
        }

        return words is [var format, var file] && site is not null
            ? new Line(format, file, site, options with { Rewrites = rewrites }, report)
            : null;
    }
}
