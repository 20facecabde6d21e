using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Embed.Server.Commenters;
using Embed.Server.Http;
using Embed.Server.Moderation;
using Embed.Server.Sites;

namespace Embed.Server.Admin.ActLog;

/// <summary>The log as a file, filtered as on its page: a line of JSON for each entry, or a table for spreadsheets.</summary>
internal static class LogExport
{
    private static readonly SearchValues<char> Special = SearchValues.Create("\",\r\n;\t");

    private static readonly string[] Columns =
    [
        "id", "at", "site", "actor id", "actor", "via", "act", "what", "reason", "comment id", "thread id", "person id", "person", "before", "after",
        "undone at", "undone by",
    ];

    /// <summary>Of all sites that who asks may see.</summary>
    public static Task<IResult> GetAllAsync(HttpContext http, ReadLog handler, CancellationToken cancellationToken) =>
        GetAsync(null, http, handler, cancellationToken);

    /// <summary>Of one site.</summary>
    public static async Task<IResult> GetOfSiteAsync(
        string key, HttpContext http, SiteDirectory sites, ReadLog handler, CancellationToken cancellationToken) =>
        // Whether a site is there is nobody's business who may not see it.
        await sites.FindAsync(key, cancellationToken) is { } site
            ? await GetAsync(site.Id, http, handler, cancellationToken)
            : Embed.Server.Model.Refusal.NotAllowed.ToProblem(http);

    private static async Task<IResult> GetAsync(long? siteId, HttpContext http, ReadLog handler, CancellationToken cancellationToken)
    {
        var filter = LogFilter.Read(name => http.Request.Query[name], TimeZoneInfo.Utc);
        if (filter.Value is not { } wanted)
        {
            return filter.Refusal!.ToProblem(http);
        }

        if (CurrentCommenter.Of(http) is not { } asking
            || await handler.FindAllAsync(asking, wanted with { SiteId = siteId }, http.Request.Query["sort"] == LogFilters.OldestFirst, cancellationToken) is not { } acts)
        {
            return Embed.Server.Model.Refusal.NotAllowed.ToProblem(http);
        }

        http.Response.Headers.CacheControl = "no-store";
        var isTable = http.Request.Query["format"] == "csv";
        return TypedResults.Stream(
            body => isTable ? WriteTableAsync(acts, body, cancellationToken) : WriteLinesAsync(acts, body, cancellationToken),
            isTable ? "text/csv; charset=utf-8" : "application/x-ndjson", isTable ? "moderation-log.csv" : "moderation-log.ndjson");
    }

    private static async Task WriteLinesAsync(IAsyncEnumerable<LoggedAct> acts, Stream body, CancellationToken cancellationToken)
    {
        await foreach (var act in acts.WithCancellation(cancellationToken))
        {
            var line = new { act.Site, What = LogText.Of(act), Entry = LogEndpoints.Of(act) };
            await body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(line, JsonSerializerOptions.Web), cancellationToken);
            await body.WriteAsync("\n"u8.ToArray(), cancellationToken);
        }
    }

    private static async Task WriteTableAsync(IAsyncEnumerable<LoggedAct> acts, Stream body, CancellationToken cancellationToken)
    {
        // The mark tells spreadsheets that it is UTF-8.
        await body.WriteAsync(Encoding.UTF8.GetPreamble(), cancellationToken);
        await WriteRowAsync(body, Columns, cancellationToken);
        await foreach (var act in acts.WithCancellation(cancellationToken))
        {
            await WriteRowAsync(body, CellsOf(act), cancellationToken);
        }
    }

    private static string?[] CellsOf(LoggedAct act)
    {
        var (entry, values) = (act.Entry, act.Rows.SelectMany(row => row.Values.Select(value => (Row: row, Value: value))).ToList());
        return
        [
            Number(entry.Id), Time(entry.At), act.Site, Number(entry.ActorId), AdminText.NameOf(act.Actor.Name), LogEndpoints.ViaOf(entry.Via), entry.Act,
            LogText.Of(act), LogText.ReasonOf(entry), Number(entry.CommentId), Number(act.ThreadId), Number(act.Person?.Id), act.Person?.Name,
            Side(values.Where(pair => !pair.Row.IsNew).Select(pair => (pair.Value, pair.Value.Before))),
            Side(values.Where(pair => !pair.Row.IsGone).Select(pair => (pair.Value, pair.Value.After))),
            entry.UndoneAt is { } undone ? Time(undone) : null, act.UndoneBy is { } by ? AdminText.NameOf(by.Name) : null,
        ];
    }

    private static string Side(IEnumerable<(LoggedValue Column, object? Value)> cells) =>
        string.Join('\n', cells.Select(cell => $"{LogValues.ColumnOf(cell.Column)}: {LogValues.Of(cell.Value)}"));

    private static async Task WriteRowAsync(Stream body, IEnumerable<string?> cells, CancellationToken cancellationToken) =>
        await body.WriteAsync(Encoding.UTF8.GetBytes($"{string.Join(',', cells.Select(Cell))}\r\n"), cancellationToken);

    /// <summary>A cell as RFC 4180 has it. What a spreadsheet would take for a formula begins with an apostrophe, which it does not show.</summary>
    internal static string Cell(string? text)
    {
        var safe = text is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠', ..] ? $"'{text}" : text ?? "";
        return safe.AsSpan().IndexOfAny(Special) < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static string? Number(long? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
