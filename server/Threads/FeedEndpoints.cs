using Embed.Server.Http;
using Embed.Server.Pages;
using Embed.Widget;

namespace Embed.Server.Threads;

/// <summary>Comments for feed readers, newest first. <c>before</c> is the id that older pages begin below.</summary>
internal static class FeedEndpoints
{
    /// <summary>Comments on one page of a feed.</summary>
    public const int PageSize = 50;

    private const string MediaType = AtomFeed.MediaType + "; charset=utf-8";

    /// <summary>The feed of a site.</summary>
    public static async Task GetSiteAsync(
        string site, long? before, string? lang, HttpContext http, SiteBodies bodies, ReadLatest latest)
    {
        var address = new FeedAddress(site, Language: PageLanguage.Supported(lang));
        var (server, text) = (http.Request.ServerOrigin(), WidgetText.For(PageLanguage.Of(http.Request)));
        var body = await bodies.GetAsync(site, KeyOf(server, text, address, before), async found =>
        {
            var page = await latest.PageAsync(found.Id, null, before, PageSize, CancellationToken.None);
            return new AtomFeed(found, server, address, text).OfSite(page);
        }, http.RequestAborted);
        await SiteBodies.WriteAsync(http, body, MediaType);
    }

    /// <summary>The feed of a thread.</summary>
    public static async Task GetThreadAsync(
        string site, string? page, string? thread, long? before, string? lang, HttpContext http, SiteBodies bodies, ReadThread read,
        ReadLatest latest)
    {
        var located = await read.LocateAsync(site, page, thread, http.RequestAborted);
        if (located.Value is not { } place)
        {
            await SiteBodies.WriteAsync(http, located.Refusal!, MediaType);
            return;
        }

        var address = new FeedAddress(site, place.Page.Address, place.Page.ExplicitThread, PageLanguage.Supported(lang));
        var (server, text) = (http.Request.ServerOrigin(), WidgetText.For(PageLanguage.Of(http.Request)));
        var body = await bodies.GetAsync(site, KeyOf(server, text, address, before), async found =>
        {
            var facts = await latest.ThreadAsync(place, CancellationToken.None);
            var comments = facts is null
                ? new LatestPage([], before, HasPrevious: false, null, null)
                : await latest.PageAsync(found.Id, facts.Id, before, PageSize, CancellationToken.None);
            return new AtomFeed(found, server, address, text).OfThread(place, facts, comments);
        }, http.RequestAborted);
        await SiteBodies.WriteAsync(http, body, MediaType);
    }

    // With our own origin, which without a configured address is what the request calls us: nobody is sent another's links.
    private static string KeyOf(string server, WidgetText text, FeedAddress address, long? before) =>
        $"feed {server} {text.Language} {address.At(before)}";
}
