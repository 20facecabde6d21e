using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>Pages that share a thread, because they say so or because an administrator did.</summary>
public sealed class MovingTests(BrowserFixture browser, MovingTests.WithAdministrator blog) : IClassFixture<MovingTests.WithAdministrator>
{
    private const string Administrator = "Priya Nair";

    /// <summary>A blog whose administrator is somebody at the stand-in.</summary>
    public sealed class WithAdministrator : Blog
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Embed:Administrators:0", "GitHub:1003")];
    }

    [Fact]
    public async Task A_page_shares_the_thread_of_the_page_it_names_as_canonical()
    {
        var page = blog.NewPage();
        var print = blog.NewPage(head: $"<link rel=\"canonical\" href=\"{new Uri(page).AbsolutePath}\">");
        await blog.PostAsync(page, "Written at the page itself.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, print, "Priya Nair");
        await Expect(thread.Comment("Written at the page itself.")).ToBeVisibleAsync();
        await thread.WriteAsync("Written at the other.");
        await thread.Post.ClickAsync();
        await Expect(thread.Comment("Written at the other.")).ToBeVisibleAsync();

        Assert.Equal(2, await blog.CountAsync(page));
        Assert.Equal(0, await blog.CountAsync(print));
    }

    [Fact]
    public async Task A_thread_merged_by_the_pages_is_seen_at_the_old_address()
    {
        var (page, old) = (blog.NewPage(), blog.NewPage());
        await blog.PostAsync(page, "At the new page.");
        await blog.PostAsync(old, "At the old page.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(old);
        await Expect(thread.Comments).ToHaveCountAsync(1);
        await using var admin = await browser.OpenAsync(new BrowserPageOptions(Width: 360, Height: 800));

        await OpenThreadAsync(admin.Page, old);
        await Screenshots.TakeAsync(admin.Page, "admin-thread");
        await admin.Page.GetByLabel("The other thread’s address").FillAsync(page);
        await admin.Page.Keyboard.PressAsync("Enter");
        await Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Name = "Merge these threads?" })).ToBeVisibleAsync();
        await Screenshots.TakeAsync(admin.Page, "admin-merge");
        Assert.True(await admin.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Merge them" }).ClickAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Done.");
        await Screenshots.TakeAsync(admin.Page, "admin-log");

        thread = await reader.ReadAsync(old);
        await Expect(thread.Comments).ToHaveTextAsync([Text("At the new page"), Text("At the old page")]);
        await admin.Page.GetByRole(AriaRole.Button, new() { NameRegex = Text("^Undo") }).First.ClickAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Undone.");
        thread = await reader.ReadAsync(old);
        await Expect(thread.Comments).ToHaveTextAsync([Text("At the old page")]);
    }

    private static Regex Text(string part) => new(part, RegexOptions.None, TimeSpan.FromSeconds(1));

    /// <summary>Signs in and finds the page of a thread by its address.</summary>
    private async Task OpenThreadAsync(IPage page, string address)
    {
        await page.GotoAsync($"{blog.Server.Origin}/admin/sites/{Blog.Site}/threads");
        await page.WithGitHub().ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = Administrator }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = $"Threads of {Blog.Site}" })).ToBeVisibleAsync();
        await page.GetByLabel("Search").FillAsync(address);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".cards li")).ToHaveCountAsync(1);
        await Screenshots.TakeAsync(page, "admin-threads");
        await page.Locator(".cards li a").First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Merge into another thread" })).ToBeVisibleAsync();
    }
}
