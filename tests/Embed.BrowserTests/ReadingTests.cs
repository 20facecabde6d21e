using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>Somebody reads and does nothing else.</summary>
public sealed partial class ReadingTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    // Every name the page can see, without the ones that only appear where something is named in passing.
    private const string Globals = "JSON.stringify(Object.getOwnPropertyNames(window).sort())";

    [Fact]
    public async Task Reader_costs_two_requests_then_two_to_follow_and_no_cookie()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "The text itself.");
        await using var reader = await browser.OpenAsync();
        var answers = new ConcurrentQueue<IResponse>();
        reader.Context.Response += (_, answer) => answers.Enqueue(answer);

        await reader.Page.RunAndWaitForResponseAsync(() => reader.ReadAsync(page), answer => answer.Url.Contains("/events?", StringComparison.Ordinal));

        var ours = answers.Where(answer => answer.Url.StartsWith(blog.Server.Origin, StringComparison.Ordinal)).ToList();
        Assert.Equal(
            ["/embed.js", $"/api/v1/sites/{Blog.Site}/thread.html", "/embed-read.js", "/api/v1/events"],
            ours.Select(answer => Hash().Replace(new Uri(answer.Url).AbsolutePath, ".")));
        foreach (var answer in ours)
        {
            Assert.Null(await answer.HeaderValueAsync("set-cookie"));
            Assert.Null(await answer.Request.HeaderValueAsync("cookie"));
        }

        Assert.Empty(await reader.Context.CookiesAsync());
    }

    [Fact]
    public async Task Nothing_is_added_to_the_host_page_by_reading_or_taking_part()
    {
        var page = blog.NewPage();
        await using var reader = await browser.OpenAsync();
        await reader.Page.GotoAsync(blog.Host.Put(blog.NewPath(), "nothing"));
        var before = await reader.Page.EvaluateAsync<string>(Globals);

        var thread = await reader.ReadAsync(page);
        Assert.Equal(before, await reader.Page.EvaluateAsync<string>(Globals));

        await thread.Invitation.ClickAsync();
        await Expect(thread.Live).ToBeVisibleAsync();
        Assert.Equal(before, await reader.Page.EvaluateAsync<string>(Globals));
        Assert.Equal("html head body", await reader.Page.EvaluateAsync<string>(
            "[...document.querySelectorAll('html, html > *')].map(e => e.localName).join(' ')"));
        Assert.Equal(0, await reader.Page.EvaluateAsync<int>("document.querySelectorAll('iframe, style:not(head > style), link').length"));
    }

    [Fact]
    public async Task Permalink_scrolls_to_the_comment_and_focuses_it()
    {
        var page = blog.NewPage();
        var ids = new List<long>();
        for (var i = 0; i < 30; i++)
        {
            ids.Add(await blog.PostAsync(page, $"Paragraph number {i}."));
        }

        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync($"{page}#comment-{ids[20]}");

        await Expect(thread.Element.Locator($"#comment-{ids[20]}")).ToBeFocusedAsync();
        await Expect(thread.Comment("Paragraph number 20.")).ToBeInViewportAsync();
        await Expect(thread.Comment("Paragraph number 2.")).Not.ToBeInViewportAsync();

        await reader.Page.EvaluateAsync($"location.hash = 'comment-{ids[2]}'");
        await Expect(thread.Comment("Paragraph number 2.")).ToBeInViewportAsync();
        await Expect(thread.Element.Locator($"#comment-{ids[2]}")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Server_s_permalink_leads_to_the_comment_on_its_page()
    {
        var page = blog.NewPage();
        var id = await blog.PostAsync(page, "Linked.");
        await using var reader = await browser.OpenAsync();

        await reader.Page.GotoAsync($"{blog.Server.Origin}/c/{id}");

        await Expect(reader.Page).ToHaveURLAsync($"{page}#comment-{id}");
        await Expect(new EmbeddedThread(reader.Page).Element.Locator($"#comment-{id}")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Deep_reply_links_to_what_it_answers()
    {
        var page = blog.NewPage();
        long? parent = null;
        for (var depth = 0; depth <= 8; depth++)
        {
            parent = await blog.PostAsync(page, $"Depth {depth}.", by: $"Person {depth}", parent: parent);
        }

        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(page);

        await Expect(thread.Comment("Depth 6.").GetByRole(AriaRole.Link, new() { Name = "in reply to" })).ToHaveCountAsync(0);
        await thread.Comment("Depth 8.").GetByRole(AriaRole.Link, new() { Name = "in reply to Person 7" }).ClickAsync();
        await Expect(thread.Element.Locator("li:focus > article")).ToContainTextAsync("Depth 7.");
    }

    [Fact]
    public async Task Outline_numbers_are_shown_where_the_site_wants_them()
    {
        var page = blog.NewPage(Blog.Numbered);
        var first = await blog.PostAsync(page, "First.", site: Blog.Numbered);
        await blog.PostAsync(page, "Second.", site: Blog.Numbered);
        var reply = await blog.PostAsync(page, "Reply.", parent: first, site: Blog.Numbered);
        await blog.PostAsync(page, "Reply to the reply.", parent: reply, site: Blog.Numbered);
        await using var reader = await browser.OpenAsync();

        var thread = await reader.ReadAsync(page);

        await Expect(thread.Element.Locator(".outline")).ToHaveTextAsync(["1", "1.1", "1.1.1", "2"]);
    }

    [Fact]
    public async Task Closed_thread_shows_everything_and_offers_no_form()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "Said in time.");
        await blog.CloseAsync(page);
        await using var reader = await browser.OpenAsync();

        var thread = await reader.ReadAsync(page);

        await Expect(thread.Comment("Said in time.")).ToBeVisibleAsync();
        await Expect(thread.Notice("A moderator has closed the comments here.")).ToBeVisibleAsync();
        await Expect(thread.Invitation).ToHaveCountAsync(0);
        await Expect(thread.Act("Said in time.", "Reply")).ToHaveCountAsync(0);
        await Expect(thread.Element.GetByRole(AriaRole.Textbox)).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData("de", "ltr", "Kommentar schreiben …")]
    [InlineData("ar", "rtl", "اكتب تعليقًا …")]
    [InlineData("xx", "ltr", "Write a comment …")]
    public async Task Thread_speaks_the_page_s_language(string language, string direction, string invitation)
    {
        var page = blog.NewPage(attributes: $"lang='{language}'");
        await using var reader = await browser.OpenAsync();

        var thread = await reader.ReadAsync(page);

        await Expect(thread.Button(invitation)).ToBeVisibleAsync();
        Assert.Equal(direction, await thread.Discussion.EvaluateAsync<string>("section => getComputedStyle(section).direction"));
        await thread.Button(invitation).ClickAsync();
        await Expect(thread.Live).ToHaveAttributeAsync("dir", direction);
    }

    [Fact]
    public async Task Unknown_site_is_said_in_a_sentence()
    {
        await using var reader = await browser.OpenAsync();
        reader.Expect("404 GET");
        reader.Expect("the server responded with a status of 404");
        await reader.Page.GotoAsync(blog.NewPage("nobody"));

        await Expect(new EmbeddedThread(reader.Page).Notice("There is no site of this name here.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Page_of_another_origin_is_told_to_register()
    {
        await using var reader = await browser.OpenAsync();
        reader.Expect("GET " + blog.Server.Origin + "/api/");
        reader.Expect("the server responded with a status of 4");
        await reader.Page.GotoAsync(blog.NewPage(Blog.Site, host: blog.OtherHost));

        await Expect(new EmbeddedThread(reader.Page).Notice("The site's owner should")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Server_that_is_down_is_said_and_trying_again_works_when_it_is_back()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "Still here.");
        await using var reader = await browser.OpenAsync();
        reader.ExpectLostConnection();
        await reader.ReadAsync(page);
        var thread = new EmbeddedThread(reader.Page);
        await blog.Server.StopAsync();
        try
        {
            await thread.Element.EvaluateAsync("element => element.setAttribute('sort', 'newest')");
            await Expect(thread.Notice("The comments could not be loaded.")).ToBeVisibleAsync();
        }
        finally
        {
            blog.Server.Start();
        }

        await thread.Button("Try again").ClickAsync();
        await Expect(thread.Comment("Still here.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Being_offline_is_said_and_the_thread_comes_with_the_network()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "Still here.");
        await using var reader = await browser.OpenAsync();
        reader.ExpectLostConnection();
        var thread = await reader.ReadAsync(page);

        await reader.Context.SetOfflineAsync(true);
        await thread.Element.EvaluateAsync("element => element.setAttribute('sort', 'newest')");
        await Expect(thread.Notice("You are offline.")).ToBeVisibleAsync();
        await reader.Context.SetOfflineAsync(false);

        await Expect(thread.Comment("Still here.")).ToBeVisibleAsync();
    }

    [GeneratedRegex(@"\.[0-9a-f]{16}\.", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Hash();
}
