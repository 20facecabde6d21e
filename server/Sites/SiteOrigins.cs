namespace Embed.Server.Sites;

/// <summary>Origins as people type them, and as browsers state them (RFC 6454, section 6.2).</summary>
internal static class SiteOrigins
{
    /// <summary>
    /// <c>scheme://host[:port]</c> in lower case, host in ASCII, default port dropped; null unless it is http(s) and nothing
    /// but an origin: a path would suggest that only a part of the host is meant, which no browser can tell.
    /// </summary>
    public static string? Normalise(string? typed) =>
        Uri.TryCreate(typed?.Trim(), UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri is { PathAndQuery: "/", Fragment: "", UserInfo: "" } && uri.IdnHost.Length > 0
            ? $"{uri.Scheme}://{(uri.HostNameType == UriHostNameType.IPv6 ? $"[{uri.IdnHost}]" : uri.IdnHost)}{(uri.IsDefaultPort ? "" : $":{uri.Port}")}"
            : null;
}
