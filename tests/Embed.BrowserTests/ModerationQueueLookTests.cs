using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>Every state of the queue, for all eyes and hands; and what its address says.</summary>
public sealed class ModerationQueueLookTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(360, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    public async Task Every_state_fits_and_is_accessible(int width, ColorScheme scheme)
    {
        await ModerationDesk.EmptyAsync(blog);
        var name = $"{width}-{scheme}".ToLowerInvariant();
        await using var desk = await ModerationDesk.OpenAsync(browser, blog, options: new(Width: width, ColorScheme: scheme));
        await Expect(desk.Page.GetByText("Nothing waits.")).ToBeVisibleAsync();
        await desk.Admin.AssertUsableAsync($"queue-empty-{name}");

        var page = blog.NewPage(Blog.Held);
        var top = await blog.PostAsync(page, "What **flour** do you use, and where does one get it?", site: Blog.Held);
        await blog.JudgeAsync(top, publish: true);
        await blog.PostAsync(page, "شكرًا على المقال، **الخبز** رائع! https://example.com/%D8%AE%D8%A8%D8%B2", "ليلى", top, Blog.Held);
        var wide = await blog.PostAsync(
            page, $"> Quoted words\n\n```\n{new string('x', 200)}\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nhttps://example.com/{new string('y', 200)}", "Ines", site: Blog.Held);
        await ModerationDesk.FlagAsync(blog, wide, "They say this on every page.");
        await desk.GoAsync("?site=held");
        await Expect(desk.Rows).ToHaveCountAsync(2);
        Assert.Equal("rtl", await desk.Rows.Nth(1).Locator(".queue-body p").First.EvaluateAsync<string>("body => getComputedStyle(body).direction"));
        await desk.Admin.AssertUsableAsync($"queue-rows-{name}");

        await desk.PressAsync("j");
        await desk.PressAsync("?");
        await Expect(desk.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Next comment");
        await desk.Admin.AssertUsableAsync($"queue-help-{name}");
        await desk.PressAsync("Escape");
        await Expect(desk.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await desk.PressAsync("d");
        await Expect(desk.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Delete this comment?");
        await desk.Admin.AssertUsableAsync($"queue-delete-{name}");
        await desk.PressAsync("Escape");
        await Expect(desk.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await desk.PressAsync("e");
        await Expect(desk.Page.GetByRole(AriaRole.Textbox)).ToBeVisibleAsync();
        await desk.Admin.AssertUsableAsync($"queue-edit-{name}");
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).And(desk.Page.Locator(":visible")).ClickAsync();
        await desk.Button(wide, "Spam").ClickAsync();
        await Expect(desk.Rows).ToHaveCountAsync(1);
        await desk.Admin.AssertUsableAsync($"queue-toast-{name}");
        await desk.GoAsync("?site=held&tab=recent");
        await Expect(desk.Row(wide)).ToContainTextAsync("Spam");
        await desk.Admin.AssertUsableAsync($"queue-recent-{name}");
    }

    [Fact]
    public async Task Tab_site_and_order_are_in_the_address_and_the_back_button_leads_through_them()
    {
        await ModerationDesk.EmptyAsync(blog);
        var ids = await ModerationDesk.FillAsync(blog, 2);
        var flagged = await blog.PostAsync(blog.NewPage(), "Flagged words");
        await ModerationDesk.FlagAsync(blog, flagged, "Rude");
        await using var desk = await ModerationDesk.OpenAsync(browser, blog, "");
        await Expect(desk.Rows).ToHaveCountAsync(2);

        await desk.Page.GetByRole(AriaRole.Navigation, new() { Name = "Queue" }).GetByRole(AriaRole.Link, new() { Name = "Flagged" }).ClickAsync();
        await Expect(desk.Row(flagged)).ToContainTextAsync("Rude");
        await Expect(desk.Button(flagged, "Keep")).ToBeVisibleAsync();
        await desk.Page.GetByLabel("Site", new() { Exact = true }).SelectOptionAsync("held");
        await Expect(desk.Page.GetByText("Nobody has reported anything.")).ToBeVisibleAsync();
        Assert.EndsWith("/admin/queue?tab=flagged&site=held", desk.Page.Url, StringComparison.Ordinal);
        await desk.Page.GoBackAsync();
        await Expect(desk.Row(flagged)).ToBeVisibleAsync();
        await desk.Button(flagged, "Keep").ClickAsync();
        await Expect(desk.Page.GetByText("Nobody has reported anything.")).ToBeVisibleAsync();
        await desk.Page.GoBackAsync();
        await Expect(desk.Rows).ToHaveCountAsync(2);

        await desk.Page.GetByLabel("Order").SelectOptionAsync("oldest");
        await Expect(desk.Rows.First).ToHaveAttributeAsync("data-id", $"{ids[0]}");
        await desk.Page.ReloadAsync();
        await Expect(desk.Rows.First).ToHaveAttributeAsync("data-id", $"{ids[0]}");
    }

    [Fact]
    public async Task More_than_a_page_is_reached_by_its_address_and_comes_up_as_the_page_is_cleared()
    {
        await ModerationDesk.EmptyAsync(blog);
        var ids = await ModerationDesk.FillAsync(blog, 53);
        await using var desk = await ModerationDesk.OpenAsync(browser, blog);
        await Expect(desk.Rows).ToHaveCountAsync(50);
        await desk.Page.GetByRole(AriaRole.Link, new() { Name = "Older" }).ClickAsync();
        await Expect(desk.Rows).ToHaveCountAsync(3);
        Assert.EndsWith($"after={ids[3]}", desk.Page.Url, StringComparison.Ordinal);
        await desk.Page.GetByRole(AriaRole.Link, new() { Name = "From the start" }).ClickAsync();
        await Expect(desk.Rows).ToHaveCountAsync(50);

        await desk.Page.GetByLabel("Select all").ClickAsync();
        await Expect(desk.Page.GetByText("50 selected")).ToBeVisibleAsync();
        await desk.PressAsync("a");

        await Expect(desk.Rows).ToHaveCountAsync(3);
        await Expect(desk.Row(ids[2])).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Who_moderates_nothing_sees_nothing()
    {
        await using var admin = await AdminPages.OpenAsync(browser, blog, "/admin/queue?site=second", ModerationDesk.Moderator);

        await Expect(admin.Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await Expect(admin.Page.Locator("[data-row]")).ToHaveCountAsync(0);
        await admin.AssertUsableAsync("queue-refused");
    }
}
