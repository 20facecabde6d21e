using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>What becomes of focus, text and acts while a thread goes live, or changes under somebody's hands.</summary>
public sealed class GoingLiveTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    private const string Me = "Priya Nair";

    [Fact]
    public async Task Permalink_keeps_its_focus_when_somebody_signed_in_goes_live()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "First.");
        var id = await blog.PostAsync(page, "Second.");
        await using var reader = await browser.OpenAsync();
        await reader.RememberAsync(blog, Me);

        var thread = await reader.ReadAsync($"{page}#comment-{id}");
        await Expect(thread.Live).ToBeVisibleAsync();

        await Expect(thread.Element.Locator($"#comment-{id}")).ToBeFocusedAsync();
        await Expect(thread.Element.Locator($"#comment-{id}.target")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Stored_draft_neither_takes_the_focus_nor_hides_another_act()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "First.");
        await blog.PostAsync(page, "Second.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(page);
        await thread.Act("First.", "Reply to").ClickAsync();
        await thread.FieldIn("First.").FillAsync("Left here");

        await reader.Page.ReloadAsync();
        await Expect(thread.FieldIn("First.")).ToHaveValueAsync("Left here");
        await Expect(thread.FieldIn("First.")).Not.ToBeFocusedAsync();
        await thread.Act("Second.", "Reply to").ClickAsync();

        await Expect(thread.FieldIn("Second.")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Draft_on_one_page_leaves_readers_of_another_alone()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewPage());
        await thread.Invitation.ClickAsync();
        await thread.Field.FillAsync("Left here");
        var other = blog.NewPage();
        await blog.PostAsync(other, "Somewhere else.");
        var asked = new List<string>();
        reader.Page.Request += (_, request) => asked.Add(request.Url);

        await FollowingTests.FollowAsync(reader, other);

        Assert.DoesNotContain(asked, url => url.Contains("embed-live", StringComparison.Ordinal) || url.Contains("_framework", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reply_being_written_to_a_comment_that_goes_becomes_a_comment_of_its_own()
    {
        var page = blog.NewPage();
        var id = await blog.PostAsync(page, "Soon gone.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, page, Me);
        await thread.Act("Soon gone.", "Reply to").ClickAsync();
        await thread.FieldIn("Soon gone.").FillAsync("A long answer");

        await blog.DeleteAsync(id);

        await Expect(thread.Field).ToHaveValueAsync("A long answer");
        await Expect(thread.Notice("is gone, so your text")).ToBeVisibleAsync();
        await thread.Post.ClickAsync();
        await Expect(thread.Comment("A long answer")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Text_stays_in_sight_when_the_thread_closes_over_it()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "First.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, page, Me);
        await thread.WriteAsync("Nearly done");

        await blog.CloseAsync(page);
        await Expect(thread.Element.Locator(".notice.closed")).ToBeVisibleAsync();
        await Expect(thread.Field).ToHaveValueAsync("Nearly done");
        await thread.Post.ClickAsync();

        await Expect(thread.Element.Locator(".refused[data-code=thread-closed]")).ToBeVisibleAsync();
        await Expect(thread.Field).ToHaveValueAsync("Nearly done");
    }

    [Fact]
    public async Task Attribute_changed_while_going_live_is_no_failure()
    {
        var (first, second) = (blog.NewPage(), blog.NewPage());
        await blog.PostAsync(first, "On the first page.");
        await blog.PostAsync(second, "On the second page.");
        await using var reader = await browser.OpenAsync();
        await reader.RememberAsync(blog, Me);
        await reader.Page.AddInitScriptAsync("addEventListener('embed-error', event => (window.faults ??= []).push(event.detail.code))");
        var thread = await reader.ReadAsync(first);

        await thread.Element.EvaluateAsync("(element, page) => element.setAttribute('page', page)", second);

        await Expect(thread.Comment("On the second page.")).ToBeVisibleAsync();
        await Expect(thread.Live).ToBeVisibleAsync();
        Assert.Null(await reader.Page.EvaluateAsync<string[]?>("window.faults"));
        Assert.Equal(1, await thread.Element.EvaluateAsync<int>("element => element.shadowRoot.querySelectorAll('iframe').length"));
    }

    [Fact]
    public async Task Keyboard_goes_on_from_where_a_comment_was_deleted()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "Mine to delete.", by: Me);
        await blog.PostAsync(page, "The next one.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, page, Me);

        await thread.Act("Mine to delete.", "Delete").ClickAsync();
        await Expect(thread.Button("Keep it")).ToBeFocusedAsync();
        await thread.Button("Yes, delete").ClickAsync();

        await Expect(thread.Element.Locator(".comment").Filter(new() { HasText = "The next one." })).ToBeFocusedAsync();
    }
}
