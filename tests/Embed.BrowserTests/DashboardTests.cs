using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>The dashboards: what waits and what happened, to see, to read and to hear.</summary>
public sealed class DashboardTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(360, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    public async Task Figures_charts_and_tables_fit_and_are_accessible(int width, ColorScheme scheme)
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "One");
        await blog.PostAsync(page, "Two");
        await using var admin = await AdminPages.OpenAsync(browser, blog, $"/admin/sites/{Blog.Site}?days=7", options: new(Width: width, ColorScheme: scheme));
        var look = $"{width}-{scheme}".ToLowerInvariant();

        await Expect(admin.Heading).ToHaveTextAsync("Dashboard");
        await Expect(admin.Page.GetByRole(AriaRole.Img, new() { Name = "Comments by day: at most" })).ToBeVisibleAsync();
        await Expect(admin.Page.Locator(".chart").First.Locator("rect")).ToHaveCountAsync(7);
        await admin.AssertUsableAsync($"dashboard-{look}");

        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Table of comments by day" }).ClickAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Region, new() { Name = "Comments by day" }).GetByRole(AriaRole.Row)).ToHaveCountAsync(8);
        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "365 days" }).ClickAsync();
        await Expect(admin.Page.Locator(".chart").First.Locator("rect")).ToHaveCountAsync(365);
        await admin.AssertUsableAsync($"dashboard-year-{look}");

        await admin.GoAsync("/admin");
        await Expect(admin.Heading).ToHaveTextAsync("Dashboard");
        await admin.AssertUsableAsync($"dashboard-all-{look}");
    }

    [Fact]
    public async Task In_forced_colours_the_bars_are_seen()
    {
        await blog.PostAsync(blog.NewPage(), "One");
        await using var admin = await AdminPages.OpenAsync(browser, blog, $"/admin/sites/{Blog.Site}");
        await admin.Page.EmulateMediaAsync(new() { ForcedColors = ForcedColors.Active });
        var bar = admin.Page.Locator(".chart").First.Locator("rect").Last;

        var colours = await bar.EvaluateAsync<string[]>("bar => [getComputedStyle(bar).fill, getComputedStyle(document.body).backgroundColor]");

        Assert.NotEqual(colours[0], colours[1]);
        await Screenshots.TakeAsync(admin.Page, "admin-dashboard-forced-colours");
    }
}
