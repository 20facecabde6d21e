using Embed.Server.Model;
using Embed.Server.Threads;

namespace Embed.Server.Admin.SelfCheck;

/// <summary>
/// Looks whether a fetched page fits the comment server: tag, origin, canonical address and the policies that
/// <c>widget/README.md</c> and <c>docs/sign-in.md</c> speak of. Pure.
/// </summary>
internal static class PageFindings
{
    /// <summary>All findings of a page.</summary>
    /// <param name="page">The page.</param>
    /// <param name="site">The site that it is to show comments of.</param>
    /// <param name="server">Our own origin.</param>
    public static PageReport Of(FetchedPage page, Site site, Uri server)
    {
        var elements = PageElements.Read(page.Html);
        var policies = ContentPolicy.Read(page.Header("Content-Security-Policy"))
            .Concat(ContentPolicy.Read(elements.Where(e => e.Name == "meta" && e.Is("http-equiv", "content-security-policy")).Select(Content))).ToList();
        var tag = TagFindings.TagOf(elements, server);
        List<Finding> findings =
        [
            .. Status(page),
            .. TagFindings.Of(elements, tag, site, server),
            Origin(page, site),
            .. Transport(page, server),
            Canonical(page, elements, site),
            .. PolicyFindings.Of(policies, tag, page.Address, server),
            OpenerPolicy(page, elements, policies, server),
            EmbedderPolicy(page, tag),
            Referrer(page, elements),
        ];
        return new PageReport(page.Address.ToString(), findings);
    }

    private static IEnumerable<Finding> Status(FetchedPage page)
    {
        if (page.Status != StatusCodes.Status200OK)
        {
            yield return new Finding("Page", Fit.Fault, $"The page answered with status {page.Status}.", "Check the address of a page that readers can open without signing in.");
        }
        else if (page.Header("Content-Type") is [{ } type, ..] && !type.Contains("html", StringComparison.OrdinalIgnoreCase))
        {
            yield return new Finding("Page", Fit.Fault, $"What came is no HTML page but {Shortened(type)}.", "Check the address of a page.");
        }
    }

    private static Finding Origin(FetchedPage page, Site site)
    {
        const string topic = "Origin";
        var led = page.Passed.Count > 0 ? $"{Shortened(page.Passed[0].ToString())} leads on to this page. " : "";
        if (site.Allows(page.Origin))
        {
            return new Finding(topic, Fit.Good, $"{led}{page.Origin} is one of the site’s origins.");
        }

        var alike = site.Origins.Find(origin => IsAlike(new Uri(origin), page.Address));
        var why = alike is null ? "" : $" The site has {alike}, and browsers take the two for different: with and without www, http and https, and each port are origins of their own.";
        return new Finding(
            topic, Fit.Fault, $"{led}{page.Origin} is not one of the site’s origins, so nobody can sign in or comment there.{why}",
            $"Add {page.Origin} to the origins in the site’s settings, or have the page lead on to an address that is one of them.", page.Origin);
    }

    private static bool IsAlike(Uri one, Uri other) => Bare(one.IdnHost) == Bare(other.IdnHost);

    private static string Bare(string host) => host.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? host[4..] : host;

    private static IEnumerable<Finding> Transport(FetchedPage page, Uri server)
    {
        if (page.Address.Scheme == Uri.UriSchemeHttp && !page.Address.IsLoopback)
        {
            yield return new Finding(
                "https", Fit.Fault, "The page is not served over https: browsers keep the keys that signing in needs to secure pages.",
                "Serve the page over https, and have http lead on to it.");
        }

        if (page.Address.Scheme == Uri.UriSchemeHttps && server.Scheme == Uri.UriSchemeHttp && !server.IsLoopback)
        {
            yield return new Finding(
                "https", Fit.Fault, "This server is reached over plain http: browsers load nothing from it into a page that is served over https.",
                "Put a TLS proxy in front of this server and set Embed:PublicAddress.");
        }
    }

