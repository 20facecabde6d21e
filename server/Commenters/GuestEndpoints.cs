using Embed.Server.Http;
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
        string site, GuestDemand demand, HttpContext http, SignInFlows flows, BeginGuest begin, CancellationToken cancellationToken)
    {
        var found = await flows.FindSiteOfPageAsync(site, http.Request, cancellationToken);
        if (found.Refusal is not null)
        {
            return found.Refusal.ToProblem(http);
        }

        var begun = await begin.AtSiteAsync(found.Value!, demand.Name, http.Request.Origin()!, http);
        if (begun.Refusal is not null)
        {
            return begun.Refusal.ToProblem(http);
        }

        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new SessionGranted(begun.Value!.Token, begun.Value.ExpiresAt, begun.Value.Guest.Name));
    }
}
