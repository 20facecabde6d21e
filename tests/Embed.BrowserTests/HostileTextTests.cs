using System.Collections.Concurrent;
using Embed.Tests;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>What others test their Markdown and their forms with, posted, read and edited here.</summary>
public sealed class HostileTextTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    private const int ThreadSize = 100;
    private const string Me = "Priya Nair";

    // Each sets a mark if it runs.
    private static readonly string[] Own =
    [
        "<img src=x onerror=\"window.__xss = 1\">", "<svg/onload=window.__xss=1>", "<script>window.__xss = 1</script>",
        "[click](javascript:window.__xss=1)", "[click](JaVaScRiPt&colon;window.__xss=1)", "<javascript:window.__xss=1>",
        "[click](data:text/html,<script>window.__xss=1</script>)", "![x](http://localhost:1/tracker.gif)",
        "![x](\"onerror=\"window.__xss=1)", "<a href=\"#\" onclick=\"window.__xss=1\">x</a>", "```\"><script>window.__xss=1</script>\nx\n```",
        "<style>* { display: none }</style>", "</section></div><script>window.__xss=1</script>", "{{constructor.constructor('window.__xss=1')()}}",
        "<iframe srcdoc='<script>parent.__xss=1</script>'></iframe>", "<form action=/elsewhere><button>x</button></form>",
    ];

    [Fact]
    public Task Every_example_of_CommonMark_does_no_harm() => CheckAsync(Fixtures.CommonMarkExamples());

    [Fact]
    public Task Every_naughty_string_does_no_harm() => CheckAsync(Fixtures.NaughtyStrings());

    [Fact]
    public Task Attempts_of_our_own_do_no_harm() => CheckAsync(Own);

    private async Task CheckAsync(IReadOnlyList<string> texts)
    {
        var comments = texts.Where(text => !string.IsNullOrWhiteSpace(text)).ToList();
        Assert.NotEmpty(comments);
        foreach (var part in comments.Chunk(ThreadSize))
        {
            var page = blog.NewPage();
            var posted = new List<(long Id, string Text)>();
            foreach (var text in part)
            {
                if (await blog.TryPostAsync(page, text, Me) is { } id)
                {
                    posted.Add((id, text));
                }
            }

            // A few say nothing once what cannot be seen is taken away, and are refused as empty.
            Assert.InRange(posted.Count, part.Length - 10, part.Length);
            await ReadAsync(page, posted.Count);
            await EditAsync(page, posted);
        }
    }

    private async Task ReadAsync(string page, int count)
    {
        await using var reader = await browser.OpenAsync(new(Width: 360));
        var requests = Watch(reader);
        var thread = await reader.ReadAsync(page);
        await Expect(thread.Comments).ToHaveCountAsync(count);
        await Expect(thread.Element.Locator(".news")).ToBeAttachedAsync();

        // What follows the thread is asked for afterwards, and is ours.
        Assert.Equal([page, "/embed.js", "/thread.html"], requests.Take(3).Select(url => url == page ? url : url[new Uri(url).GetLeftPart(UriPartial.Path).LastIndexOf('/')..].Split('?')[0]));
        Assert.Equal("", await thread.Element.EvaluateAsync<string>(
            """
            element => {
              const faults = [];
              const bodies = [...element.shadowRoot.querySelectorAll('.body')];
              if ('__xss' in window) faults.push('a script ran');
              if (document.documentElement.scrollWidth > innerWidth) faults.push(`page is ${document.documentElement.scrollWidth} wide`);
              for (const item of bodies.flatMap(body => [...body.querySelectorAll('*')])) {
                if (/^(script|style|img|iframe|object|embed|form|input|button|svg|math|link|meta|base|template)$/.test(item.localName)) faults.push(item.outerHTML);
                for (const { name, value } of item.attributes) {
                  if (name.startsWith('on') || name === 'style' || name === 'id') faults.push(`${item.localName} ${name}=${value}`);
                }
              }
              for (const link of bodies.flatMap(body => [...body.querySelectorAll('a')])) {
                if (!/^(https?|mailto):$/.test(link.protocol)) faults.push('link to ' + link.href);
                if (!['nofollow', 'ugc', 'noopener', 'noreferrer'].every(word => link.relList.contains(word))) faults.push('rel of ' + link.outerHTML);
              }
              if (element.shadowRoot.querySelectorAll('.thread').length !== 1) faults.push('thread is broken');
              for (const body of bodies) if (getComputedStyle(body).display === 'none') faults.push('hidden body');
              return faults.join('\n');
            }
            """));
    }

    private async Task EditAsync(string page, IReadOnlyList<(long Id, string Text)> posted)
    {
        foreach (var (id, text) in posted)
        {
            Assert.Equal(text, await blog.SourceAsync(id, Me));
        }

        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, page, Me);
        foreach (var (id, text) in posted.Where((_, i) => i % 12 == 0))
        {
            var comment = thread.Element.Locator($"#comment-{id}");
            await comment.GetByRole(AriaRole.Button, new() { Name = "Edit", Exact = true }).ClickAsync();
            // A text field has one kind of line end (HTML, "API value").
            await Expect(comment.GetByRole(AriaRole.Textbox)).ToHaveValueAsync(text.Replace("\r\n", "\n").Replace('\r', '\n'));
        }

        Assert.False(await reader.Page.EvaluateAsync<bool>("'__xss' in window"));
    }

    /// <summary>All requests from now on; a dialog fails the test as a fault of the page.</summary>
    private static ConcurrentQueue<string> Watch(BrowserPage reader)
    {
        var requests = new ConcurrentQueue<string>();
        reader.Context.Request += (_, request) => requests.Enqueue(request.Url);
        reader.Context.Dialog += (_, dialog) => requests.Enqueue($"dialog:{dialog.Message}");
        return requests;
    }
}
