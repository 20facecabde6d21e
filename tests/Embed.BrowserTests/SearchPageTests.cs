using Embed.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>The search over all comments of a site, below <c>/admin</c>.</summary>
public sealed class SearchPageTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    private const string Search = $"/admin/sites/{Blog.Site}/search";

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(360, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    public async Task Every_state_fits_and_is_accessible(int width, ColorScheme scheme)
    {
        var mark = $"w{Guid.NewGuid():N}"[..12];
        var page = blog.NewPage();
        var deleted = await blog.PostAsync(page, $"Soon gone {mark}");
        await blog.PostAsync(page, $"Rye bread, **slowly** baked; {mark} خبز");
        await blog.DeleteAsync(deleted);
        await using var admin = await OpenAsync($"{Search}?q={mark}", new(Width: width, ColorScheme: scheme));
        var name = $"{width}-{scheme}".ToLowerInvariant();
        await Expect(Found(admin)).ToHaveCountAsync(1);
        await admin.AssertUsableAsync($"search-{name}");

        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "Only this thread" }).ClickAsync();
        await Expect(admin.Page.Locator(".chips a")).ToHaveCountAsync(1);
        await admin.AssertUsableAsync($"search-narrow-{name}");

        await admin.GoAsync($"{Search}?q=-{mark}");
        await Expect(admin.Page.GetByLabel("Words")).ToHaveAttributeAsync("aria-invalid", "true");
        await admin.AssertUsableAsync($"search-fault-{name}");

        await admin.GoAsync($"{Search}?state=deleted");
        await Expect(admin.Page.GetByText("Its text is gone.").First).ToBeVisibleAsync();
        await admin.AssertUsableAsync($"search-deleted-{name}");
    }

    [Fact]
    public async Task Words_are_marked_and_the_address_says_what_was_searched()
    {
        var mark = $"w{Guid.NewGuid():N}"[..12];
        var page = blog.NewPage();
        await blog.PostAsync(page, $"Rye bread {mark}");
        await blog.PostAsync(page, $"Wheat bread {mark}", "Priya Nair");
        await using var admin = await OpenAsync(Search);

        await admin.Page.GetByLabel("Words").FillAsync($"{mark} bread");
        await admin.Page.Keyboard.PressAsync("Enter");
        await Expect(Found(admin)).ToHaveCountAsync(2);
        await Expect(Found(admin).First.Locator("mark")).ToHaveTextAsync(["bread", mark]);
        await Found(admin).First.GetByRole(AriaRole.Link, new() { Name = "Only this person" }).ClickAsync();
        await Expect(Found(admin)).ToHaveCountAsync(1);
        Assert.Contains("author=", admin.Page.Url, StringComparison.Ordinal);
        await admin.Page.ReloadAsync();
        await Expect(Found(admin)).ToHaveCountAsync(1);
        await Expect(admin.Page.GetByLabel("Words")).ToHaveValueAsync($"{mark} bread");

        await admin.Page.GoBackAsync();
        await Expect(Found(admin)).ToHaveCountAsync(2);
        await admin.Page.GetByLabel("State").SelectOptionAsync("rejected");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await Expect(admin.Page.GetByText("Nothing was found.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Days_are_those_of_who_looks()
    {
        var mark = $"w{Guid.NewGuid():N}"[..12];
        var id = await blog.PostAsync(blog.NewPage(), $"Late {mark}");
        await using (var database = await blog.Server.Services.GetRequiredService<IDbContextFactory<EmbedDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken))
        {
            await database.Comments.Where(c => c.Id == id).ExecuteUpdateAsync(
                set => set.SetProperty(c => c.PostedAt, new DateTimeOffset(2030, 5, 1, 12, 0, 0, TimeSpan.Zero)), TestContext.Current.CancellationToken);
        }

        // Fourteen hours before UTC.
        await using var admin = await OpenAsync($"{Search}?q={mark}&from=2030-05-02&to=2030-05-02", new(TimeZone: "Pacific/Kiritimati"));
        await Expect(Found(admin)).ToHaveCountAsync(1);
        await Expect(admin.Page.GetByText("Days as they are in Pacific/Kiritimati.")).ToBeVisibleAsync();
        await admin.GoAsync($"{Search}?q={mark}&from=2030-05-01&to=2030-05-01");
        await Expect(admin.Page.GetByText("Nothing was found.")).ToBeVisibleAsync();
    }

    private static ILocator Found(AdminPages admin) => admin.Page.Locator(".found > li");

    private Task<AdminPages> OpenAsync(string path, BrowserPageOptions? options = null) => AdminPages.OpenAsync(browser, blog, path, options: options);
}
