using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>A reader who is refused an event stream asks from time to time instead.</summary>
public sealed class PollingTests(BrowserFixture browser, PollingTests.CrowdedBlog blog) : IClassFixture<PollingTests.CrowdedBlog>
{
    [Fact]
    public async Task Reader_without_a_stream_polls_and_an_unchanged_thread_is_not_sent_again()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "Before.");
        await using var first = await browser.OpenAsync();
        await FollowingTests.WatchStreamsAsync(first);
        await FollowingTests.FollowAsync(first, page);
        await first.Page.WaitForFunctionAsync("streams.at(-1)?.readyState === 1");
        await using var reader = await browser.OpenAsync();
        reader.Expect("503");
        await reader.Page.Clock.InstallAsync();
        await FollowingTests.WatchStreamsAsync(reader);
        var thread = await reader.ReadAsync(page);
        // A refusal may be a proxy's, whose server restarts.
        for (var refusals = 1; refusals < 5; refusals++)
        {
            await RefusedAsync(reader, refusals);
            await reader.Page.Clock.FastForwardAsync("00:30");
        }

        await RefusedAsync(reader, 5);
        var unchanged = await reader.Page.RunAndWaitForResponseAsync(
            () => reader.Page.Clock.FastForwardAsync("01:31"), answer => answer.Url.Contains("/thread.html", StringComparison.Ordinal));
        // The browser knows it already and asked by its ETag.
        Assert.NotNull(await unchanged.Request.HeaderValueAsync("if-none-match"));
        await RefusedAsync(reader, 5);
        await blog.PostAsync(page, "Meanwhile.", by: "Ewa Lis");
        await Expect(thread.Button("1 new comment")).ToHaveCountAsync(0);
        await reader.Page.Clock.FastForwardAsync("01:31");
        await Expect(thread.Button("1 new comment")).ToBeVisibleAsync();

        await FollowingTests.SetHiddenAsync(reader, true);
        await blog.PostAsync(page, "While nobody looked.", by: "Ewa Lis");
        await FollowingTests.SetHiddenAsync(reader, false);
        await reader.Page.Clock.FastForwardAsync("00:06");

        await thread.Button("2 new comments").ClickAsync();
        await Expect(thread.Comment("While nobody looked.")).ToBeVisibleAsync();
    }

    private static async Task RefusedAsync(BrowserPage reader, int times) =>
        await reader.Page.WaitForFunctionAsync($"streams.length === {times} && streams.at(-1).readyState === 2");

    /// <summary>A server that has one stream for one address.</summary>
    public sealed class CrowdedBlog : Blog
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Embed:Limits:StreamsPerAddress", "1")];
    }
}
