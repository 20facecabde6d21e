using System.Globalization;
using Embed.Server.Model;
using Embed.Server.Transfer.Importing;

namespace Embed.Server.Transfer;

/// <summary>What the command says of an import that waits for somebody, or is at an end. Not cut off: it is soon said.</summary>
internal sealed class ImportCommandReport(IServiceProvider services, Commenter actor, ImportLine line, TextWriter output)
{
    private const int RowsShown = 20;

    /// <summary>Says it, and writes the report that was asked for.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> WriteAsync(long importId)
    {
        var item = (await services.GetRequiredService<ListImports>().FindAsync(actor, importId, CancellationToken.None)).Value!;
        if (item.Import.State == ImportState.Failed)
        {
            await output.WriteLineAsync($"Import {importId} failed. {item.Import.Message}");
            return 1;
        }

        var all = item.Counts.Comments + item.Counts.Threads + item.Counts.People + item.Counts.Others;
        await output.WriteLineAsync((line.Options.IsDryRun, all.Changes > 0) switch
        {
            (true, true) => $"Import {importId} would do this; nothing is changed. Let it go on or throw it away at /admin/imports/{importId}.",
            (true, false) => $"Import {importId} would change nothing. Throw it away, or plan it again otherwise, at /admin/imports/{importId}.",
            (false, true) => $"Import {importId} is done; it can be taken back at /admin/imports/{importId}.",
            _ => $"Import {importId} is done, and has changed nothing.",
        });
        await WriteCountsAsync(item.Counts);
        var report = services.GetRequiredService<ReadImportReport>();
        if (line.Options.IsDryRun)
        {
            await WriteHostsAsync((await report.HostsAsync(actor, importId, CancellationToken.None)).Value!);
        }

        await WriteRowsAsync(importId, ReportOutcome.Skipped, all.Skipped);
        await WriteRowsAsync(importId, ReportOutcome.Repaired, all.Repaired);

        if (line.Report is { } name)
        {
            var path = ServerCommand.PathOf(name);
            await using var file = new StreamWriter(path);
            await report.WriteAsync(actor, importId, ReportFormat.Ndjson, file, CancellationToken.None);
            await output.WriteLineAsync($"All rows are in {path}.");
        }

        return 0;
    }

    private async Task WriteRowsAsync(long importId, ReportOutcome outcome, long count)
    {
        var rows = (await services.GetRequiredService<ReadImportReport>().RowsAsync(actor, importId, 0, outcome, null, CancellationToken.None)).Value!;
        foreach (var row in rows.Take(RowsShown))
        {
            await output.WriteLineAsync($"{ApiWord.Of(outcome)}: {row.What} ({row.Place}): {row.Note}");
        }

        if (count > RowsShown)
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{ApiWord.Of(outcome)}: {count - RowsShown:N0} more; --report writes all of them down."));
        }
    }

    private async Task WriteCountsAsync(ImportCounts all)
    {
        foreach (var (name, counts) in new[] { ("Comments", all.Comments), ("Threads", all.Threads), ("People", all.People), ("Others", all.Others) })
        {
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-9} {counts.Imported,9:N0} imported {counts.Repaired,9:N0} repaired {counts.Updated,9:N0} updated {counts.AlreadyThere,9:N0} already there {counts.Skipped,9:N0} skipped"));
        }
    }

    private async Task WriteHostsAsync(IReadOnlyList<ReportHost> hosts)
    {
        foreach (var host in hosts.Where(host => host.Comments.All > 0).Take(RowsShown))
        {
            var name = host.Host.Length == 0 ? "No host that can be read" : host.Host;
            var where = host.HasPlace
                ? "on pages of the site"
                : "on pages that are none of the site's, which would be skipped: see --rewrite, and the site's origins";
            await output.WriteLineAsync($"{name}: {CountText.Of(host.Comments.All, "comment")} {where}");
            foreach (var address in host.Addresses.Where(address => address.Source.Length > 0))
            {
                await output.WriteLineAsync(address.Place is { } place && place != address.Source ? $"  {address.Source} goes to {place}" : $"  {address.Source}");
            }
        }
    }
}
