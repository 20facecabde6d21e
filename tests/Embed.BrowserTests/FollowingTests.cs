using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>A reader's open page follows what others write, and moves nothing that is being read.</summary>
public sealed class FollowingTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    [Fact]
    public async Task New_comments_are_offered_without_moving_anything_and_shown_marked_when_asked_for()
    {
        var page = blog.NewPage(attributes: "sort='newest'");
        for (var i = 0; i < 12; i++)
        {
            await blog.PostAsync(page, $"Paragraph number {i}.");
        }

        await using var reader = await browser.OpenAsync();
        var thread = await FollowAsync(reader, page);
        var read = thread.Comment("Paragraph number 5.");
        await read.EvaluateAsync("comment => comment.scrollIntoView({ block: 'center' })");
        var before = await PlacesAsync(thread);

        await blog.PostAsync(page, "Just arrived.", by: "Ewa Lis");
        var answered = await IdOfAsync(thread, "Paragraph number 5.");
        await blog.PostAsync(page, "And an answer.", by: "Tomas Holub", parent: answered);
        await Expect(thread.Button("2 new comments")).ToBeVisibleAsync(new() { Timeout = 20_000 });

        Assert.Equal(before, await PlacesAsync(thread));
        await Expect(thread.Element.GetByRole(AriaRole.Status).Filter(new() { HasText = "2 new comments" })).ToHaveCountAsync(1);
        await thread.Button("2 new comments").ClickAsync();
        await Expect(thread.Element.Locator("li:focus > article")).ToContainTextAsync("Just arrived.");
        await Expect(thread.Element.Locator(".comment.new")).ToHaveCountAsync(2);
        await Expect(thread.Comment("And an answer.").GetByText("New", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(thread.Comment("Just arrived.")).ToBeInViewportAsync();
        await Expect(thread.Element.GetByRole(AriaRole.Heading, new() { Name = "14 comments" })).ToBeVisibleAsync();
        await Expect(thread.Comments.First).ToContainTextAsync("Just arrived.");
        await Expect(thread.Button("2 new comments")).ToHaveCountAsync(0);

        await blog.PostAsync(page, "The next one.", by: "Ewa Lis");
        await thread.Button("1 new comment").ClickAsync(new() { Timeout = 20_000 });
        await Expect(thread.Element.Locator(".comment.new")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Pressing_keeps_what_was_read_where_it_was_if_the_new_comment_is_in_sight_already()
    {
        var page = blog.NewPage();
        var first = await blog.PostAsync(page, "First.");
        await blog.PostAsync(page, "Second.");
        await using var reader = await browser.OpenAsync();
        var thread = await FollowAsync(reader, page);

        await blog.PostAsync(page, "A reply.", by: "Ewa Lis", parent: first);
        await thread.Button("1 new comment").ClickAsync();

        await Expect(thread.Element.Locator("li:focus > article")).ToContainTextAsync("A reply.");
        Assert.Equal(0, await reader.Page.EvaluateAsync<int>("scrollY"));
        // Its first reply made it foldable.
        await thread.Act("First.", "Collapse").ClickAsync();
        await Expect(thread.Comment("A reply.")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Votes_come_at_once_and_edits_and_deletions_with_the_press()
    {
        var page = blog.NewPage();
        var edited = await blog.PostAsync(page, "Before.");
        var deleted = await blog.PostAsync(page, "Soon gone.");
        await using var moderator = await browser.OpenAsync();
        await using var reader = await browser.OpenAsync();
        var acting = await moderator.TakePartAsync(blog, page, Blog.Moderator);
        var thread = await FollowAsync(reader, page);

        await acting.Act("Before.", "Good comment").ClickAsync();
        await Expect(thread.Act("Before.", "Good comment")).ToHaveTextAsync("1", new() { Timeout = 20_000 });
        await blog.EditAsync(edited, "After.");
        await blog.DeleteAsync(deleted);
        await blog.PostAsync(page, "New.", by: "Ewa Lis");
        await Expect(thread.Button("1 new comment")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await Expect(thread.Comments).ToContainTextAsync(["Before.", "Soon gone."]);

        await thread.Button("1 new comment").ClickAsync();

        await Expect(thread.Comments).ToContainTextAsync(["After.", "New."]);
    }

    [Fact]
    public async Task Elements_of_one_page_share_one_connection()
    {
        var page = blog.NewPage(attributes: "id='one' thread='one'", after: "<embed-comments id='two' thread='two'></embed-comments>");
        await using var reader = await browser.OpenAsync();
        await WatchStreamsAsync(reader);
        var two = new EmbeddedThread(reader.Page, reader.Page.Locator("#two"));
        await reader.Page.GotoAsync(page);
        await reader.Page.WaitForFunctionAsync("streams.at(-1)?.readyState === 1 && streams.at(-1).url.includes('thread=two')");
        await using var writer = await browser.OpenAsync();
        await writer.RememberAsync(blog, "Ewa Lis");
        await writer.Page.GotoAsync(page);
        var writing = new EmbeddedThread(writer.Page, writer.Page.Locator("#two"));
        await Expect(writing.Live).ToBeVisibleAsync();

        await writing.WriteAsync("In the second.");
        await writing.Post.ClickAsync();

        await two.Button("1 new comment").ClickAsync();
        await Expect(two.Comment("In the second.")).ToBeVisibleAsync();
        Assert.Equal(1, await OpenStreamsAsync(reader));
        // Who takes part hears of it by the circuit, and asks for no stream after that either.
        await blog.PostAsync(page, "Another one.", thread: "two");
        await Expect(two.Button("1 new comment")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await Expect(writing.Comment("Another one.")).ToBeVisibleAsync();
        Assert.Equal("", await writer.Page.EvaluateAsync<string>("performance.getEntriesByType('resource').map(r => r.name).filter(n => n.includes('/events')).join()"));
    }

    [Fact]
    public async Task Hidden_tab_holds_no_connection_and_hears_what_it_missed_when_it_is_seen_again()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "Before.");
        await using var reader = await browser.OpenAsync();
        await WatchStreamsAsync(reader);
        var thread = await FollowAsync(reader, page);
        await reader.Page.WaitForFunctionAsync("streams.at(-1)?.readyState === 1");

        await SetHiddenAsync(reader, true);
        Assert.Equal(0, await OpenStreamsAsync(reader));
        await blog.PostAsync(page, "Meanwhile.", by: "Ewa Lis");
        await SetHiddenAsync(reader, false);

        await Expect(thread.Button("1 new comment")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        Assert.Equal(1, await OpenStreamsAsync(reader));
    }

    [Fact]
    public async Task Thread_that_goes_live_is_followed_no_longer()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "Before.");
        await using var reader = await browser.OpenAsync();
        await WatchStreamsAsync(reader);
        var thread = await FollowAsync(reader, page);
        await reader.Page.WaitForFunctionAsync("streams.at(-1)?.readyState === 1");

        await thread.Act("Before.", "Reply to").ClickAsync();
        await Expect(thread.Live).ToBeVisibleAsync();

        Assert.Equal(0, await OpenStreamsAsync(reader));
        await blog.PostAsync(page, "Meanwhile.", by: "Ewa Lis");
        await Expect(thread.Comment("Meanwhile.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Server_that_was_restarted_is_found_again_and_says_what_was_missed()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "Before.");
        await using var reader = await browser.OpenAsync();
        await WatchStreamsAsync(reader);
        reader.ExpectLostConnection();
        var thread = await FollowAsync(reader, page);
        await reader.Page.WaitForFunctionAsync("streams.at(-1)?.readyState === 1");

        await blog.Server.StopAsync();
        await reader.Page.WaitForFunctionAsync("streams.at(-1).readyState === 2");
        blog.Server.Start();
        await blog.PostAsync(page, "After the restart.", by: "Ewa Lis");

        await Expect(thread.Button("1 new comment")).ToBeVisibleAsync(new() { Timeout = 30_000 });
    }

    [Theory]
    [InlineData("light", "en", 1280)]
    [InlineData("dark", "en", 360)]
    [InlineData("light", "ar", 360)]
    [InlineData("forced", "de", 1280)]
    public async Task Offer_and_marks_can_be_seen(string look, string language, int width)
    {
        var dark = look == "dark" ? "<style>html { background: #14171c; color: #e8eaed } body { color: inherit }</style>" : "";
        var page = blog.NewPage(
            attributes: $"lang='{language}'", before: "<h1>A post</h1><p>Its text.</p>", head: dark + (language == "ar" ? "<script>document.documentElement.dir = 'rtl'</script>" : ""));
        for (var i = 0; i < 3; i++)
        {
            await blog.PostAsync(page, $"Paragraph number {i}.");
        }

        await using var reader = await browser.OpenAsync(new(Width: width, Height: 700));
        if (look == "forced")
        {
            await reader.Page.EmulateMediaAsync(new() { ForcedColors = ForcedColors.Active });
        }

        var thread = await FollowAsync(reader, page);
        for (var i = 0; i < 3; i++)
        {
            await blog.PostAsync(page, $"New number {i}.", by: "Ewa Lis");
        }

        var offer = thread.Element.Locator(".news button");
        await Expect(offer).ToContainTextAsync(language switch { "ar" => "3 تعليقات جديدة", "de" => "3 neue Kommentare", _ => "3 new comments" }, new() { Timeout = 20_000 });
        await Screenshots.TakeAsync(reader.Page, $"news-offered-{look}-{language}-{width}");
        await offer.ClickAsync();
        await Expect(thread.Element.Locator(".comment.new")).ToHaveCountAsync(3);
        await Screenshots.TakeAsync(reader.Page, $"news-shown-{look}-{language}-{width}");
    }

    /// <summary>Opens the page and waits until its thread is followed.</summary>
    internal static async Task<EmbeddedThread> FollowAsync(BrowserPage reader, string page)
    {
        var thread = await reader.ReadAsync(page);
        await Expect(thread.Element.Locator(".news")).ToBeAttachedAsync();
        return thread;
    }

    /// <summary>Keeps every event stream that the page opens in <c>streams</c>.</summary>
    internal static Task WatchStreamsAsync(BrowserPage reader) => reader.Context.AddInitScriptAsync(
        "window.streams = []; window.EventSource = class extends EventSource { constructor(...args) { super(...args); streams.push(this); } };");

    private static Task<int> OpenStreamsAsync(BrowserPage reader) =>
        reader.Page.EvaluateAsync<int>("streams.filter(stream => stream.readyState < 2).length");

    internal static async Task SetHiddenAsync(BrowserPage reader, bool isHidden) => await reader.Page.EvaluateAsync(
        """
        isHidden => {
          Object.defineProperty(document, 'hidden', { configurable: true, get: () => isHidden });
          document.dispatchEvent(new Event('visibilitychange'));
        }
        """,
        isHidden);

    private static async Task<long> IdOfAsync(EmbeddedThread thread, string text) =>
        await thread.Comment(text).EvaluateAsync<long>("article => +article.parentElement.dataset.id");

    /// <summary>Where everything of the thread is on the screen.</summary>
    private static Task<string> PlacesAsync(EmbeddedThread thread) => thread.Element.EvaluateAsync<string>(
        """
        element => [...element.shadowRoot.querySelectorAll('.head, .comment, .body')]
          .map(item => { const { x, y, width, height } = item.getBoundingClientRect(); return [x, y, width, height].map(Math.round); }).join(' ')
        """);
}
