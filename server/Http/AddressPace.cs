using System.Net;
using System.Net.Sockets;
using Embed.Server.Model;
using Microsoft.Extensions.Options;

namespace Embed.Server.Http;

/// <summary>
/// How much one network address may ask for a minute: writing requests, sign-ins, and acts and previews of live threads
/// share one budget. Each commenter has limits of their own besides.
/// </summary>
internal sealed class AddressPace(IOptions<EmbedOptions> options) : IDisposable
{
    private readonly Pace<IPAddress> _pace = new(options.Value.Limits.WritesPerAddress, TimeSpan.FromMinutes(1));

    /// <summary>Counts one request or act.</summary>
    /// <returns>The refusal too-many, or null.</returns>
    public Refusal? Take(IPAddress network) => _pace.Take(network) is { } wait ? Refusal.TooMany(wait) : null;

    public void Dispose() => _pace.Dispose();

    /// <summary>The address a limit counts by: for IPv6 the /64, because one subscriber has that many (RFC 6177).</summary>
    public static IPAddress NetworkOf(HttpContext http)
    {
        var address = http.Connection.RemoteIpAddress;
        if (address is null || address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6)
        {
            return address?.MapToIPv4() ?? IPAddress.None;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}

/// <summary>Puts endpoints under the limit.</summary>
internal static class AddressPaceFilter
{
    /// <summary>Requests beyond the limit are answered 429 with Retry-After (RFC 6585, section 4).</summary>
    public static TBuilder RequireAddressPace<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter(async (invocation, next) =>
        {
            var http = invocation.HttpContext;
            var pace = http.RequestServices.GetRequiredService<AddressPace>();
            return pace.Take(AddressPace.NetworkOf(http)) is { } tooMany ? tooMany.ToProblem(http) : await next(invocation);
        });
}
