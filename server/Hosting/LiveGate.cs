using System.Collections.Concurrent;
using System.Net;
using Embed.Server.Circuits;
using Embed.Server.Http;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.Extensions.Options;

namespace Embed.Server.Hosting;

/// <summary>
/// Stands before <c>/_blazor</c>: CORS does not cover WebSockets, so the origin is checked here, and circuits are bounded
/// per network address and in all.
/// </summary>
internal sealed class LiveGate(
    RequestDelegate next, SiteDirectory sites, IOptions<EmbedOptions> options)
{
    private readonly ConcurrentDictionary<IPAddress, int> _open = new();
    private int _all;

    public async Task InvokeAsync(HttpContext http)
    {
        var server = http.Request.ServerOrigin();
        var origin = http.Request.Origin();
        if (origin is null || (origin != server && !await sites.IsKnownOriginAsync(origin, http.RequestAborted)))
        {
            await Refusal.OriginNotAllowed.ToProblem(http).ExecuteAsync(http);
            return;
        }

        // Whoever may be signed in on our own origin by cookie means nothing here: acts are proved by token.
        http.User = new CircuitOrigin(origin, server, AddressPace.NetworkOf(http)).ToPrincipal();
        if (!http.WebSockets.IsWebSocketRequest)
        {
            await next(http);
            return;
        }

        await CountedAsync(http, AddressPace.NetworkOf(http));
    }

    private async Task CountedAsync(HttpContext http, IPAddress network)
    {
        var limits = options.Value.Limits;
        var mine = _open.AddOrUpdate(network, 1, (_, count) => count + 1);
        var all = Interlocked.Increment(ref _all);
        try
        {
            if ((limits.CircuitsPerAddress > 0 && mine > limits.CircuitsPerAddress) || (limits.Circuits > 0 && all > limits.Circuits))
            {
                await Refusal.CircuitsFull.ToProblem(http).ExecuteAsync(http);
                return;
            }

            await next(http);
        }
        finally
        {
            Interlocked.Decrement(ref _all);
            if (_open.AddOrUpdate(network, 0, (_, count) => count - 1) == 0)
            {
                _open.TryRemove(KeyValuePair.Create(network, 0));
            }
        }
    }
}
