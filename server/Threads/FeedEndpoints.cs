using Embed.Server.Http;
using Embed.Server.Model;
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
    public static Task GetSiteAsync(string site, long? before, string? lang, HttpContext http, SiteBodies bodies, ReadLatest latest) =>
        AnswerAsync(http, bodies, new FeedAddress(site, Language: PageLanguage.Supported(lang)), before, async (found, feed) =>
            feed.OfSite(await latest.PageAsync(found.Id, null, before, PageSize, CancellationToken.None)));

    /// <summary>The feed of a thread.</summary>
    public static async Task GetThreadAsync(
        string site, string? page, string? thread, long? before, string? lang, HttpContext http, SiteBodies bodies, ReadThread read,
        ReadLatest latest)
    {
        var located = await read.LocateAsync(site, page, null, thread, http.RequestAborted);
        if (located.Value is not { } place)
        {
            await SiteBodies.WriteAsync(http, located.Refusal!, MediaType);
            return;
        }

        var address = new FeedAddress(site, place.Page.Address, place.Page.ExplicitThread, PageLanguage.Supported(lang));
        await AnswerAsync(http, bodies, address, before, async (found, feed) =>
        {
            var facts = await latest.ThreadAsync(place, CancellationToken.None);
            return feed.OfThread(place, facts, facts is null
                ? new LatestPage([], before, HasPrevious: false, null, null)
                : await latest.PageAsync(found.Id, facts.Id, before, PageSize, CancellationToken.None));
        });
    }

    private static async Task AnswerAsync(
        HttpContext http, SiteBodies bodies, FeedAddress address, long? before, Func<Site, AtomFeed, Task<string>> make)
    {
        var (server, text) = (http.Request.ServerOrigin(), WidgetText.For(PageLanguage.Of(http.Request)));
        // Without a configured address our own origin is what the request calls us, if that is one at all. It is part of the
        // key: nobody is sent links to another's.
        var body = Uri.IsWellFormedUriString(server, UriKind.Absolute)
            ? await bodies.GetAsync(
                address.Site, $"feed {server} {text.Language} {address.At(before)}",
                site => make(site, new AtomFeed(site, server, address, text)), http.RequestAborted)
            : Refusal.RequestInvalid;
        await SiteBodies.WriteAsync(http, body, MediaType);
    }
}
