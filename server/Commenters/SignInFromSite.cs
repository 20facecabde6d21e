using Embed.Server.Data;
using Embed.Server.Http;
using Embed.Server.Model;
using Embed.Server.Pictures;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Commenters;

/// <summary>
/// A site with accounts of its own signs somebody in here by a token that it signed. The account belongs to that site: no other
/// can sign the same person in.
/// </summary>
internal sealed partial class SignInFromSite(
    IDbContextFactory<EmbedDbContext> databases, CheckSiteToken check, SpentTokens spent, RecordCommenter record,
    Standings standings, CommenterSessions sessions, ILogger<SignInFromSite> logger)
{
    /// <summary>The provider of accounts that sites keep.</summary>
    public const string Provider = "Site";

    /// <summary>What the widget sends.</summary>
    /// <param name="Token">The token that the page brought (<c>data-sso</c>), at most 8,192 characters.</param>
    public sealed record Demand(string? Token);

    /// <summary>The subject of a site's own account.</summary>
    public static string SubjectOf(Site site, string subject) => $"{site.Key}:{subject}";

    /// <summary>
    /// Exchanges the token for a session. The public is told that the page must be loaded again, or that the token does not
    /// hold; why it does not is for the site's owner, in the log and at <c>/admin</c>.
    /// </summary>
    /// <returns>The session; refused: sso-invalid, sso-expired, sso-unavailable, banned, server-busy.</returns>
    public async Task<Outcome<SessionGranted>> HandleAsync(
        Site site, string origin, string device, string? token, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var settings = await database.SingleSignOns.AsNoTracking().SingleOrDefaultAsync(s => s.SiteId == site.Id, cancellationToken);
        var (claims, fault) = await check.HandleAsync(site, settings, token, cancellationToken);
        if (claims is null)
        {
            return Refuse(site, fault!.Value);
        }

        // Before anything else is done with it: a token that failed later is used up, and the next page brings another.
        var isGood = await spent.SpendAsync(site.Id, claims, cancellationToken);
        if (isGood.Refusal is not null || !isGood.Value)
        {
            return isGood.Refusal ?? Refuse(site, TokenFault.Spent);
        }

        var account = new ProvenAccount(Provider, SubjectOf(site, claims.Subject), claims.Name)
        {
            Picture = PictureAddress.Of(claims.Picture, site.IsLocal),
        };
        var commenter = await record.HandleAsync(account, cancellationToken);
        if (await standings.FindBanAsync(commenter.Id, site.Id, cancellationToken) is { } banned)
        {
            return banned;
        }

        var (session, expiresAt) = await sessions.CreateAsync(commenter.Id, new NewSession(site.Id, origin, device, claims.IsModerator), cancellationToken);
        return new SessionGranted(session, expiresAt, commenter.Name);
    }

    /// <summary>The same over HTTP, from a page of the site.</summary>
    public static async Task<Results<Ok<SessionGranted>, ProblemHttpResult>> PostAsync(
        string site, Demand demand, HttpRequest request, SignInFlows flows, SignInFromSite handler, CancellationToken cancellationToken)
    {
        var found = await flows.FindSiteOfPageAsync(site, request, cancellationToken);
        if (found.Refusal is not null)
        {
            return found.Refusal.ToProblem(request.HttpContext);
        }

        var outcome = await handler.HandleAsync(
            found.Value!, request.Origin()!, DeviceName.Of(request.Headers.UserAgent), demand.Token, cancellationToken);
        request.HttpContext.Response.Headers.CacheControl = "no-store";
        return outcome.Refusal is null ? TypedResults.Ok(outcome.Value!) : outcome.Refusal.ToProblem(request.HttpContext);
    }

    private Refusal Refuse(Site site, TokenFault fault)
    {
        Log.Refused(logger, site.Key, fault);
        return fault switch
        {
            TokenFault.Expired => Refusal.SsoExpired,
            TokenFault.KeysUnavailable => Refusal.SsoUnavailable,
            _ => Refusal.SsoInvalid,
        };
    }

    private static partial class Log
    {
        // Never anything of the token itself.
        [LoggerMessage(LogLevel.Information, "Single sign-on of site {Site} refused a token: {Fault}. The site's page below /admin can try one")]
        public static partial void Refused(ILogger logger, string site, TokenFault fault);
    }
}
