using Embed.Server.Model;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>Clearing the queue: by keys, by hand, on a phone, and two at once.</summary>
public sealed class ModerationQueueTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    [Fact]
    public async Task The_keyboard_alone_clears_a_queue_of_ten_and_takes_it_back()
    {
        await ModerationDesk.EmptyAsync(blog);
        var ids = await ModerationDesk.FillAsync(blog, 10);
        await using var desk = await ModerationDesk.OpenAsync(browser, blog);
        await Expect(desk.Rows).ToHaveCountAsync(10);
        await desk.PressAsync("j");
        await Expect(desk.Row(ids[9])).ToBeFocusedAsync();
        await desk.PressAsync("j");
        await desk.PressAsync("k");
        await Expect(desk.Row(ids[9])).ToBeFocusedAsync();

        for (var i = 9; i > 0; i--)
        {
            await desk.PressAsync((i % 3) switch { 0 => "a", 1 => "r", _ => "s" });
            await Expect(desk.Row(ids[i - 1])).ToBeFocusedAsync();
            Assert.NotEqual("none", await desk.Row(ids[i - 1]).EvaluateAsync<string>("row => getComputedStyle(row).outlineStyle"));
        }

        await Expect(desk.Rows).ToHaveCountAsync(1);
        await desk.PressAsync("a");

        await Expect(desk.Page.GetByText("Nothing waits.")).ToBeFocusedAsync();
        await Expect(desk.Admin.Toast).ToContainTextAsync("Approved: the comment by");
        Assert.Equal(
            [.. Enumerable.Range(0, 10).Select(i => (i % 3) switch { 0 => CommentState.Published, 1 => CommentState.Rejected, _ => CommentState.Spam })],
            await desk.StatesAsync(ids));
        await desk.PressAsync("u");
        await Expect(desk.Row(ids[0])).ToBeVisibleAsync();
        await desk.PressAsync("u");
        await Expect(desk.Rows).ToHaveCountAsync(2);
        await Expect(desk.Rows.First).ToHaveAttributeAsync("data-id", $"{ids[1]}");
        Assert.Equal([CommentState.Pending, CommentState.Pending], await desk.StatesAsync([ids[0], ids[1]]));
    }

    [Fact]
    public async Task Fast_fingers_decide_on_one_comment_after_the_other_and_on_none_twice()
    {
        await ModerationDesk.EmptyAsync(blog);
        var ids = await ModerationDesk.FillAsync(blog, 6);
        await using var desk = await ModerationDesk.OpenAsync(browser, blog);
        await Expect(desk.Rows).ToHaveCountAsync(6);
        await desk.PressAsync("j");

        // None of them waits for what the one before has done.
        await desk.Page.EvaluateAsync("for (const key of 'arsar') document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))");

        await Expect(desk.Rows).ToHaveCountAsync(1);
        Assert.Equal(
            [CommentState.Pending, CommentState.Rejected, CommentState.Published, CommentState.Spam, CommentState.Rejected, CommentState.Published],
            await desk.StatesAsync(ids));
    }

    [Fact]
    public async Task Keys_are_letters_while_somebody_types_and_the_browsers_own_with_a_modifier()
    {
        await ModerationDesk.EmptyAsync(blog);
        var ids = await ModerationDesk.FillAsync(blog, 2);
        await using var desk = await ModerationDesk.OpenAsync(browser, blog);
        await desk.PressAsync("j");
        await desk.PressAsync("Control+a");
        await desk.PressAsync("Alt+s");
        await desk.PressAsync("e");
        var field = desk.Row(ids[1]).GetByRole(AriaRole.Textbox);
        await Expect(field).ToBeFocusedAsync();

        await field.PressSequentiallyAsync(" arsdbux?");
        await desk.Row(ids[1]).GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Expect(desk.Row(ids[1])).ToContainTextAsync("Comment 2 arsdbux?");
        await Expect(desk.Row(ids[1])).ToContainTextAsync("edited");
        await Expect(desk.Rows).ToHaveCountAsync(2);
        Assert.Equal([CommentState.Pending, CommentState.Pending], await desk.StatesAsync(ids));
        await desk.PressAsync("u");
        await Expect(desk.Row(ids[1])).Not.ToContainTextAsync("arsdbux");
    }

    [Fact]
    public async Task What_one_moderator_decides_the_other_sees_where_it_is_and_may_decide_again()
    {
        await ModerationDesk.EmptyAsync(blog);
        var ids = await ModerationDesk.FillAsync(blog, 3);
        await using var first = await ModerationDesk.OpenAsync(browser, blog);
        await using var second = await ModerationDesk.OpenAsync(browser, blog, account: Embed.Tests.EmbedApplication.Administrator);
        await Expect(second.Rows).ToHaveCountAsync(3);
        await first.Button(ids[1], "Reject").ClickAsync();
        await Expect(first.Rows).ToHaveCountAsync(2);

        await Expect(second.Row(ids[1])).ToContainTextAsync("Rejected by 1001");
        await Expect(second.Rows).ToHaveCountAsync(3);
        await Expect(second.Page.Locator(".tabs a").First).ToContainTextAsync("2");
        await second.Admin.AssertUsableAsync("queue-decided-by-others");
        await second.Button(ids[1], "Approve").ClickAsync();
        await Expect(second.Rows).ToHaveCountAsync(2);
        Assert.Equal([CommentState.Pending, CommentState.Published, CommentState.Pending], await second.StatesAsync(ids));

        // The first one's way back does not undo what the second has decided since.
        await first.PressAsync("u");
        await Expect(first.Admin.Toast).ToContainTextAsync("it has been changed again since");
    }

    [Fact]
    public async Task What_arrives_is_offered_and_moves_nothing()
    {
        await ModerationDesk.EmptyAsync(blog);
        var ids = await ModerationDesk.FillAsync(blog, 2);
        await using var desk = await ModerationDesk.OpenAsync(browser, blog);
        await desk.PressAsync("j");
        await desk.PressAsync("j");

        var later = await ModerationDesk.FillAsync(blog, 3, "Later");

        await Expect(desk.Page.GetByRole(AriaRole.Button, new() { Name = "3 new" })).ToBeVisibleAsync();
        await Expect(desk.Row(ids[0])).ToBeFocusedAsync();
        await Expect(desk.Rows).ToHaveCountAsync(2);
        await Expect(desk.Page.Locator(".tabs a").First).ToContainTextAsync("5");
        await desk.Admin.AssertUsableAsync("queue-new");
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "3 new" }).ClickAsync();
        await Expect(desk.Rows).ToHaveCountAsync(5);
        await Expect(desk.Rows.First).ToHaveAttributeAsync("data-id", $"{later[2]}");
        await Expect(desk.Page.GetByRole(AriaRole.Button, new() { Name = "3 new" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_selection_is_acted_on_and_taken_back_at_once()
    {
        await ModerationDesk.EmptyAsync(blog);
        var ids = await ModerationDesk.FillAsync(blog, 5);
        await using var desk = await ModerationDesk.OpenAsync(browser, blog);
        await Expect(desk.Rows).ToHaveCountAsync(5);
        await desk.Row(ids[4]).GetByRole(AriaRole.Checkbox).ClickAsync();
        await Expect(desk.Page.GetByText("1 selected")).ToBeVisibleAsync();
        await desk.Row(ids[2]).GetByRole(AriaRole.Checkbox).ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        await Expect(desk.Page.GetByText("3 selected")).ToBeVisibleAsync();
        await desk.Row(ids[0]).FocusAsync();
        await desk.PressAsync("x");
        await Expect(desk.Page.GetByText("4 selected")).ToBeVisibleAsync();
        await desk.Admin.AssertUsableAsync("queue-selection");

        await desk.PressAsync("s");

        await Expect(desk.Rows).ToHaveCountAsync(1);
        await Expect(desk.Admin.Toast).ToContainTextAsync("Marked as spam: 4 comments.");
        Assert.Equal(
            [CommentState.Spam, CommentState.Pending, CommentState.Spam, CommentState.Spam, CommentState.Spam], await desk.StatesAsync(ids));
        await desk.Admin.Toast.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(desk.Rows).ToHaveCountAsync(5);
        await desk.Page.GetByLabel("Select all").ClickAsync();
        await Expect(desk.Page.GetByText("5 selected")).ToBeVisibleAsync();
        await desk.Page.Locator("[data-selection]").GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await Expect(desk.Page.GetByText("Nothing waits.")).ToBeVisibleAsync();
        Assert.All(await desk.StatesAsync(ids), state => Assert.Equal(CommentState.Published, state));
    }

    [Fact]
    public async Task On_a_phone_large_buttons_decide_and_the_toast_takes_it_back()
    {
        await ModerationDesk.EmptyAsync(blog);
        var ids = await ModerationDesk.FillAsync(blog, 2);
        await using var desk = await ModerationDesk.OpenAsync(browser, blog, options: new(Width: 360, Height: 740));
        var approve = desk.Button(ids[1], "Approve");
        var box = (await approve.BoundingBoxAsync())!;
        Assert.True(box is { Height: >= 44, Width: >= 120 }, $"{box.Width} x {box.Height}");

        await approve.ClickAsync();
        await Expect(desk.Rows).ToHaveCountAsync(1);
        await desk.Admin.AssertUsableAsync("queue-toast-360");
        await desk.Admin.Toast.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();

        await Expect(desk.Rows).ToHaveCountAsync(2);
        await Expect(desk.Admin.Toast).ToContainTextAsync("Undone.");
        Assert.Equal([CommentState.Pending, CommentState.Pending], await desk.StatesAsync(ids));
    }

    [Fact]
    public async Task What_is_deleted_says_why_and_what_is_published_is_answered_and_pinned()
    {
        await ModerationDesk.EmptyAsync(blog);
        var ids = await ModerationDesk.FillAsync(blog, 2);
        await using var desk = await ModerationDesk.OpenAsync(browser, blog, "?site=held&tab=recent");
        await desk.Row(ids[1]).FocusAsync();
        await desk.PressAsync("d");
        await Expect(desk.Page.GetByLabel("Reason, for readers (optional)")).ToBeFocusedAsync();
        await desk.Page.Keyboard.TypeAsync("Names a private person");
        await desk.PressAsync("Enter");
        await Expect(desk.Row(ids[1])).ToContainTextAsync("Readers are told: Names a private person");

        await desk.Row(ids[0]).FocusAsync();
        await desk.PressAsync("a");
        await Expect(desk.Row(ids[0])).ToContainTextAsync("Published");
        await desk.Row(ids[0]).FocusAsync();
        await desk.PressAsync("t");
        await Expect(desk.Row(ids[0])).ToContainTextAsync("Pinned");
        await desk.PressAsync("p");
        await Expect(desk.Row(ids[0]).GetByRole(AriaRole.Textbox)).ToBeFocusedAsync();
        await desk.Page.Keyboard.TypeAsync("Welcome");
        await desk.Row(ids[0]).GetByRole(AriaRole.Button, new() { Name = "Reply" }).ClickAsync();
        await Expect(desk.Admin.Toast).ToContainTextAsync("Replied to");
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "1 new" }).ClickAsync();
        await Expect(desk.Rows.First).ToContainTextAsync("Welcome");
        await Expect(desk.Rows.First).ToContainTextAsync("In reply to");
        Assert.Equal([CommentState.Published, CommentState.Deleted], await desk.StatesAsync(ids));
    }

    [Fact]
    public async Task An_administrator_bans_from_the_whole_server_too()
    {
        await ModerationDesk.EmptyAsync(blog);
        var ids = await ModerationDesk.FillAsync(blog, 1);
        await using var desk = await ModerationDesk.OpenAsync(browser, blog, account: Embed.Tests.EmbedApplication.Administrator);
        await desk.PressAsync("j");
        await desk.PressAsync("b");
        await desk.Page.GetByLabel("From the whole server").CheckAsync();
        await desk.Admin.AssertUsableAsync("queue-ban-everywhere");
        await desk.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Ban", Exact = true }).ClickAsync();
        await Expect(desk.Row(ids[0])).ToContainTextAsync("Banned");

        await desk.Row(ids[0]).Locator(".queue-facts a").ClickAsync();

        await Expect(desk.Page.Locator(".page .note")).ToContainTextAsync("from the whole server");
        await desk.PressAsync("u");
        await Expect(desk.Admin.Toast).ToContainTextAsync("Undone.");
        await ModerationDesk.EmptyAsync(blog);
    }

    [Fact]
    public async Task Somebody_is_banned_by_key_and_escape_bans_nobody()
    {
        await ModerationDesk.EmptyAsync(blog);
        var ids = await ModerationDesk.FillAsync(blog, 1);
        await using var desk = await ModerationDesk.OpenAsync(browser, blog);
        await desk.PressAsync("j");
        await desk.PressAsync("b");
        await Expect(desk.Page.GetByLabel("For how long")).ToBeFocusedAsync();
        await desk.Admin.AssertUsableAsync("queue-ban");
        // For administrators.
        await Expect(desk.Page.GetByLabel("From the whole server")).ToHaveCountAsync(0);
        await desk.PressAsync("Escape");
        await Expect(desk.Row(ids[0])).ToBeFocusedAsync();
        await Expect(desk.Row(ids[0])).Not.ToContainTextAsync("Banned");

        await desk.PressAsync("b");
        await desk.Page.GetByLabel("For how long").SelectOptionAsync("30");
        await desk.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Ban", Exact = true }).ClickAsync();

        await Expect(desk.Row(ids[0])).ToContainTextAsync("Banned");
        await Expect(desk.Admin.Toast).ToContainTextAsync("Banned: Jonas Weidmann.");
        await desk.PressAsync("u");
        await Expect(desk.Row(ids[0])).Not.ToContainTextAsync("Banned");
        await ModerationDesk.EmptyAsync(blog);
    }
}
