using System.Net;
using System.Net.Sockets;

namespace Embed.Server.Http;

/// <summary>
/// Which hosts our server asks because others named them: those of the internet, and of this very machine where the
/// address says so.
/// </summary>
internal static class PublicHosts
{
    /// <summary>Whether an address names a page that we may ask: https, or http on this very machine, without user or fragment.</summary>
    public static bool MayAsk(Uri address) =>
        address is { IsAbsoluteUri: true, UserInfo.Length: 0, Fragment.Length: 0 }
        && (address.IsLoopback
            ? address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp
            : address.Scheme == Uri.UriSchemeHttps && (!IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) || PublicAddress.IsPublic(ip)));

    /// <summary>
    /// A handler that connects to public addresses only, or to this machine where the address itself says so. Judged when it
    /// connects, by the address that is connected to: a name can be made to lead elsewhere at any time.
    /// </summary>
    /// <param name="trusted">A host and port, as an address, that the settings name: it may be anywhere. Null for none.</param>
    public static SocketsHttpHandler CreateHandler(Uri? trusted = null) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        // A proxy would connect in our place, to wherever it likes.
        UseProxy = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        MaxResponseHeadersLength = 16,
        // No trace of what caused it.
        ActivityHeadersPropagator = null,
        ConnectCallback = (context, cancellationToken) => ConnectAsync(context, trusted, cancellationToken),
    };

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, Uri? trusted, CancellationToken cancellationToken)
    {
        var isTrusted = trusted is not null && context.DnsEndPoint.Port == trusted.Port
            && string.Equals(context.DnsEndPoint.Host.Trim('[', ']'), trusted.IdnHost, StringComparison.OrdinalIgnoreCase);
        var mayBeLocal = new UriBuilder(Uri.UriSchemeHttps, context.DnsEndPoint.Host).Uri.IsLoopback;
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var allowed = addresses.Where(address => isTrusted || (mayBeLocal ? IPAddress.IsLoopback(address) : PublicAddress.IsPublic(address))).ToArray();
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
