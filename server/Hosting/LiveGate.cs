using Embed.Server.Commenters;
using Embed.Server.Http;
using Embed.Server.Model;
using Embed.Server.Sites;

namespace Embed.Server.Hosting;

/// <summary>
/// Stands before <c>/_blazor</c>: CORS does not cover WebSockets, so the origin is checked here, and circuits are bounded
/// per network address and in all.
/// </summary>
internal sealed class LiveGate(
    RequestDelegate next, SiteDirectory sites, OpenConnections connections)
{
    // Names the scripts that start with Blazor: the same for everybody, and browsers state no origin when our own pages ask.
    private static readonly PathString Initializers = "/_blazor/initializers";

    public async Task InvokeAsync(HttpContext http)
    {
        if (http.Request.Path.StartsWithSegments(Initializers))
        {
            await next(http);
            return;
        }

        var server = http.Request.ServerOrigin();
        var origin = http.Request.Origin();
        if (origin is null || (origin != server && !await sites.IsKnownOriginAsync(origin, http.RequestAborted)))
        {
            await Refusal.OriginNotAllowed.ToProblem(http).ExecuteAsync(http);
            return;
        }

        // A browser sends our cookie from a site on a neighbouring host, too. There it means nothing: acts are proved by token.
        http.User = new CircuitOrigin(origin, server, AddressPace.NetworkOf(http)).ToPrincipal(CurrentCommenter.ClaimOf(http.User));
        if (!http.WebSockets.IsWebSocketRequest)
        {
            await next(http);
            return;
        }

        using var lease = connections.TryOpenCircuit(AddressPace.NetworkOf(http), out var refusal);
        if (refusal is not null)
        {
            await refusal.ToProblem(http).ExecuteAsync(http);
            return;
        }

        await next(http);
    }
}
