using System.Net;
using System.Net.Sockets;

namespace Embed.Server.Http;

/// <summary>
/// Which network addresses belong to the public internet. What others name is fetched from there only: anything else would let
/// them reach, through us, what stands beside us.
/// </summary>
internal static class PublicAddress
{
    // IANA IPv4 and IPv6 special-purpose address registries (RFC 6890), as of November 2026: what is not globally reachable, and
    // of what is, ranges that lead elsewhere (relays).
    private static readonly IPNetwork[] Special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(IPNetwork.Parse),
    ];

    // All that is assigned for use on the internet so far (RFC 4291, section 2.4). Outside lie loopback, link-local, private and
    // multicast addresses, and those that carry an IPv4 address: mapped ones and NAT64's.
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>Whether the address is one of the public internet.</summary>
    public static bool IsPublic(IPAddress address) =>
        (address.AddressFamily == AddressFamily.InterNetwork || GlobalUnicast.Contains(address))
        && !Special.Any(network => network.Contains(address));
}
