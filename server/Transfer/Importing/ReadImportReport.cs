using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Transfer.Importing;

/// <summary>What a report is written as.</summary>
internal enum ReportFormat
{
    /// <summary>Comma-separated values (RFC 4180), with a line of names.</summary>
    Csv,

    /// <summary>A JSON object a line.</summary>
    Ndjson,
}

/// <summary>Reads what became, or would become, of each row of an import.</summary>
internal sealed class ReadImportReport(ImportAccess access, ImportFolders folders, IDbContextFactory<EmbedDbContext> databases)
{
    /// <summary>Rows on a page.</summary>
    public const int PageSize = 100;

    private const int RowsAtOnce = 1_000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>A row of an NDJSON report.</summary>
    private sealed record Line(string Kind, string Place, string What, string Outcome, string Note);

    /// <summary>A page of rows.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="importId">The import.</param>
    /// <param name="after">The number of the last row seen; 0 for the first page.</param>
    /// <param name="outcome">Only rows with it; null for all.</param>
    /// <param name="kind">Only rows of it; null for all.</param>
    /// <param name="cancellationToken">Stops the look-up.</param>
    /// <returns>At most <see cref="PageSize"/> rows; refused: not-allowed, import-not-found.</returns>
    public Task<Outcome<IReadOnlyList<ReportRow>>> RowsAsync(
        Commenter actor, long importId, long after, ReportOutcome? outcome, ReportKind? kind, CancellationToken cancellationToken) =>
        ReadAsync(actor, importId, report => report.Rows(after, PageSize, outcome, kind), cancellationToken);

    /// <summary>A page of threads, those without a place here first.</summary>
    /// <returns>At most <see cref="PageSize"/>; refused: not-allowed, import-not-found.</returns>
    public Task<Outcome<IReadOnlyList<ReportThread>>> ThreadsAsync(Commenter actor, long importId, int skip, CancellationToken cancellationToken) =>
        ReadAsync(actor, importId, report => report.Threads(skip, PageSize), cancellationToken);

    /// <summary>The hosts that the source names.</summary>
    /// <returns>Them; refused: not-allowed, import-not-found.</returns>
    public Task<Outcome<IReadOnlyList<ReportHost>>> HostsAsync(Commenter actor, long importId, CancellationToken cancellationToken) =>
        ReadAsync(actor, importId, report => report.Hosts(), cancellationToken);

    /// <summary>A page of what stayed when it was undone.</summary>
    /// <returns>At most <see cref="PageSize"/>; refused: not-allowed, import-not-found.</returns>
    public Task<Outcome<IReadOnlyList<KeptRow>>> KeptAsync(Commenter actor, long importId, int skip, CancellationToken cancellationToken) =>
        ReadAsync(actor, importId, report => report.Kept(skip, PageSize), cancellationToken);

    /// <summary>Writes all rows, as they are read.</summary>
    /// <returns>Whether there is anything to write; refused: not-allowed, import-not-found.</returns>
    public async Task<Outcome<bool>> WriteAsync(
        Commenter actor, long importId, ReportFormat format, TextWriter output, CancellationToken cancellationToken)
    {
        if (format == ReportFormat.Csv)
        {
            await output.WriteAsync("kind,place,what,outcome,note\r\n");
        }

        for (long? after = 0; after is { } last;)
        {
            var page = await ReadAsync(actor, importId, report => report.Rows(last, RowsAtOnce), cancellationToken);
            if (page.Value is not { } rows)
            {
                return page.Refusal!;
            }

            foreach (var row in rows)
            {
                await output.WriteAsync(format == ReportFormat.Csv ? CsvOf(row) : JsonOf(row));
            }

            await output.FlushAsync(cancellationToken);
            after = rows.Count == RowsAtOnce ? rows[^1].N : null;
        }

        return true;
    }

    private static string CsvOf(ReportRow row) =>
        string.Join(',', new[] { ApiWord.Of(row.Kind), row.Place, row.What, ApiWord.Of(row.Outcome), row.Note }.Select(Cell)) + "\r\n";

    private static string JsonOf(ReportRow row) =>
        JsonSerializer.Serialize(new Line(ApiWord.Of(row.Kind), row.Place, row.What, ApiWord.Of(row.Outcome), row.Note), Json) + "\n";

    // What begins like a formula is one to spreadsheets, unless something stands before it.
    private static string Cell(string text)
    {
        var safe = text is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠', ..] ? $"'{text}" : text;
        return safe.AsSpan().ContainsAny(",\"\r\n") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }

    private async Task<Outcome<T>> ReadAsync<T>(Commenter actor, long importId, Func<ReportFile, T> read, CancellationToken cancellationToken)
    {
        if (!await access.MayAsync(actor, cancellationToken))
        {
            return Refusal.NotAllowed;
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var folder = folders.Of(importId);
        if (!File.Exists(folder.Report) || !await database.Imports.AnyAsync(i => i.Id == importId, cancellationToken))
        {
            return Refusal.ImportNotFound;
        }

        using var report = ReportFile.Open(folder);
        return read(report);
    }
}
