using System.Net;
using Embed.Server.Admin.Setup;
using Embed.Server.Commenters;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Becoming administrator without the printed address, or with what is left of it, is refused.</summary>
public sealed class AbuseOfSetupTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private SetupCode Setup => _application.Services.GetRequiredService<SetupCode>();

    public ValueTask InitializeAsync()
    {
        _application.Settings.Remove("Embed:Administrators:0");
        // The page takes a code where somebody could sign in. Nobody is sent there: cookies are the tests' own.
        (_application.Settings["Embed:SignIn:GitHub:ClientId"], _application.Settings["Embed:SignIn:GitHub:ClientSecret"]) = ("id", "secret");
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_guess_is_worth_nothing(string guess)
    {
        Setup.Begin();
        using var eve = await SignedInAsync("Eve");

        Assert.Null(Setup.Redeem(guess));
        await TryAsync(eve);

        Assert.Empty(await AdministratorsAsync());
    }

    [Fact]
    public async Task Guesses_are_counted_and_then_not_even_the_right_one_is_looked_at()
    {
        _application.Settings["Embed:Limits:FailuresPerAddress"] = "3";
        var code = Setup.Begin();
        using var eve = new Popup(_application);
        for (var guess = 0; guess < 3; guess++)
        {
            await PostCodeAsync(eve, Secret.Create());
            Assert.Equal(HttpStatusCode.BadRequest, eve.Status);
        }

        await PostCodeAsync(eve, code);

        Assert.Equal(HttpStatusCode.TooManyRequests, eve.Status);
    }

    [Fact]
    public async Task A_code_is_good_for_one_administrator()
    {
        var code = Setup.Begin();
        using var ada = await SignedInAsync("Ada", code);
        using var eve = await SignedInAsync("Eve", code);
        await ada.PressAsync("/setup/confirm");
        await eve.PressAsync("/setup/confirm");

        Assert.Equal(HttpStatusCode.NotFound, eve.Status);
        Assert.Single(await AdministratorsAsync());
        Assert.Null(Setup.Redeem(code));
    }

    [Fact]
    public async Task Of_many_who_confirm_at_once_one_becomes_administrator()
    {
        var code = Setup.Begin();
        var browsers = await Task.WhenAll(Enumerable.Range(0, 6).Select(number => SignedInAsync($"Person {number}", code)));

        await Task.WhenAll(browsers.Select(browser => browser.PressAsync("/setup/confirm")));

        Assert.Single(await AdministratorsAsync());
        Assert.Equal(5, browsers.Count(browser => browser.Status == HttpStatusCode.NotFound));
        Array.ForEach(browsers, browser => browser.Dispose());
    }

    [Fact]
    public async Task A_code_of_an_earlier_start_is_worth_nothing_and_neither_is_what_a_browser_has_of_it()
    {
        var old = Setup.Begin();
        using var ada = await SignedInAsync("Ada", old);
        Setup.Begin();

        await ada.PressAsync("/setup/confirm");

        Assert.Equal(HttpStatusCode.BadRequest, ada.Status);
        Assert.Null(Setup.Redeem(old));
        Assert.Empty(await AdministratorsAsync());
    }

    [Fact]
    public async Task Another_browser_confirms_nothing()
    {
        var code = Setup.Begin();
        using var ada = await SignedInAsync("Ada", code);
        using var eve = await SignedInAsync("Eve");
        await eve.GoAsync("/me");
        // Eve's form has her own token, and no ticket.
        await TryAsync(eve);

        Assert.Empty(await AdministratorsAsync());
    }

    [Fact]
    public void A_forged_ticket_admits_nobody_and_neither_does_none()
    {
        var code = Setup.Begin();
        var ticket = Setup.Redeem(code)!;

        Assert.True(Setup.Admits(ticket));
        Assert.False(Setup.Admits(ticket + "x"));
        Assert.False(Setup.Admits(null));
    }

    [Fact]
    public async Task Nobody_becomes_administrator_by_a_form_without_its_token()
    {
        var code = Setup.Begin();
        using var ada = await SignedInAsync("Ada", code);
        using var empty = new FormUrlEncodedContent([]);

        using var answer = await ada.PostAsync("/setup/confirm", empty);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(await AdministratorsAsync());
    }

    [Fact]
    public async Task A_guest_does_not_become_administrator()
    {
        var code = Setup.Begin();
        using var guest = new Popup(_application);
        await PostCodeAsync(guest, code);

        Assert.Equal("/signin", guest.Visited[^1].AbsolutePath);
        Assert.Empty(await AdministratorsAsync());
    }

    // A browser in which somebody is signed in; with a code, at the page that asks whether it is them.
    private async Task<Popup> SignedInAsync(string name, string? code = null)
    {
        var (commenter, _) = await _application.MakeSessionAsync(name);
        var browser = new Popup(_application);
        browser.Take(await OwnOrigin.CookieAsync(_application, commenter.Id));
        if (code is not null)
        {
            await PostCodeAsync(browser, code);
            Assert.Equal("/setup/confirm", browser.Visited[^1].AbsolutePath);
        }

        return browser;
    }

    private static async Task PostCodeAsync(Popup browser, string code)
    {
        await browser.GoAsync("/setup");
        await browser.PressAsync("/setup", "code", code);
    }

    // The form for confirming, sent with the token of another form of ours.
    private static async Task TryAsync(Popup browser)
    {
        await browser.GoAsync("/setup");
        var token = browser.Page.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", token)]);
        using var answer = await browser.PostAsync("/setup/confirm", form);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private async Task<List<long>> AdministratorsAsync()
    {
        await using var database = await _application.OpenDatabaseAsync();
        return await database.RoleGrants.Select(grant => grant.CommenterId).ToListAsync(Cancellation);
    }
}
