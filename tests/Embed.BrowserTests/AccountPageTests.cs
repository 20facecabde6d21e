using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>What belongs to the person, as they see and use it: no page of it needs a script.</summary>
public sealed class AccountPageTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    [Fact]
    public async Task A_device_that_is_revoked_is_signed_out_at_its_next_act_and_keeps_what_was_typed()
    {
        await using var device = await browser.OpenAsync();
        var thread = await device.ReadAsync(blog.NewPage());
        await device.SignInAsync(() => thread.SignIn.ClickAsync(), "Jonas Weidmann");
        await Expect(thread.Live.GetByText("Signed in as Jonas Weidmann")).ToBeVisibleAsync();
        await thread.WriteAsync("Written on a device that is lost.");
        await using var me = await OpenAsync("Jonas Weidmann");

        await Session(me, "Test blog").GetByRole(AriaRole.Button).ClickAsync();
        await Expect(me.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Signed out there.");
        await thread.Post.ClickAsync();

        await Expect(thread.Notice("Please sign in")).ToBeVisibleAsync();
        await Expect(thread.Field).ToHaveValueAsync("Written on a device that is lost.");
        await Expect(Session(me, "Test blog")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_thread_leads_to_the_page_of_ones_account()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewPage());
        await reader.SignInAsync(() => thread.SignIn.ClickAsync(), "Salma");

        var page = await reader.Page.RunAndWaitForPopupAsync(() => thread.Live.GetByRole(AriaRole.Link, new() { Name = "Your account" }).ClickAsync());

        await Expect(page.GetByLabel("Shown name")).ToHaveValueAsync("سلمى حداد");
    }

    [Fact]
    public async Task Everything_about_oneself_is_downloaded_as_a_file()
    {
        await using var me = await OpenAsync("Priya Nair");

        var download = await me.Page.RunAndWaitForDownloadAsync(() => me.Page.GetByRole(AriaRole.Link, new() { Name = "Download everything about you" }).ClickAsync());

        Assert.Equal("my-comments.json", download.SuggestedFilename);
        var data = JsonNode.Parse(await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken))!;
        Assert.Equal("Priya Nair", (string?)data["profile"]!["name"]);
    }

    [Fact]
    public async Task Deleting_and_keeping_the_account_goes_by_keyboard_alone()
    {
        await using var me = await OpenAsync("Ewa Lis");
        await GoByKeyboardAsync(me.Page, me.Page.GetByRole(AriaRole.Link, new() { Name = "Delete your account …" }));
        await Expect(me.Page.GetByRole(AriaRole.Heading, new() { Name = "Delete your account" })).ToBeVisibleAsync();
        await AssertUsableAsync(me.Page, "me-delete");

        await FocusByKeyboardAsync(me.Page, me.Page.GetByLabel("Delete them"));
        await me.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(me.Page.GetByLabel("Keep them without my name")).ToBeCheckedAsync();
        await GoByKeyboardAsync(me.Page, me.Page.GetByRole(AriaRole.Button, new() { Name = "Delete my account in 24 hours" }));
        await Expect(me.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Your comments stay, without your name.");
        await AssertUsableAsync(me.Page, "me-going");
        await me.Page.GotoAsync($"{blog.Server.Origin}/signin");
        await Expect(me.Page.GetByRole(AriaRole.Button, new() { Name = "Keep my account" })).ToBeVisibleAsync();
        await AssertUsableAsync(me.Page, "signin-going");
        await me.Page.GotoAsync($"{blog.Server.Origin}/me");
        await GoByKeyboardAsync(me.Page, me.Page.GetByRole(AriaRole.Button, new() { Name = "Keep my account" }));

        await Expect(me.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Your account stays.");
    }

    [Theory]
    [InlineData(360, ColorScheme.Dark, "en-GB", true)]
    [InlineData(1000, ColorScheme.Light, "de-DE", true)]
    [InlineData(360, ColorScheme.Light, "ar", true)]
    [InlineData(1000, ColorScheme.Light, "en-GB", false)]
    public async Task Another_account_is_added_after_both_sides_were_shown(int width, ColorScheme scheme, string locale, bool hasScript)
    {
        var name = $"{locale}-{width}".ToLowerInvariant();
        await using var me = await browser.OpenAsync(new(Width: width, ColorScheme: scheme, HasScript: hasScript, Locale: locale));
        await NewAccountAsync(me.Page, $"{blog.Server.Origin}/signin?return=/me", $"first-{name}");
        await AssertUsableAsync(me.Page, $"me-{name}", hasScript);

        await me.Page.Locator("a.button[href^='/signin']").ClickAsync();
        await AssertUsableAsync(me.Page, $"me-add-{name}", hasScript);
        await NewAccountAsync(me.Page, null, $"second-{name}");
        await Expect(me.Page.GetByText($"first-{name}").First).ToBeVisibleAsync();
        await Expect(me.Page.GetByText($"second-{name}").First).ToBeVisibleAsync();
        await AssertUsableAsync(me.Page, $"me-link-{name}", hasScript);
        await me.Page.Locator("form[action='/me/link'] button").ClickAsync();

        await Expect(me.Page.GetByRole(AriaRole.Status)).ToBeVisibleAsync();
        await Expect(me.Page.Locator("form[action$='/unlink']")).ToHaveCountAsync(2);
        await AssertUsableAsync(me.Page, $"me-linked-{name}", hasScript);
    }

    [Fact]
    public async Task Two_commenters_become_one_and_the_thread_shows_one_name()
    {
        var page = blog.NewPage();
        await using var first = await browser.OpenAsync();
        var thread = await first.ReadAsync(page);
        await first.SignInAsync(() => thread.SignIn.ClickAsync(), "Sam O’Dowd");
        await Expect(thread.Live.GetByText("Signed in as")).ToBeVisibleAsync();
        await thread.WriteAsync("As Sam.");
        await thread.Post.ClickAsync();
        await Expect(thread.Comment("As Sam.")).ToBeVisibleAsync();
        await using var me = await OpenAsync("Tomáš Holub");
        await me.Page.GetByRole(AriaRole.Link, new() { Name = "Add a way to sign in" }).ClickAsync();
        await me.Page.WithGitHub().ClickAsync();
        await me.Page.GetByRole(AriaRole.Button, new() { Name = "Sam O’Dowd" }).ClickAsync();
        await Expect(me.Page.GetByText("comments (1)")).ToBeVisibleAsync();
        await AssertUsableAsync(me.Page, "me-join");

        await me.Page.GetByRole(AriaRole.Button, new() { Name = "Yes, both are me" }).ClickAsync();

        await Expect(me.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("The two are one now.");
        await me.Page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^Your comments", RegexOptions.None, TimeSpan.FromSeconds(1)) }).ClickAsync();
        await Expect(me.Page.GetByText("As Sam.")).ToBeVisibleAsync();
        await AssertUsableAsync(me.Page, "me-comments");
        await first.Page.ReloadAsync();
        await Expect(thread.Live.GetByText("Signed in as Tomáš Holub")).ToBeVisibleAsync();
        await Expect(thread.Comment("As Sam.").GetByText("Tomáš Holub")).ToBeVisibleAsync();
    }

    private static ILocator Session(BrowserPage me, string site) =>
        me.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = site });

    private static async Task NewAccountAsync(IPage page, string? address, string login)
    {
        if (address is not null)
        {
            await page.GotoAsync(address);
        }

        await page.Locator("form[action^='/signin/github'] button").ClickAsync();
        await page.GetByLabel("New account").FillAsync(login);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create and continue" }).ClickAsync();
    }

    private static async Task GoByKeyboardAsync(IPage page, ILocator control)
    {
        await FocusByKeyboardAsync(page, control);
        await page.Keyboard.PressAsync("Enter");
    }

    private static async Task FocusByKeyboardAsync(IPage page, ILocator control)
    {
        for (var i = 0; i < 60; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await control.EvaluateAsync<bool>("element => element === document.activeElement"))
            {
                return;
            }
        }

        Assert.Fail("The keyboard does not get there.");
    }

    // Fits, is readable by all, and can be looked at.
    private static async Task AssertUsableAsync(IPage page, string name, bool hasScript = true)
    {
        await Expect(page.Locator("h1")).ToBeVisibleAsync();
        await page.ScreenshotAsync(new() { Path = Screenshots.PathOf(name), FullPage = true, Animations = ScreenshotAnimations.Disabled });
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"{name} is too wide.");
        if (!hasScript)
        {
            // The scan is a script, too.
            return;
        }

        await Accessibility.AssertNothingFoundAsync(page);
    }

    private async Task<BrowserPage> OpenAsync(string account)
    {
        var me = await browser.OpenAsync();
        await me.Page.GotoAsync($"{blog.Server.Origin}/me");
        await me.Page.WithGitHub().ClickAsync();
        await me.Page.GetByRole(AriaRole.Button, new() { Name = account }).ClickAsync();
        await Expect(me.Page.GetByRole(AriaRole.Heading, new() { Name = "Your account" })).ToBeVisibleAsync();
        return me;
    }
}
