using System.Collections.Immutable;

namespace Embed.Server.Admin.SelfCheck;

/// <summary>
/// A Content-Security-Policy (W3C CSP Level 3) as far as the widget meets it: which addresses its directives let through. Where a
/// page has several, each must.
/// </summary>
internal sealed class ContentPolicy
{
    private readonly Dictionary<string, ImmutableArray<string>> _directives = new(StringComparer.OrdinalIgnoreCase);

    private ContentPolicy(string text)
    {
        foreach (var part in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var words = part.Split((char[])[' ', '\t', '\n', '\f', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0)
            {
                // The first of a name counts.
                _directives.TryAdd(words[0], [.. words[1..]]);
            }
        }
    }

    /// <summary>The policies of a header's values; commas separate policies.</summary>
    public static IEnumerable<ContentPolicy> Read(IEnumerable<string> values) => values
        .SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        .Select(text => new ContentPolicy(text)).Where(policy => policy._directives.Count > 0);

    /// <summary>The sources of the first of these directives that the policy has; null where it has none: then all is allowed.</summary>
    public ImmutableArray<string>? Sources(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (_directives.TryGetValue(name, out var sources))
            {
                return sources;
            }
        }

        return null;
    }

    /// <summary>Whether the policy's directive lets an address through.</summary>
    /// <param name="directive">Such as <c>img-src</c>; where it is missing, <c>default-src</c>.</param>
    /// <param name="address">The address.</param>
    /// <param name="page">The page, for <c>'self'</c> and sources without scheme.</param>
    public bool Allows(string directive, Uri address, Uri page) =>
        Sources(directive, "default-src") is not { } sources || sources.Any(source => Matches(source, address, page));

    /// <summary>Whether one source expression matches an address.</summary>
    internal static bool Matches(string source, Uri address, Uri page)
    {
        if (source == "*")
        {
            return true;
        }

        if (source.Equals("'self'", StringComparison.OrdinalIgnoreCase))
        {
            return address.Host == page.Host && address.Port == page.Port && IsScheme(page.Scheme, address.Scheme);
        }

        if (source.EndsWith(':') && !source.Contains('/', StringComparison.Ordinal))
        {
            return IsScheme(source[..^1], address.Scheme);
        }

        var schemeEnd = source.IndexOf("://", StringComparison.Ordinal);
        var scheme = schemeEnd < 0 ? page.Scheme : source[..schemeEnd];
        var rest = schemeEnd < 0 ? source : source[(schemeEnd + 3)..];
        var pathStart = rest.IndexOf('/', StringComparison.Ordinal);
        var path = pathStart < 0 ? "" : rest[pathStart..];
        var host = pathStart < 0 ? rest : rest[..pathStart];
        // An IPv6 address has colons of its own.
        var colon = host.LastIndexOf(':') is var last && last > host.LastIndexOf(']') ? last : -1;
        var port = colon < 0 ? "" : host[(colon + 1)..];
        host = colon < 0 ? host : host[..colon];
        return IsScheme(scheme, address.Scheme) && IsHost(host, address.Host) && IsPort(port, address) && IsPath(path, address.AbsolutePath);
    }

    // A source for http lets the same over TLS through; one for https says nothing of WebSockets.
    private static bool IsScheme(string allowed, string scheme) => allowed.Equals(scheme, StringComparison.OrdinalIgnoreCase)
        || (allowed.ToLowerInvariant(), scheme) is ("http", "https") or ("ws", "wss" or "http" or "https") or ("wss", "https");

    private static bool IsHost(string allowed, string host) => allowed == "*"
        || (allowed.StartsWith("*.", StringComparison.Ordinal)
            ? host.EndsWith(allowed[1..], StringComparison.OrdinalIgnoreCase)
            : host.Equals(allowed, StringComparison.OrdinalIgnoreCase));

    private static bool IsPort(string allowed, Uri address) => allowed == "*"
        || (allowed.Length == 0 ? address.IsDefaultPort : allowed == address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static bool IsPath(string allowed, string path) => allowed.Length == 0
        || (allowed.EndsWith('/') ? path.StartsWith(allowed, StringComparison.Ordinal) : path == allowed);
}
