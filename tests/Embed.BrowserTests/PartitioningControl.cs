using Microsoft.AspNetCore.Http;

namespace Embed.BrowserTests;

/// <summary>
/// A blog that embeds another site, which sets a cookie and stores something there; and what comes of both. The sites are
/// those of all other tests: 127.0.0.1 and localhost.
/// </summary>
public sealed class PartitioningControl : IAsyncDisposable
{
    private readonly HostSite _site;

    private PartitioningControl(HostSite site) => _site = site;

    private string Blog => _site.Origin;

    /// <summary>The same pages under another site's name.</summary>
    private string Other => $"http://localhost:{_site.Port}";

    /// <summary>Puts the pages up.</summary>
    /// <param name="attributes">Of the cookie: what the browser needs to take it from a third party at all.</param>
    public static async Task<PartitioningControl> StartAsync(string attributes)
    {
        var control = new PartitioningControl(await HostSite.StartAsync());
        control.Put($"control=kept; Path=/{attributes}");
        return control;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _site.DisposeAsync();

    /// <summary>Embeds the other site in the blog, and looks what it finds there, and on its own.</summary>
    public async Task<Findings> FindAsync(IWindow window)
    {
        await window.OpenAsync($"{Blog}/blog");
        Assert.Equal("done", await window.RunAsync("async () => framed"));
        var inBlog = await window.RunAsync(
            """
            async other => {
              await (await fetch(other + '/set', { credentials: 'include' })).text();
              return await (await fetch(other + '/cookie', { credentials: 'include' })).text();
            }
            """,
            Other);
        var (cookie, stored) = await FindAtTopAsync(window);
        return new(inBlog, cookie, stored);
    }

    /// <summary>Opens the other site itself, and looks what it keeps then.</summary>
    public async Task<(string? Cookie, string? Stored)> FindOwnAsync(IWindow window)
    {
        await window.OpenAsync($"{Other}/frame");
        await window.OpenAsync($"{Other}/set");
        return await FindAtTopAsync(window);
    }

    private async Task<(string? Cookie, string? Stored)> FindAtTopAsync(IWindow window)
    {
        await window.OpenAsync($"{Other}/top");
        return (
            await window.RunAsync("async () => (await fetch('/cookie')).text()"),
            await window.RunAsync("async () => localStorage.getItem('control')"));
    }

    private void Put(string cookie)
    {
        _site.Put("/frame", "<script>localStorage.setItem('control', 'kept'); parent.postMessage('done', '*')</script>");
        _site.Put("/blog", $$"""
            <script>
              window.framed = new Promise(done => addEventListener('message', e => e.origin === '{{Other}}' && done(e.data)));
            </script>
            <iframe src="{{Other}}/frame"></iframe>
            """);
        _site.Put("/top", "");
        _site.Handle("/set", context => AnswerAsync(context, cookie));
        _site.Handle("/cookie", context => AnswerAsync(context, cookie: null));
    }

    private static Task AnswerAsync(HttpContext context, string? cookie)
    {
        context.Response.Headers.AccessControlAllowOrigin = context.Request.Headers.Origin;
        context.Response.Headers.AccessControlAllowCredentials = "true";
        if (cookie is not null)
        {
            context.Response.Headers.SetCookie = cookie;
        }

        return context.Response.WriteAsync(context.Request.Headers.Cookie.ToString(), context.RequestAborted);
    }

    /// <summary>What the other site's cookie and storage, set while embedded in the blog, come to.</summary>
    /// <param name="CookieInBlog">Cookie header of a later request from the blog.</param>
    /// <param name="CookieAtTop">Cookie header when the other site is opened itself.</param>
    /// <param name="StorageAtTop">The stored value when the other site is opened itself.</param>
    public sealed record Findings(string? CookieInBlog, string? CookieAtTop, string? StorageAtTop)
    {
        /// <summary>Neither cookie nor storage got through.</summary>
        public static readonly Findings Refused = new("", "", null);

        /// <summary>Both work in the blog, but are the blog's own: the other site does not see them elsewhere.</summary>
        public static readonly Findings Partitioned = new("control=kept", "", null);

        /// <summary>Both are shared: a tracker's delight.</summary>
        public static readonly Findings Shared = new("control=kept", "control=kept", "kept");
    }
}
