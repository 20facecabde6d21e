using System.Net;
using Embed.Server.Model;
using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>A site chooses which of the server's sign-in providers it offers, and no way leads around that.</summary>
public sealed class OfferedProvidersTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();
    private StandInIssuer _issuer = null!;
    private Popup _popup = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _issuer = await StandInIssuer.StartAsync(_application.Clock);
        foreach (var (key, value) in _issuer.Settings("Work").Concat(_issuer.Settings("Staff")))
        {
            _application.Settings[key] = value;
        }

        _popup = new Popup(_application);
    }

    public async ValueTask DisposeAsync()
    {
        _popup.Dispose();
        await _application.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task A_site_that_names_none_offers_all_of_the_servers()
    {
        await _popup.OpenAsync();

        Assert.Equal(["/signin/staff", "/signin/work"], Buttons());
    }

    [Fact]
    public async Task A_site_that_names_some_shows_and_takes_only_those()
    {
        await _popup.OpenAsync();
        await _application.ChangeSiteAsync(site => site.SignInProviders = ["Staff"]);

        // From the page that was open before.
        await _popup.PressAsync("/signin/work");
        Assert.Equal(HttpStatusCode.Forbidden, _popup.Status);
        Assert.DoesNotContain("/authorize", _issuer.Asked);

        await _popup.GoAsync(_popup.Page.QuerySelector("a.button")!.GetAttribute("href")!);
        Assert.Equal(["/signin/staff"], Buttons());
        await SignInAsync("staff");
        Assert.NotNull(_popup.Code);
    }

    [Fact]
    public async Task What_is_not_configured_any_more_is_said_on_the_page()
    {
        await _application.ChangeSiteAsync(site => site.SignInProviders = ["Gone"]);

        await _popup.OpenAsync();

        Assert.Empty(Buttons());
        Assert.Contains("None of the ways to sign in that this site allows", _popup.Page.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_signed_in_with_another_provider_gets_no_code_for_the_site()
    {
        await _popup.GoAsync("/signin");
        await SignInAsync("work");
        await _popup.OpenAsync();
        await _application.ChangeSiteAsync(site => site.SignInProviders = ["Staff"]);

        // "Continue as …", from the page that was open before.
        await _popup.PressAsync("/signin/continue");
        Assert.Equal(HttpStatusCode.Forbidden, _popup.Status);
        Assert.Null(_popup.Code);
        await using var database = await _application.OpenDatabaseAsync();
        Assert.Empty(database.SignInCodes);

        await _popup.OpenAsync();
        Assert.Equal(["/signin/staff"], Buttons());
    }

    [Fact]
    public async Task One_account_of_an_offered_provider_is_enough()
    {
        await _popup.GoAsync("/signin");
        await SignInAsync("work");
        await using (var database = await _application.OpenDatabaseAsync())
        {
            var now = _application.Clock.GetUtcNow();
            database.Accounts.Add(new CommenterAccount
            {
                CommenterId = database.Commenters.Single().Id,
                Provider = "Staff",
                Subject = "1",
                Name = "Marta",
                LinkedAt = now,
                UsedAt = now,
            });
            await database.SaveChangesAsync(Cancellation);
        }

        await _application.ChangeSiteAsync(site => site.SignInProviders = ["staff"]);
        await _popup.OpenAsync();
        await _popup.PressAsync("/signin/continue");

        Assert.NotNull(_popup.Code);
    }

    [Fact]
    public async Task The_threads_own_page_takes_only_them_too()
    {
        var page = $"/t/{EmbedApplication.Site}?page={Uri.EscapeDataString(EmbedApplication.NewPage())}";
        await _popup.GoAsync("/signin");
        await SignInAsync("work");
        await _popup.GoAsync(page);
        Assert.Contains(_popup.Page.Forms, form => form.QuerySelector("textarea") is not null);

        await _application.ChangeSiteAsync(site => site.SignInProviders = ["Staff"]);
        await _popup.PressAsync("/t/", "body", "Past the site's choice");
        Assert.Equal(HttpStatusCode.Unauthorized, _popup.Status);

        await _popup.GoAsync($"/signin?return={Uri.EscapeDataString(page)}");
        Assert.Equal(["/signin/staff"], Buttons());
    }

    private async Task SignInAsync(string provider)
    {
        await _popup.PressAsync($"/signin/{provider}");
        await _popup.PressAsync("/choose", "subject", "f3a1c0");
    }

    private IEnumerable<string> Buttons() => _popup.Page.Forms
        .Select(form => form.GetAttribute("action")!.Split('?')[0]).Where(action => action is not ("/signin/continue" or "/signout"));
}
