using System.Collections.Concurrent;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>What is shown is one thread in one order, whatever is chosen elsewhere, comes late or fails.</summary>
public sealed class ShownThreadTests(BrowserFixture browser, ReadingOnTests.LongThread blog) : IClassFixture<ReadingOnTests.LongThread>
{
    private const string MoreComments = "button[data-after]";
    private const string Topmost = ".comments > .comment";
    private const int Tops = ReadingOnTests.LongThread.Tops;

    [Fact]
    public async Task Order_and_canonical_address_stay_what_they_were_when_it_was_loaded()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "First.");
        await using var reader = await browser.OpenAsync();
        var thread = await FollowingTests.FollowAsync(reader, page);
        var asked = Watch(reader);

        // As another tab does, and a single-page application.
        await reader.Page.EvaluateAsync(
            """
            key => {
              localStorage.setItem(key, 'newest');
              document.head.append(Object.assign(document.createElement('link'), { rel: 'canonical', href: '/elsewhere.html' }));
            }
            """,
            SortKey);
        await blog.PostAsync(page, "Second.", by: "Ewa Lis");
        await thread.Button("1 new comment").ClickAsync(new() { Timeout = 20_000 });

        await Expect(thread.Comments).ToContainTextAsync(["First.", "Second."]);
        Assert.All(asked.Where(IsFragment), url => Assert.False(url.Contains("sort=", StringComparison.Ordinal) || url.Contains("canonical=", StringComparison.Ordinal), url));
    }

    [Fact]
    public async Task Comments_that_come_late_are_not_put_into_another_thread()
    {
        var other = blog.NewPage();
        await blog.PostAsync(other, "Of the other page.");
        await using var reader = await browser.OpenAsync();
        reader.Expect("net::ERR_ABORTED");
        var thread = await reader.ReadAsync(blog.NewView());
        var release = await HoldAsync(reader, "**/thread.html*after=*");

        await thread.Element.Locator(MoreComments).ClickAsync();
        await thread.Element.EvaluateAsync("(element, page) => { element.removeAttribute('thread'); element.setAttribute('page', page); }", other);
        await Expect(thread.Comment("Of the other page.")).ToBeVisibleAsync();
        release.SetResult();

        await reader.WaitForFaultAsync("net::ERR_ABORTED");
        await Expect(thread.Comments).ToHaveCountAsync(1);
        await Expect(thread.Element.Locator("[role=alert]:visible")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Comments_that_come_late_are_not_put_into_a_live_thread()
    {
        await using var reader = await browser.OpenAsync();
        reader.Expect("net::ERR_ABORTED");
        var thread = await reader.ReadAsync(blog.NewView());
        var release = await HoldAsync(reader, "**/thread.html*after=*");

        await thread.Element.Locator(MoreComments).ClickAsync();
        await thread.Invitation.ClickAsync();
        await Expect(thread.Live).ToBeVisibleAsync();
        release.SetResult();
        await reader.WaitForFaultAsync("net::ERR_ABORTED");

        await thread.Element.Locator(MoreComments).ClickAsync();
        await Expect(thread.Element.Locator(Topmost)).ToHaveCountAsync(Tops);
        await Expect(thread.Live).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Link_followed_last_is_the_one_that_is_shown()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewView());
        var release = await HoldAsync(reader, $"**/thread.html*comment={blog.LastReply}*");
        var sent = reader.Page.WaitForRequestAsync(request => request.Url.Contains($"comment={blog.LastReply}", StringComparison.Ordinal));

        await reader.Page.EvaluateAsync("id => { location.hash = '#comment-' + id }", blog.LastReply);
        await sent;
        await reader.Page.EvaluateAsync("id => { location.hash = '#comment-' + id }", blog.LastTop);
        await Expect(thread.Element.Locator($"#comment-{blog.LastTop}")).ToBeFocusedAsync();
        var asked = Watch(reader);
        var late = reader.Page.WaitForResponseAsync(answer => answer.Url.Contains($"comment={blog.LastReply}", StringComparison.Ordinal));
        release.SetResult();
        await (await late).FinishedAsync();
        // What comes after it: a comment that there is not.
        await reader.Page.RunAndWaitForResponseAsync(
            () => reader.Page.EvaluateAsync("location.hash = '#comment-999999999'"), answer => answer.Url.Contains("comment=999999999", StringComparison.Ordinal));

        Assert.Contains("comment=999999999", Assert.Single(asked, IsFragment), StringComparison.Ordinal);
        await Expect(thread.Element.Locator($"#comment-{blog.LastTop}")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Order_chosen_while_the_circuit_draws_is_the_live_thread_s()
    {
        await using var reader = await browser.OpenAsync();
        var sockets = await Sockets.OfAsync(reader.Page);
        sockets.HoldAnswersAfter("embed-comments");
        var thread = await reader.ReadAsync(blog.NewView());

        await thread.Invitation.ClickAsync();
        await Expect(thread.Element.Locator("iframe")).ToHaveCountAsync(1);
        await UntilAsync(() => sockets.HoldsSomething);
        await thread.Element.Locator("[data-sort=newest]").ClickAsync();
        await Expect(thread.Comments.First).ToContainTextAsync($"Top number {Tops - 1}.");
        sockets.Release();

        await Expect(thread.Live).ToBeVisibleAsync();
        await Expect(thread.Comments.First).ToContainTextAsync($"Top number {Tops - 1}.");
        await Expect(thread.Element.Locator("[data-sort=newest][aria-pressed=true]")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Focus_goes_to_the_comments_asked_for_and_not_to_what_others_write()
    {
        await using var reader = await browser.OpenAsync();
        var sockets = await Sockets.OfAsync(reader.Page);
        var page = blog.NewView();
        var thread = await reader.ReadAsync(page);
        await thread.Act("Top number 1.", "Reply to").ClickAsync();
        await Expect(thread.Live).ToBeVisibleAsync();
        var more = thread.Element.Locator(MoreComments);
        sockets.HoldSent();

        await more.ClickAsync();
        await more.ClickAsync();
        await blog.PostAsync(page, "Somebody else's.", by: "Ewa Lis", parent: blog.FirstTop + 2, thread: "long");
        await Expect(thread.Comment("Somebody else's.")).ToBeVisibleAsync();
        await Expect(more).ToBeFocusedAsync();
        sockets.Release();

        await Expect(thread.Element.Locator("li:focus > article")).ToContainTextAsync("Top number");
        await Expect(thread.Element.Locator(Topmost)).ToHaveCountAsync(Tops);
    }

    [Fact]
    public async Task Failed_order_leaves_the_thread_as_it_was_and_can_be_tried_again()
    {
        await using var reader = await browser.OpenAsync();
        reader.Expect("net::ERR_FAILED");
        var thread = await reader.ReadAsync(blog.NewView());
        await reader.Page.RouteAsync("**/thread.html*sort=newest*", route => route.AbortAsync());

        await thread.Element.Locator("[data-sort=newest]").ClickAsync();
        await Expect(thread.Element.GetByRole(AriaRole.Alert).Filter(new() { HasText = "could not be loaded" })).ToBeVisibleAsync();

        await Expect(thread.Comments.First).ToContainTextAsync("Top number 0.");
        Assert.Null(await reader.Page.EvaluateAsync<string?>("key => localStorage.getItem(key)", SortKey));
        await reader.Page.UnrouteAllAsync();
        await thread.Element.Locator(MoreComments).ClickAsync();
        await Expect(thread.Element.Locator(Topmost)).ToHaveCountAsync(Tops);
        await thread.Button("Try again").ClickAsync();
        await Expect(thread.Comments.First).ToContainTextAsync($"Top number {Tops - 1}.");
        await Expect(thread.Button("Try again")).ToHaveCountAsync(0);
        Assert.Equal("newest", await reader.Page.EvaluateAsync<string?>("key => localStorage.getItem(key)", SortKey));
    }

    [Fact]
    public async Task Pages_loaded_are_shown_without_a_gap_after_the_element_was_put_back()
    {
        var page = blog.NewPage(attributes: "sort='newest'");
        for (var i = 0; i < 105; i++)
        {
            await blog.PostAsync(page, $"Number {i}.");
        }

        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(page);
        await thread.Element.Locator(MoreComments).ClickAsync();
        await Expect(thread.Element.Locator(Topmost)).ToHaveCountAsync(105);
        await reader.Page.EvaluateAsync("window.kept = document.querySelector('embed-comments'), kept.remove()");
        for (var i = 105; i < 108; i++)
        {
            await blog.PostAsync(page, $"Number {i}.");
        }

        await reader.Page.EvaluateAsync("document.body.append(kept)");

        await Expect(thread.Comments.First).ToContainTextAsync("Number 107.");
        Assert.Equal(
            Enumerable.Range(0, 108).Reverse().Select(i => $"Number {i}."),
            await thread.Element.EvaluateAsync<string[]>("element => [...element.shadowRoot.querySelectorAll('.comment .body')].map(body => body.textContent.trim())"));
    }

    [Fact]
    public async Task Element_changed_while_it_is_away_shows_the_other_thread_from_its_start()
    {
        var other = blog.NewPage();
        await blog.PostAsync(other, "Of the other page.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewView());
        await thread.Element.Locator(MoreComments).ClickAsync();
        await Expect(thread.Element.Locator(Topmost)).ToHaveCountAsync(Tops);
        await FollowedAsync(thread);
        var asked = Watch(reader);

        await reader.Page.EvaluateAsync(
            """
            page => {
              const element = document.querySelector('embed-comments');
              // Changed and gone at once: nothing is asked for before it is back.
              element.setAttribute('page', page);
              element.remove();
              element.removeAttribute('thread');
              queueMicrotask(() => queueMicrotask(() => document.body.append(element)));
            }
            """,
            other);
        await Expect(thread.Comments).ToContainTextAsync(["Of the other page."]);

        var only = Assert.Single(asked, IsFragment);
        Assert.DoesNotContain("after=", only, StringComparison.Ordinal);
    }

    private string SortKey => $"embed:{blog.Server.Origin}:{Blog.Site}:sort";

    private static bool IsFragment(string url) => url.Contains("/thread.html", StringComparison.Ordinal);

    private static Task FollowedAsync(EmbeddedThread thread) => Expect(thread.Element.Locator(".news")).ToBeAttachedAsync();

    private static ConcurrentQueue<string> Watch(BrowserPage reader)
    {
        var asked = new ConcurrentQueue<string>();
        reader.Page.Request += (_, request) => asked.Enqueue(request.Url);
        return asked;
    }

    /// <summary>Requests like these wait until the result is set.</summary>
    private static async Task<TaskCompletionSource> HoldAsync(BrowserPage reader, string like)
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await reader.Page.RouteAsync(like, async route =>
        {
            await release.Task;
            try
            {
                await route.ContinueAsync();
            }
            catch (PlaywrightException)
            {
                // Given up by the page meanwhile.
            }
        });
        return release;
    }

    private static async Task UntilAsync(Func<bool> met)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!met())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), timeout.Token);
        }
    }
}