    private static Finding Canonical(FetchedPage page, List<PageElement> elements, Site site)
    {
        const string topic = "Canonical address";
        var named = elements.Find(e => e is { Name: "link", IsInHead: true } && (e["rel"] ?? "").Split(' ').Contains("canonical", StringComparer.OrdinalIgnoreCase))?["href"]?.Trim();
        if (string.IsNullOrEmpty(named))
        {
            return new Finding(topic, Fit.Good, "The page names none: its comments belong to the address it is opened under, without parameters that merely track.");
        }

        if (!Uri.TryCreate(page.Address, named, out var canonical) || PageUrl.Parse(canonical.ToString(), null, site) is not { } meant)
        {
            return new Finding(
                topic, Fit.Notice, $"The page names {Shortened(named)}, which is none of the site’s pages and so does not count.",
                "If the comments are to belong to that address, add its origin to the site’s. Otherwise leave it.");
        }

        var opened = PageUrl.Parse(page.Address.ToString(), null, site);
        return opened is null || opened.Key == meant.Key
            ? new Finding(topic, Fit.Good, "The page names itself.")
            : canonical.AbsolutePath == "/" && page.Address.AbsolutePath != "/"
                ? new Finding(
                    topic, Fit.Fault, "The page names the blog’s home page. If all pages do, they share one thread.",
                    "Let each page name its own address.", $"<link rel=\"canonical\" href=\"{page.Address}\">")
                : new Finding(topic, Fit.Notice, $"The page names {Shortened(meant.Address)}: its comments belong to that address.", "If that is another page, let this one name its own address.");
    }

    private static Finding OpenerPolicy(FetchedPage page, List<PageElement> elements, IReadOnlyList<ContentPolicy> policies, Uri server)
    {
        const string topic = "Cross-Origin-Opener-Policy";
        var value = Last(page.Header("Cross-Origin-Opener-Policy")).Split(';')[0].Trim();
        if (value is not ("same-origin" or "same-origin-plus-coep" or "noopener-allow-popups"))
        {
            return new Finding(topic, Fit.Good, "The sign-in window can reach the page.");
        }

        var signIn = new Uri(server, "/signin");
        var blocks = policies.Any(policy => policy.Sources("form-action") is not null && !policy.Allows("form-action", signIn, page.Address)) ? "the policy’s form-action does not name this server"
            : ReferrerPolicyOf(page, elements) == "no-referrer" ? "the referrer policy no-referrer keeps the page’s origin to itself"
            : null;
        return blocks is null
            ? new Finding(topic, Fit.Good, $"{value} cuts the sign-in window off from the page. The page asks this server instead, so signing in works.")
            : new Finding(
                topic, Fit.Notice, $"{value} cuts the sign-in window off from the page, and {blocks}. People sign in by leaving the page and coming back.",
                "Send same-origin-allow-popups in its place.", "Cross-Origin-Opener-Policy: same-origin-allow-popups");
    }

    private static Finding EmbedderPolicy(FetchedPage page, PageElement? tag)
    {
        const string topic = "Cross-Origin-Embedder-Policy";
        var value = Last(page.Header("Cross-Origin-Embedder-Policy")).Split(';')[0].Trim();
        if (value is not ("require-corp" or "credentialless"))
        {
            return new Finding(topic, Fit.Good, "The page does not isolate itself.");
        }

        return value == "require-corp" && tag is not null && tag["crossorigin"] is null
            ? new Finding(topic, Fit.Fault, "The page isolates itself, and the tag has no crossorigin: the script is not loaded.", "Leave the header out, or at least write crossorigin into the tag; then comments can be read.")
            : new Finding(topic, Fit.Fault, "The page isolates itself: comments can be read there, but nobody can take part.", "Leave the header out of pages that show comments.");
    }

    private static Finding Referrer(FetchedPage page, List<PageElement> elements)
    {
        const string topic = "Referrer policy";
        var policy = ReferrerPolicyOf(page, elements);
        return policy is "no-referrer"
            ? new Finding(
                topic, Fit.Notice, "no-referrer keeps the page’s address and origin to itself. Signing in from apps’ own browsers, and script and comments in one answer, do not work with it.",
                "Send strict-origin-when-cross-origin, which is what browsers do by themselves.", "Referrer-Policy: strict-origin-when-cross-origin")
            : new Finding(topic, Fit.Good, policy.Length == 0 ? "The page has none: browsers say of which origin it is." : $"{policy} fits.");
    }

    // Of several the last that is understood counts; what is not is passed over.
    private static string ReferrerPolicyOf(FetchedPage page, List<PageElement> elements)
    {
        string[] known =
        [
            "no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin", "origin-when-cross-origin",
            "strict-origin-when-cross-origin", "unsafe-url",
        ];
        return page.Header("Referrer-Policy").SelectMany(value => value.Split(','))
            .Concat(elements.Where(e => e.Name == "meta" && e.Is("name", "referrer")).Select(Content))
            .Select(value => value.Trim().ToLowerInvariant()).LastOrDefault(known.Contains) ?? "";
    }

    private static string Content(PageElement meta) => meta["content"] ?? "";

    private static string Last(IReadOnlyList<string> values) => values.Count == 0 ? "" : values[^1].ToLowerInvariant();

    /// <summary>Text of the page's, which may be as long as it likes.</summary>
    internal static string Shortened(string text) => text.Length <= 120 ? text : text[..120] + "…";
}
