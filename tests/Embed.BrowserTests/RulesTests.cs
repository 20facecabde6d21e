using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>Making rules at <c>/admin</c>, seeing what they would have done, and what they do then.</summary>
public sealed class RulesTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    private const string Path = $"/admin/sites/{Blog.Held}/rules";
    private const string Me = "Priya Nair";

    [Fact]
    public async Task A_rule_is_made_simulated_saved_seen_to_work_and_taken_back()
    {
        var host = blog.NewPage(Blog.Numbered);
        await blog.PostAsync(host, "Our casino is the best", site: Blog.Numbered);
        await blog.PostAsync(host, "Fine words", site: Blog.Numbered);
        await using var admin = await AdminPages.OpenAsync(browser, blog, $"/admin/sites/{Blog.Numbered}/rules");
        var page = admin.Page;

        await AddAsync(page, "Words in the text");
        await page.GetByLabel("Words and phrases, one a line").FillAsync("casino\npoker*");
        await page.GetByLabel("Then").SelectOptionAsync("Refuse");
        await page.GetByLabel("Reason, for the author").FillAsync("No <b>gambling</b>.");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.Locator(".sentence")).ToHaveTextAsync("If it contains “casino” or “poker*”, refuse it and say: “No <b>gambling</b>.”");

        await page.GetByRole(AriaRole.Button, new() { Name = "Simulate" }).ClickAsync();
        var simulation = page.GetByRole(AriaRole.Region, new() { Name = "What these rules would have done" });
        await Expect(simulation).ToContainTextAsync("1 refused");
        await simulation.GetByLabel("Show").SelectOptionAsync("saved");
        await Expect(simulation.Locator("tbody tr")).ToHaveCountAsync(1);
        await Expect(simulation.Locator("tbody tr")).ToContainTextAsync("Our casino is the best");
        await Expect(simulation.Locator("tbody tr")).ToContainTextAsync("Rule 1: Contains a word of a list");
        await admin.AssertUsableAsync("rules-simulation");

        await page.GetByRole(AriaRole.Button, new() { Name = "Save the rules" }).ClickAsync();
        await Expect(page.Locator(".toast")).ToContainTextAsync("The rules are saved and in force.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, host, Me, Blog.Numbered);
        await thread.WriteAsync("Another CASINO");
        await thread.Post.ClickAsync();
        await Expect(thread.Notice("No <b>gambling</b>.")).ToBeVisibleAsync();
        await Expect(thread.Element.Locator(".refused b")).ToHaveCountAsync(0);
        await Expect(thread.Field).ToHaveValueAsync("Another CASINO");

        await page.Keyboard.PressAsync("u");
        await Expect(page.Locator(".toast")).ToContainTextAsync("The rules are as they were before.");
        await Expect(page.Locator(".rule")).ToHaveCountAsync(0);
        await thread.Post.ClickAsync();
        await Expect(thread.Comment("Another CASINO")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(360, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    public async Task Every_state_fits_and_is_accessible(int width, ColorScheme scheme)
    {
        await using var admin = await OpenAsync(new(Width: width, ColorScheme: scheme));
        var name = $"{width}-{scheme}".ToLowerInvariant();
        await admin.AssertUsableAsync($"rules-empty-{name}");

        foreach (var condition in (string[])["Speed", "Script of the text", "Pattern in the text"])
        {
            await AddAsync(admin.Page, condition);
            await admin.AssertUsableAsync($"rules-{condition.Split(' ')[0].ToLowerInvariant()}-{name}");
        }

        // A pattern of nothing.
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Save the rules" }).ClickAsync();
        await Expect(admin.Page.GetByText("Choose at least one script.")).ToBeVisibleAsync();
        await Expect(admin.Page.GetByText("Enter a pattern.")).ToBeVisibleAsync();
        await admin.AssertUsableAsync($"rules-faults-{name}");
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    public async Task Every_state_of_the_outside_checks_fits_and_is_accessible(int width, ColorScheme scheme)
    {
        await using var admin = await OpenAsync(new(Width: width, ColorScheme: scheme));
        var name = $"{width}-{scheme}".ToLowerInvariant();
        var check = admin.Page.Locator("form.card").Filter(new() { Has = admin.Page.GetByLabel("Address", new() { Exact = true }) });
        await check.GetByRole(AriaRole.Button, new() { Name = "Set up" }).ClickAsync();
        await Expect(check.GetByLabel("Address")).ToHaveAttributeAsync("aria-invalid", "true");
        await admin.AssertUsableAsync($"outside-fault-{name}");

        await check.GetByLabel("Address").FillAsync("https://checks.invalid/comment");
        await check.GetByRole(AriaRole.Button, new() { Name = "Set up" }).ClickAsync();
        await Expect(check.GetByRole(AriaRole.Status)).ToHaveTextAsync("It is saved.");
        await admin.AssertUsableAsync($"outside-saved-{name}");
        await check.GetByRole(AriaRole.Button, new() { Name = "Test the connection" }).ClickAsync();
        await Expect(check.Locator(".fault")).ToBeVisibleAsync();
        await admin.AssertUsableAsync($"outside-silent-{name}");
        await check.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Expect(check.GetByRole(AriaRole.Status)).ToHaveTextAsync("It is removed, with its key.");
    }

    [Fact]
    public async Task Rules_are_moved_switched_off_and_deleted_by_the_keyboard_alone()
    {
        await using var admin = await OpenAsync();
        var page = admin.Page;
        await AddAsync(page, "Links");
        await AddAsync(page, "Guests");

        await Accessibility.TabToAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Move rule 2 up" }));
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".sentence").First).ToContainTextAsync("If a guest wrote it");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Move rule 1 up" })).ToBeFocusedAsync();
        await Expect(page.GetByText("It is rule 1 of 2 now.")).ToBeAttachedAsync();

        await page.Keyboard.PressAsync("Shift+Tab");
        await page.Keyboard.PressAsync("Space");
        await Expect(page.Locator(".sentence").First).ToContainTextAsync("(off)");

        await Accessibility.TabToAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Delete rule 2" }));
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".rule")).ToHaveCountAsync(1);
    }

    private static async Task AddAsync(IPage page, string condition)
    {
        await page.GetByLabel("Condition of the new rule").SelectOptionAsync(new SelectOptionValue { Label = condition });
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a rule" }).ClickAsync();
        await Expect(page.Locator(".rule").Last.Locator(".rule-fields")).ToBeVisibleAsync();
    }

    private Task<AdminPages> OpenAsync(BrowserPageOptions? options = null) => AdminPages.OpenAsync(browser, blog, Path, options: options);
}
