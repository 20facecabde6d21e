using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>Signing in in the page's own window, where no other can be had, and coming back to what was left.</summary>
public sealed class SignInHereTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    private const string Person = "Priya Nair";
    private const string Blocked = "The browser blocked the sign-in window.";
    private const string NoPopups = "<script>window.open = () => null</script>";

    private static readonly string Long = string.Concat(Enumerable.Range(1, 60).Select(i => $"<p id=part-{i}>Paragraph {i}.</p>"));

    [Fact]
    public async Task Text_open_forms_and_address_are_as_they_were_left_and_the_text_is_posted()
    {
        var page = blog.NewPage(before: Long, after: Long, head: NoPopups) + "?a=%20b";
        for (var i = 1; i <= 12; i++)
        {
            await blog.PostAsync(page, $"Comment number {i}.");
        }

        await using var reader = await browser.OpenAsync();
        await reader.Page.GotoAsync(page + "#part-7");
        var thread = new EmbeddedThread(reader.Page);
        await thread.Act("Comment number 5.", "Reply to").ClickAsync();
        await thread.FieldIn("Comment number 5.").FillAsync("A reply, written before.");
        await thread.Act("Comment number 8.", "Reply to").ClickAsync();
        await thread.FieldIn("Comment number 8.").FillAsync("");
        await thread.Comment("Comment number 5.").GetByRole(AriaRole.Button, new() { Name = "Sign in to post" }).ClickAsync();
        await Expect(thread.Notice(Blocked)).ToBeVisibleAsync();
        await thread.Button("Sign in in this window").ClickAsync();
        await Expect(reader.Page.GetByText("Test blog")).ToBeVisibleAsync();
        await ChooseAsync(reader);

        await Expect(thread.Comment("A reply, written before.")).ToBeVisibleAsync();
        await Expect(thread.Live.GetByText($"Signed in as {Person}")).ToBeVisibleAsync();
        Assert.Equal(page + "#part-7", reader.Page.Url);
        await Expect(thread.FieldIn("Comment number 8.")).ToBeVisibleAsync();
        await AssertNothingLeftAsync(reader.Page);
    }

    [Fact]
    public async Task Vote_that_asked_for_it_counts_after_coming_back_to_the_same_place()
    {
        var page = blog.NewPage(before: Long, after: Long, head: NoPopups);
        await blog.PostAsync(page, "A beginning.");
        await blog.PostAsync(page, "A good point.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(page);
        await thread.Act("A good point.", "Good comment").ClickAsync();
        await Expect(thread.Notice(Blocked)).ToBeVisibleAsync();
        await reader.Page.Mouse.WheelAsync(0, 90);
        await reader.Page.EvaluateAsync("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        var left = await TopAsync(thread.Comment("A good point."));

        await thread.Button("Sign in in this window").ClickAsync();
        await ChooseAsync(reader);

        await Expect(thread.Act("A good point.", "Good comment")).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.InRange(await TopAsync(thread.Comment("A good point.")), left - 2, left + 2);
        Assert.Equal(page, reader.Page.Url);
        await AssertNothingLeftAsync(reader.Page);
    }

    [Fact]
    public async Task Of_two_threads_on_a_page_the_one_that_was_left_goes_on()
    {
        var page = blog.NewPage(attributes: $"thread=second{blog.NewPath()}", before: $"<embed-comments thread=first{blog.NewPath()}></embed-comments>", head: NoPopups);
        await using var reader = await browser.OpenAsync();
        await reader.Page.GotoAsync(page);
        var (first, second) = (new EmbeddedThread(reader.Page, reader.Page.Locator("embed-comments").First), new EmbeddedThread(reader.Page, reader.Page.Locator("embed-comments").Last));
        await second.WriteAsync("Written in the second.");
        await second.Button("Sign in to post").ClickAsync();
        await second.Button("Sign in in this window").ClickAsync();
        await ChooseAsync(reader);

        await Expect(second.Comment("Written in the second.")).ToBeVisibleAsync();
        await Expect(first.Live.GetByText($"Signed in as {Person}")).ToBeVisibleAsync();
        await Expect(first.Comments).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Page_that_shows_what_its_fragment_names_is_told_that_the_code_is_gone()
    {
        var page = blog.NewPage(head: NoPopups + "<script>addEventListener('hashchange', () => document.title = 'At ' + location.hash)</script>");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(page + "#/articles/7");
        await thread.SignIn.ClickAsync();
        await thread.Button("Sign in in this window").ClickAsync();
        await ChooseAsync(reader);

        await Expect(thread.Live.GetByText($"Signed in as {Person}")).ToBeVisibleAsync();
        await Expect(reader.Page).ToHaveTitleAsync("At #/articles/7");
    }

    [Fact]
    public async Task Window_that_the_browser_itself_blocks_is_noticed()
    {
        await using var reader = await browser.OpenAsync();
        reader.Expect("'allow-popups' permission is not set");
        // Playwright has Chromium let every window open; that a page may open none is obeyed all the same.
        var page = blog.Host.Put(
            blog.NewPath(),
            $"<embed-comments></embed-comments>{blog.Snippet()}",
            "A post",
            Blog.Style,
            new Dictionary<string, string> { ["Content-Security-Policy"] = "sandbox allow-scripts allow-same-origin allow-forms" });
        var thread = await reader.ReadAsync(page);
        await thread.WriteAsync("A draft.");
        await thread.SignIn.ClickAsync();

        await Expect(thread.Notice(Blocked)).ToBeVisibleAsync();
        await thread.Button("Sign in in this window").ClickAsync();
        await ChooseAsync(reader);

        await Expect(thread.Live.GetByText($"Signed in as {Person}")).ToBeVisibleAsync();
        await Expect(thread.Field).ToHaveValueAsync("A draft.");
        Assert.Equal(page, reader.Page.Url);
    }

    [Fact]
    public async Task Refused_consent_leads_back_to_the_text()
    {
        await using var reader = await browser.OpenAsync();
        reader.Expect("403 GET");
        reader.Expect("400 GET");
        reader.Expect("the server responded with a status of 40");
        var page = blog.NewPage(head: NoPopups);
        var thread = await reader.ReadAsync(page);
        await thread.WriteAsync("Written before.");
        await thread.Button("Sign in to post").ClickAsync();
        await thread.Button("Sign in in this window").ClickAsync();
        await reader.Page.WithGitHub().ClickAsync();
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await reader.Page.GetByRole(AriaRole.Link, new() { Name = "Back to" }).ClickAsync();

        await Expect(thread.Notice("Signing in did not finish.")).ToBeVisibleAsync();
        await Expect(thread.Field).ToHaveValueAsync("Written before.");
        Assert.Equal(page, reader.Page.Url);
        await AssertNothingLeftAsync(reader.Page);
    }

    [Fact]
    public async Task Code_that_this_tab_did_not_ask_for_is_removed_and_signs_nobody_in()
    {
        // Somebody else's: a sign-in that goes back to the page, led to the victim.
        await using var attacker = await browser.OpenAsync();
        var page = blog.NewPage(head: NoPopups);
        var attackers = await attacker.ReadAsync(page);
        await attackers.SignIn.ClickAsync();
        await attackers.Button("Sign in in this window").ClickAsync();
        await attacker.Page.RouteAsync(page, route => route.FulfillAsync(new() { ContentType = "text/html", Body = "<h1>Kept back</h1>" }));
        await ChooseAsync(attacker);
        await Expect(attacker.Page.GetByRole(AriaRole.Heading, new() { Name = "Kept back" })).ToBeVisibleAsync();
        var stolen = attacker.Page.Url;
        Assert.StartsWith($"{page}#embed-signin=", stolen, StringComparison.Ordinal);
        await using var victim = await browser.OpenAsync();
        var asked = 0;
        victim.Context.Request += (_, request) => asked += request.Url.EndsWith("/session", StringComparison.Ordinal) ? 1 : 0;

        await victim.Page.GotoAsync(stolen);
        var thread = new EmbeddedThread(victim.Page);
        await Expect(thread.SignIn).ToBeVisibleAsync();
        await thread.WriteAsync("Live without being signed in.");

        await Expect(thread.Live.GetByText("Signed in as")).ToHaveCountAsync(0);
        Assert.Equal(page, victim.Page.Url);
        Assert.Equal(0, asked);
        await AssertNothingLeftAsync(victim.Page);
    }

    [Fact]
    public async Task Page_in_a_frame_offers_the_discussions_own_page()
    {
        var inner = blog.NewPage(head: NoPopups);
        var outer = blog.OtherHost.Put(blog.NewPath(), $"<iframe src='{inner}' width=700 height=500></iframe>");
        await using var reader = await browser.OpenAsync();
        await reader.Page.GotoAsync(outer);
        var element = reader.Page.FrameLocator("iframe").Locator("embed-comments");

        await element.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();

        var notice = element.Locator(".notice:visible").Filter(new() { HasText = "this page cannot lead to the sign-in" });
        await Expect(notice).ToBeVisibleAsync();
        await Expect(notice.GetByRole(AriaRole.Link)).ToHaveAttributeAsync("href", new System.Text.RegularExpressions.Regex(
            $"^{System.Text.RegularExpressions.Regex.Escape(blog.Server.Origin)}/t/{Blog.Site}\\?", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    private static Task ChooseAsync(BrowserPage reader) => ChooseAsync(reader.Page);

    private static async Task ChooseAsync(IPage window)
    {
        await window.WithGitHub().ClickAsync();
        await window.GetByRole(AriaRole.Button, new() { Name = Person }).ClickAsync();
    }

    private static async Task<float> TopAsync(ILocator item) => (await item.BoundingBoxAsync())!.Y;

    // Neither in the history of the tab nor in its storage.
    private static async Task AssertNothingLeftAsync(IPage page)
    {
        Assert.False(await page.EvaluateAsync<bool>("navigation.entries().some(entry => entry.url.includes('embed-signin'))"));
        Assert.Equal(0, await page.EvaluateAsync<int>("sessionStorage.length"));
    }
}
