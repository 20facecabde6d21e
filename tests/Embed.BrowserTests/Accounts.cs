using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>From a thread to the page of one's account, for those whom the site alone knows.</summary>
internal static class Accounts
{
    /// <summary>Presses "Your account" and both buttons after it, then finds a comment there and in the download.</summary>
    public static async Task EnterAndExportAsync(BrowserPage reader, EmbeddedThread thread, string comment)
    {
        var account = await reader.Page.RunAndWaitForPopupAsync(() => thread.Button("Your account").ClickAsync());
        await account.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await Expect(account.GetByText("You will be signed in here as")).ToBeVisibleAsync();
        Assert.DoesNotContain("#", account.Url, StringComparison.Ordinal);
        await Screenshots.TakeAsync(account, $"me-enter-{account.ViewportSize?.Width}");
        await Accessibility.AssertNothingFoundAsync(account);
        await account.GetByRole(AriaRole.Button, new() { NameRegex = Pattern("^Sign in as") }).ClickAsync();

        await Expect(account.GetByRole(AriaRole.Heading, new() { Name = "Your account" })).ToBeVisibleAsync();
        var file = await account.RunAndWaitForDownloadAsync(() => account.GetByRole(AriaRole.Link, new() { Name = "Download everything about you" }).ClickAsync());
        using var export = new StreamReader(await file.CreateReadStreamAsync());
        Assert.Contains(comment, await export.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await account.GetByRole(AriaRole.Link, new() { NameRegex = Pattern("^Your comments") }).ClickAsync();
        await Expect(account.GetByText(comment)).ToBeVisibleAsync();
    }

    private static Regex Pattern(string text) => new(text, RegexOptions.None, TimeSpan.FromSeconds(1));
}
