using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Embed.Server.Comments;
using Embed.Server.Http;
using Embed.Server.Model;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embed.Server.Moderation;

/// <summary>A site's moderation log over HTTP.</summary>
internal static class LogEndpoints
{
    /// <summary>A page of the log, newest first.</summary>
    /// <param name="Entries">The entries.</param>
    /// <param name="Before">What to ask for as <c>before</c> to get the next page; null if there is none.</param>
    public sealed record Log(IReadOnlyList<LogEntry> Entries, long? Before);

    /// <summary>An entry.</summary>
    /// <param name="Id">Its id, to undo it by.</param>
    /// <param name="At">When.</param>
    /// <param name="Act">What was done: a stable word.</param>
    /// <param name="Via">By what way: <c>admin</c>, <c>api</c> or <c>thread</c>.</param>
    /// <param name="Actor">Who did it.</param>
    /// <param name="Comment">The comment it concerns.</param>
    /// <param name="Thread">The thread it concerns.</param>
    /// <param name="Person">Whom it concerns.</param>
    /// <param name="Batch">The first entry of the selection it belongs to.</param>
    /// <param name="Undoes">The entry it took back.</param>
    /// <param name="Details">What else there is to say of it.</param>
    /// <param name="Changes">The rows changed, without secrets.</param>
    /// <param name="UndoneAt">When it was taken back; null while it holds.</param>
    /// <param name="UndoneBy">Who took it back.</param>
    /// <param name="CanUndo">Whether it is in force, of a kind that can be taken back, and whoever asks may take it back.</param>
    public sealed record LogEntry(
        long Id, DateTimeOffset At, string Act, string Via, LogPerson Actor, long? Comment, long? Thread, LogPerson? Person, long? Batch, long? Undoes,
        JsonNode? Details, IReadOnlyList<LogChange> Changes, DateTimeOffset? UndoneAt, LogPerson? UndoneBy, bool CanUndo);

    /// <summary>Somebody, by id and the name they have now; empty for a former commenter.</summary>
    public sealed record LogPerson(long Id, string Name);

    /// <summary>A row changed.</summary>
    /// <param name="Table">Its table.</param>
    /// <param name="Before">The changed columns as they were; null for a new row.</param>
    /// <param name="After">As they are since; null for a row that is gone.</param>
    public sealed record LogChange(string Table, JsonObject? Before, JsonObject? After);

    public static async Task<Results<Ok<Log>, ProblemHttpResult>> ListAsync(
        string site, HttpContext http, HttpAdmission admission, ReadLog handler, CancellationToken cancellationToken)
    {
        var actor = await admission.AdmitToSiteAsync(site, http, cancellationToken);
        if (actor.Refusal is not null)
        {
            return actor.Refusal.ToProblem(http);
        }

        var filter = LogFilter.Read(name => http.Request.Query[name], TimeZoneInfo.Utc);
        var typed = http.Request.Query["before"].ToString();
        var before = long.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : (long?)null;
        if (filter.Refusal is not null || (typed.Length > 0 && before is null))
        {
            return (filter.Refusal ?? Refusal.LogFilterInvalid).ToProblem(http);
        }

        var page = await handler.HandleAsync(actor.Value!, filter.Value!, new ReadLog.Place(before), cancellationToken);
        if (page.Refusal is not null)
        {
            return page.Refusal.ToProblem(http);
        }

        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new Log([.. page.Value!.Acts.Select(Of)], page.Value.Older));
    }

    /// <summary>An entry as machines read it.</summary>
    public static LogEntry Of(LoggedAct act) => new(
        act.Entry.Id, act.Entry.At, act.Entry.Act, ViaOf(act.Entry.Via), Of(act.Actor)!, act.Entry.CommentId, act.ThreadId, Of(act.Person),
        act.Entry.BatchId, act.Entry.UndoesId, JsonNode.Parse(act.Entry.Details), [.. act.Rows.Select(Of)], act.Entry.UndoneAt, Of(act.UndoneBy),
        act.CanUndo);

    /// <summary>A way of acting as addresses and answers name it.</summary>
    public static string ViaOf(ActedVia via) => via switch
    {
        ActedVia.Api => "api",
        ActedVia.Thread => "thread",
        _ => "admin",
    };

    private static LogPerson? Of(LoggedPerson? person) => person is null ? null : new LogPerson(person.Id, person.Name);

    private static LogChange Of(LoggedRow row) => new(
        row.Table, row.IsNew ? null : Side(row, value => value.Before), row.IsGone ? null : Side(row, value => value.After));

    private static JsonObject Side(LoggedRow row, Func<LoggedValue, object?> side)
    {
        var columns = new JsonObject();
        foreach (var value in row.Values)
        {
            columns[JsonNamingPolicy.CamelCase.ConvertName(value.Column.Name)] = side(value) switch
            {
                null => null,
                LoggedPerson person => person.Id,
                Enum named => JsonNamingPolicy.KebabCaseLower.ConvertName(named.ToString()),
                var other => JsonSerializer.SerializeToNode(other, other.GetType(), JsonSerializerOptions.Web),
            };
        }

        return columns;
    }
}
