using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Embed.Server.Http;
using Embed.Server.Pages;
using Embed.Server.Threads;
using Embed.Widget;
using Microsoft.Extensions.Options;
using NUglify;
using NUglify.JavaScript;

namespace Embed.Server.Hosting;

/// <summary>
/// What browsers download: <c>embed.js</c> with its styles and the few words it needs before the thread is there, and
/// <c>embed-read.js</c> for reading on, <c>embed-live.js</c> for those who take part, <c>embed-lists.js</c> for index pages. Put together
/// and minified once, at start, from the widget's sources.
/// </summary>
internal sealed class LoaderScript
{
    // Inlined in a script: nothing that could end it or be read as markup may stand unescaped, which the encoder sees to.
    // Letters of all scripts may: escaped, an Arabic thread would be twice as long.
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    // In this order one module: classes are not hoisted.
    private static readonly string[] LiveParts =
    [
        "view.js", "live-circuit.js", "live-drafts.js", "live-place.js", "live-return.js", "live-signin.js", "live-guest.js", "live-sso.js", "live-account.js",
        "live-asks.js", "live-rest.js",
        "embed-live.js",
    ];
    private static readonly string[] ReadParts = ["view.js", "read-pages.js", "read-news.js", "read-stream.js", "read-hide.js", "embed-read.js"];

    public LoaderScript(IOptions<EmbedOptions> options)
    {
        var idle = TimeSpan.FromMinutes(options.Value.CircuitIdleMinutes);
        var styles = Minified(Uglify.Css(Source("embed.css")));
        var liveStyles = Minified(Uglify.Css(Source("live.css")));
        Styles = new BrowserFile("text/css; charset=utf-8", styles + liveStyles);
        Included = new IncludedStyles(Minified(Uglify.Css(Source("embed.css") + Source("included.css"))));
        Live = new BrowserFile(
            "text/javascript; charset=utf-8",
            Minify(
                string.Concat(LiveParts.Select(Source))
                    .Replace("__IDLE__", $"{(long)idle.TotalMilliseconds}", StringComparison.Ordinal)
                    .Replace("__STYLES__", JsonSerializer.Serialize(liveStyles, Json), StringComparison.Ordinal),
                isModule: true));
        Lists = ListsFile();
        Read = new BrowserFile(
            "text/javascript; charset=utf-8",
            Minify(
                string.Concat(ReadParts.Select(Source))
                    .Replace("__TEXTS__", JsonSerializer.Serialize(ReadTexts(), Json), StringComparison.Ordinal)
                    .Replace("__STYLES__", JsonSerializer.Serialize(Minified(Uglify.Css(Source("read.css"))), Json), StringComparison.Ordinal),
                isModule: true));
        var texts = WidgetText.Languages.ToImmutableDictionary(language => language, language => new
        {
            loading = WidgetText.For(language)["Loading"],
            failed = WidgetText.For(language)["LoadFailed"],
            offline = WidgetText.For(language)["Offline"],
            again = WidgetText.For(language)["TryAgain"],
            ago = new
            {
                now = WidgetText.For(language)["Ago_now"],
                minutes = WidgetText.For(language)["Ago_minutes"],
                hours = WidgetText.For(language)["Ago_hours"],
                days = WidgetText.For(language)["Ago_days"],
            },
        });
        var loader = Source("embed.js")
            .Replace("__TEXTS__", JsonSerializer.Serialize(texts, Json), StringComparison.Ordinal)
            .Replace("__READ__", $"'/embed-read.{Read.Hash}.js'", StringComparison.Ordinal)
            .Replace("__LIVE__", $"'/embed-live.{Live.Hash}.js'", StringComparison.Ordinal)
            .Replace("__LISTS__", $"'/embed-lists.{Lists.Hash}.js'", StringComparison.Ordinal)
            .Replace("__STYLES__", JsonSerializer.Serialize(styles, Json), StringComparison.Ordinal);
        Loader = new BrowserFile("text/javascript; charset=utf-8", Minify(loader, isModule: false));
    }

    /// <summary>The reader's script.</summary>
    public BrowserFile Loader { get; }

    /// <summary>The script for taking part; imported by the loader under its hashed name.</summary>
    public BrowserFile Live { get; }

