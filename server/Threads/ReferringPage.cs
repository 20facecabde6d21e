using Embed.Server.Model;

namespace Embed.Server.Threads;

/// <summary>The page a request was made from.</summary>
internal static class ReferringPage
{
    /// <summary>
    /// The page of the site that the Referer names; null for none. Browsers send other sites the origin alone unless a link
    /// or script asks for more (W3C Referrer Policy, <c>strict-origin-when-cross-origin</c>), so an origin alone says nothing.
    /// </summary>
    public static PageUrl? Of(HttpRequest request, Site site) =>
        PageUrl.Parse(request.Headers.Referer, null, site) is { } page && new Uri(page.Address).PathAndQuery != "/" ? page : null;
}
