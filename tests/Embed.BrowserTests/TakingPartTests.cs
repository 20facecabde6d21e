using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>One person writes, votes and tidies up.</summary>
public sealed class TakingPartTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    private const string Me = "Priya Nair";

    [Fact]
    public async Task Click_on_the_invitation_opens_the_form_with_focus()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewPage());

        await thread.Invitation.ClickAsync();

        await Expect(thread.Field).ToBeFocusedAsync();
        await Expect(thread.Invitation).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Posting_shows_the_comment_empties_the_form_and_tells_the_page()
    {
        var page = blog.NewPage();
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, page, Me);
        await Expect(thread.Element.GetByText("Nobody has written anything yet.")).ToBeVisibleAsync();
        await thread.WriteAsync("First **thoughts**.");

        await thread.Post.ClickAsync();

        await Expect(thread.Comment("First thoughts.").Locator("strong")).ToHaveTextAsync("thoughts");
        await Expect(thread.Comment("First thoughts.")).ToContainTextAsync(Me);
        await Expect(thread.Invitation).ToBeVisibleAsync();
        await Expect(thread.Element.GetByRole(AriaRole.Heading, new() { Name = "1 comment" })).ToBeVisibleAsync();
        Assert.Equal(1, await blog.CountAsync(page));
    }

    [Fact]
    public async Task Reply_opens_with_focus_and_stands_below_what_it_answers()
    {
        var page = blog.NewPage();
        var first = await blog.PostAsync(page, "A question.");
        await blog.PostAsync(page, "Something else.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, page, Me);

        await thread.Act("A question.", "Reply to").ClickAsync();
        await Expect(thread.FieldIn("A question.")).ToBeFocusedAsync();
        await thread.FieldIn("A question.").FillAsync("An answer.");
        await thread.SubmitIn("A question.").ClickAsync();

        await Expect(thread.Element.Locator($"#comment-{first} > ol").GetByText("An answer.")).ToBeVisibleAsync();
        await Expect(thread.FieldIn("A question.")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Editing_starts_from_the_source_and_is_marked()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "Some *emphasis* here.", by: Me);
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, page, Me);

        await thread.Act("Some emphasis here.", "Edit").ClickAsync();
        var field = thread.Element.GetByLabel("Edit your comment");
        await Expect(field).ToBeFocusedAsync();
        await Expect(field).ToHaveValueAsync("Some *emphasis* here.");
        await field.FillAsync("Nothing *remarkable* here.");
        await thread.Button("Save").ClickAsync();

        await Expect(thread.Comment("Nothing remarkable here.").GetByText("edited", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(field).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Edit_window_ends()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "Long ago.", by: Me);
        blog.Server.Clock.Advance(TimeSpan.FromMinutes(16));
        await using var reader = await browser.OpenAsync();

        var thread = await reader.TakePartAsync(blog, page, Me);

        await Expect(thread.Act("Long ago.", "Reply to")).ToBeVisibleAsync();
        await Expect(thread.Act("Long ago.", "Edit")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Deleting_asks_first_and_leaves_a_tombstone_only_where_there_are_replies()
    {
        var page = blog.NewPage();
        var answered = await blog.PostAsync(page, "Answered.", by: Me);
        await blog.PostAsync(page, "The answer.", parent: answered);
        await blog.PostAsync(page, "Unanswered.", by: Me);
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, page, Me);

        await thread.Act("Answered.", "Delete").First.ClickAsync();
        await thread.Button("Keep it").ClickAsync();
        await Expect(thread.Button("Yes, delete")).ToHaveCountAsync(0);
        await thread.Act("Answered.", "Delete").First.ClickAsync();
        await thread.Button("Yes, delete").ClickAsync();
        await Expect(thread.Comment("This comment was deleted.")).ToBeVisibleAsync();
        await thread.Act("Unanswered.", "Delete").ClickAsync();
        await thread.Button("Yes, delete").ClickAsync();

        await Expect(thread.Comments).ToHaveCountAsync(2);
        await Expect(thread.Comment("The answer.")).ToBeVisibleAsync();
        await Expect(thread.Element.GetByRole(AriaRole.Heading, new() { Name = "1 comment" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Vote_counts_and_a_second_click_takes_it_back()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "Well said.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, page, Me);
        var up = thread.Act("Well said.", "Good comment");
        var down = thread.Act("Well said.", "Poor comment");

        await up.ClickAsync();
        await Expect(up).ToHaveTextAsync("1");
        await Expect(up).ToHaveAttributeAsync("aria-pressed", "true");
        await down.ClickAsync();
        await Expect(down).ToHaveTextAsync("1");
        await Expect(up).ToHaveTextAsync("");
        await down.ClickAsync();

        await Expect(down).ToHaveTextAsync("");
        await Expect(down).ToHaveAttributeAsync("aria-pressed", "false");
    }

    [Fact]
    public async Task Own_comment_cannot_be_voted_on()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "By myself.", by: Me);
        await using var reader = await browser.OpenAsync();

        var thread = await reader.TakePartAsync(blog, page, Me);

        await Expect(thread.Act("By myself.", "Good comment")).ToBeDisabledAsync();
        await Expect(thread.Act("By myself.", "Poor comment")).ToBeDisabledAsync();
    }

    [Fact]
    public async Task Vote_pressed_while_signed_out_is_carried_out_after_signing_in()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "Well said.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(page);

        await reader.SignInAsync(() => thread.Act("Well said.", "Good comment").ClickAsync(), "Ewa Lis");

        await Expect(thread.Act("Well said.", "Good comment")).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(thread.Act("Well said.", "Good comment")).ToHaveTextAsync("1");
    }

    [Fact]
    public async Task Reply_pressed_while_reading_opens_the_form_with_focus()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "A question.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(page);

        await thread.Act("A question.", "Reply to").ClickAsync();

        await Expect(thread.FieldIn("A question.")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Control_and_Enter_send()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, blog.NewPage(), Me);
        await thread.WriteAsync("Sent from the keyboard.");

        await thread.Field.PressAsync("Control+Enter");

        await Expect(thread.Comment("Sent from the keyboard.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Preview_shows_what_will_be_posted_and_going_back_keeps_the_text()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, blog.NewPage(), Me);
        await thread.WriteAsync("> quoted\n\nand `code`");

        await thread.Button("Preview").ClickAsync();
        await Expect(thread.Element.Locator(".preview blockquote")).ToHaveTextAsync("quoted");
        await Expect(thread.Field).ToBeHiddenAsync();
        await thread.Button("Write").ClickAsync();

        await Expect(thread.Field).ToBeVisibleAsync();
        await Expect(thread.Field).ToHaveValueAsync("> quoted\n\nand `code`");
        await thread.Button("Preview").ClickAsync();
        await Expect(thread.Element.Locator(".preview code")).ToHaveTextAsync("code");
        await thread.Post.ClickAsync();
        await Expect(thread.Comment("quoted").Locator("code")).ToHaveTextAsync("code");
    }

    [Fact]
    public async Task Collapsed_branch_stays_collapsed_when_the_thread_goes_live()
    {
        var page = blog.NewPage();
        var parent = await blog.PostAsync(page, "The branch.");
        await blog.PostAsync(page, "Inside the branch.", parent: parent);
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(page);
        var fold = thread.Act("The branch.", "Collapse or expand");

        await fold.ClickAsync();
        await Expect(thread.Comment("Inside the branch.")).ToBeHiddenAsync();
        await thread.Invitation.ClickAsync();
        await Expect(thread.Live).ToBeVisibleAsync();

        await Expect(thread.Comment("Inside the branch.")).ToBeHiddenAsync();
        await Expect(fold).ToHaveAttributeAsync("aria-expanded", "false");
        await fold.ClickAsync();
        await Expect(thread.Comment("Inside the branch.")).ToBeVisibleAsync();
        await Expect(fold).ToHaveAttributeAsync("aria-expanded", "true");
    }

    [Fact]
    public async Task Nothing_moves_when_the_thread_goes_live()
    {
        var page = blog.NewPage();
        for (var i = 0; i < 100; i++)
        {
            await blog.PostAsync(page, $"Paragraph number {i}.");
        }

        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(page);
        var comment = thread.Comment("Paragraph number 50.");
        await comment.ScrollIntoViewIfNeededAsync();
        var reply = thread.Act("Paragraph number 50.", "Reply to");
        await reply.HoverAsync();
        var before = await TopAsync(comment);

        await reply.ClickAsync();
        await Expect(thread.FieldIn("Paragraph number 50.")).ToBeFocusedAsync();

        Assert.InRange(await TopAsync(comment), before - 2, before + 2);
    }

    [Fact]
    public async Task Refused_text_is_explained_and_kept()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, blog.NewPage(), Me);
        var text = new string('x', 10_001);
        await thread.WriteAsync(text);
        await Expect(thread.Element.Locator(".left")).ToHaveTextAsync("10,001 / 10,000");

        await thread.Post.ClickAsync();

        await Expect(thread.Notice("This is longer than 10,000 characters.")).ToBeVisibleAsync();
        await Expect(thread.Field).ToHaveValueAsync(text);
        await thread.Field.FillAsync("Shorter.");
        await thread.Post.ClickAsync();
        await Expect(thread.Comment("Shorter.")).ToBeVisibleAsync();
        await Expect(thread.Notice("This is longer than")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Empty_comment_is_refused_in_a_sentence()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, blog.NewPage(), Me);
        await thread.Invitation.ClickAsync();

        await thread.Post.ClickAsync();

        await Expect(thread.Notice("There is nothing to post yet.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Moderator_is_marked_and_closes_and_reopens_the_thread()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "Please come back to the topic.", by: Blog.Moderator);
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, page, Blog.Moderator);
        await Expect(thread.Comment("Please come back").GetByText("Moderator", new() { Exact = true })).ToBeVisibleAsync();

        await thread.Button("Close comments").ClickAsync();
        await Expect(thread.Notice("A moderator has closed the comments here.")).ToBeVisibleAsync();
        await Expect(thread.Invitation).ToHaveCountAsync(0);
        await thread.Button("Reopen comments").ClickAsync();

        await Expect(thread.Invitation).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Idle_thread_goes_back_to_reading_and_forward_again()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "A question.");
        await using var reader = await browser.OpenAsync();
        // Installed before the page: its timers then run when the test says so.
        await reader.Page.Clock.InstallAsync();
        var thread = await reader.ReadAsync(page);
        await thread.Invitation.ClickAsync();
        await Expect(thread.Live).ToBeVisibleAsync();

        await reader.Page.Clock.FastForwardAsync("16:00");
        await Expect(thread.Invitation).ToBeVisibleAsync();
        await thread.Act("A question.", "Reply to").ClickAsync();

        await Expect(thread.FieldIn("A question.")).ToBeFocusedAsync();
    }

    private static async Task<double> TopAsync(ILocator item) => (await item.BoundingBoxAsync())!.Y;
}