    /// <summary>The script for counts and lists of comments; imported by the loader under its hashed name.</summary>
    public BrowserFile Lists { get; }

    /// <summary>The script for reading on; imported by the loader under its hashed name.</summary>
    public BrowserFile Read { get; }

    /// <summary>The styles alone, for the thread's own page.</summary>
    public BrowserFile Styles { get; }

    /// <summary>The styles for threads in a page's source.</summary>
    public IncludedStyles Included { get; }

    /// <summary>Where the files are found.</summary>
    public BrowserAddresses Addresses => new($"/embed.{Styles.Hash}.css", $"/embed.{Loader.Hash}.js", Loader.Integrity);

    /// <summary>The reader's script with a thread that it need not ask for.</summary>
    /// <param name="html">The thread's fragment.</param>
    /// <param name="page">The page it is for.</param>
    /// <param name="lang">The language it is in.</param>
    public string JoinedWith(string html, string page, string lang) =>
        $"document.currentScript.joined={JsonSerializer.Serialize(new { page, lang, html }, Json)};\n{Loader.Text}";

    private static BrowserFile ListsFile()
    {
        var texts = WidgetText.Languages.ToImmutableDictionary(language => language, language =>
        {
            var text = WidgetText.For(language);
            return new
            {
                dir = text.Culture.TextInfo.IsRightToLeft ? "rtl" : "ltr",
                none = text["Comments_zero"],
                counts = text.Forms("Comments"),
                latest = text["LatestComments"],
                on = text["OnPage"],
                former = text["FormerCommenter"],
            };
        });
        var source = Source("embed-lists.js")
            .Replace("__TEXTS__", JsonSerializer.Serialize(texts, Json), StringComparison.Ordinal)
            .Replace("__STYLES__", JsonSerializer.Serialize(Minified(Uglify.Css(Source("embed-lists.css"))), Json), StringComparison.Ordinal);
        return new BrowserFile("text/javascript; charset=utf-8", Minify(source, isModule: true));
    }

    // What depends on a number comes in all plural forms: the browser knows which one to take (Intl.PluralRules).
    private static Dictionary<string, object> ReadTexts() => WidgetText.Languages.ToDictionary(language => language, object (language) => new
    {
        news = WidgetText.For(language).Forms("NewComments"),
        loaded = WidgetText.For(language).Forms("Loaded"),
        mark = WidgetText.For(language)["NewMark"],
        failed = WidgetText.For(language)["LoadFailed"],
        hidden = WidgetText.For(language)["HiddenComment"],
        show = WidgetText.For(language)["ShowHidden"],
        unhide = WidgetText.For(language)["UnhidePerson"],
    });

    private static string Source(string name)
    {
        using var stream = typeof(ThreadView).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The widget has no {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static string Minify(string source, bool isModule) =>
        Minified(Uglify.Js(source, new CodeSettings { SourceMode = isModule ? JavaScriptSourceMode.Module : JavaScriptSourceMode.Program }));

    private static string Minified(UglifyResult result) => result.HasErrors
        ? throw new InvalidOperationException(string.Join('\n', result.Errors))
        : result.Code;
}

/// <summary>A static file in the encodings browsers ask for, with the hash that names it and its integrity value.</summary>
internal sealed class BrowserFile
{
    public BrowserFile(string contentType, string text)
    {
        (ContentType, Text) = (contentType, text);
        var sha = SHA384.HashData(Encoding.UTF8.GetBytes(text));
        Hash = Convert.ToHexStringLower(sha.AsSpan(0, 8));
        Integrity = $"sha384-{Convert.ToBase64String(sha)}";
        Content = CachedBody.From(text, Hash, brotliQuality: 11);
    }

    public string ContentType { get; }

    public string Text { get; }

    /// <summary>16 hex digits that change with the content.</summary>
    public string Hash { get; }

    /// <summary>For the <c>integrity</c> attribute (W3C Subresource Integrity).</summary>
    public string Integrity { get; }

    public CachedBody Content { get; }

    /// <summary>Writes the file; under its hashed name it may be kept for ever, else for five minutes.</summary>
    public Task WriteAsync(HttpContext http, bool isHashed) => Content.WriteAsync(
        http, ContentType, isHashed ? "public, max-age=31536000, immutable" : "public, max-age=300, stale-while-revalidate=86400");
}
