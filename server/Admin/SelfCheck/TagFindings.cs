using Embed.Server.Model;

namespace Embed.Server.Admin.SelfCheck;

/// <summary>Whether the script tag of a page is there and says what it must.</summary>
internal static class TagFindings
{
    private const string Topic = "Script tag";

    /// <summary>The tag that loads our script: this server's, or else another's of the same name; null where there is none.</summary>
    public static PageElement? TagOf(List<PageElement> elements, Uri server)
    {
        var tags = elements.Where(tag => tag.Name == "script" && AddressOf(tag) is { } address && IsLoader(address)).ToList();
        return tags.Find(tag => IsOf(AddressOf(tag)!, server)) ?? tags.FirstOrDefault();
    }

    public static IEnumerable<Finding> Of(List<PageElement> elements, PageElement? tag, Site site, Uri server)
    {
        if (tag is null)
        {
            yield return new Finding(
                Topic, Fit.Fault, "The page’s source has no tag for the comments. One that a script puts in later cannot be seen here.",
                "Copy the tag into the page, or into the template of all pages.", Snippets.Tag(Origin(server), site.Key));
            yield break;
        }

        var address = AddressOf(tag)!;
        var type = tag["type"]?.Trim().ToLowerInvariant() ?? "";
        var wrong = !IsOf(address, server) ? $"The tag loads the script from {PageFindings.Shortened(address.GetLeftPart(UriPartial.Authority))}, which is not this server’s address."
            : type is not ("" or "text/javascript" or "application/javascript") ? $"The tag’s type, {PageFindings.Shortened(type)}, keeps browsers from running it as it must be."
            : SiteFault(elements, tag, site);
        yield return wrong is null
            ? new Finding(Topic, Fit.Good, $"The tag is there and names the site {site.Key}.")
            : new Finding(Topic, Fit.Fault, wrong, "Copy the tag anew.", Snippets.Tag(Origin(server), site.Key));
        if (tag.IsInHead && !elements.Exists(element => element.Name == "embed-comments"))
        {
            yield return new Finding(
                "Place", Fit.Fault, "The tag stands in the page’s head, and there is no <embed-comments> that says where the comments are to be.",
                "Put this where they are to be.", "<embed-comments></embed-comments>");
        }
    }

    // The element's own site goes before the tag's.
    private static string? SiteFault(List<PageElement> elements, PageElement tag, Site site)
    {
        var told = tag["data-site"];
        var meant = elements.Where(element => element.Name == "embed-comments").Select(element => element["site"] ?? told).DefaultIfEmpty(told).ToList();
        return meant.Contains(site.Key, StringComparer.Ordinal) ? null
            : meant.TrueForAll(string.IsNullOrEmpty) ? "The tag names no site (data-site)."
            : $"The tag names another site: {PageFindings.Shortened(meant.Find(key => !string.IsNullOrEmpty(key))!)}.";
    }

    /// <summary>The address that the tag loads; null if it has none that can be read. A relative one is not of this server.</summary>
    public static Uri? AddressOf(PageElement tag) =>
        Uri.TryCreate(new Uri("https://page.invalid/"), tag["src"]?.Trim() ?? "", out var address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) ? address : null;

    private static bool IsLoader(Uri address) => address.Segments[^1] is var file
        && (file == "embed.js" || (file.StartsWith("embed.", StringComparison.Ordinal) && file.EndsWith(".js", StringComparison.Ordinal)));

    private static bool IsOf(Uri address, Uri server) =>
        Origin(address) == Origin(server) && address.Segments.Length == 2;

    private static string Origin(Uri address) => Embed.Server.Sites.SiteOrigins.Normalise(address.GetLeftPart(UriPartial.Authority)) ?? "";
}
