using Embed.Server.Http;
using Embed.Server.Model;
using Embed.Server.Sites;

namespace Embed.Server.Threads;

/// <summary>What is made from a whole site (counts, lists, feeds): once for all who ask between two changes of the site.</summary>
internal sealed class SiteBodies(SiteDirectory sites, ThreadFeed feed) : IDisposable
{
    private readonly BodyCache<string> _bodies = new(maxBytes: 16 * 1024 * 1024);

    /// <summary>The body as of now.</summary>
    /// <param name="siteKey">The site's key.</param>
    /// <param name="what">All that it depends on besides the site.</param>
    /// <param name="make">Makes its text.</param>
    /// <param name="cancellationToken">Stops the waiting, not the making: others may wait too.</param>
    /// <returns>The body; refused: site-not-found.</returns>
    public async ValueTask<Outcome<CachedBody>> GetAsync(
        string siteKey, string what, Func<Site, Task<string>> make, CancellationToken cancellationToken)
    {
        if (await sites.FindAsync(siteKey, cancellationToken) is not { } site)
        {
            return Refusal.SiteNotFound;
        }

        // The number of changes is read before the comments: they may be newer than it, never older.
        var key = $"{site.Id} {site.DrawingRevision} {feed.ChangesOf(site.Id)} {what}";
        return await _bodies.GetAsync(
            key,
            async k =>
            {
                // The ETag is made from the text itself: a change elsewhere leaves readers their copy.
                var text = await make(site);
                return _bodies.Keep(k, CachedBody.From(text, identity: text), k.Length);
            },
            cancellationToken);
    }

    public void Dispose() => _bodies.Dispose();

    /// <summary>Sends it: public, for any origin, and to be asked for every time, so that nobody is shown what was deleted.</summary>
    public static Task WriteAsync(HttpContext http, Outcome<CachedBody> body, string mediaType)
    {
        http.Response.Headers.AccessControlAllowOrigin = "*";
        return body.Refusal is null
            ? body.Value!.WriteAsync(http, mediaType, "public, no-cache")
            : body.Refusal.ToProblem(http).ExecuteAsync(http);
    }
}
