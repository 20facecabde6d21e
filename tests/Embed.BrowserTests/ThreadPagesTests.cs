using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>Threads below <c>/admin</c>: found, changed, closed, deleted, merged, and all of it taken back.</summary>
public sealed class ThreadPagesTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    private const string Threads = $"/admin/sites/{Blog.Site}/threads";

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(360, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    public async Task Every_state_fits_and_is_accessible(int width, ColorScheme scheme)
    {
        var (page, other) = (blog.NewPage(), blog.NewPage());
        var first = await blog.PostAsync(page, "First");
        await blog.PostAsync(other, "Second");
        await using var admin = await OpenAsync($"{Threads}?q={Uri.EscapeDataString(new Uri(page).AbsolutePath)}", new(Width: width, ColorScheme: scheme));
        var name = $"{width}-{scheme}".ToLowerInvariant();
        await Expect(Rows(admin)).ToHaveCountAsync(1);
        await admin.Page.GetByRole(AriaRole.Checkbox, new() { NameRegex = Text("^Select (?!all)") }).CheckAsync();
        await Expect(admin.Page.GetByText("1 thread selected.")).ToBeVisibleAsync();
        await admin.AssertUsableAsync($"threads-{name}");

        await Press(admin, "Delete …");
        await Expect(admin.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("with 1 published comment");
        await admin.AssertUsableAsync($"threads-delete-{name}");
        await Press(admin, "Cancel");

        await Rows(admin).Locator("th a").First.ClickAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Name = "What readers see" })).ToBeVisibleAsync();
        await admin.Page.GetByLabel("Slow mode (minutes)").FillAsync("x");
        await Press(admin, "Save");
        await Expect(admin.Page.GetByLabel("Slow mode (minutes)")).ToHaveAttributeAsync("aria-invalid", "true");
        await admin.AssertUsableAsync($"thread-{name}");

        await admin.Page.GetByLabel("The other thread’s address").FillAsync(other);
        await Press(admin, "See what merging does");
        await Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Name = "Merge these threads?" })).ToBeFocusedAsync();
        await admin.AssertUsableAsync($"thread-merge-{name}");
        await Press(admin, "Back without doing it");
        await admin.Page.GetByLabel("New address").FillAsync(blog.NewPage());
        await Press(admin, "See what moving does");
        await Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Name = "Move this thread?" })).ToBeFocusedAsync();
        await admin.AssertUsableAsync($"thread-move-{name}");
        await Press(admin, "Back without doing it");
        await admin.Page.GetByLabel("The page that gets it").FillAsync("nowhere");
        await admin.Page.GetByLabel("Comment", new() { Exact = true }).FillAsync($"{first}");
        await Press(admin, "See what splitting does");
        await Expect(admin.Page.GetByLabel("The page that gets it")).ToHaveAttributeAsync("aria-invalid", "true");
        await admin.AssertUsableAsync($"thread-fault-{name}");
        await admin.Page.GetByLabel("The page that gets it").FillAsync(other);
        await Press(admin, "See what splitting does");
        await Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Name = "Split this branch off?" })).ToBeFocusedAsync();
        await admin.AssertUsableAsync($"thread-split-{name}");
        await Press(admin, "Delete …");
        await Expect(admin.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("with 1 comment in all");
        await admin.AssertUsableAsync($"thread-delete-{name}");
        await Press(admin, "Cancel");

        await admin.GoAsync($"{Threads}?q=nothing-like-this&show=held");
        await Expect(admin.Page.GetByText("There is no such thread.")).ToBeVisibleAsync();
        await admin.AssertUsableAsync($"threads-none-{name}");
    }

    [Fact]
    public async Task A_thread_is_found_closed_with_others_and_opened_by_undo()
    {
        var mark = Guid.NewGuid().ToString("N");
        var (page, other) = ($"{blog.NewPage()}?{mark}=1", $"{blog.NewPage()}?{mark}=2");
        await blog.PostAsync(page, "First");
        await blog.PostAsync(other, "Second");
        await using var admin = await OpenAsync(Threads);

        await admin.Page.GetByRole(AriaRole.Searchbox, new() { Name = "A part of title or address" }).FillAsync(mark);
        await admin.Page.Keyboard.PressAsync("Enter");
        await Expect(Rows(admin)).ToHaveCountAsync(2);
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Comments" }).ClickAsync();
        await Expect(admin.Page).ToHaveURLAsync(new Regex($"q={mark}.*sort=-comments", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await admin.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Select all on this page" }).CheckAsync();
        await Press(admin, "Close");

        await Expect(admin.Toast).ToContainTextAsync("2 threads closed.");
        await Expect(Rows(admin).Locator(".badge")).ToHaveTextAsync(["closed", "closed"]);
        await admin.Page.GetByRole(AriaRole.Combobox, new() { Name = "Which threads" }).SelectOptionAsync("Open");
        await Expect(Rows(admin)).ToHaveCountAsync(0);
        await admin.Page.Keyboard.PressAsync("Escape");
        await admin.Page.Locator(".page-head h1").ClickAsync();
        await admin.Page.Keyboard.PressAsync("u");

        await Expect(admin.Toast).ToContainTextAsync("Undone.");
        await Expect(Rows(admin)).ToHaveCountAsync(2);
        await blog.PostAsync(page, "In time");
    }

    [Fact]
    public async Task A_thread_is_changed_deleted_after_a_question_and_restored()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "First");
        await blog.PostAsync(page, "Second");
        await using var admin = await OpenAsync(Threads);
        await OpenThreadAsync(admin, page);

        await admin.Page.GetByLabel("Title", new() { Exact = true }).FillAsync("On bread");
        await admin.Page.GetByLabel("Note at the top").FillAsync("Be *kind*.");
        await admin.Page.GetByLabel("Slow mode (minutes)").FillAsync("5");
        await Press(admin, "Save");
        await Expect(admin.Toast).ToContainTextAsync("Saved.");
        await Expect(admin.Heading).ToHaveTextAsync("On bread");
        await admin.Page.ReloadAsync();
        await Expect(admin.Page.GetByLabel("Note at the top")).ToHaveValueAsync("Be *kind*.");

        await Press(admin, "Delete …");
        await Expect(admin.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("“On bread” with 2 comments in all");
        await admin.Page.Keyboard.PressAsync("Escape");
        Assert.Equal(2, await blog.CountAsync(page));
        await Press(admin, "Delete …");
        await Press(admin, "Delete it");

        await Expect(admin.Toast).ToContainTextAsync("Deleted, with 2 comments.");
        await Expect(admin.Heading).ToHaveTextAsync("Threads");
        Assert.Equal(0, await blog.CountAsync(page));
        await admin.Page.GetByRole(AriaRole.Combobox, new() { Name = "Which threads" }).SelectOptionAsync("Deleted");
        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "On bread" }).First.ClickAsync();
        await Expect(admin.Page.GetByText("nobody but administrators sees it")).ToBeVisibleAsync();
        await Press(admin, "Restore");
        await Expect(admin.Toast).ToContainTextAsync("Undone.");
        await Expect(admin.Page.GetByText("It takes comments.")).ToBeVisibleAsync();
        Assert.Equal(2, await blog.CountAsync(page));
    }

    [Fact]
    public async Task A_thread_merged_by_the_pages_is_seen_at_the_old_address_and_given_back()
    {
        var (page, old) = (blog.NewPage(), blog.NewPage());
        await blog.PostAsync(page, "At the new page.");
        await blog.PostAsync(old, "At the old page.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(old);
        await Expect(thread.Comments).ToHaveCountAsync(1);
        await using var admin = await OpenAsync(Threads, new(Width: 360));
        await OpenThreadAsync(admin, old);

        await admin.Page.GetByLabel("The other thread’s address").FillAsync("https://evil.example/");
        await admin.Page.Keyboard.PressAsync("Enter");
        await Expect(admin.Page.Locator("#into-fault")).ToContainTextAsync("Write the whole address of a page of this site");
        await Expect(admin.Page.GetByLabel("The other thread’s address")).ToHaveValueAsync("https://evil.example/");
        await admin.Page.GetByLabel("New address").FillAsync(page);
        await Press(admin, "See what moving does");
        await Expect(admin.Page.Locator("#address-fault")).ToContainTextAsync("Merge this thread into it instead");
        await Expect(admin.Page.GetByLabel("The other thread’s address")).ToHaveValueAsync(page);
        await Press(admin, "See what merging does");
        await Expect(admin.Page.GetByText("1 published comment now, 2 published comments then")).ToBeVisibleAsync();
        await Expect(admin.Page.Locator(".redirected li")).ToHaveTextAsync([old]);
        await Press(admin, "Merge them");

        await Expect(admin.Toast).ToContainTextAsync($"Merged {old} into {page}: 1 comment.");
        thread = await reader.ReadAsync(old);
        await Expect(thread.Comments).ToHaveTextAsync([Text("At the new page"), Text("At the old page")]);
        await Expect(admin.Page.GetByText("Also lead here:")).ToBeVisibleAsync();
        await Press(admin, "Undo");
        await Expect(admin.Toast).ToContainTextAsync("Undone.");
        thread = await reader.ReadAsync(old);
        await Expect(thread.Comments).ToHaveTextAsync([Text("At the old page")]);
    }

    private static ILocator Rows(AdminPages admin) => admin.Page.Locator("tbody tr");

    private static Task Press(AdminPages admin, string button) =>
        admin.Page.GetByRole(AriaRole.Button, new() { NameRegex = Text($"^{Regex.Escape(button)}") }).First.ClickAsync();

    private static async Task OpenThreadAsync(AdminPages admin, string page)
    {
        await admin.GoAsync($"{Threads}?q={Uri.EscapeDataString(new Uri(page).AbsolutePath)}");
        await Expect(Rows(admin)).ToHaveCountAsync(1);
        await Rows(admin).Locator("th a").First.ClickAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Name = "Merge into another thread" })).ToBeVisibleAsync();
    }

    private static Regex Text(string part) => new(part, RegexOptions.None, TimeSpan.FromSeconds(1));

    private Task<AdminPages> OpenAsync(string path, BrowserPageOptions? options = null) => AdminPages.OpenAsync(browser, blog, path, options: options);
}
