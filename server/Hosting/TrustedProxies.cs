using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Embed.Server.Hosting;

/// <summary>Forwarded headers, believed from configured proxies only: anybody can send them.</summary>
internal static class TrustedProxies
{
    public static IServiceCollection AddTrustedProxies(this IServiceCollection services)
    {
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<EmbedOptions>>((forwarded, options) =>
        {
            // Loopback is trusted by default; a proxy on this machine is named like any other.
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in options.Value.TrustedProxies.Select(Parse))
            {
                forwarded.KnownIPNetworks.Add(network!.Value);
            }

            forwarded.ForwardedHeaders = options.Value.TrustedProxies.Count == 0
                ? ForwardedHeaders.None
                : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
        });
        return services;
    }

    /// <summary>An address or network in CIDR notation (RFC 4632); null if it is neither.</summary>
    public static System.Net.IPNetwork? Parse(string text) =>
        System.Net.IPAddress.TryParse(text, out var address)
            ? new System.Net.IPNetwork(address, address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128)
            : System.Net.IPNetwork.TryParse(text, out var network) ? network : null;
}
