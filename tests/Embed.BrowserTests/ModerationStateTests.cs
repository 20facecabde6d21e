using Microsoft.Playwright;
using static Embed.BrowserTests.Accessibility;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>The states that moderation brings, as <see cref="StateTests"/> does the others: axe finds nothing, and each leaves a picture.</summary>
public sealed class ModerationStateTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    private const string Me = "Priya Nair";

    private const string Arabic = "ar";

    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    [InlineData("narrow")]
    [InlineData("rtl")]
    [InlineData("forced")]
    public async Task Reading_reporting_and_moderating(string look)
    {
        var page = NewPage(look);
        var pinned = await blog.PostAsync(page, "A hose, half filled with water, tells you whether the slope drains towards the wall.", "Ewa Lis");
        var gone = await blog.PostAsync(page, "Buy my shoes.", "Old Walnut");
        await blog.PostAsync(page, "Please do not advertise here.", "Tomáš Holub", gone);
        var rude = await blog.PostAsync(page, "You have no idea of gutters.", "Sam O’Dowd");
        await blog.FlagAsync(rude, "abuse", "Again and again", "Ewa Lis");
        await blog.FlagAsync(rude, "offTopic", "", "Tomáš Holub");
        await using var moderator = await OpenAsync(look);
        var theirs = await moderator.TakePartAsync(blog, page, Blog.Moderator);
        await ModerateAsync(moderator, theirs, pinned, gone);

        await theirs.Element.Locator($"#comment-{rude} > article [data-act=moderate]").ClickAsync();
        await theirs.Element.Locator(".moderating").ScrollIntoViewIfNeededAsync();
        await ShotAsync(moderator, "moderating", look);
        await theirs.Element.Locator("[data-act=ban]").ClickAsync();
        await Expect(theirs.Element.Locator("form[data-ask=ban]")).ToBeVisibleAsync();
        await ShotAsync(moderator, "banning", look);

        await using var reader = await OpenAsync(look);
        var thread = await reader.TakePartAsync(blog, page, Me);
        await ShotAsync(reader, "pinned-note-tombstone", look);
        await thread.Element.Locator($"#comment-{rude} summary").ClickAsync();
        await thread.Element.Locator($"#comment-{rude} [data-act=flag]").ClickAsync();
        await Expect(thread.Element.Locator("form[data-ask=flag] select")).ToBeFocusedAsync();
        await ShotAsync(reader, "reporting", look);
        await thread.Element.Locator("form[data-ask=flag] .primary").ClickAsync();
        await Expect(thread.Element.Locator($"#comment-{rude} .flagged")).ToBeVisibleAsync();
        await thread.Element.Locator($"#comment-{pinned} summary").ClickAsync();
        await thread.Element.Locator($"#comment-{pinned} [data-act=hide]").ClickAsync();
        await Expect(thread.Element.Locator(".mute-line").First).ToBeVisibleAsync();
        await ShotAsync(reader, "hidden-person", look);
    }

    private static async Task ModerateAsync(BrowserPage moderator, EmbeddedThread thread, long pinned, long gone)
    {
        await thread.Element.Locator(".head [data-act=moderate]").ClickAsync();
        await thread.Element.Locator("[data-act=note]").ClickAsync();
        await thread.Element.Locator("form[data-ask=note] textarea").FillAsync("Please stay **kind**, and with the topic: [house rules](https://example.org/rules).");
        await thread.Element.Locator("form[data-ask] .primary").ClickAsync();
        await Expect(thread.Element.Locator(".thread-note")).ToBeVisibleAsync();
        await thread.Element.Locator($"#comment-{pinned} > article [data-act=moderate]").ClickAsync();
        await thread.Element.Locator("[data-act=pin]").ClickAsync();
        await Expect(thread.Element.Locator(".pin")).ToBeVisibleAsync();
        await thread.Element.Locator($"#comment-{gone} > article [data-act=moderate]").ClickAsync();
        await thread.Element.Locator("[data-act=delete-why]").ClickAsync();
        await thread.Element.Locator("form[data-ask=delete-why] textarea").FillAsync("Advertising");
        await thread.Element.Locator("form[data-ask] .primary").ClickAsync();
        await Expect(thread.Element.Locator($"#comment-{gone}.gone")).ToBeVisibleAsync();
        await Expect(thread.Element.Locator(".done .told")).ToBeVisibleAsync();
        Assert.Empty(moderator.Faults);
    }

    private string NewPage(string look) => blog.NewPage(
        attributes: look == "rtl" ? $"lang=\"{Arabic}\"" : "",
        before: "<h1>Why the cellar floods</h1><p>For years we blamed the gutters.</p>",
        head: look == "dark" ? "<style>html { background: #14171c; color: #e8eaed }</style>" : "<style>html { background: #fffdf8; color: #23211d }</style>");

    private async Task<BrowserPage> OpenAsync(string look)
    {
        var reader = await browser.OpenAsync(new(
            Width: look == "narrow" ? 360 : 1000, Height: 1100, ColorScheme: look == "dark" ? ColorScheme.Dark : ColorScheme.Light));
        if (look == "forced")
        {
            await reader.Page.EmulateMediaAsync(new() { ForcedColors = ForcedColors.Active });
        }

        return reader;
    }

    private static async Task ShotAsync(BrowserPage reader, string state, string look)
    {
        await AssertAsync(reader.Page);
        Assert.Equal(0, await reader.Page.EvaluateAsync<int>("Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
        await Screenshots.TakeAsync(reader.Page, $"{state}-{look}");
    }
}
