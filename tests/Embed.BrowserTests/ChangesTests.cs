using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>When what has changed in a followed thread is noticed, and when it is shown.</summary>
public sealed class ChangesTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    [Fact]
    public async Task Edits_and_deletions_in_sight_come_when_the_reader_has_scrolled_on()
    {
        var page = blog.NewPage(before: "<h1>A post</h1>");
        var edited = await blog.PostAsync(page, "Before.");
        var deleted = await blog.PostAsync(page, "Soon gone.");
        for (var i = 0; i < 20; i++)
        {
            await blog.PostAsync(page, $"Paragraph number {i}.");
        }

        await using var reader = await browser.OpenAsync();
        var thread = await FollowingTests.FollowAsync(reader, page);
        await blog.EditAsync(edited, "After.");
        await blog.DeleteAsync(deleted);
        await blog.PostAsync(page, "New.", by: "Ewa Lis");
        await Expect(thread.Button("1 new comment")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await Expect(thread.Comments).ToContainTextAsync(["Before.", "Soon gone.", "Paragraph number 0."]);
        var last = thread.Comment("Paragraph number 19.");

        await last.EvaluateAsync("comment => comment.scrollIntoView({ block: 'center', behavior: 'instant' })");
        var place = (await last.BoundingBoxAsync())!.Y;

        await Expect(thread.Comments).ToContainTextAsync(["After.", "Paragraph number 0."]);
        await Expect(thread.Comment("Soon gone.")).ToHaveCountAsync(0);
        Assert.Equal(place, (await last.BoundingBoxAsync())!.Y, tolerance: 2);
    }

    [Fact]
    public async Task Thread_that_is_never_quiet_is_checked_all_the_same()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "First.");
        await using var reader = await browser.OpenAsync();
        await reader.Page.Clock.InstallAsync();
        await FollowingTests.WatchStreamsAsync(reader);
        await FollowingTests.FollowAsync(reader, page);
        await reader.Page.Clock.RunForAsync(1_000);
        await reader.Page.WaitForFunctionAsync("streams.at(-1)?.readyState === 1");
        await reader.Page.Clock.PauseAtAsync(TimeProvider.System.GetUtcNow().AddMinutes(1).UtcDateTime);

        await reader.Page.RunAndWaitForRequestAsync(
            async () =>
            {
                // Oftener than anybody waits to ask.
                for (var version = 1_000_000; version < 1_000_010; version++)
                {
                    await reader.Page.EvaluateAsync("version => streams.at(-1).dispatchEvent(new MessageEvent('version', { data: `${version}` }))", version);
                    await reader.Page.Clock.RunForAsync(300);
                }
            },
            request => request.Url.Contains("/thread.html", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Focus_stays_in_the_thread_when_an_offer_is_withdrawn()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "First.");
        await using var reader = await browser.OpenAsync();
        var thread = await FollowingTests.FollowAsync(reader, page);
        var added = await blog.PostAsync(page, "Thought better of.", by: "Ewa Lis");
        var offer = thread.Button("1 new comment");
        await Expect(offer).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await offer.FocusAsync();

        await blog.DeleteAsync(added, by: "Ewa Lis");

        await Expect(offer).ToHaveCountAsync(0, new() { Timeout = 20_000 });
        await Expect(thread.Discussion).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Refused_stream_is_tried_again_soon()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "First.");
        await using var reader = await browser.OpenAsync();
        reader.Expect("503");
        await FollowingTests.WatchStreamsAsync(reader);
        var refusals = 0;
        // A proxy's answer while its server restarts.
        await reader.Page.RouteAsync("**/events?*", route => Interlocked.Increment(ref refusals) < 3
            ? route.FulfillAsync(new() { Status = 503, Headers = new Dictionary<string, string> { ["access-control-allow-origin"] = "*" } })
            : route.ContinueAsync());

        await FollowingTests.FollowAsync(reader, page);

        await reader.Page.WaitForFunctionAsync("streams.length === 3 && streams.at(-1).readyState === 1");
    }
}
