using System.Text.Json;
using Microsoft.AspNetCore.Http;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>The element as the host page's author uses it.</summary>
public sealed class ElementTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    private const string Me = "Priya Nair";

    [Fact]
    public async Task Several_elements_on_one_page_work_side_by_side()
    {
        var page = blog.NewPage(attributes: "id='one' thread='one'", after: "<embed-comments id='two' thread='two'></embed-comments>");
        await using var reader = await browser.OpenAsync();
        await reader.RememberAsync(blog, Me);
        await reader.Page.GotoAsync(page);
        var one = new EmbeddedThread(reader.Page, reader.Page.Locator("#one"));
        var two = new EmbeddedThread(reader.Page, reader.Page.Locator("#two"));
        await Expect(one.Live).ToBeVisibleAsync();
        await Expect(two.Live).ToBeVisibleAsync();

        await one.WriteAsync("In the first.");
        await two.WriteAsync("In the second.");
        await one.Post.ClickAsync();
        await two.Post.ClickAsync();

        await Expect(one.Comment("In the first.")).ToBeVisibleAsync();
        await Expect(two.Comment("In the second.")).ToBeVisibleAsync();
        await Expect(one.Comments).ToHaveCountAsync(1);
        await Expect(two.Comments).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Signing_out_in_one_element_signs_out_the_others()
    {
        var page = blog.NewPage(attributes: "id='one' thread='one'", after: "<embed-comments id='two' thread='two'></embed-comments>");
        await using var reader = await browser.OpenAsync();
        // Somebody else than in the other tests: signing out ends a token for good.
        await reader.RememberAsync(blog, "Ewa Lis");
        await reader.Page.GotoAsync(page);
        var one = new EmbeddedThread(reader.Page, reader.Page.Locator("#one"));
        var two = new EmbeddedThread(reader.Page, reader.Page.Locator("#two"));
        await Expect(two.SignOut).ToBeVisibleAsync();

        await one.SignOut.ClickAsync();

        await Expect(one.SignIn).ToBeVisibleAsync();
        await Expect(two.SignIn).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Element_can_be_added_removed_and_put_back_at_run_time()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "Here.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, page, Me);
        // An element that is taken away stops asking.
        reader.Expect("net::ERR_ABORTED");

        await reader.Page.EvaluateAsync("window.kept = document.querySelector('embed-comments'), kept.remove()");
        await Expect(thread.Element).ToHaveCountAsync(0);
        await reader.Page.EvaluateAsync("document.body.append(kept)");
        await Expect(thread.Live).ToBeVisibleAsync();
        await Expect(thread.Comment("Here.")).ToBeVisibleAsync();
        await reader.Page.EvaluateAsync("kept.remove(), document.body.append(document.createElement('embed-comments'))");

        await Expect(thread.Live).ToBeVisibleAsync();
        await Expect(thread.Comment("Here.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Changed_attributes_show_what_they_name()
    {
        var page = blog.NewPage();
        var otherPage = blog.NewPage();
        await blog.PostAsync(page, "The first page's.");
        await blog.PostAsync(page, "The first page's later one.");
        await blog.PostAsync(otherPage, "The other page's.");
        await blog.PostAsync(page, "The numbered site's.", site: Blog.Numbered);
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(page);

        await SetAsync(thread, "sort", "newest");
        await Expect(thread.Comments.First).ToContainTextAsync("The first page's later one.");
        await SetAsync(thread, "page", otherPage);
        await Expect(thread.Comments).ToContainTextAsync(["The other page's."]);
        // Together, as an application does: one request for both, where one after the other would abort the first.
        await thread.Element.EvaluateAsync(
            "(element, [page, site]) => { element.setAttribute('page', page); element.setAttribute('site', site); }",
            new[] { page, Blog.Numbered });
        await Expect(thread.Comments).ToContainTextAsync(["The numbered site's."]);
        await SetAsync(thread, "thread", "a-new-thread");
        await Expect(thread.Element.GetByText("Nobody has written anything yet.")).ToBeVisibleAsync();
        await SetAsync(thread, "theme", "dark");

        Assert.Equal("dark", await thread.Element.Locator(".embed").EvaluateAsync<string>("box => box.dataset.scheme"));
    }

    [Fact]
    public async Task Changed_attributes_take_a_live_thread_along()
    {
        var page = blog.NewPage();
        var otherPage = blog.NewPage();
        await blog.PostAsync(otherPage, "The other page's.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, page, Me);
        await thread.WriteAsync("Belongs to the first page.");

        await SetAsync(thread, "page", otherPage);

        await Expect(thread.Comment("The other page's.")).ToBeVisibleAsync();
        await Expect(thread.Live).ToBeVisibleAsync();
        await Expect(thread.Field).ToHaveCountAsync(0);
        await thread.WriteAsync("Belongs to the other page.");
        await thread.Post.ClickAsync();
        await Expect(thread.Comment("Belongs to the other page.")).ToBeVisibleAsync();
        Assert.Equal((0, 2), (await blog.CountAsync(page), await blog.CountAsync(otherPage)));
    }

    [Fact]
    public async Task Script_tag_alone_shows_the_thread_where_it_stands()
    {
        var path = blog.NewPath();
        var page = blog.Host.Put(
            path, $"<p id='before'>Before.</p>{blog.Snippet(more: "data-sort='newest' data-theme='dark'")}<p id='after'>After.</p>", "A post");
        await blog.PostAsync(page, "Older.");
        await blog.PostAsync(page, "Newer.");
        await using var reader = await browser.OpenAsync();

        var thread = await reader.ReadAsync(page);

        await Expect(thread.Comments).ToContainTextAsync(["Newer.", "Older."]);
        await Expect(reader.Page.Locator("#before ~ embed-comments ~ #after")).ToBeVisibleAsync();
        Assert.Equal("dark", await thread.Element.Locator(".embed").EvaluateAsync<string>("box => box.dataset.scheme"));
    }

    [Fact]
    public async Task Events_tell_the_host_page_what_happens()
    {
        var page = blog.NewPage(head: """
            <script>
              window.told = [];
              for (const name of ['ready', 'count', 'posted', 'error']) {
                addEventListener('embed-' + name, e => told.push([name, e.target.localName, e.detail]));
              }
            </script>
            """);
        await blog.PostAsync(page, "There already.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, page, Me);
        await thread.Invitation.ClickAsync();
        await thread.Post.ClickAsync();
        await Expect(thread.Notice("There is nothing to post yet.")).ToBeVisibleAsync();
        await thread.Field.FillAsync("A second one.");
        await thread.Post.ClickAsync();
        await Expect(thread.Comment("A second one.")).ToBeVisibleAsync();
        await reader.Page.WaitForFunctionAsync("told.some(([name]) => name === 'posted') && told.filter(([name]) => name === 'count').length > 1");

        var told = await reader.Page.EvaluateAsync<JsonElement>("told");
        var events = told.EnumerateArray().Select(e => (Name: e[0].GetString(), From: e[1].GetString(), Detail: e[2])).ToList();
        Assert.All(events, e => Assert.Equal("embed-comments", e.From));
        Assert.Equal(1, Assert.Single(events, e => e.Name == "ready").Detail.GetProperty("count").GetInt32());
        Assert.Equal([1, 2], events.Where(e => e.Name == "count").Select(e => e.Detail.GetProperty("count").GetInt32()));
        Assert.Equal("body-empty", Assert.Single(events, e => e.Name == "error").Detail.GetProperty("code").GetString());
        var posted = Assert.Single(events, e => e.Name == "posted").Detail;
        Assert.False(posted.GetProperty("isPending").GetBoolean());
        await Expect(thread.Element.Locator($"#comment-{posted.GetProperty("commentId").GetInt64()}")).ToContainTextAsync("A second one.");
    }

    [Fact]
    public async Task Host_styles_cannot_break_it()
    {
        const string Hostile = """
            <style>
              * { color: red !important; display: block !important; position: absolute; margin: 3rem !important; visibility: hidden; }
              button, textarea, section, ol, li, article { display: none !important; border: 9px solid lime !important; }
              embed-comments { color: red; opacity: 1; visibility: visible !important; position: static; display: block !important }
              html, body { visibility: visible; position: static }
            </style>
            """;
        var shown = blog.Host.Origin + "/styled.html";
        var calm = blog.NewPage(attributes: $"page='{shown}' theme='light'");
        var wild = blog.NewPage(attributes: $"page='{shown}' theme='light'", head: Hostile);
        var parent = await blog.PostAsync(shown, "Not styled by the host.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, calm, Me);
        await thread.Act("Not styled by the host.", "Reply to").ClickAsync();
        await Expect(thread.FieldIn("Not styled by the host.")).ToBeVisibleAsync();
        var expected = await LooksAsync(thread, parent);

        await reader.Page.GotoAsync(wild);
        await Expect(thread.Live).ToBeVisibleAsync();
        await thread.Act("Not styled by the host.", "Reply to").ClickAsync();
        await Expect(thread.FieldIn("Not styled by the host.")).ToBeVisibleAsync();

        Assert.Equal(expected, await LooksAsync(thread, parent));
    }

    [Fact]
    public async Task Host_that_uses_Blazor_itself_keeps_its_own()
    {
        var page = blog.NewPage(head: "<script>window.Blazor = { mine: true }; window.DotNet = { mine: true }</script>");
        await using var reader = await browser.OpenAsync();

        await reader.TakePartAsync(blog, page, Me);

        Assert.Equal(
            """[{"mine":true},{"mine":true}]""", await reader.Page.EvaluateAsync<string>("JSON.stringify([Blazor, DotNet])"));
    }

    [Fact]
    public async Task Element_alone_in_another_need_not_wait_for_the_rest_of_the_page()
    {
        var rest = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var page = blog.Host.Handle(blog.NewPath(), async context =>
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            await context.Response.WriteAsync($"<!doctype html><html lang=en><title>A post</title><div><embed-comments></embed-comments></div>{blog.Snippet()}<p>");
            await context.Response.Body.FlushAsync();
            await rest.Task;
            await context.Response.WriteAsync("The rest.</p>");
        });
        await blog.PostAsync(page, "Here already.");
        await using var reader = await browser.OpenAsync();
        var thread = new EmbeddedThread(reader.Page);

        await reader.Page.GotoAsync(page, new() { WaitUntil = Microsoft.Playwright.WaitUntilState.Commit });

        await Expect(thread.Comment("Here already.")).ToBeVisibleAsync();
        rest.SetResult();
        await Expect(reader.Page.GetByText("The rest.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Script_loaded_twice_does_nothing_twice()
    {
        var page = blog.NewPage(after: blog.Snippet());
        await blog.PostAsync(page, "Once.");
        await using var reader = await browser.OpenAsync();

        var thread = await reader.ReadAsync(page);

        await Expect(thread.Comment("Once.")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Custom_properties_of_the_host_colour_it()
    {
        var page = blog.NewPage(head: "<style>embed-comments { --embed-accent: rgb(1, 100, 3) }</style>");
        await using var reader = await browser.OpenAsync();

        var thread = await reader.TakePartAsync(blog, page, Me);

        await thread.Invitation.ClickAsync();
        Assert.Equal("rgb(1, 100, 3)", await thread.Post.EvaluateAsync<string>("button => getComputedStyle(button).backgroundColor"));
    }

    private static async Task SetAsync(EmbeddedThread thread, string name, string value) =>
        await thread.Element.EvaluateAsync("(element, [name, value]) => element.setAttribute(name, value)", new[] { name, value });

    /// <summary>What a reader would notice of its parts, without where the host put the whole.</summary>
    private static Task<string> LooksAsync(EmbeddedThread thread, long comment) => thread.Element.EvaluateAsync<string>(
        """
        (element, id) => ['.thread', '.title', `#comment-${id}`, `#comment-${id} article`, `#comment-${id} .body`, '[data-act=reply]', 'textarea', 'form .primary', '.comments']
          .map(part => {
            const style = getComputedStyle(element.shadowRoot.querySelector(part));
            return [part, style.display, style.position, style.visibility, style.margin, style.borderColor].join(' | ');
          }).join('\n')
        """,
        comment);
}
