using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>Pages that share a thread, because they say so or because an administrator did.</summary>
public sealed class MovingTests(BrowserFixture browser, MovingTests.WithAdministrator blog) : IClassFixture<MovingTests.WithAdministrator>
{
    private const string Administrator = "Priya Nair";

    /// <summary>A blog whose administrator is somebody at the stand-in.</summary>
    public sealed class WithAdministrator : Blog
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Embed:Administrators:0", "GitHub:1003")];
    }

    [Fact]
    public async Task A_page_shares_the_thread_of_the_page_it_names_as_canonical()
    {
        var page = blog.NewPage();
        var print = blog.NewPage(head: $"<link rel=\"canonical\" href=\"{new Uri(page).AbsolutePath}\">");
        await blog.PostAsync(page, "Written at the page itself.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, print, "Priya Nair");
        await Expect(thread.Comment("Written at the page itself.")).ToBeVisibleAsync();
        await thread.WriteAsync("Written at the other.");
        await thread.Post.ClickAsync();
        await Expect(thread.Comment("Written at the other.")).ToBeVisibleAsync();

        Assert.Equal(2, await blog.CountAsync(page));
        Assert.Equal(0, await blog.CountAsync(print));
    }
}
