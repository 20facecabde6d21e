extern alias Demo;

using System.Text.RegularExpressions;
using Demo::Embed.Demo;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>Taking part without an account elsewhere: as a guest with a name, or by a code or link that was mailed.</summary>
public sealed class AccountlessTests(BrowserFixture browser, AccountlessTests.OpenBlog blog) : IClassFixture<AccountlessTests.OpenBlog>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_guest_posts_with_one_click_is_told_that_it_waits_and_edits_it_after_a_reload()
    {
        var page = blog.NewPage();
        await using var reader = await browser.OpenAsync(new(Width: 360));
        var thread = await reader.ReadAsync(page);

        await thread.WriteAsync("Hello from a *guest*.");
        await Expect(thread.Element.GetByText("A moderator looks at guests’ comments and edits first.")).ToBeVisibleAsync();
        await thread.Element.GetByLabel("Your name").FillAsync("Ada");
        await Screenshots.TakeAsync(reader.Page, "guest-form-360");
        await Accessibility.AssertAsync(reader.Page, thread.Element);
        await thread.Button("Post as a guest").ClickAsync();

        await Expect(thread.Comment("Hello from a guest.").GetByText("Waiting for a moderator.")).ToBeVisibleAsync();
        await Expect(thread.Comment("Hello from a guest.").GetByText("Guest", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(thread.Live.GetByText("Commenting as Ada (guest)")).ToBeVisibleAsync();
        await reader.Page.ReloadAsync();
        await thread.Act("Hello from a guest.", "Edit").ClickAsync();
        await thread.Element.GetByLabel("Edit your comment").FillAsync("Hello again.");
        await thread.Button("Save").ClickAsync();
        var held = thread.Comment("Hello again.");
        await Expect(held).ToBeVisibleAsync();

        Assert.Equal(0, await blog.CountAsync(page));
        await blog.JudgeAsync(long.Parse((await held.Locator("xpath=..").GetAttributeAsync("data-id"))!, System.Globalization.CultureInfo.InvariantCulture), publish: true, Blog.Site);
        await using var other = await browser.OpenAsync();
        var seen = await other.ReadAsync(page);
        await Expect(seen.Comment("Hello again.").GetByText("Guest", new() { Exact = true })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_refused_name_says_why_and_keeps_the_text()
    {
        await using var reader = await browser.OpenAsync();
        reader.Expect("422 POST");
        reader.Expect("the server responded with a status of 422");
        var thread = await reader.ReadAsync(blog.NewPage());

        await thread.WriteAsync("Kept.");
        await thread.Element.GetByLabel("Your name").FillAsync("\u200b");
        await thread.Button("Post as a guest").ClickAsync();

        await Expect(thread.Notice("Write a name of 1 to 80 characters.")).ToBeVisibleAsync();
        await Expect(thread.Element.GetByLabel("Your name")).ToHaveAccessibleDescriptionAsync(new Regex("^Write a name of 1 to 80 characters", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await Expect(thread.Element.GetByLabel("Your name")).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(thread.Field).ToHaveValueAsync("Kept.");
        await thread.Element.GetByLabel("Your name").FillAsync("Ada");
        await thread.Button("Post as a guest").ClickAsync();
        await Expect(thread.Comment("Kept.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_guest_who_votes_signs_in_first_and_then_the_vote_counts()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "Vote for me.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(page);
        await thread.WriteAsync("As a guest.");
        await thread.Element.GetByLabel("Your name").FillAsync("Ada");
        await thread.Button("Post as a guest").ClickAsync();
        await Expect(thread.Comment("As a guest.")).ToBeVisibleAsync();

        await reader.SignInAsync(() => thread.Act("Vote for me.", "Good comment").ClickAsync(), "Priya Nair");

        await Expect(thread.Live.GetByText("Signed in as Priya Nair")).ToBeVisibleAsync();
        await Expect(thread.Act("Vote for me.", "Good comment")).ToHaveAttributeAsync("aria-pressed", "true");
    }

    [Fact]
    public async Task A_guest_forgets_the_name_and_is_nobody_again()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewPage());
        await thread.WriteAsync("As a guest.");
        await thread.Element.GetByLabel("Your name").FillAsync("Ada");
        await thread.Button("Post as a guest").ClickAsync();

        await thread.Button("Forget my name").ClickAsync();

        await Expect(thread.SignIn).ToBeVisibleAsync();
        Assert.DoesNotContain("Ada", await reader.Page.EvaluateAsync<string>("JSON.stringify({ ...localStorage })"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_guest_finds_what_is_theirs_on_our_own_origin()
    {
        await using var reader = await browser.OpenAsync(new(Width: 360));
        var thread = await reader.ReadAsync(blog.NewPage());
        await thread.WriteAsync("A guest wrote this.");
        await thread.Element.GetByLabel("Your name").FillAsync("Ada");
        await thread.Button("Post as a guest").ClickAsync();
        await Expect(thread.Comment("A guest wrote this.")).ToBeVisibleAsync();

        await Accounts.EnterAndExportAsync(reader, thread, "A guest wrote this.");
    }

    [Fact]
    public async Task The_mailed_code_signs_in_and_posts_what_was_written()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewPage());
        await thread.WriteAsync("Signed in by mail.");

        var popup = await reader.Page.RunAndWaitForPopupAsync(() => thread.Button("Sign in to post").ClickAsync());
        await AskAsync(popup, "ada@example.com");
        var mail = await blog.Mailbox.NextAsync(Cancellation);
        await Screenshots.TakeAsync(popup, "mail-code");
        await Accessibility.AssertAsync(popup);
        await popup.GetByLabel("Six-digit code").FillAsync(Regex.Match(mail.TextBody ?? "", "(?m)^[0-9]{6}", RegexOptions.None, TimeSpan.FromSeconds(1)).Value);
        await popup.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await popup.GetByLabel("Your name").FillAsync("Ada by mail");
        await Accessibility.AssertAsync(popup);
        await popup.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();

        await Expect(thread.Live.GetByText("Signed in as Ada by mail")).ToBeVisibleAsync();
        await Expect(thread.Comment("Signed in by mail.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_mailed_link_in_another_tab_lets_the_window_that_waits_go_on()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewPage());
        var popup = await reader.Page.RunAndWaitForPopupAsync(() => thread.SignIn.ClickAsync());
        await AskAsync(popup, "bo@example.com");

        var tab = await reader.Context.NewPageAsync();
        await OpenLinkAsync(tab, "Bo");

        await Expect(tab.GetByText("Go back to where you asked for the mail.")).ToBeVisibleAsync();
        await Expect(thread.Live.GetByText("Signed in as Bo")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_mailed_link_in_another_browser_signs_in_there_and_not_here()
    {
        await using var asking = await browser.OpenAsync();
        var thread = await asking.ReadAsync(blog.NewPage());
        var popup = await asking.Page.RunAndWaitForPopupAsync(() => thread.SignIn.ClickAsync());
        await AskAsync(popup, "cy@example.com");

        await using var opening = await browser.OpenAsync();
        await OpenLinkAsync(opening.Page, "Cy");
        await Expect(opening.Page.GetByText("Go back to where you asked for the mail.")).ToBeVisibleAsync();
        await opening.Page.GotoAsync($"{blog.Server.Origin}/signin");
        await Expect(opening.Page.GetByText("You are signed in as")).ToBeVisibleAsync();

        await popup.GetByRole(AriaRole.Link, new() { Name = "I opened the link in this browser" }).ClickAsync();
        await Expect(popup.GetByLabel("Six-digit code")).ToBeVisibleAsync();
        await Expect(thread.SignIn).ToBeVisibleAsync();
    }

    private static async Task AskAsync(IPage popup, string address)
    {
        await popup.GetByLabel("E-mail address").FillAsync(address);
        await popup.GetByRole(AriaRole.Button, new() { Name = "Continue with e-mail" }).ClickAsync();
        await Expect(popup.GetByLabel("Six-digit code")).ToBeVisibleAsync();
    }

    private async Task OpenLinkAsync(IPage page, string name)
    {
        var mail = await blog.Mailbox.NextAsync(Cancellation);
        await page.GotoAsync(Regex.Match(mail.TextBody ?? "", "http://[^\\s]+", RegexOptions.None, TimeSpan.FromSeconds(1)).Value);
        Assert.DoesNotContain("#", page.Url, StringComparison.Ordinal);
        await Accessibility.AssertAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.GetByLabel("Your name").FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
    }

    /// <summary>A blog that takes guests, and people who sign in by mail. Its tests run one after another, so mails are in order.</summary>
    public sealed class OpenBlog : Blog
    {
        internal StandInMailbox Mailbox { get; } = StandInMailbox.Start();

        protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
            [.. Mailbox.Settings, new("Embed:Limits:GuestsPerAddress", "0"), new("Embed:Limits:MailsPerAddress", "0")];

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            await ChangeSiteAsync(Site, site => (site.AllowsGuests, site.AllowsMail) = (true, true));
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await Mailbox.DisposeAsync();
        }
    }
}
