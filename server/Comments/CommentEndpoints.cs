using Embed.Server.Http;
using Embed.Server.Model;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embed.Server.Comments;

/// <summary>Writing over HTTP: bearer token, the site's origin, and the same handlers as the circuit.</summary>
internal static class CommentEndpoints
{
    /// <summary>A posted comment.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="State"><c>published</c>, or <c>pending</c> while it waits for a moderator.</param>
    /// <param name="Permalink">Its stable address.</param>
    public sealed record PostedComment(long Id, string State, string Permalink);

    /// <summary>A comment's Markdown source, for editing it.</summary>
    public sealed record CommentSource(long Id, string Body);

    public static async Task<Results<Created<PostedComment>, ProblemHttpResult>> PostAsync(
        string site, PostComment.Draft draft, HttpContext http, HttpAdmission admission, PostComment handler,
        CancellationToken cancellationToken)
    {
        var actor = await admission.AdmitToSiteAsync(site, http, cancellationToken);
        if (actor.Refusal is not null)
        {
            return actor.Refusal.ToProblem(http);
        }

        var posted = await handler.HandleAsync(actor.Value!, draft, cancellationToken);
        if (posted.Refusal is not null)
        {
            return posted.Refusal.ToProblem(http);
        }

        var permalink = $"{http.Request.ServerOrigin()}/c/{posted.Value!.Id}";
        var state = posted.Value.IsWaiting ? "pending" : "published";
        return TypedResults.Created(permalink, new PostedComment(posted.Value.Id, state, permalink));
    }

    public static async Task<Results<Ok<CommentSource>, ProblemHttpResult>> GetSourceAsync(
        long commentId, HttpContext http, HttpAdmission admission, EditComment handler, CancellationToken cancellationToken)
    {
        var actor = await admission.AdmitToCommentAsync(http, cancellationToken);
        if (actor.Refusal is not null)
        {
            return actor.Refusal.ToProblem(http);
        }

        http.Response.Headers.CacheControl = "no-store";
        var source = await handler.ReadSourceAsync(actor.Value!, commentId, cancellationToken);
        return source.Refusal is null
            ? TypedResults.Ok(new CommentSource(commentId, source.Value!))
            : source.Refusal.ToProblem(http);
    }

    public static Task<Results<NoContent, ProblemHttpResult>> EditAsync(
        long commentId, EditComment.Edit edit, HttpContext http, HttpAdmission admission, EditComment handler,
        CancellationToken cancellationToken) =>
        admission.ActOnCommentAsync(
            http, actor => handler.HandleAsync(actor, commentId, edit, cancellationToken), cancellationToken);

    public static Task<Results<NoContent, ProblemHttpResult>> VoteAsync(
        long commentId, VoteOnComment.Ballot ballot, HttpContext http, HttpAdmission admission, VoteOnComment handler,
        CancellationToken cancellationToken) =>
        admission.ActOnCommentAsync(
            http, actor => handler.HandleAsync(actor, commentId, ballot, cancellationToken), cancellationToken);
}

/// <summary>Admits the sender of an HTTP request.</summary>
internal sealed class HttpAdmission(Admission admission)
{
    public Task<Outcome<Actor>> AdmitToSiteAsync(string siteKey, HttpContext http, CancellationToken cancellationToken) =>
        admission.AdmitAsync(siteKey, CredentialsOf(http), cancellationToken);

    /// <summary>Says who asks; for acting they must be admitted.</summary>
    public Task<Outcome<Actor>> IdentifyAtSiteAsync(string siteKey, HttpContext http, CancellationToken cancellationToken) =>
        admission.IdentifyAsync(siteKey, CredentialsOf(http), cancellationToken);

    /// <summary>Admits to the token's site. Handlers find its comments only, so another site's look like none.</summary>
    public Task<Outcome<Actor>> AdmitToCommentAsync(HttpContext http, CancellationToken cancellationToken) =>
        admission.AdmitAsync(CredentialsOf(http), cancellationToken);

    /// <summary>Admits, acts, and answers 204 or the refusal.</summary>
    public async Task<Results<NoContent, ProblemHttpResult>> ActOnCommentAsync(
        HttpContext http, Func<Actor, Task<Outcome<long>>> act, CancellationToken cancellationToken) =>
        await ActAsync(http, await AdmitToCommentAsync(http, cancellationToken), act);

    /// <summary>Admits, acts, and answers 204 or the refusal.</summary>
    public async Task<Results<NoContent, ProblemHttpResult>> ActOnSiteAsync(
        string siteKey, HttpContext http, Func<Actor, Task<Outcome<long>>> act, CancellationToken cancellationToken) =>
        await ActAsync(http, await AdmitToSiteAsync(siteKey, http, cancellationToken), act);

    private static async Task<Results<NoContent, ProblemHttpResult>> ActAsync(
        HttpContext http, Outcome<Actor> actor, Func<Actor, Task<Outcome<long>>> act)
    {
        if (actor.Refusal is not null)
        {
            return actor.Refusal.ToProblem(http);
        }

        var outcome = await act(actor.Value!);
        return outcome.Refusal is null ? TypedResults.NoContent() : outcome.Refusal.ToProblem(http);
    }

    private static Credentials CredentialsOf(HttpContext http) => new(
        http.Request.Origin(), http.Request.ServerOrigin(), AddressPace.NetworkOf(http), http.Request.BearerToken(), ActedVia.Api);
}
