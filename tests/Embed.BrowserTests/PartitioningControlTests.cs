using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;

namespace Embed.BrowserTests;

/// <summary>
/// The control of every other test here: in their browser an ordinary third-party cookie is refused and storage is kept per
/// embedding site. The counter-control runs the same steps where both are allowed, to show that they can tell.
/// </summary>
public sealed class PartitioningControlTests(BrowserFixture browser) : IAsyncLifetime
{
    private HostSite _site = null!;

    private string Blog => _site.Origin;

    /// <summary>The same pages under another site's name.</summary>
    private string Other => $"http://localhost:{_site.Port}";

    public async ValueTask InitializeAsync()
    {
        _site = await HostSite.StartAsync();
        _site.Put("/frame", "<script>localStorage.setItem('control', 'kept'); parent.postMessage('done', '*')</script>");
        _site.Put("/blog", $$"""
            <script>
              window.framed = new Promise(done => addEventListener('message', e => e.origin === '{{Other}}' && done(e.data)));
            </script>
            <iframe src="{{Other}}/frame"></iframe>
            """);
        _site.Put("/top", "");
        _site.Handle("/set", context => AnswerAsync(context, "control=kept; Path=/; SameSite=None; Secure"));
        _site.Handle("/cookie", context => AnswerAsync(context, cookie: null));
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Third_party_cookie_and_storage_are_kept_apart_in_the_browser_of_the_tests()
    {
        await using var reader = await browser.OpenAsync();

        Assert.Equal(new Findings("", "", null), await FindAsync(reader.Page));
    }

    [Fact]
    public async Task They_are_shared_in_a_browser_that_allows_it_so_the_control_can_fail()
    {
        await using var profile = await PermissiveProfileAsync(Chromium.Usual);

        Assert.Equal(new Findings("control=kept", "control=kept", "kept"), await FindAsync(profile.Context.Pages[0]));
    }

    [Fact]
    public async Task Switches_of_the_tests_keep_them_apart_even_in_a_profile_that_allows_sharing()
    {
        await using var profile = await PermissiveProfileAsync(Chromium.Strict);

        Assert.Equal(new Findings("", "", null), await FindAsync(profile.Context.Pages[0]));
    }

    [Fact]
    public async Task Cookie_and_storage_work_on_their_own_site()
    {
        await using var reader = await browser.OpenAsync();

        await reader.Page.GotoAsync($"{Other}/frame");
        await reader.Page.GotoAsync($"{Other}/set");

        Assert.Equal(("control=kept", "kept"), await OwnAsync(reader.Page));
    }

    /// <summary>What the other site's cookie and storage, set while embedded in the blog, come to.</summary>
    /// <param name="CookieInBlog">Cookie header of a later request from the blog.</param>
    /// <param name="CookieAtTop">Cookie header when the other site is opened itself.</param>
    /// <param name="StorageAtTop">The stored value when the other site is opened itself.</param>
    private sealed record Findings(string CookieInBlog, string CookieAtTop, string? StorageAtTop);

    private async Task<Findings> FindAsync(IPage page)
    {
        await page.GotoAsync($"{Blog}/blog");
        Assert.Equal("done", await page.EvaluateAsync<string>("framed"));
        var inBlog = await page.EvaluateAsync<string>(
            """
            async other => {
              await (await fetch(other + '/set', { credentials: 'include' })).text();
              return await (await fetch(other + '/cookie', { credentials: 'include' })).text();
            }
            """,
            Other);
        var (cookie, stored) = await OwnAsync(page);
        return new(inBlog, cookie, stored);
    }

    private async Task<(string Cookie, string? Stored)> OwnAsync(IPage page)
    {
        await page.GotoAsync($"{Other}/top");
        return (
            await page.EvaluateAsync<string>("async () => (await fetch('/cookie')).text()"),
            await page.EvaluateAsync<string?>("localStorage.getItem('control')"));
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

    /// <summary>A profile on disk whose owner allows third-party cookies, which some distributions' browsers do not by default.</summary>
    private async Task<DiskProfile> PermissiveProfileAsync(IEnumerable<string> switches)
    {
        var folder = Directory.CreateTempSubdirectory("embed-test-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "Default"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Default", "Preferences"),
            JsonSerializer.Serialize(new { profile = new { block_third_party_cookies = false, cookie_controls_mode = 0 } }),
            TestContext.Current.CancellationToken);
        var context = await browser.Playwright.Chromium.LaunchPersistentContextAsync(folder, new()
        {
            ExecutablePath = Chromium.Path(),
            Args = switches,
        });
        return new(folder, context);
    }

    private sealed record DiskProfile(string Folder, IBrowserContext Context) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Context.CloseAsync();
            Directory.Delete(Folder, recursive: true);
        }
    }
}
