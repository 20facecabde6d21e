using Microsoft.Playwright;
using static Embed.BrowserTests.Accessibility;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>Moderators decide where they read, take it back, and speak to everybody; and what the moderated see of it.</summary>
public sealed class ModeratingTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    private const string Account = "Priya Nair";

    [Fact]
    public async Task A_comment_is_marked_as_spam_and_comes_back_by_undo()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "Buy my shoes.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, page, Blog.Moderator);

        await thread.Act("Buy my shoes.", "Moderate").ClickAsync();
        await Expect(thread.Comment("Buy my shoes.").Locator(".moderating button").First).ToBeFocusedAsync();
        await AssertAsync(reader.Page);
        await thread.Act("Buy my shoes.", "Spam").ClickAsync();
        await Expect(thread.Comment("Buy my shoes.")).ToHaveCountAsync(0);
        Assert.Equal(0, await blog.CountAsync(page));

        await Expect(thread.Button("Undo")).ToBeFocusedAsync();
        await reader.Page.Keyboard.PressAsync("Enter");
        await Expect(thread.Comment("Buy my shoes.")).ToBeVisibleAsync();
        await Expect(thread.Notice("Undone.")).ToBeVisibleAsync();
        Assert.Equal(1, await blog.CountAsync(page));
    }

    [Fact]
    public async Task Deleting_says_why_on_the_tombstone()
    {
        var page = blog.NewPage();
        var first = await blog.PostAsync(page, "Buy my shoes.");
        await blog.PostAsync(page, "Please do not.", "Ewa Lis", first);
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, page, Blog.Moderator);

        await thread.Act("Buy my shoes.", "Moderate").ClickAsync();
        await thread.Act("Buy my shoes.", "Delete with a reason").ClickAsync();
        var reason = thread.Element.GetByLabel("Reason, shown in its place");
        await Expect(reason).ToBeFocusedAsync();
        await reason.FillAsync("Advertising");
        await thread.Element.Locator("form[data-ask] .primary").ClickAsync();

        await Expect(thread.Element.GetByText("Removed by a moderator: Advertising")).ToBeVisibleAsync();
        await using var other = await browser.OpenAsync();
        var seen = await other.ReadAsync(page);
        await Expect(seen.Element.GetByText("Removed by a moderator: Advertising")).ToBeVisibleAsync();
        await Expect(seen.Comment("Please do not.")).ToBeVisibleAsync();
        await AssertAsync(other.Page);
    }

    [Fact]
    public async Task What_changes_while_a_question_is_open_is_not_deleted_by_its_answer()
    {
        var page = blog.NewPage();
        var id = await blog.PostAsync(page, "Buy my shoes.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, page, Blog.Moderator);
        await thread.Act("Buy my shoes.", "Moderate").ClickAsync();
        await thread.Act("Buy my shoes.", "Delete with a reason").ClickAsync();
        await thread.Element.GetByLabel("Reason, shown in its place").FillAsync("Advertising");
        await blog.EditAsync(id, "I have shoes.");
        await Expect(thread.Comment("I have shoes.")).ToBeVisibleAsync();

        await thread.Element.Locator("form[data-ask] .primary").ClickAsync();
        await Expect(thread.Element.GetByText("Somebody else has decided on this comment meanwhile.")).ToBeVisibleAsync();
        Assert.Equal(1, await blog.CountAsync(page));

        await thread.Element.Locator("form[data-ask] [data-ask-end]").ClickAsync();
        await thread.Act("I have shoes.", "Spam").ClickAsync();
        await Expect(thread.Comment("I have shoes.")).ToHaveCountAsync(0);
        Assert.Equal(0, await blog.CountAsync(page));
    }

    [Fact]
    public async Task Note_and_pinned_comment_are_shown_first_to_everybody()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "Something.");
        var pinned = await blog.PostAsync(page, "The best answer.", "Ewa Lis");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, page, Blog.Moderator);

        await thread.Button("Moderate this discussion").ClickAsync();
        await thread.Button("Write a note …").ClickAsync();
        await thread.Element.GetByLabel("Note (empty: none)").FillAsync("Please stay **kind**.");
        await thread.Element.Locator("form[data-ask] .primary").ClickAsync();
        await Expect(thread.Element.Locator(".thread-note strong")).ToHaveTextAsync("kind");
        await thread.Act("The best answer.", "Moderate").ClickAsync();
        await thread.Act("The best answer.", "Pin to the top").ClickAsync();
        await Expect(thread.Element.Locator(".pin")).ToContainTextAsync("The best answer.");

        await using var other = await browser.OpenAsync(new(Width: 360, Height: 700));
        var seen = await other.ReadAsync(page);
        await Expect(seen.Element.GetByRole(AriaRole.Region, new() { Name = "From the moderators" })).ToContainTextAsync("kind");
        await AssertAsync(other.Page);
        await seen.Element.GetByRole(AriaRole.Region, new() { Name = "Pinned comment" }).GetByRole(AriaRole.Link, new() { Name = "Go to its place" }).ClickAsync();
        await Expect(seen.Element.Locator($"#comment-{pinned}")).ToBeFocusedAsync();

        await thread.Button("Undo").ClickAsync();
        await Expect(thread.Element.Locator(".pin")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Slow_mode_is_told_before_and_keeps_the_text()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "Something.");
        await using var moderator = await browser.OpenAsync();
        var theirs = await moderator.TakePartAsync(blog, page, Blog.Moderator);
        await theirs.Button("Moderate this discussion").ClickAsync();
        await theirs.Button("Slow mode …").ClickAsync();
        await theirs.Element.GetByLabel("Minutes between two comments").FillAsync("10");
        await theirs.Element.Locator("form[data-ask] .primary").ClickAsync();
        await Expect(theirs.Notice("Slow mode saved.")).ToBeVisibleAsync();

        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, page, Account);
        await thread.WriteAsync("First.");
        await Expect(thread.Element.GetByText("one comment in 10 minutes")).ToBeVisibleAsync();
        await thread.Post.ClickAsync();
        await Expect(thread.Comment("First.")).ToBeVisibleAsync();
        await thread.WriteAsync("Second.");
        await thread.Post.ClickAsync();

        await Expect(thread.Notice("your next comment here can follow in 10 min")).ToBeVisibleAsync();
        await Expect(thread.Field).ToHaveValueAsync("Second.");
        await reader.Page.ReloadAsync();
        await Expect(thread.Field).ToHaveValueAsync("Second.", new() { Timeout = 15_000 });
    }

    [Fact]
    public async Task Under_a_shadow_ban_one_sees_ones_own_comments_on_every_device_and_nobody_else_does()
    {
        var page = blog.NewPage();
        await using var first = await browser.OpenAsync();
        var thread = await first.ReadAsync(page);
        await first.SignInAsync(() => thread.SignIn.ClickAsync(), Account);
        await thread.WriteAsync("Hello.");
        await thread.Post.ClickAsync();
        await Expect(thread.Comment("Hello.")).ToBeVisibleAsync();
        var id = long.Parse((await thread.Element.Locator(".comment").GetAttributeAsync("data-id"))!, System.Globalization.CultureInfo.InvariantCulture);
        await blog.ShadowAsync(id);

        await thread.WriteAsync("Buy my shoes.");
        await thread.Post.ClickAsync();
        await Expect(thread.Comment("Buy my shoes.")).ToBeVisibleAsync();
        await Expect(thread.Element.GetByRole(AriaRole.Heading, new() { Name = "2 comments" })).ToBeVisibleAsync();
        await first.Page.ReloadAsync();
        await Expect(thread.Comment("Buy my shoes.")).ToBeVisibleAsync(new() { Timeout = 15_000 });

        await using var second = await browser.OpenAsync();
        var elsewhere = await second.ReadAsync(page);
        await Expect(elsewhere.Comments).ToHaveCountAsync(1);
        await second.SignInAsync(() => elsewhere.SignIn.ClickAsync(), Account);
        await Expect(elsewhere.Comment("Buy my shoes.")).ToBeVisibleAsync(new() { Timeout = 15_000 });
        await Expect(elsewhere.Element.GetByRole(AriaRole.Heading, new() { Name = "2 comments" })).ToBeVisibleAsync();

        await using var other = await browser.OpenAsync();
        var seen = await other.TakePartAsync(blog, page, "Ewa Lis");
        await Expect(seen.Element.GetByRole(AriaRole.Heading, new() { Name = "1 comment" })).ToBeVisibleAsync();
        await Expect(seen.Comment("Buy my shoes.")).ToHaveCountAsync(0);
        Assert.Equal(1, await blog.CountAsync(page));
    }
}
