using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>The queue's acts on people: a selection's authors banned, replies taken back; and its keys turned off.</summary>
public sealed class ModerationPeopleTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(360, ColorScheme.Light)]
    public async Task A_reply_is_taken_back_and_a_selections_authors_are_banned_and_let_in_again_at_once(int width, ColorScheme scheme)
    {
        await ModerationDesk.EmptyAsync(blog);
        var name = $"{width}-{scheme}".ToLowerInvariant();
        var page = blog.NewPage(Blog.Held);
        var first = await blog.PostAsync(page, "What **flour** do you use?", "Ines", site: Blog.Held);
        var second = await blog.PostAsync(page, "Buy my shoes.", "Tomáš Holub", site: Blog.Held);
        await using var desk = await ModerationDesk.OpenAsync(browser, blog, "?site=held&tab=recent", options: new(Width: width, ColorScheme: scheme));
        await desk.Button(first, "Approve").ClickAsync();
        await Expect(desk.Row(first)).ToContainTextAsync("Published");
        await ReplyAsync(desk, first, "At once regretted", name);

        await desk.PressAsync("u");
        await Expect(desk.Admin.Toast).ToContainTextAsync("Your reply is deleted.");
        Assert.Equal(1, await blog.CountAsync(page, Blog.Held));
        // What was done before can still be taken back; the button says what that is.
        await Expect(desk.Admin.Toast).ToContainTextAsync("Undo: Approved: the comment by Ines.");
        await ReplyAsync(desk, first, "Rye", null);
        await desk.GoAsync("?site=held&tab=recent");

        var own = desk.Rows.First;
        await Expect(own).ToContainTextAsync("Rye");
        foreach (var row in new[] { own, desk.Row(first), desk.Row(second) })
        {
            await row.GetByRole(AriaRole.Checkbox).ClickAsync();
        }

        await Expect(desk.Page.GetByText("3 selected")).ToBeVisibleAsync();
        await desk.Admin.AssertUsableAsync($"queue-selection-{name}");
        await desk.PressAsync("b");
        var dialog = desk.Page.GetByRole(AriaRole.Dialog, new() { Name = "Ban 3 people?" });
        await Expect(dialog).ToContainTextAsync("Ines");
        await Expect(desk.Page.GetByLabel("For how long")).ToBeFocusedAsync();
        await desk.Admin.AssertUsableAsync($"queue-ban-selection-{name}");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Ban", Exact = true }).ClickAsync();

        await Expect(desk.Admin.Toast).ToContainTextAsync("Banned: 2 people. Not banned: ");
        await Expect(desk.Row(first)).ToContainTextAsync("Banned");
        await Expect(desk.Row(second)).ToContainTextAsync("Banned");
        await Expect(own.GetByRole(AriaRole.Alert)).ToContainTextAsync("You may not do this.");
        await Expect(desk.Page.GetByText("3 selected")).ToBeVisibleAsync();
        await desk.Admin.AssertUsableAsync($"queue-refused-row-{name}");

        await desk.PressAsync("u");
        await Expect(desk.Row(first)).Not.ToContainTextAsync("Banned");
        await Expect(desk.Row(second)).Not.ToContainTextAsync("Banned");
        await Expect(desk.Admin.Toast).ToContainTextAsync("Undone.");
    }

    [Theory]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(360, ColorScheme.Light)]
    public async Task Single_keys_are_turned_off_for_the_device_and_on_again(int width, ColorScheme scheme)
    {
        await ModerationDesk.EmptyAsync(blog);
        var ids = await ModerationDesk.FillAsync(blog, 2);
        await using var desk = await ModerationDesk.OpenAsync(browser, blog, options: new(Width: width, ColorScheme: scheme));
        var dialog = desk.Page.GetByRole(AriaRole.Dialog, new() { Name = "Keys" });
        var single = dialog.GetByLabel("Single keys act");
        await desk.PressAsync("?");
        await Expect(dialog).ToContainTextAsync("a thread has one pinned comment");
        await single.UncheckAsync();
        await Expect(dialog).ToContainTextAsync("They are off on all pages here");
        await Expect(dialog).ToContainTextAsync("This device remembers it.");
        await desk.Admin.AssertUsableAsync($"queue-keys-off-{$"{width}-{scheme}".ToLowerInvariant()}");
        await desk.PressAsync("Escape");
        await desk.Page.ReloadAsync();
        await Expect(desk.Rows).ToHaveCountAsync(2);

        await Expect(desk.Button(ids[1], "Spam")).Not.ToHaveAttributeAsync("aria-keyshortcuts", "S");
        await desk.Row(ids[1]).FocusAsync();
        foreach (var key in "ar?dx")
        {
            await desk.PressAsync($"{key}");
        }

        // Had one of them acted, it would have done so before this.
        await desk.Button(ids[0], "Spam").ClickAsync();
        await Expect(desk.Row(ids[0])).ToHaveCountAsync(0);
        await desk.PressAsync("u");
        await Expect(desk.Row(ids[1])).ToBeVisibleAsync();
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Keys" }).ClickAsync();
        await Expect(single).Not.ToBeCheckedAsync();
        await Expect(desk.Row(ids[0])).ToHaveCountAsync(0);
        await single.CheckAsync();
        await Expect(dialog).ToContainTextAsync("Turn them off if you speak to your computer");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(dialog).ToHaveCountAsync(0);
        await desk.PressAsync("u");
        await Expect(desk.Row(ids[0])).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_sites_menu_counts_what_is_held_and_the_switcher_stays_at_the_queue()
    {
        await ModerationDesk.EmptyAsync(blog);
        var ids = await ModerationDesk.FillAsync(blog, 2);
        await using var desk = await ModerationDesk.OpenAsync(browser, blog, "?site=held&tab=recent&sort=oldest");
        var menu = desk.Page.GetByRole(AriaRole.Navigation, new() { Name = "Administration" });
        var queue = menu.Locator("[aria-current=page]");
        await Expect(queue).ToHaveTextAsync("Queue2 held");
        await desk.Button(ids[0], "Reject").ClickAsync();
        await Expect(queue).ToHaveTextAsync("Queue1 held");
        await ModerationDesk.FillAsync(blog, 2);
        await Expect(queue).ToHaveTextAsync("Queue3 held");

        var switcher = desk.Page.GetByRole(AriaRole.Button, new() { Name = "Site: Held" });
        await switcher.ClickAsync();
        await desk.Page.Locator("#sites").GetByRole(AriaRole.Link, new() { Name = "Test blog" }).ClickAsync();
        await Expect(desk.Page.GetByRole(AriaRole.Button, new() { Name = "Site: Test blog" })).ToHaveAttributeAsync("aria-expanded", "false");
        Assert.EndsWith("/admin/queue?site=test&tab=recent&sort=oldest", desk.Page.Url, StringComparison.Ordinal);
        await Expect(queue).ToHaveTextAsync("Queue");

        await menu.GetByRole(AriaRole.Link, new() { Name = "Threads" }).ClickAsync();
        await Expect(desk.Admin.Heading).ToHaveTextAsync("Threads");
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Site: Test blog" }).ClickAsync();
        await desk.Page.Locator("#sites").GetByRole(AriaRole.Link, new() { Name = "Held" }).ClickAsync();
        await Expect(desk.Page).ToHaveURLAsync($"{blog.Server.Origin}/admin/sites/held/threads");
        await Expect(menu.GetByRole(AriaRole.Link, new() { Name = "Queue 3 held" })).ToBeVisibleAsync();
    }

    private static async Task ReplyAsync(ModerationDesk desk, long comment, string text, string? picture)
    {
        await desk.Button(comment, "Reply").ClickAsync();
        await Expect(desk.Row(comment).GetByRole(AriaRole.Textbox)).ToBeFocusedAsync();
        await desk.Page.Keyboard.TypeAsync(text);
        if (picture is not null)
        {
            await desk.Admin.AssertUsableAsync($"queue-reply-{picture}");
        }

        await desk.Row(comment).GetByRole(AriaRole.Button, new() { Name = "Reply", Exact = true }).ClickAsync();
        await Expect(desk.Admin.Toast).ToContainTextAsync("Replied to");
    }
}
