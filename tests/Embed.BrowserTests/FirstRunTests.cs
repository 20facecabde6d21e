using System.Text.RegularExpressions;
using Embed.Server.Admin.Setup;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>From the address that the log prints to the first comment on the blog, as its owner goes.</summary>
public sealed class FirstRunTests(BrowserFixture browser) : IAsyncLifetime
{
    private readonly StandInServer _gitHub = new();
    private KestrelServer _server = null!;
    private HostSite _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await HostSite.StartAsync();
        _server = KestrelServer.Start(
        [
            .. _gitHub.Settings,
            // Neither administrator nor site: these take the place of those that tests otherwise have.
            new("Embed:Administrators:0", null), new("Embed:Sites:0:Key", null), new("Embed:Sites:0:Name", null), new("Embed:Sites:0:Origins:0", null),
            new("Embed:Sites:1:Key", null), new("Embed:Sites:1:Origins:0", null),
        ]);
        await _gitHub.StartAsync(_server.Origin);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _gitHub.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task From_the_printed_address_to_a_comment_on_the_blog()
    {
        await using var window = await browser.OpenAsync();
        var page = window.Page;
        var code = _server.Services.GetRequiredService<SetupCode>().Begin();

        await page.GotoAsync($"{_server.Origin}/setup#{code}");
        await page.WithGitHub().ClickAsync();
        Assert.DoesNotContain(code, page.Url, StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Button, new() { Name = "Marta Keller" }).ClickAsync();
        await Expect(page.GetByText("You are signed in as Marta Keller")).ToBeVisibleAsync();
        await Accessibility.AssertNothingFoundAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Make me the administrator" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "New site" })).ToBeVisibleAsync();
        await FillAsync(page);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Install" })).ToBeVisibleAsync();
        var snippet = await page.GetByLabel("Snippet", new() { Exact = true }).InnerTextAsync();
        Assert.Contains("data-site=\"127-0-0-1\"", snippet, StringComparison.Ordinal);

        var post = _host.Put("/first.html", snippet, "A post", Blog.Style);
        await page.GetByLabel("Address of a page").FillAsync(post);
        await page.GetByRole(AriaRole.Button, new() { Name = "Check" }).ClickAsync();
        await Expect(page.GetByText("Everything fits.")).ToBeVisibleAsync();

        var thread = await window.ReadAsync(post);
        var popup = await page.RunAndWaitForPopupAsync(() => thread.SignIn.ClickAsync());
        await popup.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Continue as", RegexOptions.None, TimeSpan.FromSeconds(1)) }).ClickAsync();
        await thread.WriteAsync("The first comment.");
        await thread.Post.ClickAsync();
        await Expect(thread.Live.GetByText("The first comment.")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    public async Task Every_page_of_the_first_run_fits_and_is_accessible(int width, ColorScheme scheme)
    {
        await using var window = await browser.OpenAsync(new(Width: width, ColorScheme: scheme));
        var page = window.Page;
        var code = _server.Services.GetRequiredService<SetupCode>().Begin();
        await page.GotoAsync($"{_server.Origin}/setup");
        await AssertUsableAsync(page, $"setup-{width}");

        // As where no script runs: the code is typed.
        await page.GetByLabel("Code").FillAsync(code);
        await page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await page.WithGitHub().ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Marta Keller" }).ClickAsync();
        await AssertUsableAsync(page, $"setup-confirm-{width}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make me the administrator" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "New site" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        await Expect(page.GetByText("Write a name")).ToBeVisibleAsync();
        await AssertUsableAsync(page, $"wizard-fault-{width}");
        await FillAsync(page, name => AssertUsableAsync(page, $"wizard-{name}-{width}"));
        await page.GetByLabel("Address of a page").FillAsync(_host.Put("/bare.html", "<p>No tag</p>", "A post", ""));
        await page.GetByRole(AriaRole.Button, new() { Name = "Check" }).ClickAsync();
        await Expect(page.GetByText("Something is to be changed.")).ToBeVisibleAsync();
        await AssertUsableAsync(page, $"install-{width}");
    }

    private async Task FillAsync(IPage page, Func<string, Task>? look = null)
    {
        async Task NextAsync(string name)
        {
            await (look?.Invoke(name) ?? Task.CompletedTask);
            await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("Next|Make the site", RegexOptions.None, TimeSpan.FromSeconds(1)) }).ClickAsync();
        }

        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Sourdough notes");
        await NextAsync("name");
        await page.GetByLabel("Address of the blog").FillAsync(_host.Origin);
        await page.GetByLabel("Key").FocusAsync();
        await Expect(page.GetByLabel("Key")).ToHaveValueAsync("127-0-0-1");
        await NextAsync("address");
        await Expect(page.GetByLabel("Allowed origins")).ToHaveValueAsync(_host.Origin);
        await NextAsync("origins");
        await page.GetByLabel("Publish at once").CheckAsync();
        await NextAsync("moderation");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Install" })).ToBeVisibleAsync();
    }

    private static async Task AssertUsableAsync(IPage page, string name)
    {
        await page.ScreenshotAsync(new() { Path = Screenshots.PathOf($"admin-{name}"), FullPage = true, Animations = ScreenshotAnimations.Disabled });
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"{name} is too wide.");
        await Accessibility.AssertNothingFoundAsync(page);
    }
}
