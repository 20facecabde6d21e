using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>Loader and thread in one answer: the snippet's option.</summary>
public sealed class OneRequestTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    private const string Loader = "/embed.js";
    private const string Fragment = $"/api/v1/sites/{Blog.Site}/thread.html";

    [Fact]
    public async Task Thread_comes_with_the_script_and_without_another_request()
    {
        var page = NewPage();
        await blog.PostAsync(page, "The text itself.");
        await using var reader = await browser.OpenAsync();
        var requests = reader.WatchRequests(blog);

        var thread = await reader.ReadAsync(page);
        await Expect(thread.Comment("The text itself.")).ToBeVisibleAsync();

        Assert.Equal([Loader], requests);
        await thread.Act("The text itself.", "Reply").ClickAsync();
        await Expect(thread.FieldIn("The text itself.")).ToBeFocusedAsync();
    }

    [Theory]
    [InlineData("referrerpolicy='strict-origin'", "")]
    [InlineData("referrerpolicy='no-referrer'", "")]
    [InlineData("", "")]
    [InlineData(Policy, "sort='newest'")]
    [InlineData(Policy, "page='/another.html'")]
    [InlineData(Policy, "thread='another'")]
    [InlineData(Policy, "lang='de'")]
    public async Task Thread_is_asked_for_where_the_answer_did_not_have_it_or_had_another(string policy, string attributes)
    {
        var page = NewPage(policy: policy, attributes: attributes);
        await blog.PostAsync(page, "Of the page itself.");
        await using var reader = await browser.OpenAsync();
        var requests = reader.WatchRequests(blog);

        var thread = await reader.ReadAsync(page);

        await Expect(thread.Comment("Of the page itself.")).ToHaveCountAsync(attributes is "" or "sort='newest'" or "lang='de'" ? 1 : 0);
        Assert.Equal([Loader, Fragment], requests);
    }

    [Theory]
    [InlineData("/", "", "", "")]
    [InlineData("", "?utm_source=letter", "", "")]
    [InlineData("", "", "<script>localStorage.setItem('embed:{server}:{site}:sort', 'newest')</script>", "")]
    [InlineData("", "#comment-{id}", "", "")]
    [InlineData("", "", "", "<link rel='canonical' href='/canonical-of-it.html'>")]
    public async Task Thread_is_asked_for_where_more_than_the_address_says_what_is_wanted(string path, string after, string before, string head)
    {
        before = before.Replace("{server}", blog.Server.Origin, StringComparison.Ordinal).Replace("{site}", Blog.Site, StringComparison.Ordinal);
        var page = NewPage(path: path, before: before, head: head);
        var id = await blog.PostAsync(head.Length > 0 ? blog.Host.Origin + "/canonical-of-it.html" : page, "What is wanted.");
        await using var reader = await browser.OpenAsync();
        var requests = reader.WatchRequests(blog);

        var thread = await reader.ReadAsync(page + after.Replace("{id}", $"{id}", StringComparison.Ordinal));

        await Expect(thread.Comment("What is wanted.")).ToBeVisibleAsync();
        Assert.Equal([Loader, Fragment], requests);
    }

    [Fact]
    public async Task Second_element_of_a_page_asks_for_itself()
    {
        var page = NewPage(before: "<embed-comments id='first'></embed-comments>");
        await blog.PostAsync(page, "In both.");
        await using var reader = await browser.OpenAsync();
        var requests = reader.WatchRequests(blog);

        await reader.Page.GotoAsync(page);

        await Expect(reader.Page.GetByText("In both.")).ToHaveCountAsync(2);
        Assert.Equal([Loader, Fragment], requests);
    }

    [Fact]
    public async Task Single_page_application_goes_on_with_the_fragment_s_address()
    {
        var page = NewPage();
        var next = NewPage();
        await blog.PostAsync(page, "Of the first page.");
        await blog.PostAsync(next, "Of the next page.");
        await using var reader = await browser.OpenAsync();
        var requests = reader.WatchRequests(blog);
        var thread = await reader.ReadAsync(page);
        await Expect(thread.Comment("Of the first page.")).ToBeVisibleAsync();

        await reader.Page.EvaluateAsync(
            """
            next => {
              history.pushState(null, '', next);
              document.querySelector('embed-comments').replaceWith(document.createElement('embed-comments'));
            }
            """, next);
        await Expect(thread.Comment("Of the next page.")).ToBeVisibleAsync();
        await thread.Element.EvaluateAsync("(element, page) => element.setAttribute('page', page)", page);
        await Expect(thread.Comment("Of the first page.")).ToBeVisibleAsync();

        Assert.Equal([Loader, Fragment, Fragment], requests);
    }

    [Fact]
    public async Task Address_changed_before_the_script_ran_means_the_new_page()
    {
        var page = NewPage(before: "<script>history.replaceState(null, '', location.pathname + '?view=2')</script>");
        await blog.PostAsync(page, "Of the page as it was asked for.");
        await blog.PostAsync(page + "?view=2", "Of the page as it is.");
        await using var reader = await browser.OpenAsync();

        var thread = await reader.ReadAsync(page);

        await Expect(thread.Comment("Of the page as it is.")).ToBeVisibleAsync();
        await Expect(thread.Comments).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Hostile_text_stays_text()
    {
        const string Text = "</script><script>window.__xss = 1</script> <!-- ]]> \" ' ` ${window.__xss=1} \\u0022 \u2028 \u2029 \\";
        var page = NewPage();
        await blog.PostAsync(page, Text);
        await using var reader = await browser.OpenAsync();
        var requests = reader.WatchRequests(blog);

        var thread = await reader.ReadAsync(page);

        await Expect(thread.Comment("</script><script>window.__xss = 1</script> <!-- ]]> \" ' ` ${window.__xss=1} \\u0022")).ToBeVisibleAsync();
        Assert.False(await reader.Page.EvaluateAsync<bool>("'__xss' in window"));
        Assert.Equal([Loader], requests);
    }

    private const string Policy = "referrerpolicy='no-referrer-when-downgrade'";

    private string NewPage(string policy = Policy, string attributes = "", string before = "", string path = "", string head = "") => blog.Host.Put(
        path.Length > 0 ? path : blog.NewPath(),
        $"""
        {before}<embed-comments {attributes}></embed-comments>
        <script async crossorigin src="{blog.Server.Origin}/embed.js?site={Blog.Site}&lang=en" data-site="{Blog.Site}" {policy}></script>
        """,
        "A post",
        Blog.Style + head);
}
