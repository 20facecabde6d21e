using System.Text.Json.Serialization;
using Embed.Server.Comments;
using Embed.Server.Http;
using Embed.Server.Threads;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embed.Server.Moderation;

/// <summary>Moderating over HTTP: the same gate and handlers as in the widget.</summary>
internal static class ModerationEndpoints
{
    /// <summary>Publish, or reject. Required: nothing said must not reject.</summary>
    public sealed record Verdict([property: JsonRequired] bool Publish);

    public static Task<Results<NoContent, ProblemHttpResult>> JudgeAsync(
        long commentId, Verdict verdict, HttpContext http, HttpAdmission admission, ModerateComments handler, CancellationToken cancellationToken) =>
        admission.ActOnCommentAsync(
            http,
            actor => handler.HandleAsync(
                actor, commentId, verdict.Publish ? new CommentAct.Approve() : new CommentAct.Reject(), cancellationToken),
            cancellationToken);

    public static Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        long commentId, HttpContext http, HttpAdmission admission, ModerateComments handler, CancellationToken cancellationToken) =>
        admission.ActOnCommentAsync(
            http, actor => handler.DeleteAsync(actor, commentId, cancellationToken), cancellationToken);

    public static Task<Results<NoContent, ProblemHttpResult>> BanAsync(
        string site, long commenterId, BanCommenter.Terms terms, HttpContext http, HttpAdmission admission, BanCommenter handler,
        CancellationToken cancellationToken) =>
        admission.ActOnSiteAsync(
            site, http, actor => handler.HandleAsync(actor, commenterId, terms, cancellationToken), cancellationToken);

    public static Task<Results<NoContent, ProblemHttpResult>> LiftBanAsync(
        string site, long commenterId, HttpContext http, HttpAdmission admission, BanCommenter handler, CancellationToken cancellationToken) =>
        admission.ActOnSiteAsync(site, http, actor => handler.LiftAsync(actor, commenterId, cancellationToken), cancellationToken);

    public static async Task<Results<NoContent, ProblemHttpResult>> SetThreadStateAsync(
        [AsParameters] ThreadEndpoints.Query query, CloseThread.State state, HttpContext http, HttpAdmission admission,
        ReadThread read, CloseThread handler, CancellationToken cancellationToken)
    {
        var actor = await admission.AdmitToSiteAsync(query.Site, http, cancellationToken);
        if (actor.Refusal is not null)
        {
            return actor.Refusal.ToProblem(http);
        }

        var place = await read.LocateAsync(query.Site, query.Page, query.Canonical, query.Thread, cancellationToken);
        if (place.Refusal is not null)
        {
            return place.Refusal.ToProblem(http);
        }

        var outcome = await handler.HandleAsync(actor.Value!, place.Value!, state, cancellationToken);
        return outcome.Refusal is null ? TypedResults.NoContent() : outcome.Refusal.ToProblem(http);
    }
}
