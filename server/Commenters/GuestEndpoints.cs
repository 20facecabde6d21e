using Embed.Server.Http;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embed.Server.Commenters;

/// <summary>What the widget sends for a guest's session.</summary>
/// <param name="Name">The name to show, 1 to 80 characters.</param>
internal sealed record GuestDemand(string? Name);

/// <summary>Guests over HTTP.</summary>
internal static class GuestEndpoints
{
    /// <summary>Signs a guest in at a site that takes them.</summary>
    public static async Task<Results<Ok<SessionGranted>, ProblemHttpResult>> BeginAsync(
        string site, GuestDemand demand, HttpContext http, SiteDirectory sites, BeginGuest begin, CancellationToken cancellationToken)
    {
        var origin = http.Request.Origin();
        var found = await sites.FindAsync(site, cancellationToken);
        if (found is null)
        {
            return Refusal.SiteNotFound.ToProblem(http);
        }

        if (!SignInFlows.Allows(found, origin, http.Request))
        {
            return Refusal.OriginNotAllowed.ToProblem(http);
        }

        var begun = await begin.AtSiteAsync(found, demand.Name, origin!, http);
        if (begun.Refusal is not null)
        {
            return begun.Refusal.ToProblem(http);
        }

        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new SessionGranted(begun.Value!.Token, begun.Value.ExpiresAt, begun.Value.Guest.Name));
    }
}
