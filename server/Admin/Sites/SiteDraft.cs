using System.Text;
using Embed.Server.Model;

namespace Embed.Server.Admin.Sites;

/// <summary>What the wizard proposes for a new site, from the address of the blog. Pure.</summary>
internal static class SiteDraft
{
    /// <summary>The address as typed, https where no scheme is; null if it is none of a web page.</summary>
    public static Uri? AddressOf(string typed)
    {
        var text = typed.Trim();
        text = text.Contains("://", StringComparison.Ordinal) ? text : $"https://{text}";
        return text.Length <= 2_000 && Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Host.Length > 0 && address.UserInfo.Length == 0
            && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp) ? address : null;
    }

    /// <summary>A key: the host without www, other characters than a key's as hyphens.</summary>
    public static string KeyOf(Uri address)
    {
        var host = Bare(address.IdnHost.ToLowerInvariant());
        var key = new StringBuilder();
        foreach (var character in host)
        {
            key.Append(char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) ? character : '-');
        }

        return key.ToString(0, Math.Min(key.Length, Site.MaxKeyCharacters)).Trim('-');
    }

    /// <summary>The origins: the address's own first, then the one with or without www, where a name can have that.</summary>
    public static IReadOnlyList<string> OriginsOf(Uri address)
    {
        var own = Embed.Server.Sites.SiteOrigins.Normalise(address.GetLeftPart(UriPartial.Authority))!;
        var host = address.IdnHost;
        if (address.HostNameType != UriHostNameType.Dns || address.IsLoopback || !host.Contains('.', StringComparison.Ordinal))
        {
            return [own];
        }

        var other = host.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? Bare(host)
            // A name below a domain, such as blog.example.org, hardly ever has a www of its own.
            : host.Count(character => character == '.') == 1 ? $"www.{host}" : null;
        return other is null ? [own] : [own, Embed.Server.Sites.SiteOrigins.Normalise(new UriBuilder(own) { Host = other }.Uri.GetLeftPart(UriPartial.Authority))!];
    }

    private static string Bare(string host) => host.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? host[4..] : host;
}
