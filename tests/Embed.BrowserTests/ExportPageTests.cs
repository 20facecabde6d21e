using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>Exports at the admin pages.</summary>
public sealed class ExportPageTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_administrator_downloads_the_whole_server_and_a_site_for_other_systems()
    {
        await blog.PostAsync(blog.NewPage(), "Words that leave");
        await using var admin = await AdminPages.OpenAsync(browser, blog, "/admin/export");
        // What comes as a file is no page: the browser gives that up.
        admin.Window.Expect("net::ERR_ABORTED POST");
        var button = admin.Page.GetByRole(AriaRole.Button, new() { Name = "Download" });

        var json = await admin.Page.RunAndWaitForDownloadAsync(() => button.ClickAsync());
        Assert.Equal("embed-export.json", json.SuggestedFilename);
        Assert.Contains("Words that leave", await File.ReadAllTextAsync((await json.PathAsync())!, Cancellation), StringComparison.Ordinal);
        await admin.AssertUsableAsync("export");

        await admin.Page.GetByLabel("For", new() { Exact = true }).SelectOptionAsync("wxr");
        await admin.Page.GetByLabel("Of", new() { Exact = true }).SelectOptionAsync(Blog.Site);
        await Expect(admin.Page.GetByLabel("With the mail addresses that were imported")).Not.ToBeCheckedAsync();
        var wxr = await admin.Page.RunAndWaitForDownloadAsync(() => button.ClickAsync());
        Assert.Equal($"{Blog.Site}.xml", wxr.SuggestedFilename);
        Assert.Contains("Words that leave", await File.ReadAllTextAsync((await wxr.PathAsync())!, Cancellation), StringComparison.Ordinal);

        await using var phone = await AdminPages.OpenAsync(browser, blog, "/admin/export", options: new(Width: 360, ColorScheme: ColorScheme.Dark));
        await Expect(phone.Page.GetByRole(AriaRole.Button, new() { Name = "Download" })).ToBeVisibleAsync();
        await phone.AssertUsableAsync("export-360-dark");
    }
}
