using System.Net;
using Embed.Server.Commenters;
using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>
/// A sign-in whose window cannot reach the page that opened it: the page asks by its verifier alone, which works only where
/// the page was seen to open the window.
/// </summary>
public sealed class LostOpenerTests : SignInSetting
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Popup.FirstHeaders["Origin"] = EmbedApplication.Origin;
    }

    [Fact]
    public async Task The_verifier_alone_gets_the_session_once_and_only_when_the_sign_in_is_finished()
    {
        await Popup.OpenAsync();
        await AssertUnfinishedAsync();
        await Popup.PressAsync("/signin/github");
        await AssertUnfinishedAsync();
        await Popup.PressAsync("/login/oauth/choose", "login", "marta-keller");

        Assert.Contains("signs you in by itself", Popup.Page.Body!.TextContent, StringComparison.Ordinal);
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
        Popup.FirstHeaders[header] = value;

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
        Popup.FirstHeaders["Referer"] = EmbedApplication.Origin + "/";
        Popup.FirstHeaders[header] = value;
        if (value.Length == 0)
        {
            Popup.FirstHeaders.Remove(header);
        }

        await FinishAsync();

        Assert.Contains("Sign in in this window", Popup.Page.Body!.TextContent, StringComparison.Ordinal);
        await AssertUnfinishedAsync();
        // The window itself can still hand the code over, if it turns out to have an opener.
        await RedeemAsync().JsonAsync();
    }

    [Fact]
    public async Task An_address_taken_from_a_window_that_the_page_opened_is_worth_nothing_in_another_browser()
    {
        await Popup.OpenAsync();
        await Popup.PressAsync("/signin/github");
        using var victim = new Popup(Application);

        // Every address of the window, and every form's, as the attacker could mail it.
        foreach (var address in Popup.Visited.Where(address => address.AbsolutePath == "/signin").Select(address => address.PathAndQuery))
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
        await Application.ChangeSiteAsync(row => row.Origins.Add("https://second.example"));
        await Popup.OpenAsync();
        Popup.FirstHeaders.Remove("Origin");

        await Popup.OpenAsync(site, origin);
        await Popup.SignInAsync("marta-keller");

        Assert.NotNull(Popup.Code);
        await AssertUnfinishedAsync(site, origin);
    }

    [Fact]
    public async Task Trying_again_after_a_refusal_still_counts_and_so_does_another_window_meanwhile()
    {
        await Popup.OpenAsync();
        await Popup.OpenAsync(challenge: new string('a', Secret.Characters));
        Popup.FirstHeaders.Remove("Origin");
        await Popup.OpenAsync();
        await Popup.PressAsync("/signin/github");
        await Popup.PressAsync("/login/oauth/choose", "cancel", "1");
        await Popup.GoAsync(Popup.Page.QuerySelector("a.button")!.GetAttribute("href")!);
        await Popup.SignInAsync("marta-keller");

        await AskAsync().JsonAsync();
    }

    [Fact]
    public async Task Continuing_as_somebody_signed_in_already_counts_too()
    {
        await FinishAsync();
        await AskAsync().JsonAsync();

        await Popup.OpenAsync();
        await Popup.PressAsync("/signin/continue");

        await AskAsync().JsonAsync();
    }

    [Fact]
    public async Task The_last_of_two_accounts_counts()
    {
        await FinishAsync();
        await Popup.OpenAsync();
        Application.Clock.Advance(TimeSpan.FromSeconds(1));
        await Popup.SignInAsync("old-walnut");

        Assert.Equal("old-walnut", (string?)(await AskAsync().JsonAsync())["name"]);
        await AssertUnfinishedAsync();
    }

    [Fact]
    public async Task It_can_be_asked_for_during_five_minutes_and_handed_over_during_one()
    {
        await FinishAsync();
        Application.Clock.Advance(TimeSpan.FromMinutes(1));
        var code = Popup.Code;
        await FinishAsync();
        Application.Clock.Advance(TimeSpan.FromSeconds(59));
        await RedeemAsync().JsonAsync();
        await AskAsync().JsonAsync();
        await RedeemAsync(code).AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");

        await FinishAsync();
        Application.Clock.Advance(TimeSpan.FromMinutes(1));
        await RedeemAsync().AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");
        await FinishAsync();
        Application.Clock.Advance(TimeSpan.FromMinutes(5));
        await AssertUnfinishedAsync();
    }

    [Fact]
    public async Task Another_site_origin_or_verifier_is_told_nothing_more()
    {
        await FinishAsync();
        using var stranger = new Popup(Application);

        await AssertUnfinishedAsync(EmbedApplication.OtherSite, EmbedApplication.OtherOrigin);
        await AssertUnfinishedAsync(verifier: stranger.Verifier);
        await AskAsync(origin: EmbedApplication.OtherOrigin).AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");
        await AskAsync(origin: "null").AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");
        await AskAsync(site: "nobody").AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");
        await AskAsync(verifier: Popup.Challenge[1..]).AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");
        await AskAsync(verifier: new string('a', 129)).AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");
        await AssertUnfinishedAsync(verifier: Popup.Challenge);

        // A wrong guess takes nothing from its owner.
        await AskAsync().JsonAsync();
    }

    [Fact]
    public async Task An_origin_taken_off_the_site_meanwhile_gets_nothing()
    {
        await FinishAsync();
        await Application.ChangeSiteAsync(site =>
        {
            site.Origins.Clear();
            site.Origins.Add("https://second.example");
        });

        await AskAsync().AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");
    }

    private async Task FinishAsync()
    {
        await Popup.OpenAsync();
        await Popup.SignInAsync("marta-keller");
        Assert.NotNull(Popup.Code);
    }

    private Task AssertUnfinishedAsync(string site = EmbedApplication.Site, string origin = EmbedApplication.Origin, string? verifier = null) =>
        AskAsync(site, origin, verifier).AssertRefusedAsync(HttpStatusCode.Conflict, "sign-in-unfinished");

    private async Task<HttpResponseMessage> AskAsync(
        string site = EmbedApplication.Site, string origin = EmbedApplication.Origin, string? verifier = null)
    {
        using var page = Person.Anonymous(Application);
        page.Http.DefaultRequestHeaders.Remove("Origin");
        page.Http.DefaultRequestHeaders.Add("Origin", origin);
        return await page.SendAsync(HttpMethod.Post, $"/api/v1/sites/{site}/session", new { verifier = verifier ?? Popup.Verifier });
    }

    private async Task<HttpResponseMessage> RedeemAsync(string? code = null)
    {
        using var page = Person.Anonymous(Application);
        return await page.SendAsync(
            HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/session", new { code = code ?? Popup.Code, verifier = Popup.Verifier });
    }
}
