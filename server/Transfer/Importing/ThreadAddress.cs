using Embed.Server.Model;
using Embed.Server.Threads;

namespace Embed.Server.Transfer.Importing;

/// <summary>Where a source's thread belongs here. Pure.</summary>
/// <param name="Page">Its place; null if it has none.</param>
/// <param name="Host">The host it names in the file, for counting; empty where it names none.</param>
/// <param name="Why">Why it has none, a sentence for people.</param>
internal sealed record ThreadAddress(PageUrl? Page, string Host, string? Why)
{
    private const StringComparison IgnoreCase = StringComparison.OrdinalIgnoreCase;

    /// <summary>Finds the place of a thread at a site.</summary>
    public static ThreadAddress Of(string? address, string? explicitId, Site site, IReadOnlyList<AddressRewrite> rewrites)
    {
        var home = site.Origins[0];
        var (given, id) = (address?.Trim(), explicitId?.Trim());
        if (string.IsNullOrEmpty(given) && string.IsNullOrEmpty(id))
        {
            return new ThreadAddress(null, "", "It has neither an address nor an id.");
        }

        var written = Absolute(given ?? "", home);
        var host = HostOf(written);
        var absolute = Rewritten(written, rewrites);
        // A page with an id of its own is known by that wherever it was.
        var found = PageUrl.Parse(absolute, id, site) ?? (string.IsNullOrEmpty(id) ? null : PageUrl.Parse($"{home}/", id, site));
        if (found is { } page)
        {
            return new ThreadAddress(page, host, null);
        }

        var target = HostOf(absolute);
        return new ThreadAddress(null, host, target.Length == 0
            ? $"Its address cannot be read: {Shortened(absolute == written ? given ?? "" : absolute)}"
            : site.Origins.Exists(origin => HostOf(origin).Equals(target, IgnoreCase))
            ? $"Its address cannot be one of a page here: {Shortened(absolute)}"
            : $"Its page is at {target}, which is none of this site’s origins. Add it in the site’s settings, or have addresses there rewritten.");
    }

    private static string HostOf(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.Authority : "";

    private static string Absolute(string given, string home) =>
        given.StartsWith("http://", IgnoreCase) || given.StartsWith("https://", IgnoreCase) ? given
        : given.StartsWith("//", StringComparison.Ordinal) ? $"https:{given}"
        : $"{home}/{given.TrimStart('/')}";

    private static string Rewritten(string address, IReadOnlyList<AddressRewrite> rewrites)
    {
        var (bare, scheme) = Split(address);
        foreach (var rewrite in rewrites)
        {
            var (from, _) = Split(rewrite.From.Trim());
            from = from.TrimEnd('/');
            if (bare.StartsWith(from, IgnoreCase) && (bare.Length == from.Length || bare[from.Length] is '/' or '?' or '#'))
            {
                var (to, wanted) = Split(rewrite.To.Trim());
                return $"{wanted ?? "https://"}{to.TrimEnd('/')}{bare[from.Length..]}";
            }
        }

        return $"{scheme}{bare}";
    }

    private static (string Bare, string? Scheme) Split(string address) =>
        address.IndexOf("://", StringComparison.Ordinal) is > 0 and < 6 and var end ? (address[(end + 3)..], address[..(end + 3)]) : (address, null);

    private static string Shortened(string address) => address.Length <= 200 ? address : $"{address[..199]}…";
}
