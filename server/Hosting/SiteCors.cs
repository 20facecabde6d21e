using Embed.Server.Http;
using Embed.Server.Sites;
using Microsoft.AspNetCore.Cors.Infrastructure;

namespace Embed.Server.Hosting;

/// <summary>
/// Which pages' scripts may send writing requests: those of the site's origins. It only tells browsers; the gate of each
/// act refuses other origins itself. Cookies are never allowed: nothing in the API looks at one.
/// </summary>
internal sealed class SiteCors(SiteDirectory sites) : ICorsPolicyProvider
{
    public const string Policy = "site";

    public async Task<CorsPolicy?> GetPolicyAsync(HttpContext context, string? policyName)
    {
        var origin = context.Request.Origin();
        var isAllowed = origin is not null && (context.Request.RouteValues["site"] is string key
            ? (await sites.FindAsync(key, context.RequestAborted))?.Allows(origin) == true
            : await sites.IsKnownOriginAsync(origin, context.RequestAborted));
        var policy = new CorsPolicyBuilder();
        if (isAllowed)
        {
            policy.WithOrigins(origin!).WithHeaders("authorization", "content-type")
                .WithMethods(HttpMethods.Get, HttpMethods.Post, HttpMethods.Patch, HttpMethods.Put, HttpMethods.Delete)
                .WithExposedHeaders("Retry-After").SetPreflightMaxAge(TimeSpan.FromHours(2));
        }

        return policy.Build();
    }
}
