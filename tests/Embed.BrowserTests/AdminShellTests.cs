using Embed.Server.Commenters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>The frame of the admin pages: for all eyes and hands, and when the connection goes.</summary>
public sealed class AdminShellTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(360, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    public async Task Every_state_of_the_frame_fits_and_is_accessible(int width, ColorScheme scheme)
    {
        await using var admin = await OpenAsync("/admin/sites", new(Width: width, ColorScheme: scheme));
        var name = $"{width}-{scheme}".ToLowerInvariant();
        await admin.AssertUsableAsync($"sites-{name}");

        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Site: Choose a site" }).ClickAsync();
        await admin.AssertUsableAsync($"switcher-{name}");
        await admin.Page.Keyboard.PressAsync("Escape");
        if (width < 800)
        {
            await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Menu" }).ClickAsync();
            await admin.AssertUsableAsync($"menu-{name}");
        }

        await admin.GoAsync("/admin/nowhere");
        await Expect(admin.Heading).ToHaveTextAsync("Not found");
        await admin.AssertUsableAsync($"not-found-{name}");
    }

    [Fact]
    public async Task The_keyboard_skips_to_the_page_and_a_page_gone_to_gets_focus_on_its_heading()
    {
        await using var admin = await OpenAsync("/admin/nowhere");
        await admin.Page.Keyboard.PressAsync("Tab");
        await Expect(admin.Page.GetByRole(AriaRole.Link, new() { Name = "Skip to the page" })).ToBeFocusedAsync();
        await admin.Page.Keyboard.PressAsync("Enter");
        await Expect(admin.Page.GetByRole(AriaRole.Main)).ToBeFocusedAsync();
        Assert.EndsWith("/admin/nowhere", admin.Page.Url, StringComparison.Ordinal);

        var link = admin.Page.GetByRole(AriaRole.Navigation, new() { Name = "Administration" }).GetByRole(AriaRole.Link, new() { Name = "Sites" });
        await admin.Page.ReloadAsync();
        await Expect(admin.Heading).ToBeVisibleAsync();
        await Accessibility.TabToAsync(admin.Page, link);
        await admin.Page.Keyboard.PressAsync("Enter");

        await Expect(admin.Heading).ToHaveTextAsync("Sites");
        await Expect(admin.Heading).ToBeFocusedAsync();
        await Expect(link).ToHaveAttributeAsync("aria-current", "page");
        await Expect(admin.Page).ToHaveTitleAsync("Sites");
    }

    [Fact]
    public async Task A_table_is_sorted_and_filtered_by_its_address_and_the_back_button_undoes_it()
    {
        await using var admin = await OpenAsync("/admin/nowhere");
        await admin.Page.GetByRole(AriaRole.Navigation, new() { Name = "Administration" }).GetByRole(AriaRole.Link, new() { Name = "Sites" }).ClickAsync();
        var first = admin.Page.Locator("tbody tr").First;
        await Expect(first).ToContainTextAsync("Held");

        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Name" }).ClickAsync();
        await Expect(first).ToContainTextAsync("Test blog");
        await Expect(admin.Page.GetByRole(AriaRole.Columnheader, new() { Name = "Name" })).ToHaveAttributeAsync("aria-sort", "descending");
        await admin.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Name, key or origin" }).FillAsync("blog");
        await admin.Page.Keyboard.PressAsync("Enter");
        await Expect(admin.Page.Locator("tbody tr")).ToHaveCountAsync(2);
        Assert.EndsWith("/admin/sites?sort=-name&q=blog", admin.Page.Url, StringComparison.Ordinal);
        await admin.Page.ReloadAsync();
        await Expect(admin.Page.Locator("tbody tr")).ToHaveCountAsync(2);
        await Expect(first).ToContainTextAsync("Test blog");

        // What was typed replaced the address; what was chosen before it has one of its own.
        await admin.Page.GoBackAsync();
        await Expect(first).ToContainTextAsync("Held");
        await admin.Page.GoBackAsync();
        await Expect(admin.Heading).ToHaveTextAsync("Not found");
    }

    [Fact]
    public async Task Whoever_turns_their_system_dark_sees_it_at_once()
    {
        await using var admin = await OpenAsync("/admin/sites", new(ColorScheme: ColorScheme.Light));
        await Expect(admin.Page.Locator("body")).ToHaveCSSAsync("background-color", "rgb(255, 255, 255)");

        await admin.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });

        await Expect(admin.Page.Locator("body")).ToHaveCSSAsync("background-color", "rgb(22, 24, 27)");
        await Expect(admin.Page.Locator(".home")).ToHaveCSSAsync("color", "rgb(232, 233, 235)");
        await admin.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await Expect(admin.Page.Locator("body")).ToHaveCSSAsync("background-color", "rgb(255, 255, 255)");
    }

    [Fact]
    public async Task A_lost_connection_is_told_and_comes_back()
    {
        await using var admin = await OpenAsync("/admin/sites");
        // Each attempt while it is away.
        admin.Window.Expect("negotiation");
        admin.Window.Expect("_blazor");
        var lost = admin.Page.GetByText("The connection is lost.");
        await Expect(lost).ToBeHiddenAsync();

        await admin.Window.Context.SetOfflineAsync(true);
        await admin.Page.EvaluateAsync("import(document.querySelector('script[type=module]').src).then((script) => script.dropConnection())");
        await Expect(lost).ToBeVisibleAsync();
        await admin.AssertUsableAsync("lost");
        await admin.Window.Context.SetOfflineAsync(false);
        await Expect(lost).ToBeHiddenAsync();

        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Key" }).ClickAsync();
        await Expect(admin.Page.Locator("tbody tr").First).ToContainTextAsync("held");
    }

    [Fact]
    public async Task Where_no_connection_can_be_made_the_page_says_so()
    {
        await using var admin = await OpenAsync("/admin/sites");
        admin.Window.Expect("negotiat");
        admin.Window.Expect("503");
        admin.Window.Expect("Circuit host not initialized");
        await admin.Page.RouteAsync("**/_blazor/negotiate*", route => route.FulfillAsync(new() { Status = 503 }));
        await admin.Page.ReloadAsync();

        await Expect(admin.Page.GetByText("This page could not connect to the server.")).ToBeVisibleAsync();
        await admin.AssertUsableAsync("could-not-connect");
    }

    [Fact]
    public async Task Signing_out_elsewhere_ends_what_one_may_see_here()
    {
        await using var admin = await OpenAsync("/admin/nowhere");
        await blog.Server.Services.GetRequiredService<CommenterSessions>()
            .EndAsync(session => session.SiteId == null, TestContext.Current.CancellationToken);

        await admin.Page.GetByRole(AriaRole.Navigation, new() { Name = "Administration" }).GetByRole(AriaRole.Link, new() { Name = "Sites" }).ClickAsync();

        await Expect(admin.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Please sign in");
        await Expect(admin.Page.Locator("tbody")).ToHaveCountAsync(0);
        await admin.AssertUsableAsync("signed-out");

        // In another tab; this one connects anew as the person signed in by then.
        var other = await admin.Page.RunAndWaitForPopupAsync(() => admin.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync());
        await admin.SignInAsync(Embed.Tests.EmbedApplication.Administrator);
        await other.CloseAsync();
        await admin.Page.BringToFrontAsync();
        await admin.Page.EvaluateAsync("dispatchEvent(new Event('focus'))");
        await Expect(admin.Page.GetByText("The connection is lost.")).ToBeHiddenAsync();
    }

    private Task<AdminPages> OpenAsync(string path, BrowserPageOptions? options = null) => AdminPages.OpenAsync(browser, blog, path, options: options);
}
