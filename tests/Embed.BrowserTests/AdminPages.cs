using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>The pages below <c>/admin</c> as somebody signed in there sees them.</summary>
internal sealed class AdminPages : IAsyncDisposable
{
    private readonly List<string> _foreign = [];
    private readonly Blog _blog;

    private AdminPages(BrowserPage window, Blog blog) => (Window, _blog) = (window, blog);

    /// <summary>The browser.</summary>
    public BrowserPage Window { get; }

    /// <summary>The page in it.</summary>
    public IPage Page => Window.Page;

    /// <summary>The page's one heading of the first level.</summary>
    public ILocator Heading => Page.Locator("h1:visible");

    /// <summary>What toasts say.</summary>
    public ILocator Toast => Page.Locator(".toasts");

    /// <summary>Opens a browser in which somebody is signed in, at a page.</summary>
    /// <param name="browser">The browser.</param>
    /// <param name="blog">The server.</param>
    /// <param name="path">The page, such as <c>/admin/sites</c>.</param>
    /// <param name="account">Whose account, as <c>GitHub:subject</c>; the administrator's if not said.</param>
    /// <param name="options">What the browser is like.</param>
    /// <param name="granted">The role that they are given at <see cref="Blog.Site"/> first; none if not said.</param>
    public static async Task<AdminPages> OpenAsync(
        BrowserFixture browser, Blog blog, string path, string account = EmbedApplication.Administrator, BrowserPageOptions? options = null,
        SiteRole granted = SiteRole.None)
    {
        var pages = new AdminPages(await browser.OpenAsync(options), blog);
        // Everything the pages need comes from the server itself.
        pages.Window.Context.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(blog.Server.Origin + "/", StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                pages._foreign.Add(request.Url);
            }
        };
        await pages.SignInAsync(account);
        if (granted is SiteRole.Trusted or SiteRole.Moderator or SiteRole.Owner)
        {
            await pages.GrantAsync(account, granted);
        }

        try
        {
            await pages.GoAsync(path);
        }
        catch (PlaywrightException)
        {
            // Says what went wrong in the browser, which is why the page did not come.
            await pages.DisposeAsync();
            throw;
        }

        return pages;
    }

    /// <summary>Opens a page, and waits until it is there.</summary>
    public async Task GoAsync(string path)
    {
        await Page.GotoAsync(_blog.Server.Origin + path);
        await Expect(Page.Locator(".shell .page h1")).ToBeVisibleAsync();
    }

    /// <summary>Signs somebody in, as the server does it; the session's token.</summary>
    public async Task<string> SignInAsync(string account)
    {
        var parts = account.Split(':');
        var services = _blog.Server.Services;
        var commenter = await services.GetRequiredService<RecordCommenter>()
            .HandleAsync(new ProvenAccount(parts[0], parts[1], parts[1]), TestContext.Current.CancellationToken);
        var (token, _) = await services.GetRequiredService<CommenterSessions>()
            .CreateAsync(commenter.Id, new NewSession(null, _blog.Server.Origin, "Chromium"), TestContext.Current.CancellationToken);
        var cookies = services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(CurrentCommenter.Scheme);
        var now = _blog.Server.Clock.GetUtcNow();
        var ticket = new AuthenticationTicket(
            CurrentCommenter.PrincipalOf(commenter.Id, token),
            new AuthenticationProperties { IssuedUtc = now, ExpiresUtc = now + cookies.ExpireTimeSpan },
            CurrentCommenter.Scheme);
        await Window.Context.AddCookiesAsync(
            [new() { Name = cookies.Cookie.Name!, Value = cookies.TicketDataFormat.Protect(ticket), Url = _blog.Server.Origin, HttpOnly = true }]);
        return token;
    }

    private async Task GrantAsync(string account, SiteRole role)
    {
        var subject = account.Split(':')[1];
        await using var database = await _blog.Server.Services.GetRequiredService<IDbContextFactory<EmbedDbContext>>().CreateDbContextAsync();
        database.RoleGrants.Add(new RoleGrant
        {
            CommenterId = await database.Accounts.Where(a => a.Subject == subject).Select(a => a.CommenterId).SingleAsync(),
            SiteId = await database.Sites.Where(s => s.Key == Blog.Site).Select(s => s.Id).SingleAsync(),
            Role = role,
            GivenAt = _blog.Server.Clock.GetUtcNow(),
        });
        await database.SaveChangesAsync();
    }

    /// <summary>Whether the page can be used by all: nothing found by axe, no wider than the window; and a picture of it.</summary>
    public async Task AssertUsableAsync(string name)
    {
        await Page.ScreenshotAsync(new() { Path = Screenshots.PathOf($"admin-{name}"), FullPage = true, Animations = ScreenshotAnimations.Disabled });
        Assert.True(
            await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"{name} is too wide.");
        await Expect(Heading).ToHaveCountAsync(1);
        await Accessibility.AssertNothingFoundAsync(Page);
    }

    /// <summary>Closes the browser.</summary>
    /// <exception cref="Xunit.Sdk.XunitException">Something went wrong in it, or it asked another server for something.</exception>
    public async ValueTask DisposeAsync()
    {
        await Window.DisposeAsync();
        Assert.Empty(_foreign);
    }
}
