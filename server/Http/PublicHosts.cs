using System.Net;
using System.Net.Sockets;

namespace Embed.Server.Http;

/// <summary>
/// Which hosts our server asks on somebody's word. Otherwise who may name an address could reach, through us, what only our
/// own network sees: a router, a database, a cloud's metadata.
/// </summary>
internal static class PublicHosts
{
    private static readonly IPNetwork[] NotPublic =
    [
        // IANA special-purpose address registries (RFC 6890), as far as they are not reached over the internet.
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
        }.Select(IPNetwork.Parse),
    ];

    // What the internet routes at all (RFC 4291, section 2.4), without the ways in it to embed an IPv4 address (RFC 3056, RFC 4380).
    private static readonly IPNetwork Global = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] NotGlobal = [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(IPNetwork.Parse)];

    /// <summary>Whether the address is one of the internet, not of a private network or of this machine.</summary>
    public static bool IsPublic(IPAddress address)
    {
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return address.AddressFamily == AddressFamily.InterNetwork
            ? !NotPublic.Any(network => network.Contains(address))
            : Global.Contains(address) && !NotGlobal.Any(network => network.Contains(address));
    }

    /// <summary>Whether an address names a page that we may ask: https, or http on this very machine, without user or fragment.</summary>
    public static bool MayAsk(Uri address) =>
        address is { IsAbsoluteUri: true, UserInfo.Length: 0, Fragment.Length: 0 }
        && (address.IsLoopback
            ? address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp
            : address.Scheme == Uri.UriSchemeHttps && (!IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) || IsPublic(ip)));

    /// <summary>
    /// A handler that connects to public addresses only, or to this machine where the address itself says so. Judged when it
    /// connects, by the address that is connected to: a name can be made to lead elsewhere at any time.
    /// </summary>
    public static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        // A proxy would connect in our place, to wherever it likes.
        UseProxy = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        MaxResponseHeadersLength = 16,
        ConnectCallback = ConnectAsync,
    };

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var mayBeLocal = new UriBuilder(Uri.UriSchemeHttps, context.DnsEndPoint.Host).Uri.IsLoopback;
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var allowed = addresses.Where(address => mayBeLocal ? IPAddress.IsLoopback(address) : IsPublic(address)).ToArray();
        if (allowed.Length == 0)
        {
            throw new HttpRequestException("the host has no public address");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
