using Embed.Server.Model;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>Two moderators at once: nobody decides again on what somebody else has decided without having seen it.</summary>
public sealed class DecidingTogetherTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    private const string DecidedAlready = "Somebody else has decided on this comment meanwhile.";

    [Fact]
    public async Task On_a_slow_line_what_counts_is_what_the_screen_still_shows()
    {
        var (ids, first, second) = await MeetAsync(2);
        await using var marta = first;
        await using var jonas = second;
        var line = await Sockets.OfAsync(jonas.Page);
        await jonas.GoAsync("?site=held");
        line.HoldAnswers();
        await marta.Button(ids[1], "Reject").ClickAsync();
        await Expect(marta.Rows).ToHaveCountAsync(1);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!line.Holds("Rejected by"))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), patience.Token);
        }

        await Expect(jonas.Row(ids[1])).ToContainTextAsync("Held");
        await jonas.Button(ids[1], "Approve").ClickAsync();
        line.Release();

        await Expect(jonas.Row(ids[1])).ToContainTextAsync(DecidedAlready);
        await Expect(jonas.Row(ids[1])).ToContainTextAsync("Rejected by");
        Assert.Equal([CommentState.Pending, CommentState.Rejected], await jonas.StatesAsync(ids));
    }

    [Fact]
    public async Task What_is_decided_while_a_question_is_open_is_not_deleted_by_its_answer()
    {
        var (ids, first, second) = await MeetAsync(1);
        await using var marta = first;
        await using var jonas = second;
        await jonas.Button(ids[0], "Delete").ClickAsync();
        await Expect(jonas.Page.GetByLabel("Reason, for readers (optional)")).ToBeFocusedAsync();
        await marta.Button(ids[0], "Approve").ClickAsync();
        await Expect(jonas.Row(ids[0])).ToContainTextAsync("Approved by");

        await jonas.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();

        await Expect(jonas.Row(ids[0])).ToContainTextAsync(DecidedAlready);
        Assert.Equal([CommentState.Published], await jonas.StatesAsync(ids));
        // Seen now, and decided anew.
        await jonas.Button(ids[0], "Reject").ClickAsync();
        await Expect(jonas.Rows).ToHaveCountAsync(0);
        Assert.Equal([CommentState.Rejected], await jonas.StatesAsync(ids));
    }

    [Theory]
    [InlineData("Keep mine", "Text of Jonas")]
    [InlineData("Use that text", "Text of Marta")]
    public async Task A_text_that_somebody_else_has_changed_is_shown_and_chosen_from(string choice, string outcome)
    {
        var (ids, first, second) = await MeetAsync(1);
        await using var marta = first;
        await using var jonas = second;
        await jonas.Button(ids[0], "Edit").ClickAsync();
        await jonas.Row(ids[0]).GetByRole(AriaRole.Textbox).FillAsync("Text of Jonas");
        await marta.Button(ids[0], "Edit").ClickAsync();
        await marta.Row(ids[0]).GetByRole(AriaRole.Textbox).FillAsync("Text of Marta");
        await marta.Row(ids[0]).GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(jonas.Row(ids[0]).GetByText("Somebody has changed this comment since you began.")).ToBeVisibleAsync();
        await Expect(jonas.Row(ids[0]).GetByRole(AriaRole.Blockquote)).ToHaveTextAsync("Text of Marta");
        await Expect(jonas.Row(ids[0]).GetByRole(AriaRole.Textbox)).ToHaveValueAsync("Text of Jonas");

        await jonas.Row(ids[0]).GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(jonas.Row(ids[0])).ToContainTextAsync(DecidedAlready);
        await jonas.Admin.AssertUsableAsync("queue-edited-by-others");
        await jonas.Row(ids[0]).GetByRole(AriaRole.Button, new() { Name = choice }).ClickAsync();
        await Expect(jonas.Row(ids[0]).GetByRole(AriaRole.Textbox)).ToHaveValueAsync(outcome);
        await Expect(jonas.Row(ids[0])).Not.ToContainTextAsync(DecidedAlready);
        await jonas.Row(ids[0]).GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Expect(jonas.Row(ids[0]).GetByRole(AriaRole.Textbox)).ToHaveCountAsync(0);
        await Expect(jonas.Row(ids[0]).Locator(".queue-body")).ToHaveTextAsync(outcome);
    }

    [Fact]
    public async Task Of_a_selection_what_was_decided_since_is_left_alone_told_and_shown()
    {
        var (ids, first, second) = await MeetAsync(8);
        await using var marta = first;
        await using var jonas = second;
        await jonas.Row(ids[0]).GetByRole(AriaRole.Checkbox).ClickAsync();
        await jonas.Row(ids[7]).GetByRole(AriaRole.Checkbox).ClickAsync();
        await Expect(jonas.Page.GetByText("2 selected")).ToBeVisibleAsync();
        await marta.Button(ids[0], "Reject").ClickAsync();
        await Expect(jonas.Row(ids[0])).ToContainTextAsync("Rejected by");

        await jonas.PressAsync("a");

        await Expect(jonas.Admin.Toast).ToContainTextAsync("Approved: the comment by Jonas Weidmann. One was changed meanwhile and is still selected");
        await Expect(jonas.Row(ids[0])).ToContainTextAsync(DecidedAlready);
        await Expect(jonas.Row(ids[0])).ToBeFocusedAsync();
        await Expect(jonas.Row(ids[0])).ToBeInViewportAsync();
        await Expect(jonas.Page.GetByText("1 selected")).ToBeVisibleAsync();
        await Expect(jonas.Row(ids[0]).GetByRole(AriaRole.Checkbox)).ToBeCheckedAsync();
        Assert.Equal([CommentState.Rejected, CommentState.Published], await jonas.StatesAsync([ids[0], ids[7]]));
        await jonas.Admin.AssertUsableAsync("queue-selection-decided-by-others");
        // Shown, and pressed again.
        await jonas.PressAsync("a");
        await Expect(jonas.Row(ids[0])).ToHaveCountAsync(0);
        Assert.Equal([CommentState.Published], await jonas.StatesAsync([ids[0]]));
    }

    private async Task<(IReadOnlyList<long> Ids, ModerationDesk First, ModerationDesk Second)> MeetAsync(int comments)
    {
        await ModerationDesk.EmptyAsync(blog);
        var ids = await ModerationDesk.FillAsync(blog, comments);
        return (
            ids, await ModerationDesk.OpenAsync(browser, blog),
            await ModerationDesk.OpenAsync(browser, blog, account: Embed.Tests.EmbedApplication.Administrator));
    }
}
