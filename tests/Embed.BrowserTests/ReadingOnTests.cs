using System.Collections.Concurrent;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>What is not on a thread's first page is loaded in place, by whoever reads and whoever takes part.</summary>
public sealed class ReadingOnTests(BrowserFixture browser, ReadingOnTests.LongThread blog) : IClassFixture<ReadingOnTests.LongThread>
{
    private const string MoreComments = "button[data-after]";
    private const string MoreReplies = "button[data-replies]";
    private const string Topmost = ".comments > .comment";

    [Fact]
    public async Task More_comments_are_loaded_in_place_and_the_first_of_them_is_focused()
    {
        await using var reader = await browser.OpenAsync();
        var asked = Watch(reader);
        var thread = await reader.ReadAsync(blog.NewView());
        var before = await thread.Element.Locator(Topmost).CountAsync();
        var more = thread.Element.Locator(MoreComments);
        await more.ScrollIntoViewIfNeededAsync();
        var last = thread.Element.Locator(Topmost).Nth(before - 1);
        var place = (await last.BoundingBoxAsync())!.Y;

        await more.ClickAsync();

        await Expect(thread.Element.Locator(Topmost)).ToHaveCountAsync(LongThread.Tops);
        await Expect(thread.Element.Locator("li:focus > article")).ToContainTextAsync($"Top number {before}.");
        await Expect(more).ToHaveCountAsync(0);
        await Expect(thread.Element.GetByRole(AriaRole.Status).Filter(new() { HasText = $"{LongThread.Tops - before} more comments are shown." })).ToHaveCountAsync(1);
        Assert.Equal(place, (await last.BoundingBoxAsync())!.Y, tolerance: 2);
        Assert.Equal(Enumerable.Range(0, LongThread.Tops).Select(i => $"Top number {i}."), await TextsAsync(thread, Topmost));
        Assert.DoesNotContain(asked, url => url.Contains("embed-live", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rest_of_a_branch_is_loaded_in_order_into_its_branch()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewView());
        var more = thread.Element.Locator(MoreReplies);

        await Expect(thread.Element.GetByRole(AriaRole.Button, new() { Name = "more replies to Jonas Weidmann" })).ToHaveCountAsync(1);
        while (await more.CountAsync() > 0)
        {
            var replies = await thread.Element.Locator(".replies .comment").CountAsync();
            await more.ClickAsync();
            await Expect(thread.Element.Locator("li:focus > article")).ToContainTextAsync($"Reply number {replies}.");
        }

        Assert.Equal(Enumerable.Range(0, LongThread.Replies).Select(i => $"Reply number {i}."), await TextsAsync(thread, ".replies .comment"));
        await Expect(thread.Element.Locator(MoreComments)).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Failed_load_says_so_beside_the_button_which_tries_again()
    {
        await using var reader = await browser.OpenAsync();
        reader.Expect("net::ERR_FAILED");
        var thread = await reader.ReadAsync(blog.NewView());
        await reader.Page.RouteAsync("**/thread.html*after=*", route => route.AbortAsync());

        await thread.Element.Locator(MoreComments).ClickAsync();
        await Expect(thread.Element.Locator(".more [role=alert]")).ToHaveTextAsync("The comments could not be loaded.");
        await Expect(thread.Element.Locator(MoreComments)).ToBeFocusedAsync();
        await reader.Page.UnrouteAllAsync();
        await thread.Element.Locator(MoreComments).ClickAsync();

        await Expect(thread.Element.Locator(Topmost)).ToHaveCountAsync(LongThread.Tops);
        await Expect(thread.Element.Locator(".more [role=alert]")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Permalink_deep_in_a_long_thread_is_shown_by_the_first_request()
    {
        await using var reader = await browser.OpenAsync();
        var asked = Watch(reader);

        var thread = await reader.ReadAsync($"{blog.NewView()}#comment-{blog.LastReply}");

        await Expect(thread.Element.Locator($"#comment-{blog.LastReply}")).ToBeFocusedAsync();
        await Expect(thread.Element.Locator($"#comment-{blog.LastReply}")).ToBeInViewportAsync();
        var page = Assert.Single(asked, url => url.Contains("/thread.html", StringComparison.Ordinal));
        Assert.Contains($"comment={blog.LastReply}", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Link_followed_on_the_page_loads_the_part_that_holds_the_comment_and_the_start_can_be_had_back()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewView());
        await Expect(thread.Element.Locator($"#comment-{blog.LastTop}")).ToHaveCountAsync(0);

        await reader.Page.EvaluateAsync("id => { location.hash = '#comment-' + id }", blog.LastTop);

        await Expect(thread.Element.Locator($"#comment-{blog.LastTop}")).ToBeFocusedAsync();
        await thread.Element.Locator("button[data-act=earlier]").ClickAsync();
        await Expect(thread.Comments.First).ToContainTextAsync("Top number 0.");
        await Expect(thread.Element.Locator("li:focus > article")).ToContainTextAsync("Top number 0.");
        await reader.Page.EvaluateAsync("location.hash = '#comment-999999999'");
        await Expect(thread.Comments.First).ToContainTextAsync("Top number 0.");
    }

    [Fact]
    public async Task Chosen_order_is_remembered_goes_before_the_page_s_and_holds_when_live()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewView("sort='best'"));

        await thread.Element.Locator("[data-sort=newest]").ClickAsync();
        await Expect(thread.Comments.First).ToContainTextAsync($"Top number {LongThread.Tops - 1}.");
        await Expect(thread.Element.Locator("[data-sort=newest][aria-pressed=true]")).ToBeFocusedAsync();
        await reader.Page.ReloadAsync();
        await Expect(thread.Comments.First).ToContainTextAsync($"Top number {LongThread.Tops - 1}.");

        await thread.Invitation.ClickAsync();
        await Expect(thread.Live).ToBeVisibleAsync();
        await Expect(thread.Comments.First).ToContainTextAsync($"Top number {LongThread.Tops - 1}.");
        await thread.Element.Locator("[data-sort=oldest]").ClickAsync();
        await Expect(thread.Comments.First).ToContainTextAsync("Top number 0.");
        await Expect(thread.Live).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_was_loaded_stays_when_the_thread_goes_live_and_more_is_loaded_there()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewView());
        await thread.Element.Locator(MoreReplies).ClickAsync();
        await Expect(thread.Element.Locator("li:focus")).ToHaveCountAsync(1);
        var shown = await thread.Element.Locator(".replies .comment").CountAsync();

        await thread.Act("Reply number 0.", "Reply to").ClickAsync();
        await Expect(thread.Live).ToBeVisibleAsync();
        await Expect(thread.Element.Locator(".replies .comment")).ToHaveCountAsync(shown);
        await thread.Element.Locator(MoreComments).ClickAsync();

        await Expect(thread.Element.Locator(Topmost)).ToHaveCountAsync(LongThread.Tops);
        await Expect(thread.Element.Locator("li:focus > article")).ToContainTextAsync("Top number");
    }

    [Fact]
    public async Task What_was_loaded_is_followed_too()
    {
        var page = blog.NewPage();
        for (var i = 0; i < 105; i++)
        {
            await blog.PostAsync(page, $"Number {i}.");
        }

        await using var reader = await browser.OpenAsync();
        var thread = await FollowingTests.FollowAsync(reader, page);
        await thread.Element.Locator(MoreComments).ClickAsync();
        await Expect(thread.Element.Locator(Topmost)).ToHaveCountAsync(105);

        await blog.PostAsync(page, "At the very end.", by: "Ewa Lis");
        await thread.Button("1 new comment").ClickAsync(new() { Timeout = 20_000 });

        await Expect(thread.Element.Locator(Topmost)).ToHaveCountAsync(106);
        await Expect(thread.Element.Locator(Topmost).Last).ToContainTextAsync("At the very end.");
    }

    [Fact]
    public async Task New_comment_behind_the_end_of_the_page_is_offered_and_leads_to_the_button_that_loads_it()
    {
        var page = blog.NewPage();
        for (var i = 0; i < 105; i++)
        {
            await blog.PostAsync(page, $"Number {i}.");
        }

        await using var reader = await browser.OpenAsync();
        var thread = await FollowingTests.FollowAsync(reader, page);

        await blog.PostAsync(page, "At the very end.", by: "Ewa Lis");
        await thread.Button("1 new comment").ClickAsync(new() { Timeout = 20_000 });
        await Expect(thread.Element.Locator(MoreComments)).ToBeFocusedAsync();
        await Expect(thread.Element.Locator(MoreComments)).ToBeInViewportAsync();
        await Expect(thread.Button("1 new comment")).ToHaveCountAsync(0);
        await reader.Page.Keyboard.PressAsync("Enter");

        await Expect(thread.Element.Locator(Topmost).Last).ToContainTextAsync("At the very end.");
    }

    private static Task<string[]> TextsAsync(EmbeddedThread thread, string comments) => thread.Element.EvaluateAsync<string[]>(
        "(element, comments) => [...element.shadowRoot.querySelectorAll(comments)].map(comment => comment.querySelector('.body').textContent.trim())", comments);

    private static ConcurrentQueue<string> Watch(BrowserPage reader)
    {
        var asked = new ConcurrentQueue<string>();
        reader.Page.Request += (_, request) => asked.Enqueue(request.Url);
        return asked;
    }

    /// <summary>A thread of more comments than a page holds, in which the first one has more replies than are shown.</summary>
    public sealed class LongThread : Blog
    {
        public const int Tops = 130;
        public const int Replies = 160;

        private string _thread = "";

        public long LastReply { get; private set; }

        public long LastTop { get; private set; }

        /// <summary>The comment with all the replies; the next one's id is one more.</summary>
        public long FirstTop { get; private set; }

        /// <summary>A page that shows the thread.</summary>
        public string NewView(string attributes = "") => NewPage(attributes: $"thread='long' page='{_thread}' {attributes}");

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            _thread = NewPage();
            for (var i = 0; i < Tops; i++)
            {
                LastTop = await PostAsync(_thread, $"Top number {i}.", thread: "long");
                FirstTop = FirstTop == 0 ? LastTop : FirstTop;
            }

            for (var i = 0; i < Replies; i++)
            {
                LastReply = await PostAsync(_thread, $"Reply number {i}.", parent: FirstTop, thread: "long");
            }
        }
    }
}
