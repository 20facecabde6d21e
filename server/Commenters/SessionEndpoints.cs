using Embed.Server.Data;
using Embed.Server.Http;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Commenters;

/// <summary>What the widget sends for a session.</summary>
/// <param name="Code">The one-time code from the popup; null to ask whether the sign-in is finished, where no code can reach the page.</param>
/// <param name="Verifier">The verifier of the challenge that the popup was opened with (RFC 7636), 43 to 128 characters.</param>
internal sealed record SessionDemand(string? Code, string? Verifier);

/// <summary>A session at one site.</summary>
/// <param name="Token">The opaque token, for <c>Authorization: Bearer</c>.</param>
/// <param name="ExpiresAt">When it ends (UTC) unless it is used before; each use begins the time anew, but for a moderator by single sign-on.</param>
/// <param name="Name">The commenter's shown name.</param>
internal sealed record SessionGranted(string Token, DateTimeOffset ExpiresAt, string Name);

/// <summary>Sessions over HTTP.</summary>
internal static class SessionEndpoints
{
    /// <summary>
    /// Redeems a code, or without one asks by the verifier alone. Every failure gets the same answer: which part was wrong helps
    /// only somebody who guesses. Who asks is told besides that there is nothing yet, in the same words whatever the reason.
    /// </summary>
    public static async Task<Results<Ok<SessionGranted>, ProblemHttpResult>> BeginAsync(
        string site,
        SessionDemand demand,
        HttpRequest request,
        SiteDirectory sites,
        SignInCodes codes,
        CommenterSessions sessions,
        Standings standings,
        IDbContextFactory<EmbedDbContext> factory,
        CancellationToken cancellationToken)
    {
        var origin = request.Origin();
        var found = await sites.FindAsync(site, cancellationToken);
        var isAsked = demand.Code is null && Secret.IsVerifier(demand.Verifier) && found is not null && SignInFlows.Allows(found, origin, request);
        var commenterId = isAsked
            ? await codes.RedeemByVerifierAsync(demand.Verifier!, found!.Id, origin!, cancellationToken)
            : await codes.RedeemAsync(demand.Code, demand.Verifier, found?.Id, origin, cancellationToken);
        if (commenterId is null || !SignInFlows.Allows(found!, origin, request))
        {
            return (isAsked ? Refusal.SignInUnfinished : Refusal.CodeInvalid).ToProblem(request.HttpContext);
        }

        if (await standings.FindBanAsync(commenterId.Value, found!.Id, cancellationToken) is { } banned)
        {
            return banned.ToProblem(request.HttpContext);
        }

        await using var database = await factory.CreateDbContextAsync(cancellationToken);
        var name = await database.Commenters.Where(c => c.Id == commenterId).Select(c => c.Name).SingleAsync(cancellationToken);
        var (token, expiresAt) = await sessions.CreateAsync(commenterId.Value, new NewSession(found.Id, origin!, DeviceName.Of(request.Headers.UserAgent)), cancellationToken);
        request.HttpContext.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new SessionGranted(token, expiresAt, name));
    }

    /// <summary>Signs out at the site. A token that holds no longer is no fault: the wish is fulfilled.</summary>
    public static async Task<Results<NoContent, ProblemHttpResult>> EndAsync(
        string site, HttpRequest request, SiteDirectory sites, CommenterSessions sessions, CancellationToken cancellationToken)
    {
        if (request.BearerToken() is not { } token)
        {
            return Refusal.SignInRequired.ToProblem(request.HttpContext);
        }

        if (await sites.FindAsync(site, cancellationToken) is { } found)
        {
            await sessions.RevokeAsync(token, found.Id, cancellationToken);
        }

        return TypedResults.NoContent();
    }
}
