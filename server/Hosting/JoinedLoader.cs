using Embed.Server.Http;
using Embed.Server.Pages;
using Embed.Server.Threads;
using Embed.Widget;

namespace Embed.Server.Hosting;

/// <summary>
/// <c>embed.js</c> under its plain name. Where the address names the site and the Referer names the page, the thread comes
/// in the same answer; where it does not, the script asks for the thread itself.
/// </summary>
internal static partial class JoinedLoader
{
    // What is answered follows from the Referer: nobody but this browser may keep it.
    private const string NotShared = "private, no-cache";

    public static async Task GetAsync(
        HttpContext http, LoaderScript files, ReadThread read, ThreadFragments fragments, ILogger<LoaderScript> logger)
    {
        if (http.Request.Query["site"] is not [{ } site])
        {
            await files.Loader.WriteAsync(http, isHashed: false);
            return;
        }

        CachedBody? joined = null;
        try
        {
            joined = await JoinAsync(http, site, files, read, fragments);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // The script alone needs no database: it shows a sentence and tries again.
            Log.NotJoined(logger, fault);
        }

        var content = joined ?? files.Loader.Content;
        await content.WriteAsync(http, files.Loader.ContentType, NotShared, alsoVaryBy: "Referer");
    }

    private static async Task<CachedBody?> JoinAsync(
        HttpContext http, string site, LoaderScript files, ReadThread read, ThreadFragments fragments)
    {
        var referer = http.Request.Headers.Referer.ToString();
        // Only in the spelling that all addresses of a page are brought to, and only for threads that there are: browsers send
        // the page's own address, and made-up ones should find nothing to fill the cache with.
        if ((await read.LocateAsync(site, referer, canonical: null, thread: null, http.RequestAborted)).Value is not { } place
            || ReferringPage.Of(http.Request, place.Site)?.Address != referer
            || await read.VersionAsync(place, http.RequestAborted) == 0)
        {
            return null;
        }

        var text = WidgetText.For(PageLanguage.Of(http.Request));
        var form = new FragmentForm($"loader {files.Loader.Hash} {referer}", "", (_, html) => files.JoinedWith(html, referer, text.Language));
        return await fragments.GetAsync(place, sort: null, ThreadSlice.First, text, form, http.RequestAborted);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "A thread could not be sent with the loader; the loader went alone")]
        public static partial void NotJoined(ILogger logger, Exception fault);
    }
}
