using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>Counts and latest comments on index pages.</summary>
public sealed class ListTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    [Fact]
    public async Task One_request_counts_everything_on_the_page()
    {
        var (one, two) = (blog.Host.Origin + blog.NewPath(), blog.Host.Origin + blog.NewPath());
        await blog.PostAsync(one, "First.");
        await blog.PostAsync(two, "First.");
        await blog.PostAsync(two, "Second.");
        var index = Index($"""
            <a id="link" href="{one}#comments" data-embed-count>Comments</a>
            <a id="number" href="{two}" data-embed-count="number">?</a>
            <a href="{two}"><embed-count id="inside"></embed-count></a>
            <embed-count id="named" page="{two}" format="number"></embed-count>
            <embed-count id="thread" thread="nobody wrote here"></embed-count>
            <a id="foreign" href="https://elsewhere.example/" data-embed-count>Elsewhere</a>
            """);
        await using var reader = await browser.OpenAsync();
        var requests = Requests(reader);
        await reader.Page.GotoAsync(index);

        await Expect(reader.Page.Locator("#link")).ToHaveTextAsync("1 comment");
        await Expect(reader.Page.Locator("#number")).ToHaveTextAsync("2");
        await Expect(reader.Page.Locator("#inside")).ToHaveTextAsync("2 comments");
        await Expect(reader.Page.Locator("#named")).ToHaveTextAsync("2");
        await Expect(reader.Page.Locator("#thread")).ToHaveTextAsync("No comments yet");
        await Expect(reader.Page.Locator("#foreign")).ToHaveTextAsync("Elsewhere");

        Assert.Single(requests, request => request.Contains("/counts?", StringComparison.Ordinal));
        Assert.DoesNotContain(requests, request => request.Contains("/thread", StringComparison.Ordinal));
        await Expect(reader.Page.Locator("embed-comments")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_is_added_or_changed_later_is_counted_in_batches_too()
    {
        var (one, two) = (blog.Host.Origin + blog.NewPath(), blog.Host.Origin + blog.NewPath());
        await blog.PostAsync(one, "First.");
        var index = Index("<p id='list'></p><embed-comments thread='beside'></embed-comments>");
        await using var reader = await browser.OpenAsync();
        var requests = Requests(reader);
        await reader.ReadAsync(index);
        Assert.DoesNotContain(requests, request => request.Contains("embed-lists", StringComparison.Ordinal));

        await reader.Page.EvaluateAsync($$"""
            () => {
              for (const [name, page] of [['a', '{{one}}'], ['b', '{{two}}']]) {
                document.querySelector('#list').insertAdjacentHTML('beforeend', `<a id="${name}" href="${page}" data-embed-count>…</a><embed-count page="${page}"></embed-count>`);
              }
            }
            """);
        await Expect(reader.Page.Locator("#a")).ToHaveTextAsync("1 comment");
        await Expect(reader.Page.Locator("#b")).ToHaveTextAsync("No comments yet");
        await Expect(reader.Page.Locator("embed-count").First).ToHaveTextAsync("1 comment");
        Assert.Single(requests, request => request.Contains("/counts?", StringComparison.Ordinal));

        await reader.Page.EvaluateAsync($"document.querySelector('#b').href = '{one}', document.querySelector('#b').dataset.embedCount = 'number'");
        await Expect(reader.Page.Locator("#b")).ToHaveTextAsync("1");
        Assert.Equal(2, requests.Count(request => request.Contains("/counts?", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task More_than_a_hundred_pages_are_asked_for_in_several_requests()
    {
        var page = blog.Host.Origin + blog.NewPath();
        await blog.PostAsync(page, "Text.");
        var links = string.Concat(Enumerable.Range(0, 230).Select(number => $"<embed-count page='/{number}'></embed-count>"));
        var index = Index($"{links}<a id='last' href='{page}' data-embed-count>…</a>");
        await using var reader = await browser.OpenAsync();
        var requests = Requests(reader);
        await reader.Page.GotoAsync(index);

        await Expect(reader.Page.Locator("#last")).ToHaveTextAsync("1 comment");
        await Expect(reader.Page.Locator("embed-count").Filter(new() { HasText = "No comments yet" })).ToHaveCountAsync(230);
        var counted = requests.Where(request => request.Contains("/counts?", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, counted.Count);
        Assert.All(counted, request => Assert.True(request.Length < 8_000));
    }

    [Fact]
    public async Task A_page_with_both_has_its_thread_and_its_counts()
    {
        var path = blog.NewPath();
        var page = blog.Host.Put(path, $"<embed-count></embed-count><embed-comments></embed-comments>{blog.Snippet()}", "A post", Blog.Style);
        await blog.PostAsync(page, "Text.");
        await using var reader = await browser.OpenAsync();

        var thread = await reader.ReadAsync(page);

        await Expect(thread.Comments).ToHaveCountAsync(1);
        await Expect(reader.Page.Locator("embed-count")).ToHaveTextAsync("1 comment");
    }

    [Fact]
    public async Task Without_an_answer_what_the_author_wrote_stays()
    {
        var index = blog.Host.Put(blog.NewPath(), $"""
            <a id="link" href="/post" data-embed-count>Discuss</a><embed-recent><a href="/comments">All comments</a></embed-recent>
            <script>addEventListener('embed-error', ({"{"} target, detail {"}"}) => (window.told ??= []).push(target.localName + ' ' + detail.code))</script>
            {blog.Snippet("unknown")}
            """, "Index", Blog.Style);
        await using var reader = await browser.OpenAsync();
        reader.Expect("404 GET");
        reader.Expect("the server responded with a status of 404");
        await reader.Page.GotoAsync(index);

        await reader.Page.WaitForFunctionAsync("window.told?.length === 2");

        Assert.Equal(
            ["a site-not-found", "embed-recent site-not-found"], (await reader.Page.EvaluateAsync<string[]>("told")).Order(StringComparer.Ordinal));
        await Expect(reader.Page.Locator("#link")).ToHaveTextAsync("Discuss");
        await Expect(reader.Page.GetByRole(AriaRole.Link, new() { Name = "All comments" })).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData("de", 2, "2 Kommentare")]
    [InlineData("ar", 1, "تعليق واحد")]
    [InlineData("ar", 2, "تعليقان")]
    [InlineData("ar", 3, "3 تعليقات")]
    [InlineData("fr", 1, "1 comment")]
    public async Task Counts_are_said_in_the_language_of_the_page(string language, int count, string words)
    {
        var page = blog.Host.Origin + blog.NewPath();
        for (var i = 0; i < count; i++)
        {
            await blog.PostAsync(page, $"Number {i}.");
        }

        await using var reader = await browser.OpenAsync();
        await reader.Page.GotoAsync(Index($"<embed-count lang='{language}' page='{page}'></embed-count>"));

        await Expect(reader.Page.Locator("embed-count")).ToHaveTextAsync(words);
    }

    [Fact]
    public async Task Latest_comments_are_listed_as_text_with_links_to_them()
    {
        const string Hostile = "<img src=x onerror=alert(1)> & \"quoted\" `code`";
        var page = blog.NewPage(site: Blog.Second, host: blog.OtherHost);
        await blog.PostAsync(page, "An older comment.", site: Blog.Second);
        var id = await blog.PostAsync(page, Hostile, "<script>alert(1)</script> O'Neill", site: Blog.Second);
        await using var reader = await browser.OpenAsync();
        await reader.Page.GotoAsync(blog.OtherHost.Put(
            blog.NewPath(), $"<embed-recent count='2'>All comments</embed-recent>{blog.Snippet(Blog.Second)}", "Index", Blog.Style));
        var list = reader.Page.GetByRole(AriaRole.List, new() { Name = "Latest comments" });

        await Expect(list.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(2);
        var newest = list.GetByRole(AriaRole.Listitem).First;
        await Expect(newest.Locator(".name")).ToHaveTextAsync("<script>alert(1)</script> O'Neill");
        await Expect(newest.GetByRole(AriaRole.Link)).ToHaveTextAsync("<img src=x onerror=alert(1)> & \"quoted\" code");
        await Expect(newest.Locator("time")).ToHaveTextAsync("just now");
        await Expect(newest.GetByText("on A post")).ToBeVisibleAsync();
        await Expect(reader.Page.Locator("img")).ToHaveCountAsync(0);
        await Expect(reader.Page.Locator("embed-comments")).ToHaveCountAsync(0);

        await newest.GetByRole(AriaRole.Link).ClickAsync();
        await Expect(reader.Page).ToHaveURLAsync($"{page}#comment-{id}");
        await Expect(reader.Page.Locator($"#comment-{id}")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_site_without_comments_says_so()
    {
        await using var reader = await browser.OpenAsync();
        await reader.Page.GotoAsync(blog.Host.Put(
            blog.NewPath(), $"<embed-recent></embed-recent>{blog.Snippet(Blog.Numbered)}", "Index", Blog.Style));

        await Expect(reader.Page.GetByText("No comments yet")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_thread_s_own_page_with_structured_data_breaks_no_policy()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "Text.");
        await using var reader = await browser.OpenAsync();

        await reader.Page.GotoAsync($"{blog.Server.Origin}/t/{Blog.Site}?page={Uri.EscapeDataString(page)}");

        // A violation would be a console error, which fails the test.
        var data = await reader.Page.Locator("script[type='application/ld+json']").TextContentAsync();
        Assert.Equal("DiscussionForumPosting", JsonDocument.Parse(data!).RootElement.GetProperty("@type").GetString());
    }

    [Theory]
    [InlineData("light-en-1000", 1000, "en", "")]
    [InlineData("dark-en-360", 360, "en", "html { background: #14171c; color: #e8eaed }")]
    [InlineData("light-ar-360", 360, "ar", "")]
    public async Task It_looks_like_the_page(string name, int width, string language, string style)
    {
        var page = blog.NewPage(site: Blog.Held);
        foreach (var (person, text) in new[]
        {
            ("Jonas Weidmann", "I tried the second method with rye flour and it rose twice as fast as the wheat one did, though the crumb was rather dense; next week I will try again with a warmer room, less water and the old starter that my neighbour left me."),
            ("ليلى حداد", "شكرًا على هذا المقال، جربت الوصفة أمس وكانت رائعة."),
            (Blog.Moderator, "https://a.very.long.example/address/that/has/no/place/to/break/and/goes/on/and/on/until/it/has/reached/the/end"),
        })
        {
            var id = await blog.PostAsync(page, text, person, site: Blog.Held);
            if (person != Blog.Moderator)
            {
                await blog.JudgeAsync(id, publish: true);
            }
        }

        await using var reader = await browser.OpenAsync(new(Width: width, Height: 620));
        await reader.Page.GotoAsync(blog.Host.Put(
            blog.NewPath(),
            $"<div lang='{language}' dir='{(language == "ar" ? "rtl" : "ltr")}'><h2>Blog</h2><p><a href='{page}' data-embed-count data-site='held'>…</a></p>"
            + $"<embed-recent count='3'></embed-recent></div>{blog.Snippet(Blog.Held)}",
            "Index", Blog.Style + $"<style>{style}</style>"));

        await Expect(reader.Page.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(3);
        Assert.Equal(0, await reader.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
        await Screenshots.TakeAsync(reader.Page, $"recent-{name}");
    }

    private static ConcurrentQueue<string> Requests(BrowserPage reader)
    {
        var requests = new ConcurrentQueue<string>();
        reader.Page.Request += (_, request) => requests.Enqueue(request.Url);
        return requests;
    }

    private string Index(string body) => blog.Host.Put(blog.NewPath(), body + blog.Snippet(), "Index", Blog.Style);
}
