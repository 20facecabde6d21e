using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>Everything that can be done where no script runs.</summary>
public sealed class NoScriptTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    [Fact]
    public async Task Reading_signing_in_posting_and_replying_work_from_the_element_s_own_link()
    {
        var page = NewPage();
        await blog.PostAsync(page, "A *question*.");
        await using var reader = await browser.OpenAsync(new(HasScript: false));
        await reader.Page.GotoAsync(page);

        await reader.Page.GetByRole(AriaRole.Link, new() { Name = "Comments" }).ClickAsync();
        await Expect(reader.Page.GetByRole(AriaRole.Article).Locator("em")).ToHaveTextAsync("question");
        await reader.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await reader.Page.WithGitHub().ClickAsync();
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Priya Nair" }).ClickAsync();

        await reader.Page.GetByLabel("Your comment").FillAsync("Without a **script**.\n\n> quoted");
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Post", Exact = true }).ClickAsync();
        await Expect(Comment(reader, "Without a script.").Locator("strong")).ToHaveTextAsync("script");
        await Comment(reader, "A question.").GetByRole(AriaRole.Link, new() { Name = "Reply to Jonas Weidmann" }).ClickAsync();
        await reader.Page.GetByLabel("Your reply to Jonas Weidmann").FillAsync("An answer.");
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Reply", Exact = true }).ClickAsync();

        await Expect(reader.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "A question." }).Locator("ol").GetByText("An answer.")).ToBeVisibleAsync();
        Assert.Equal(3, await blog.CountAsync(page));
    }

    [Fact]
    public async Task Refused_text_comes_back_with_its_sentence()
    {
        await using var reader = await browser.OpenAsync(new(HasScript: false));
        reader.Expect("422 POST");
        reader.Expect("the server responded with a status of 422");
        await SignInAsync(reader, NewPage());
        var text = new string('x', 10_001);

        await reader.Page.GetByLabel("Your comment").FillAsync(text);
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Post", Exact = true }).ClickAsync();

        await Expect(reader.Page.GetByText("This is longer than 10,000 characters.")).ToBeVisibleAsync();
        await Expect(reader.Page.GetByLabel("Your comment")).ToHaveValueAsync(text);
    }

    [Fact]
    public async Task Closed_thread_offers_no_form_and_the_page_leads_back()
    {
        var page = NewPage();
        await blog.PostAsync(page, "Said in time.");
        await blog.CloseAsync(page);
        await using var reader = await browser.OpenAsync(new(HasScript: false));
        await reader.Page.GotoAsync(OwnPage(page));

        await Expect(reader.Page.GetByText("A moderator has closed the comments here.")).ToBeVisibleAsync();
        await Expect(reader.Page.GetByRole(AriaRole.Textbox)).ToHaveCountAsync(0);
        await reader.Page.GetByRole(AriaRole.Link, new() { Name = "Back to the page" }).ClickAsync();

        await Expect(reader.Page).ToHaveURLAsync(page);
    }

    [Theory]
    [InlineData(360, ColorScheme.Light)]
    [InlineData(1000, ColorScheme.Dark)]
    public async Task Own_page_fits_and_can_be_seen(int width, ColorScheme scheme)
    {
        var page = NewPage();
        long? parent = null;
        for (var depth = 0; depth <= 8; depth++)
        {
            parent = await blog.PostAsync(page, $"Depth {depth}. {new string('w', 120)}\n\n    {new string('c', 200)}", $"Person {depth}", parent);
        }

        await using var reader = await browser.OpenAsync(new(Width: width, ColorScheme: scheme));
        await SignInAsync(reader, page);
        await Screenshots.TakeAsync(reader.Page, $"own-page-{width}-{scheme}");

        Assert.True(await reader.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"));
    }

    private static ILocator Comment(BrowserPage reader, string text) =>
        reader.Page.GetByRole(AriaRole.Article).Filter(new() { HasText = text });

    private string OwnPage(string page) => $"{blog.Server.Origin}/t/{Blog.Site}?page={Uri.EscapeDataString(page)}";

    /// <summary>A page whose element has the link inside that the documentation tells customers to put there.</summary>
    private string NewPage()
    {
        var path = blog.NewPath();
        return blog.Host.Put(
            path, $"<embed-comments><a href=\"{OwnPage(blog.Host.Origin + path)}\">Comments</a></embed-comments>{blog.Snippet()}", "A post", Blog.Style);
    }

    private async Task SignInAsync(BrowserPage reader, string page)
    {
        await reader.Page.GotoAsync(OwnPage(page));
        await reader.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await reader.Page.WithGitHub().ClickAsync();
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Ewa Lis" }).ClickAsync();
        await Expect(reader.Page.GetByLabel("Your comment")).ToBeVisibleAsync();
    }
}
