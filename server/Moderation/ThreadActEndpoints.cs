using System.Text.Json.Serialization;
using Embed.Server.Comments;
using Embed.Server.Http;
using Embed.Server.Model;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embed.Server.Moderation;

/// <summary>What moderators do with whole threads, over HTTP, for one site: the same handlers as in the pages and the widget.</summary>
internal static class ThreadActEndpoints
{
    /// <summary>An act on threads.</summary>
    /// <param name="Word"><c>close</c>, <c>open</c>, <c>change</c> or <c>delete</c>.</param>
    /// <param name="Threads">Which, 1 to 100, by the ids that queue, search and log give them.</param>
    /// <param name="Title">With <c>change</c>: the title; empty if unknown. Not given: as it is.</param>
    /// <param name="Note">With <c>change</c>: what moderators say at the top, as Markdown; empty for nothing. Not given: as it is.</param>
    /// <param name="SlowModeMinutes">With <c>change</c>: one comment of each person in so many minutes; 0: any number. Not given: as it is.</param>
    public sealed record Act(
        [property: JsonPropertyName("act"), JsonRequired] string Word, [property: JsonRequired] IReadOnlyList<long> Threads,
        string? Title = null, string? Note = null, int? SlowModeMinutes = null);

    /// <summary>What was done.</summary>
    /// <param name="Entries">The entries of the moderation log, for undoing them; a thread where nothing had to change has none.</param>
    public sealed record Acted(IReadOnlyList<long> Entries);

    public static void MapThreadActs(this RouteGroupBuilder api) =>
        api.MapPost("/sites/{site}/moderation/threads/acts", ActAsync).WithSummary("Close, open, change or delete threads (moderators)")
            .WithDescription("Deleted threads come back with moderation/undo and the entry of the deletion. Threads of other sites stay as they are.");

    private static async Task<Results<Ok<Acted>, ProblemHttpResult>> ActAsync(
        string site, Act act, HttpContext http, HttpAdmission admission, ChangeThread change, DeleteThread delete, CancellationToken cancellationToken)
    {
        var actor = await admission.AdmitToSiteAsync(site, http, cancellationToken);
        if (actor.Refusal is not null)
        {
            return actor.Refusal.ToProblem(http);
        }

        var done = act.Threads is not { Count: > 0 } threads ? Refusal.RequestInvalid
            : act is { Word: "delete", Title: null, Note: null, SlowModeMinutes: null } ? await delete.HandleAsync(actor.Value!, threads, cancellationToken)
            : ChangeOf(act) is { } wanted ? await change.HandleAsync(actor.Value!, threads, wanted, cancellationToken)
            : Refusal.RequestInvalid;
        return done.Refusal is null ? TypedResults.Ok(new Acted(done.Value!)) : done.Refusal.ToProblem(http);
    }

    private static ChangeThread.Change? ChangeOf(Act act) => act switch
    {
        { Word: "close", Title: null, Note: null, SlowModeMinutes: null } => new ChangeThread.Change(IsClosed: true),
        { Word: "open", Title: null, Note: null, SlowModeMinutes: null } => new ChangeThread.Change(IsClosed: false),
        { Word: "change" } => new ChangeThread.Change(Title: act.Title, Note: act.Note, SlowModeMinutes: act.SlowModeMinutes),
        _ => null,
    };
}
