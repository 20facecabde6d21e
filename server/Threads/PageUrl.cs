using System.Collections.Frozen;
using System.Globalization;
using Embed.Server.Model;

namespace Embed.Server.Threads;

/// <summary>A host page: what identifies its thread, and where it is.</summary>
/// <param name="Key">
/// The thread's key within its site. Either the page's canonical address, <c>host[:port]/path?query</c>: without scheme,
/// fragment, trailing slashes and default document, with those parameters that tell the site's pages apart
/// (<see cref="Site.QueryParameters"/>) in the order of their names; or <c>#</c> and the id the snippet gave, which no address
/// begins with.
/// </param>
/// <param name="Address">The page's absolute http(s) address, without fragment and other parameters.</param>
internal sealed record PageUrl(string Key, string Address)
{
    /// <summary>Longest explicit thread id, in UTF-16 units, trimmed.</summary>
    public const int MaxThreadCharacters = 200;

    /// <summary>The id the snippet gave; null where the address is the key.</summary>
    public string? ExplicitThread => ThreadIn(Key);

    // What common web servers answer a folder's address with.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> DefaultDocuments = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "index.html", "index.htm", "index.xhtml", "index.shtml", "index.php", "index.asp", "index.aspx", "index.jsp",
        "default.html", "default.htm", "default.asp", "default.aspx").GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>
    /// Reads the addresses a page has: its canonical one (<c>rel=canonical</c>, RFC 6596), where it states one that is the
    /// site's, or else the one it was opened under. Pages that first appeared elsewhere name an address there; their comments
    /// here are still this site's.
    /// </summary>
    public static PageUrl? Parse(string? page, string? canonical, string? explicitThread, Site site) =>
        Parse(canonical, explicitThread, site) ?? Parse(page, explicitThread, site);

    /// <summary>
    /// Reads the address a page gave for itself. Both strings come from outside. The result is put together from the parts
    /// understood here and a host that is the site's, so whoever reads the address later cannot understand another host.
    /// </summary>
    /// <param name="page">The page's absolute address.</param>
    /// <param name="explicitThread">The thread id given by the snippet; null or blank for none.</param>
    /// <param name="site">The site, one of whose origins must have the page's host and port; the scheme may differ.</param>
    /// <returns>
    /// Null where the address is not absolute http(s), has user information or control characters, is not of the site, is
    /// longer than <see cref="CommentThread.MaxAddressCharacters"/> (as given or percent-encoded), or where the id is too
    /// long or has control characters.
    /// </returns>
    public static PageUrl? Parse(string? page, string? explicitThread, Site site)
    {
        var rest = page.AsSpan().Trim(' ');
        if (rest.Length > CommentThread.MaxAddressCharacters || HasControls(rest) || TakeScheme(ref rest) is not { } scheme)
        {
            return null;
        }

        // As in browsers (WHATWG URL Standard), a backslash before the query is a slash.
        var authorityEnd = rest.IndexOfAny("/\\?#");
        var host = SitesHost(authorityEnd < 0 ? rest : rest[..authorityEnd], scheme, site);
        if (host.IsEmpty)
        {
            return null;
        }

        rest = authorityEnd < 0 ? [] : rest[authorityEnd..];
        rest = rest.IndexOf('#') is >= 0 and var fragment ? rest[..fragment] : rest;
        var question = rest.IndexOf('?');
        var writer = new UrlWriter(stackalloc char[CommentThread.MaxAddressCharacters - scheme.Length - host.Length]);
        if (!writer.WritePath(question < 0 ? rest : rest[..question]))
        {
            return null;
        }

        var path = writer.Written;
        List<string>? parameters = null;
        if (question >= 0 && !writer.WriteQuery(rest[(question + 1)..], site.QueryParameters, out parameters))
        {
            return null;
        }

        return KeyOf(explicitThread, host, path, parameters) is { } key
            ? new PageUrl(key, string.Concat(scheme, host, writer.Written))
            : null;
    }

    /// <summary>The key of the thread with this explicit id; null where it is empty, too long or has control characters.</summary>
    public static string? KeyOf(string? explicitThread)
    {
        var thread = explicitThread.AsSpan().Trim();
        return thread.IsEmpty || thread.Length > MaxThreadCharacters || HasControls(thread) ? null : string.Concat("#", thread);
    }

    /// <summary>The explicit id that a key holds; null for the key of an address.</summary>
    public static string? ThreadIn(string key) => key is ['#', ..] ? key[1..] : null;

    private static string? KeyOf(
        string? explicitThread, ReadOnlySpan<char> host, ReadOnlySpan<char> path, List<string>? parameters)
    {
        if (!explicitThread.AsSpan().Trim().IsEmpty)
        {
            return KeyOf(explicitThread);
        }

        var query = "";
        if (parameters is { Count: > 0 })
        {
            // A stable sort: the order of several parameters of one name may matter to the page.
            query = "?" + string.Join('&', parameters.OrderBy(NameOf, StringComparer.Ordinal));
        }

        return string.Concat(host, Folded(path), query);
    }

    private static string NameOf(string parameter) =>
        parameter.IndexOf('=', StringComparison.Ordinal) is >= 0 and var end ? parameter[..end] : parameter;

    private static ReadOnlySpan<char> Folded(ReadOnlySpan<char> path)
    {
        var last = path.LastIndexOf('/') + 1;
        var folder = DefaultDocuments.Contains(path[last..]) ? path[..last] : path;
        folder = folder.TrimEnd('/');
        return folder.IsEmpty ? "/" : folder;
    }

    private static string? TakeScheme(ref ReadOnlySpan<char> rest)
    {
        foreach (var scheme in (ReadOnlySpan<string>)["https://", "http://"])
        {
            if (rest.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            {
                rest = rest[scheme.Length..];
                return scheme;
            }
        }

        return null;
    }

    /// <summary>The host and port of the site that <paramref name="authority"/> names; empty if it is not the site's.</summary>
    private static ReadOnlySpan<char> SitesHost(ReadOnlySpan<char> authority, string scheme, Site site)
    {
        // User information is refused by the same comparison: no origin contains any.
        var asked = InAscii(WithoutDefaultPort(authority, scheme));
        foreach (var origin in site.Origins)
        {
            var known = origin.AsSpan();
            if (TakeScheme(ref known) is { } knownScheme
                && WithoutDefaultPort(known, knownScheme) is { IsEmpty: false } host
                && asked.Equals(host, StringComparison.OrdinalIgnoreCase))
            {
                return host;
            }
        }

        return [];
    }

    private static ReadOnlySpan<char> WithoutDefaultPort(ReadOnlySpan<char> authority, string scheme)
    {
        var port = scheme == "https://" ? ":443" : ":80";
        return authority.EndsWith(port, StringComparison.Ordinal) ? authority[..^port.Length] : authority;
    }

    /// <summary>The authority with an internationalised host in its ASCII form (Punycode); empty if it has none.</summary>
    private static ReadOnlySpan<char> InAscii(ReadOnlySpan<char> authority)
    {
        if (!authority.ContainsAnyExceptInRange('\0', '\x7F'))
        {
            return authority;
        }

        var colon = authority.IndexOf(':');
        var host = colon < 0 ? authority : authority[..colon];
        try
        {
            return string.Concat(new IdnMapping().GetAscii(host.ToString()), colon < 0 ? [] : authority[colon..]);
        }
        catch (ArgumentException)
        {
            return [];
        }
    }

    private static bool HasControls(ReadOnlySpan<char> text) =>
        text.ContainsAnyInRange('\0', '\x1F') || text.ContainsAnyInRange('\x7F', '\x9F');
}
