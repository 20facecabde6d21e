using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>A thread that stands in the page's source.</summary>
public sealed class IncludedTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    private static readonly HttpClient Http = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Element_takes_it_over_without_asking_and_taking_part_starts_from_it()
    {
        var page = await NewPageAsync("In the source.");
        await using var reader = await browser.OpenAsync();
        var requests = reader.WatchRequests(blog);

        var thread = await reader.ReadAsync(page);
        await reader.Page.WaitForFunctionAsync("() => document.querySelector('embed-comments').box");

        Assert.Equal(["/embed.js"], requests);
        await Expect(thread.Comments).ToHaveCountAsync(1);
        await Expect(thread.Element.Locator("time")).ToHaveTextAsync("just now");
        Assert.Equal(0, await thread.Element.EvaluateAsync<int>("element => element.shadowRoot.querySelectorAll('style, slot').length"));
        await thread.Act("In the source.", "Reply").ClickAsync();
        await Expect(thread.FieldIn("In the source.")).ToBeFocusedAsync();
        await Expect(thread.Live).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Nothing_moves_when_the_element_takes_it_over()
    {
        var page = await NewPageAsync("In the source.", script: "");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(page);
        await Expect(thread.Element.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        const string Places = "element => JSON.stringify([...element.shadowRoot.querySelectorAll('.body, .act, .votes, .title')].map(item => { const { x, y } = item.getBoundingClientRect(); return [x, y]; }))";
        var before = await thread.Element.EvaluateAsync<string>(Places);

        await reader.Page.AddScriptTagAsync(new() { Url = blog.Server.Origin + "/embed.js" });
        await Expect(thread.Act("In the source.", "Reply")).ToBeVisibleAsync();

        Assert.Equal(before, await thread.Element.EvaluateAsync<string>(Places));
    }

    [Theory]
    [InlineData("setAttribute('thread', 'another')", 0)]
    [InlineData("setAttribute('sort', 'newest')", 1)]
    [InlineData("setAttribute('page', location.origin + '/another.html')", 0)]
    public async Task What_its_attributes_no_longer_mean_is_not_shown(string change, int comments)
    {
        var page = await NewPageAsync("In the source.", before: script => $"<script>document.addEventListener('DOMContentLoaded', () => {{ document.querySelector('embed-comments').{change}; document.body.append(Object.assign(document.createElement('script'), {{ src: '{blog.Server.Origin}/embed.js' }})); }})</script>", script: "");
        await using var reader = await browser.OpenAsync();
        var requests = reader.WatchRequests(blog);

        var thread = await reader.ReadAsync(page);
        await Expect(thread.Invitation).ToBeVisibleAsync();

        Assert.Equal(["/embed.js", $"/api/v1/sites/{Blog.Site}/thread.html"], requests);
        await Expect(thread.Comments).ToHaveCountAsync(comments);
    }

    [Fact]
    public async Task Changed_attributes_are_asked_for_as_usual()
    {
        var page = await NewPageAsync("Of the first page.");
        var other = blog.NewPage();
        await blog.PostAsync(other, "Of the other page.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(page);
        await reader.Page.WaitForFunctionAsync("() => document.querySelector('embed-comments').box");

        await thread.Element.EvaluateAsync("(element, page) => element.setAttribute('page', page)", other);

        await Expect(thread.Comment("Of the other page.")).ToBeVisibleAsync();
        await Expect(thread.Comment("Of the first page.")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Browser_without_declarative_shadow_roots_shows_it_too()
    {
        // As such a browser reads it: a template among the element's children.
        var page = await NewPageAsync("In the source.", before: _ =>
            """
            <script>
              document.addEventListener('DOMContentLoaded', () => {
                const element = document.querySelector('embed-comments');
                const old = element.cloneNode(true);
                const template = document.createElement('template');
                template.setAttribute('shadowrootmode', 'open');
                template.content.append(...element.shadowRoot.childNodes);
                old.prepend(template);
                element.replaceWith(old);
              });
            </script>
            """);
        await using var reader = await browser.OpenAsync();
        var requests = reader.WatchRequests(blog);

        var thread = await reader.ReadAsync(page);

        await Expect(thread.Act("In the source.", "Reply")).ToBeVisibleAsync();
        Assert.Equal(["/embed.js"], requests);
    }

    [Fact]
    public async Task Script_that_runs_before_the_parser_comes_to_the_element_leaves_it_its_inside()
    {
        var page = await NewPageAsync("In the source.", before: script => script.Replace("async", "", StringComparison.Ordinal), script: "");
        await using var reader = await browser.OpenAsync();
        var requests = reader.WatchRequests(blog);

        var thread = await reader.ReadAsync(page);
        await Expect(thread.Act("In the source.", "Reply")).ToBeVisibleAsync();

        Assert.Equal(["/embed.js"], requests);
    }

    [Fact]
    public async Task What_was_deleted_since_the_page_was_built_goes_although_it_is_in_sight()
    {
        var page = await NewPageAsync("Soon gone.");
        await blog.PostAsync(page, "Not in the source.", by: "Ewa Lis");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(page);
        var id = await thread.Comment("Soon gone.").EvaluateAsync<long>("article => +article.parentElement.dataset.id");
        await blog.DeleteAsync(id);

        await reader.Page.ReloadAsync();

        await Expect(thread.Button("1 new comment")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await Expect(thread.Comments).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Link_comes_where_our_script_does_not()
    {
        var page = await NewPageAsync("In the source.", script: "");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(page);
        var link = reader.Page.GetByRole(AriaRole.Link, new() { Name = "Open the discussion on its own page" });
        await Expect(link).ToHaveCountAsync(0);

        // Not to wait for it.
        await thread.Element.EvaluateAsync("element => element.shadowRoot.getAnimations().forEach(animation => animation.finish())");

        await Expect(link).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Readable_without_scripts_with_a_link_to_take_part(ColorScheme scheme)
    {
        var page = await NewPageAsync("In the source.", head: "<style>:root { color-scheme: light dark }</style>");
        await using var reader = await browser.OpenAsync(new(HasScript: false, ColorScheme: scheme));

        var thread = await reader.ReadAsync(page);

        await Expect(thread.Comment("In the source.")).ToBeVisibleAsync();
        await Expect(thread.Element.Locator("button:visible")).ToHaveCountAsync(0);
        await Screenshots.TakeAsync(reader.Page, $"included-no-script-{scheme}");
        await reader.Page.GetByRole(AriaRole.Link, new() { Name = "Open the discussion on its own page" }).ClickAsync();
        await Expect(reader.Page).ToHaveURLAsync($"{blog.Server.Origin}/t/{Blog.Site}?page={Uri.EscapeDataString(page)}&lang=en");
    }

    /// <summary>A page with a comment and the thread in its source, as a build makes it.</summary>
    private async Task<string> NewPageAsync(string comment, string head = "", Func<string, string>? before = null, string? script = null)
    {
        var path = blog.NewPath();
        await blog.PostAsync(blog.Host.Origin + path, comment);
        var thread = await Http.GetStringAsync(
            new Uri($"{blog.Server.Origin}/api/v1/sites/{Blog.Site}/thread.html?as=document-fragment&lang=en&page={Uri.EscapeDataString(blog.Host.Origin + path)}"),
            Cancellation);
        var snippet = blog.Snippet();
        return blog.Host.Put(path, $"{before?.Invoke(snippet)}{thread}\n{script ?? snippet}", "A post", Blog.Style + head);
    }
}
