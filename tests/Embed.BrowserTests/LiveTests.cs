using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>Two people at the same page at the same time, each in a browser of their own.</summary>
public sealed class LiveTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    [Fact]
    public async Task Two_browsers_see_each_other_s_comments_without_a_reload()
    {
        var page = blog.NewPage();
        await using var firstReader = await browser.OpenAsync();
        await using var secondReader = await browser.OpenAsync();
        var first = await firstReader.TakePartAsync(blog, page, "Priya Nair");
        var second = await secondReader.TakePartAsync(blog, page, "Tomas Holub");

        await first.WriteAsync("Priya was here.");
        await first.Post.ClickAsync();
        await Expect(second.Comment("Priya was here.")).ToBeVisibleAsync();
        await second.Act("Priya was here.", "Reply to").ClickAsync();
        await second.FieldIn("Priya was here.").FillAsync("And so was Tomas.");
        await second.SubmitIn("Priya was here.").ClickAsync();

        await Expect(first.Comment("And so was Tomas.")).ToBeVisibleAsync();
        await Expect(first.Element.GetByRole(AriaRole.Heading, new() { Name = "2 comments" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Votes_edits_deletions_and_closing_arrive_too()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "Before.", by: "Priya Nair");
        await using var authorReader = await browser.OpenAsync();
        await using var moderatorReader = await browser.OpenAsync();
        var author = await authorReader.TakePartAsync(blog, page, "Priya Nair");
        var moderator = await moderatorReader.TakePartAsync(blog, page, Blog.Moderator);

        await moderator.Act("Before.", "Good comment").ClickAsync();
        await Expect(author.Act("Before.", "Good comment")).ToHaveTextAsync("1");
        await author.Act("Before.", "Edit").ClickAsync();
        await author.Element.GetByLabel("Edit your comment").FillAsync("After.");
        await author.Button("Save").ClickAsync();
        await Expect(moderator.Comment("After.").GetByText("edited", new() { Exact = true })).ToBeVisibleAsync();
        await moderator.Act("After.", "Delete").ClickAsync();
        await moderator.Button("Yes, delete").ClickAsync();
        await Expect(author.Comments).ToHaveCountAsync(0);
        await moderator.Button("Close comments").ClickAsync();

        await Expect(author.Notice("A moderator has closed the comments here.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_is_being_read_does_not_move_when_comments_arrive_above()
    {
        var page = blog.NewPage(attributes: "sort='newest'");
        for (var i = 0; i < 20; i++)
        {
            await blog.PostAsync(page, $"Paragraph number {i}.");
        }

        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, page, "Priya Nair");
        var read = thread.Comment("Paragraph number 5.");
        await read.EvaluateAsync("comment => comment.scrollIntoView({ block: 'center' })");
        await SettleAsync(reader.Page);
        var before = await read.BoundingBoxAsync();

        for (var i = 20; i < 25; i++)
        {
            await blog.PostAsync(page, $"Paragraph number {i}.", by: "Tomas Holub");
        }

        await Expect(thread.Comment("Paragraph number 24.")).ToBeAttachedAsync();
        await SettleAsync(reader.Page);
        Assert.InRange((await read.BoundingBoxAsync())!.Y, before!.Y - 2, before.Y + 2);
    }

    [Fact]
    public async Task Text_being_written_and_its_caret_stay_when_comments_arrive()
    {
        var page = blog.NewPage(attributes: "sort='newest'");
        for (var i = 0; i < 10; i++)
        {
            await blog.PostAsync(page, $"Paragraph number {i}.");
        }

        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, page, "Priya Nair");
        await thread.Act("Paragraph number 3.", "Reply to").ClickAsync();
        var field = thread.FieldIn("Paragraph number 3.");
        await field.PressSequentiallyAsync("In the midle");
        await field.PressAsync("ArrowLeft");
        await field.PressAsync("ArrowLeft");
        await SettleAsync(reader.Page);
        var before = await field.BoundingBoxAsync();

        await blog.PostAsync(page, "Arrived meanwhile.", by: "Tomas Holub");
        await Expect(thread.Comment("Arrived meanwhile.")).ToBeAttachedAsync();
        await reader.Page.Keyboard.TypeAsync("d");

        await Expect(field).ToBeFocusedAsync();
        await Expect(field).ToHaveValueAsync("In the middle");
        await SettleAsync(reader.Page);
        Assert.InRange((await field.BoundingBoxAsync())!.Y, before!.Y - 2, before.Y + 2);
    }

    [Fact]
    public async Task Held_comment_is_shown_to_its_author_and_moderators_and_to_others_once_published()
    {
        var page = blog.NewPage(Blog.Held);
        await using var authorReader = await browser.OpenAsync();
        await using var otherReader = await browser.OpenAsync();
        await using var moderatorReader = await browser.OpenAsync();
        var author = await authorReader.TakePartAsync(blog, page, "Priya Nair", Blog.Held);
        var other = await otherReader.TakePartAsync(blog, page, "Tomas Holub", Blog.Held);

        await author.WriteAsync("Please look at this.");
        await author.Post.ClickAsync();
        await Expect(author.Comment("Please look at this.").GetByText("Waiting for a moderator.")).ToBeVisibleAsync();
        // Something that comes after it, to know that the other browser had its chance to show it.
        var marker = await blog.PostAsync(page, "A marker.", by: "Ewa Lis", site: Blog.Held);
        await blog.JudgeAsync(marker, publish: true);
        await Expect(other.Comment("A marker.")).ToBeVisibleAsync();
        await Expect(other.Comment("Please look at this.")).ToHaveCountAsync(0);

        var moderator = await moderatorReader.TakePartAsync(blog, page, Blog.Moderator, Blog.Held);
        await moderator.Act("Please look at this.", "Publish").ClickAsync();

        await Expect(other.Comment("Please look at this.")).ToBeVisibleAsync();
        await Expect(author.Element.GetByText("Waiting for a moderator.")).ToHaveCountAsync(0);
    }

    /// <summary>Waits until the browser has laid out and painted what has arrived.</summary>
    private static async Task SettleAsync(IPage page) =>
        await page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
}
