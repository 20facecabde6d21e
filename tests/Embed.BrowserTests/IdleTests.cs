using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>A live thread that nobody touches goes back to reading, and who reads does not notice.</summary>
public sealed class IdleTests(BrowserFixture browser, IdleTests.ImpatientBlog blog) : IClassFixture<IdleTests.ImpatientBlog>
{
    [Fact]
    public async Task Scrolling_keeps_a_thread_live_and_going_back_to_reading_moves_nothing()
    {
        var page = blog.NewPage();
        for (var i = 0; i < 40; i++)
        {
            await blog.PostAsync(page, $"Paragraph number {i}.");
        }

        await using var reader = await browser.OpenAsync();
        await reader.Page.Clock.InstallAsync();
        var thread = await reader.ReadAsync(page);
        var reply = thread.Act("Paragraph number 20.", "Reply to");
        await reply.ClickAsync();
        await Expect(thread.Live).ToBeVisibleAsync();
        await thread.Comment("Paragraph number 20.").GetByRole(AriaRole.Button, new() { Name = "Cancel", Exact = true }).ClickAsync();
        await Expect(reply).ToBeFocusedAsync();

        await PassAsync(reader, thread, page, "One.");
        await PassAsync(reader, thread, page, "Two.");
        await reader.Page.EvaluateAsync("() => new Promise(resolve => { addEventListener('scroll', resolve, { once: true }); scrollBy({ top: 40, behavior: 'instant' }); })");
        await PassAsync(reader, thread, page, "Three.");
        await Expect(thread.Live).ToBeVisibleAsync();
        var top = (await reply.BoundingBoxAsync())!.Y;
        await PassAsync(reader, thread, page, "Four.");
        await reader.Page.Clock.FastForwardAsync(20_000);

        await Expect(thread.Element.Locator("section.thread[data-live=no]")).ToBeVisibleAsync();
        await Expect(reply).ToBeFocusedAsync();
        Assert.Equal(top, (await reply.BoundingBoxAsync())!.Y, tolerance: 2);
        await Expect(thread.Comments).ToHaveCountAsync(44);
    }

    [Fact]
    public async Task Who_sees_what_readers_do_not_keeps_it_in_sight()
    {
        const string Me = "Eve Holm";
        var page = blog.NewPage();
        await blog.ShadowAsync(await blog.PostAsync(page, "Hello.", Me));
        await blog.PostAsync(page, "Only I see this.", Me);
        await using var reader = await browser.OpenAsync();
        await reader.Page.Clock.InstallAsync();
        var thread = await reader.TakePartAsync(blog, page, Me);

        await PassAsync(reader, thread, page, "One.");
        await PassAsync(reader, thread, page, "Two.");
        // Asked by the thread itself, about to go back to reading.
        await reader.Page.RunAndWaitForResponseAsync(
            () => PassAsync(reader, thread, page, "Three."), answer => answer.Url.Contains("comment=", StringComparison.Ordinal));
        await PassAsync(reader, thread, page, "Four.");

        await Expect(thread.Live).ToBeVisibleAsync();
        await Expect(thread.Comment("Only I see this.")).ToBeVisibleAsync();
    }

    // Less than the connection bears in silence; then it hears something.
    private async Task PassAsync(BrowserPage reader, EmbeddedThread thread, string page, string comment)
    {
        await reader.Page.Clock.FastForwardAsync(24_000);
        await blog.PostAsync(page, comment, by: "Ewa Lis");
        await Expect(thread.Comment(comment)).ToBeVisibleAsync();
    }

    /// <summary>A server that gives up circuits after a minute.</summary>
    public sealed class ImpatientBlog : Blog
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Embed:CircuitIdleMinutes", "1")];
    }
}
