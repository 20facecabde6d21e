using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>Backups at the admin pages.</summary>
public sealed class BackupsPageTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    [Fact]
    public async Task An_administrator_backs_up_and_sees_it_proved()
    {
        await blog.PostAsync(blog.NewPage(), "Words");
        await using var admin = await AdminPages.OpenAsync(browser, blog, "/admin");
        await Expect(admin.Page.GetByText("There is no backup, and none is scheduled.")).ToBeVisibleAsync();
        await admin.Page.Locator(".page .note").GetByRole(AriaRole.Link, new() { Name = "Backups" }).ClickAsync();
        await Expect(admin.Page.GetByText("No restore has been proved yet.")).ToBeVisibleAsync();

        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Back up now" }).ClickAsync();

        await Expect(admin.Toast).ToContainTextAsync("and proved it by restoring it.");
        await Expect(admin.Page.GetByText("Last proved restore:")).ToBeVisibleAsync();
        await Expect(admin.Page.Locator("tbody tr")).ToHaveCountAsync(1);
        await Expect(admin.Page.GetByRole(AriaRole.Button, new() { Name = "Back up now" })).ToBeEnabledAsync();
        await Expect(admin.Page.GetByLabel("Command that restores")).ToContainTextAsync("-- restore /");
        await Expect(admin.Page.GetByText("There is no backup")).ToHaveCountAsync(0);
        await admin.AssertUsableAsync("backups");
        await using var phone = await AdminPages.OpenAsync(
            browser, blog, "/admin/backups", options: new(Width: 360, ColorScheme: ColorScheme.Dark));
        await Expect(phone.Page.Locator("tbody tr")).ToHaveCountAsync(1);
        await phone.AssertUsableAsync("backups-360-dark");
    }
}
