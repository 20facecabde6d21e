using System.Net;
using Embed.Server.Commenters;
using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>
/// A sign-in whose window cannot reach the page that opened it: the page asks by its verifier alone, which works only where
/// the page was seen to open the window.
/// </summary>
public sealed class LostOpenerTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();
    private SignInProvider _provider = null!;
    private Popup _popup = null!;

    public async ValueTask InitializeAsync()
    {
        _provider = await SignInProvider.StartAsync();
        foreach (var (key, value) in _provider.Settings)
        {
            _application.Settings[key] = value;
        }

        _popup = new Popup(_application);
        _popup.FirstHeaders["Origin"] = EmbedApplication.Origin;
    }

    public async ValueTask DisposeAsync()
    {
        _popup.Dispose();
        await _application.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task The_verifier_alone_gets_the_session_once_and_only_when_the_sign_in_is_finished()
    {
        await _popup.OpenAsync();
        await AssertUnfinishedAsync();
        await _popup.PressAsync("/signin/github");
        await AssertUnfinishedAsync();
        await _popup.PressAsync("/login/oauth/choose", "login", "marta-keller");

        Assert.Contains("signs you in by itself", _popup.Page.Body!.TextContent, StringComparison.Ordinal);
        var session = await AskAsync().JsonAsync();
        Assert.Equal("Marta Keller", (string?)session["name"]);
        await AssertUnfinishedAsync();
        await RedeemAsync().AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");
    }

    [Fact]
    public async Task A_code_that_was_handed_over_leaves_nothing_to_ask_for()
    {
        await FinishAsync();

        await RedeemAsync().JsonAsync();

        await AssertUnfinishedAsync();
    }

    [Fact]
    public async Task Of_many_who_ask_at_once_one_gets_the_session()
    {
        await FinishAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AskAsync()));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(7, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
        Assert.All(answers, answer => answer.Dispose());
    }

    [Theory]
    [InlineData("Origin", "https://blog.example")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Sec-Fetch-Mode", "navigate")]
    [InlineData("Sec-Fetch-Dest", "document")]
    [InlineData("Sec-Fetch-User", "?1")]
    public async Task A_window_that_the_page_opened_counts(string header, string value)
    {
        _popup.FirstHeaders[header] = value;

        await FinishAsync();

        await AskAsync().JsonAsync();
    }

    [Theory]
    [InlineData("Origin", "")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "https://mail.example")]
    [InlineData("Origin", "https://blog.example.evil.example")]
    [InlineData("Origin", "https://blog.example:444")]
    [InlineData("Origin", "https://blog.example@evil.example")]
    [InlineData("Origin", "http://blog.example")]
    [InlineData("Origin", "https://other.example")]
    [InlineData("Origin", "http://localhost")]
    [InlineData("Sec-Fetch-Site", "none")]
    [InlineData("Sec-Fetch-Dest", "iframe")]
    [InlineData("Sec-Fetch-Dest", "image")]
    [InlineData("Sec-Fetch-Mode", "no-cors")]
    public async Task Nobody_takes_over_what_was_signed_in_by_a_link(string header, string value)
    {
        // What a link on a page of the site would bring.
        _popup.FirstHeaders["Referer"] = EmbedApplication.Origin + "/";
        _popup.FirstHeaders[header] = value;
        if (value.Length == 0)
        {
            _popup.FirstHeaders.Remove(header);
        }

        await FinishAsync();

        Assert.Contains("Sign in in this window", _popup.Page.Body!.TextContent, StringComparison.Ordinal);
        await AssertUnfinishedAsync();
        // The window itself can still hand the code over, if it turns out to have an opener.
        await RedeemAsync().JsonAsync();
    }

    [Fact]
    public async Task An_address_taken_from_a_window_that_the_page_opened_is_worth_nothing_in_another_browser()
    {
        await _popup.OpenAsync();
        await _popup.PressAsync("/signin/github");
        using var victim = new Popup(_application);

        // Every address of the window, and every form's, as the attacker could mail it.
        foreach (var address in _popup.Visited.Where(address => address.AbsolutePath == "/signin").Select(address => address.PathAndQuery))
        {
            await victim.GoAsync(address);
            await victim.SignInAsync("marta-keller");
            Assert.NotNull(victim.Code);
        }

        await AssertUnfinishedAsync();
    }

    [Theory]
    [InlineData(EmbedApplication.OtherSite, EmbedApplication.OtherOrigin)]
    [InlineData(EmbedApplication.Site, "https://second.example")]
    public async Task A_page_cannot_have_its_challenge_used_for_another_site_or_origin(string site, string origin)
    {
        await _application.ChangeSiteAsync(row => row.Origins.Add("https://second.example"));
        await _popup.OpenAsync();
        _popup.FirstHeaders.Remove("Origin");

        await _popup.OpenAsync(site, origin);
        await _popup.SignInAsync("marta-keller");

        Assert.NotNull(_popup.Code);
        await AssertUnfinishedAsync(site, origin);
    }

    [Fact]
    public async Task Trying_again_after_a_refusal_still_counts_and_so_does_another_window_meanwhile()
    {
        await _popup.OpenAsync();
        await _popup.OpenAsync(challenge: new string('a', Secret.Characters));
        _popup.FirstHeaders.Remove("Origin");
        await _popup.OpenAsync();
        await _popup.PressAsync("/signin/github");
        await _popup.PressAsync("/login/oauth/choose", "cancel", "1");
        await _popup.GoAsync(_popup.Page.QuerySelector("a.button")!.GetAttribute("href")!);
        await _popup.SignInAsync("marta-keller");

        await AskAsync().JsonAsync();
    }

    [Fact]
    public async Task Continuing_as_somebody_signed_in_already_counts_too()
    {
        await FinishAsync();
        await AskAsync().JsonAsync();

        await _popup.OpenAsync();
        await _popup.PressAsync("/signin/continue");

        await AskAsync().JsonAsync();
    }

    [Fact]
    public async Task The_last_of_two_accounts_counts()
    {
        await FinishAsync();
        await _popup.OpenAsync();
        _application.Clock.Advance(TimeSpan.FromSeconds(1));
        await _popup.SignInAsync("old-walnut");

        Assert.Equal("old-walnut", (string?)(await AskAsync().JsonAsync())["name"]);
        await AssertUnfinishedAsync();
    }

    [Fact]
    public async Task It_can_be_asked_for_during_five_minutes_and_handed_over_during_one()
    {
        await FinishAsync();
        _application.Clock.Advance(TimeSpan.FromMinutes(1));
        var code = _popup.Code;
        await FinishAsync();
        _application.Clock.Advance(TimeSpan.FromSeconds(59));
        await RedeemAsync().JsonAsync();
        await AskAsync().JsonAsync();
        await RedeemAsync(code).AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");

        await FinishAsync();
        _application.Clock.Advance(TimeSpan.FromMinutes(1));
        await RedeemAsync().AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");
        await FinishAsync();
        _application.Clock.Advance(TimeSpan.FromMinutes(5));
        await AssertUnfinishedAsync();
    }

    [Fact]
    public async Task Another_site_origin_or_verifier_is_told_nothing_more()
    {
        await FinishAsync();
        using var stranger = new Popup(_application);

        await AssertUnfinishedAsync(EmbedApplication.OtherSite, EmbedApplication.OtherOrigin);
        await AssertUnfinishedAsync(verifier: stranger.Verifier);
        await AskAsync(origin: EmbedApplication.OtherOrigin).AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");
        await AskAsync(origin: "null").AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");
        await AskAsync(site: "nobody").AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");
        await AskAsync(verifier: _popup.Challenge[1..]).AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");
        await AskAsync(verifier: new string('a', 129)).AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");
        await AssertUnfinishedAsync(verifier: _popup.Challenge);

        // A wrong guess takes nothing from its owner.
        await AskAsync().JsonAsync();
    }

    [Fact]
    public async Task An_origin_taken_off_the_site_meanwhile_gets_nothing()
    {
        await FinishAsync();
        await _application.ChangeSiteAsync(site =>
        {
            site.Origins.Clear();
            site.Origins.Add("https://second.example");
        });

        await AskAsync().AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");
    }

    private async Task FinishAsync()
    {
        await _popup.OpenAsync();
        await _popup.SignInAsync("marta-keller");
        Assert.NotNull(_popup.Code);
    }

    private Task AssertUnfinishedAsync(string site = EmbedApplication.Site, string origin = EmbedApplication.Origin, string? verifier = null) =>
        AskAsync(site, origin, verifier).AssertRefusedAsync(HttpStatusCode.Conflict, "sign-in-unfinished");

    private async Task<HttpResponseMessage> AskAsync(
        string site = EmbedApplication.Site, string origin = EmbedApplication.Origin, string? verifier = null)
    {
        using var page = Person.Anonymous(_application);
        page.Http.DefaultRequestHeaders.Remove("Origin");
        page.Http.DefaultRequestHeaders.Add("Origin", origin);
        return await page.SendAsync(HttpMethod.Post, $"/api/v1/sites/{site}/session", new { verifier = verifier ?? _popup.Verifier });
    }

    private async Task<HttpResponseMessage> RedeemAsync(string? code = null)
    {
        using var page = Person.Anonymous(_application);
        return await page.SendAsync(
            HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/session", new { code = code ?? _popup.Code, verifier = _popup.Verifier });
    }
}
