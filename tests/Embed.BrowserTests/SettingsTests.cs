using Embed.Server.Admin;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>A site's settings, as its owner changes them.</summary>
public sealed class SettingsTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    private const string Path = $"/admin/sites/{Blog.Second}/settings";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(360, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    public async Task Every_state_fits_and_is_accessible(int width, ColorScheme scheme)
    {
        await using var admin = await OpenAsync(new(Width: width, ColorScheme: scheme));
        var name = $"{width}-{scheme}".ToLowerInvariant();
        await Expect(admin.Page.Locator(".thread-preview .comment").First).ToBeVisibleAsync();
        await admin.AssertUsableAsync($"settings-{name}");

        await admin.Page.GetByLabel("Origins").FillAsync("no origin");
        await Save(admin).ClickAsync();
        await Expect(admin.Page.GetByText("Nothing was saved yet")).ToBeVisibleAsync();
        await admin.AssertUsableAsync($"settings-fault-{name}");
        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "Skip to the page" }).FocusAsync();
        await admin.Page.EvaluateAsync("document.querySelector('#menu a').click()");
        await Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Name = "Leave without saving?" })).ToBeVisibleAsync();
        await admin.AssertUsableAsync($"settings-leave-{name}");

        await admin.Page.Keyboard.PressAsync("Escape");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
        await admin.GoAsync($"/admin/sites/{Blog.Second}/single-sign-on");
        await admin.AssertUsableAsync($"single-sign-on-{name}");
    }

    [Fact]
    public async Task What_is_saved_holds_for_the_next_reader_and_is_undone_by_a_key()
    {
        await using var admin = await OpenAsync();
        await admin.Page.GetByLabel("Number the comments").CheckAsync();
        await Expect(admin.Page.Locator(".thread-preview .outline").First).ToBeVisibleAsync();
        await admin.Page.GetByLabel("Days until threads close").FillAsync("30");
        await admin.Page.GetByLabel("Days until threads close").BlurAsync();
        await Expect(admin.Page.GetByText("Saving this closes no thread now.")).ToBeVisibleAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Link, new() { Name = "Make a rule" })).ToHaveAttributeAsync("href", $"/admin/sites/{Blog.Second}/rules");
        await Save(admin).ClickAsync();
        await Expect(admin.Toast).ToContainTextAsync("Saved.");
        await admin.AssertUsableAsync("settings-saved");
        Assert.Equal((true, 30), await StoredAsync(site => (site.IsNumbered, site.ClosesAfterDays)));

        await admin.Heading.FocusAsync();
        await admin.Page.Keyboard.PressAsync("u");

        await Expect(admin.Toast).ToContainTextAsync("Undone.");
        await Expect(admin.Page.GetByLabel("Number the comments")).Not.ToBeCheckedAsync();
        Assert.Equal((false, 0), await StoredAsync(site => (site.IsNumbered, site.ClosesAfterDays)));
    }

    [Fact]
    public async Task A_field_is_checked_when_it_is_left_and_what_is_wrong_gets_focus_on_saving()
    {
        await using var admin = await OpenAsync();
        var minutes = admin.Page.GetByLabel("Minutes for editing");

        await minutes.FillAsync("a while");
        await minutes.BlurAsync();

        await Expect(admin.Page.GetByText("Write a whole number from 0 to 1440.").First).ToBeVisibleAsync();
        await Expect(minutes).ToHaveAttributeAsync("aria-invalid", "true");
        await Save(admin).ClickAsync();
        await Expect(minutes).ToBeFocusedAsync();
        await Expect(minutes).ToHaveValueAsync("a while");
        Assert.Equal(15, await StoredAsync(site => site.EditWindowMinutes));
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
        await Expect(minutes).ToHaveValueAsync("15");
    }

    [Fact]
    public async Task Of_two_who_save_neither_loses_anything()
    {
        await using var admin = await OpenAsync();
        await admin.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Mine");
        var stored = await StoredAsync(SiteForm.From);
        var root = await AdministratorAsync();
        var theirs = await blog.Server.Services.GetRequiredService<SaveSite>()
            .HandleAsync(root, stored with { Name = "Theirs", MaxIndent = "3" }, Cancellation);
        Assert.NotNull(theirs.Site);

        await Save(admin).ClickAsync();

        await Expect(admin.Page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("Somebody else saved");
        await Expect(admin.Page.GetByText("Meanwhile it was set to: Theirs")).ToBeVisibleAsync();
        await Expect(admin.Page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("Mine");
        await Expect(admin.Page.GetByLabel("Levels of indentation")).ToHaveValueAsync("3");
        await admin.AssertUsableAsync("settings-conflict");
        await Save(admin).ClickAsync();
        await Expect(admin.Toast).ToContainTextAsync("Saved.");
        Assert.Equal(("Mine", 3), await StoredAsync(site => (site.Name, site.MaxIndent)));
    }

    [Fact]
    public async Task Whose_session_ended_saves_nothing_keeps_what_was_typed_and_goes_on_after_signing_in()
    {
        await using var admin = await OpenAsync();
        // The connection is closed and made anew.
        admin.Window.Expect("negotiation");
        await admin.Page.GetByLabel("Slow mode").FillAsync("7");
        await blog.Server.Services.GetRequiredService<CommenterSessions>().EndAsync(session => session.SiteId == null, Cancellation);

        await Save(admin).ClickAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Please sign in");
        Assert.Equal(0, await StoredAsync(site => site.SlowModeMinutes));
        var other = await admin.Page.RunAndWaitForPopupAsync(() => admin.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync());
        await admin.SignInAsync(EmbedApplication.Administrator);
        var reconnected = admin.Page.WaitForWebSocketAsync();
        await other.CloseAsync();
        await admin.Page.BringToFrontAsync();
        await admin.Page.EvaluateAsync("dispatchEvent(new Event('focus'))");
        await reconnected;
        await Expect(admin.Page.Locator(".lost-trying")).ToBeHiddenAsync();

        await Expect(admin.Page.GetByLabel("Slow mode")).ToHaveValueAsync("7");
        await Save(admin).ClickAsync();
        await Expect(admin.Toast).ToContainTextAsync("Saved.");
        Assert.Equal(7, await StoredAsync(site => site.SlowModeMinutes));
    }

    [Fact]
    public async Task Leaving_with_something_unsaved_asks_first()
    {
        await using var admin = await OpenAsync();
        var link = admin.Page.GetByRole(AriaRole.Navigation, new() { Name = "Administration" }).GetByRole(AriaRole.Link, new() { Name = "Sites" });
        await admin.Page.GetByLabel("Levels of indentation").FillAsync("9");

        await link.ClickAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Dialog, new() { Name = "Leave without saving?" })).ToBeVisibleAsync();
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(link).ToBeFocusedAsync();
        await Expect(admin.Page.GetByLabel("Levels of indentation")).ToHaveValueAsync("9");
        await link.ClickAsync();
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Leave" }).ClickAsync();

        await Expect(admin.Heading).ToHaveTextAsync("Sites");
    }

    [Fact]
    public async Task It_shows_what_guests_will_be_told_and_which_pages_the_snippet_works_on()
    {
        await using var admin = await OpenAsync();
        await Expect(admin.Page.GetByText("Only people who are signed in can comment here.")).ToBeVisibleAsync();
        await admin.Page.GetByLabel("Guests may comment").CheckAsync();
        await Expect(admin.Page.GetByText("A moderator looks at guests’ comments and edits first.")).ToBeVisibleAsync();

        await admin.Page.GetByLabel("Query parameters").FillAsync("p");
        await admin.Page.GetByLabel("Try the address").FillAsync($"{blog.OtherHost.Origin}/?p=12&utm_source=x");
        await admin.Page.GetByLabel("Try the address").BlurAsync();
        await Expect(admin.Page.GetByText($"{new Uri(blog.OtherHost.Origin).Authority}/?p=12")).ToBeVisibleAsync();
        await admin.Page.GetByLabel("Try the address").FillAsync("https://elsewhere.example/");
        await admin.Page.GetByLabel("Try the address").BlurAsync();
        await Expect(admin.Page.GetByText("No comments there")).ToBeVisibleAsync();
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
    }

    [Fact]
    public async Task An_owner_changes_the_settings_and_a_moderator_is_refused()
    {
        await using var owner = await AdminPages.OpenAsync(browser, blog, "/admin/sites", await GrantAsync("owner", SiteRole.Owner));
        await Expect(owner.Page.GetByRole(AriaRole.Link, new() { Name = "Create a site" })).ToHaveCountAsync(0);
        await owner.Page.GetByRole(AriaRole.Link, new() { Name = "Settings of" }).ClickAsync();
        await owner.Page.GetByLabel("Search engines may list").UncheckAsync();
        await Save(owner).ClickAsync();
        await Expect(owner.Toast).ToContainTextAsync("Saved.");
        Assert.False(await StoredAsync(site => site.IsIndexed));

        await using var moderator = await AdminPages.OpenAsync(browser, blog, Path, await GrantAsync("moderator", SiteRole.Moderator));
        await Expect(moderator.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("You may not do this.");
        await Expect(Save(moderator)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Single_sign_on_is_turned_on_tried_and_turned_off()
    {
        await using var admin = await AdminPages.OpenAsync(browser, blog, $"/admin/sites/{Blog.Numbered}/single-sign-on");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Turn on" }).ClickAsync();
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Make a secret" }).ClickAsync();
        await Expect(admin.Page.Locator("#secret")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^.{43}$", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
        foreach (var sample in SingleSignOnSample.All(Blog.Numbered, blog.Host.Origin, blog.Server.Origin))
        {
            await Expect(admin.Page.Locator($"[data-sample='{sample.FileName}']")).ToHaveValueAsync(sample.Code);
        }

        await admin.Page.GetByLabel("Token", new() { Exact = true }).FillAsync("no token");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Check it" }).ClickAsync();
        await Expect(admin.Page.GetByText("This is no signed token")).ToBeVisibleAsync();
        await admin.AssertUsableAsync("single-sign-on-on");
        await admin.Page.ReloadAsync();
        await Expect(admin.Page.GetByText("It is on, with a secret")).ToBeVisibleAsync();
        await Expect(admin.Page.Locator("#secret")).ToHaveCountAsync(0);

        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Turn single sign-on off" }).ClickAsync();
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Turn it off" }).ClickAsync();
        await Expect(admin.Page.GetByText("It is off.")).ToBeVisibleAsync();
    }

    private static ILocator Save(AdminPages admin) => admin.Page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true });

    private Task<AdminPages> OpenAsync(BrowserPageOptions? options = null) => AdminPages.OpenAsync(browser, blog, Path, options: options);

    private async Task<T> StoredAsync<T>(Func<Site, T> read)
    {
        var site = await blog.Server.Services.GetRequiredService<SiteDirectory>().FindAsync(Blog.Second, Cancellation);
        return read(site!);
    }

    private async Task<Commenter> AdministratorAsync() => await blog.Server.Services.GetRequiredService<RecordCommenter>()
        .HandleAsync(new ProvenAccount("GitHub", "administrator", "administrator"), Cancellation);

    private async Task<string> GrantAsync(string subject, SiteRole role)
    {
        var commenter = await blog.Server.Services.GetRequiredService<RecordCommenter>()
            .HandleAsync(new ProvenAccount("GitHub", subject, subject), Cancellation);
        await using var database = await blog.Server.Services.GetRequiredService<IDbContextFactory<EmbedDbContext>>().CreateDbContextAsync(Cancellation);
        var site = await database.Sites.SingleAsync(row => row.Key == Blog.Second, Cancellation);
        database.RoleGrants.Add(new RoleGrant { CommenterId = commenter.Id, SiteId = site.Id, Role = role, GivenAt = blog.Server.Clock.GetUtcNow() });
        await database.SaveChangesAsync(Cancellation);
        return $"GitHub:{subject}";
    }
}
