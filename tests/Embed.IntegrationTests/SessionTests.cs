using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Embed.Server.Commenters;
using Embed.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>From the popup's one-time code to a session and its end; each test moves a clock of its own.</summary>
public sealed class SessionTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();
    private readonly string _verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
    private readonly string _page = EmbedApplication.NewPage();
    private Person _nobody = null!;

    private string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(_verifier)));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _nobody = Person.Anonymous(_application);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _nobody.Dispose();
        return _application.DisposeAsync();
    }

    [Fact]
    public async Task A_code_and_its_verifier_become_a_session()
    {
        var code = await IssueAsync();

        using var answer = await RedeemAsync(code, _verifier);
        var session = await Task.FromResult(answer).JsonAsync();

        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        Assert.Equal("Ada", (string?)session["name"]);
        Assert.Equal(_application.Clock.GetUtcNow().AddDays(90), (DateTimeOffset?)session["expiresAt"]);
        await PostWithAsync((string)session["token"]!).AssertDoneAsync();
    }

    [Fact]
    public async Task A_code_is_redeemed_once()
    {
        var code = await IssueAsync();
        await RedeemAsync(code, _verifier).JsonAsync();

        await AssertNotRedeemedAsync(code, _verifier);
    }

    [Fact]
    public async Task Of_many_who_redeem_a_code_at_once_one_gets_a_session()
    {
        var code = await IssueAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RedeemAsync(code, _verifier)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.All(answers, answer => answer.Dispose());
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData("")]
    [InlineData(null)]
    public async Task A_wrong_verifier_burns_the_code(string? verifier)
    {
        var code = await IssueAsync();

        await AssertNotRedeemedAsync(code, verifier);
        await AssertNotRedeemedAsync(code, _verifier);
    }

    [Fact]
    public async Task The_challenge_is_no_verifier()
    {
        var code = await IssueAsync();

        await AssertNotRedeemedAsync(code, Challenge);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("https://second.example")]
    [InlineData("http://localhost")]
    public async Task Another_origin_burns_the_code_even_one_of_the_sites(string origin)
    {
        await _application.ChangeSiteAsync(site => site.Origins.Add("https://second.example"));
        var code = await IssueAsync();
        _nobody.Http.DefaultRequestHeaders.Remove("Origin");
        _nobody.Http.DefaultRequestHeaders.Add("Origin", origin);
        await AssertNotRedeemedAsync(code, _verifier);

        _nobody.Http.DefaultRequestHeaders.Remove("Origin");
        _nobody.Http.DefaultRequestHeaders.Add("Origin", EmbedApplication.Origin);
        await AssertNotRedeemedAsync(code, _verifier);
    }

    [Fact]
    public async Task An_origin_taken_off_the_site_meanwhile_redeems_nothing()
    {
        await _application.ChangeSiteAsync(site => site.Origins.Add("https://second.example"));
        var code = await IssueAsync("https://second.example");
        await _application.ChangeSiteAsync(site => site.Origins.Remove("https://second.example"));
        _nobody.Http.DefaultRequestHeaders.Remove("Origin");
        _nobody.Http.DefaultRequestHeaders.Add("Origin", "https://second.example");

        await AssertNotRedeemedAsync(code, _verifier);
    }

    [Fact]
    public async Task Another_site_burns_the_code()
    {
        var code = await IssueAsync();

        await AssertNotRedeemedAsync(code, _verifier, EmbedApplication.OtherSite);
        await AssertNotRedeemedAsync(code, _verifier);
        await AssertNotRedeemedAsync(await IssueAsync(), _verifier, "nobody");
    }

    [Fact]
    public async Task A_code_holds_for_a_minute()
    {
        var (inTime, late) = (await IssueAsync(), await IssueAsync());

        _application.Clock.Advance(TimeSpan.FromSeconds(59));
        await RedeemAsync(inTime, _verifier).JsonAsync();
        _application.Clock.Advance(TimeSpan.FromSeconds(1));
        await AssertNotRedeemedAsync(late, _verifier);
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("' OR 1=1 --")]
    public async Task A_made_up_code_gets_the_same_answer(string code) => await AssertNotRedeemedAsync(code, _verifier);

    [Fact]
    public async Task Neither_token_nor_code_stands_in_the_database()
    {
        var code = await IssueAsync();
        using var ada = await Person.SignInAsync(_application);
        await using var database = await _application.OpenDatabaseAsync();

        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes(code)), database.SignInCodes.Single().CodeHash);
        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes(ada.Token!)), database.Sessions.Single(row => row.CommenterId == ada.Id).TokenHash);
    }

    [Fact]
    public async Task Signing_out_revokes_the_token_at_once_and_no_other()
    {
        var (commenter, first) = await _application.MakeSessionAsync();
        var siteId = await SiteIdAsync();
        var (second, _) = await _application.Services.GetRequiredService<CommenterSessions>().CreateAsync(commenter.Id, new NewSession(siteId, EmbedApplication.Origin, ""), Cancellation);

        await SignOutAsync(first).AssertDoneAsync();
        await SignOutAsync(first).AssertDoneAsync();

        await PostWithAsync(first).AssertRefusedAsync(HttpStatusCode.Unauthorized, "sign-in-required");
        await PostWithAsync(second).AssertDoneAsync();
    }

    [Fact]
    public async Task Signing_out_without_a_token_is_refused()
    {
        await _nobody.SendAsync(HttpMethod.Delete, $"/api/v1/sites/{EmbedApplication.Site}/session")
            .AssertRefusedAsync(HttpStatusCode.Unauthorized, "sign-in-required");
    }

    [Fact]
    public async Task Another_site_cannot_sign_somebody_out()
    {
        var (_, token) = await _application.MakeSessionAsync();

        await SignOutAsync(token, EmbedApplication.OtherSite).AssertDoneAsync();

        await PostWithAsync(token).AssertDoneAsync();
    }

    [Fact]
    public async Task An_unused_session_ends_after_90_days_and_use_begins_them_anew()
    {
        var (_, used) = await _application.MakeSessionAsync();
        var (_, unused) = await _application.MakeSessionAsync("Ben");

        _application.Skip(TimeSpan.FromDays(89));
        await PostWithAsync(used).AssertDoneAsync();
        _application.Skip(TimeSpan.FromDays(2));

        await PostWithAsync(unused).AssertRefusedAsync(HttpStatusCode.Unauthorized, "sign-in-required");
        await PostWithAsync(used).AssertDoneAsync();
        _application.Skip(TimeSpan.FromDays(90));
        await PostWithAsync(used).AssertRefusedAsync(HttpStatusCode.Unauthorized, "sign-in-required");
    }

    [Theory]
    [InlineData("Basic {0}")]
    [InlineData("{0}")]
    [InlineData("Bearer")]
    [InlineData("Bearer {0}x")]
    [InlineData("Bearer  ")]
    public async Task A_token_in_any_other_form_signs_nobody_in(string header)
    {
        var (_, token) = await _application.MakeSessionAsync();
        _nobody.Http.DefaultRequestHeaders.TryAddWithoutValidation(
            "Authorization", string.Format(System.Globalization.CultureInfo.InvariantCulture, header, token));

        await _nobody.TryPostAsync(_page, "x").AssertRefusedAsync(HttpStatusCode.Unauthorized, "sign-in-required");
    }

    [Fact]
    public async Task A_token_in_the_address_or_a_cookie_signs_nobody_in()
    {
        var (_, token) = await _application.MakeSessionAsync();
        _nobody.Http.DefaultRequestHeaders.Add("Cookie", $"token={token}; embed-account={token}");

        await _nobody.SendAsync(
                HttpMethod.Post,
                $"/api/v1/sites/{EmbedApplication.Site}/comments?access_token={token}&token={token}",
                new { page = _page, body = "x", draftId = Guid.NewGuid() })
            .AssertRefusedAsync(HttpStatusCode.Unauthorized, "sign-in-required");
    }

    private async Task<string> IssueAsync(string origin = EmbedApplication.Origin)
    {
        var (commenter, _) = await _application.MakeSessionAsync();
        return await _application.Services.GetRequiredService<SignInCodes>()
            .IssueAsync(new NewSignInCode(commenter.Id, await SiteIdAsync(), origin, Challenge), Cancellation);
    }

    private async Task<long> SiteIdAsync()
    {
        await using var database = await _application.OpenDatabaseAsync();
        return database.Sites.Single(site => site.Key == EmbedApplication.Site).Id;
    }

    private Task<HttpResponseMessage> RedeemAsync(string code, string? verifier, string site = EmbedApplication.Site) =>
        _nobody.SendAsync(HttpMethod.Post, $"/api/v1/sites/{site}/session", new { code, verifier });

    private Task AssertNotRedeemedAsync(string code, string? verifier, string site = EmbedApplication.Site) =>
        RedeemAsync(code, verifier, site).AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");

    private Task<HttpResponseMessage> PostWithAsync(string token)
    {
        _nobody.Http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return _nobody.TryPostAsync(_page, "x");
    }

    private Task<HttpResponseMessage> SignOutAsync(string token, string site = EmbedApplication.Site)
    {
        _nobody.Http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return _nobody.SendAsync(HttpMethod.Delete, $"/api/v1/sites/{site}/session");
    }
}
