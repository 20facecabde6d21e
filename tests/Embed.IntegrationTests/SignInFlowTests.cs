using System.Net;
using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>Signing in as a browser does it: popup, provider, hand-over; against a provider on a real port.</summary>
public sealed class SignInFlowTests : IAsyncLifetime
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
    }

    public async ValueTask DisposeAsync()
    {
        _popup.Dispose();
        await _application.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task The_popup_names_site_and_origin_and_ends_with_a_code_for_that_origin_only()
    {
        await _popup.OpenAsync();
        Assert.Equal(HttpStatusCode.OK, _popup.Status);
        Assert.Contains("Test blog", _popup.Page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains(EmbedApplication.Origin, _popup.Page.Body.TextContent, StringComparison.Ordinal);

        await _popup.SignInAsync("marta-keller");

        Assert.NotNull(_popup.Code);
        Assert.Equal(EmbedApplication.Origin, _popup.Page.QuerySelector("[data-code]")!.GetAttribute("data-opener"));
        using var nobody = Person.Anonymous(_application);
        var session = await RedeemAsync(nobody).JsonAsync();
        Assert.Equal("Marta Keller", (string?)session["name"]);
        nobody.Http.DefaultRequestHeaders.Authorization = new("Bearer", (string)session["token"]!);
        await nobody.PostAsync(EmbedApplication.NewPage(), "Hello");
    }

    [Fact]
    public async Task Neither_code_nor_token_is_ever_in_an_address()
    {
        await _popup.OpenAsync();
        await _popup.SignInAsync("marta-keller");

        Assert.All(_popup.Visited, address => Assert.DoesNotContain(_popup.Code!, address.ToString(), StringComparison.Ordinal));
        Assert.All(_popup.Visited, address => Assert.DoesNotContain(_popup.Verifier, address.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Our_pages_are_not_framed_not_cached_and_load_nothing_from_elsewhere()
    {
        await _popup.OpenAsync();

        var policy = string.Join(';', _popup.Answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.True(_popup.Answer.Headers.CacheControl?.NoStore);
        Assert.Equal(["no-referrer"], _popup.Answer.Headers.GetValues("Referrer-Policy"));
    }

    [Fact]
    public async Task Somebody_signed_in_already_confirms_with_one_press()
    {
        await _popup.OpenAsync();
        await _popup.SignInAsync("marta-keller");
        var first = _popup.Code;

        await _popup.OpenAsync(EmbedApplication.OtherSite, EmbedApplication.OtherOrigin);
        Assert.Null(_popup.Code);
        await _popup.PressAsync("/signin/continue");

        Assert.NotNull(_popup.Code);
        Assert.NotEqual(first, _popup.Code);
        Assert.Equal(EmbedApplication.OtherOrigin, _popup.Page.QuerySelector("[data-code]")!.GetAttribute("data-opener"));
    }

    [Fact]
    public async Task The_same_account_is_the_same_commenter_and_its_name_follows_the_provider()
    {
        foreach (var login in new[] { "marta-keller", "old-walnut", "marta-keller" })
        {
            using var popup = new Popup(_application);
            await popup.OpenAsync();
            await popup.SignInAsync(login);
            Assert.NotNull(popup.Code);
        }

        await using var database = await _application.OpenDatabaseAsync();
        Assert.Equal(["GitHub:1001 Marta Keller", "GitHub:1006 old-walnut"], database.Accounts.AsEnumerable().Select(a => $"{a.Key} {a.Name}").Order());
    }

    [Fact]
    public async Task A_refused_consent_says_so_and_leads_back()
    {
        await _popup.OpenAsync();
        await _popup.PressAsync("/signin/github");
        await _popup.PressAsync("/login/oauth/choose", "cancel", "1");

        Assert.Equal(HttpStatusCode.Forbidden, _popup.Status);
        Assert.Null(_popup.Code);
        var again = _popup.Page.QuerySelector("a.button")!.GetAttribute("href")!;
        Assert.StartsWith("/signin?site=test", again, StringComparison.Ordinal);
        await _popup.GoAsync(again);
        await _popup.SignInAsync("marta-keller");
        Assert.NotNull(_popup.Code);
    }

    [Theory]
    [InlineData("nobody", EmbedApplication.Origin, HttpStatusCode.NotFound)]
    [InlineData("", EmbedApplication.Origin, HttpStatusCode.NotFound)]
    [InlineData(EmbedApplication.Site, "https://evil.example", HttpStatusCode.BadRequest)]
    [InlineData(EmbedApplication.Site, "https://blog.example.evil.example", HttpStatusCode.BadRequest)]
    [InlineData(EmbedApplication.Site, "https://blog.example/", HttpStatusCode.BadRequest)]
    [InlineData(EmbedApplication.Site, "null", HttpStatusCode.BadRequest)]
    [InlineData(EmbedApplication.Site, EmbedApplication.OtherOrigin, HttpStatusCode.BadRequest)]
    public async Task Unknown_sites_and_unregistered_origins_go_no_further(string site, string origin, HttpStatusCode status)
    {
        await _popup.OpenAsync(site, origin);

        Assert.Equal(status, _popup.Status);
        Assert.Empty(_popup.Page.Forms);
        Assert.DoesNotContain("evil", _popup.Page.Body!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("<script>alert(1)</script>AAAAAAAAAAAAAAAAAA")]
    public async Task A_malformed_challenge_goes_no_further(string challenge)
    {
        await _popup.OpenAsync(challenge: challenge);

        Assert.Equal(HttpStatusCode.BadRequest, _popup.Status);
        Assert.Empty(_popup.Page.QuerySelectorAll("form, script:not([src])"));
    }

    [Fact]
    public async Task Signing_in_on_our_own_origin_goes_on_to_a_page_of_ours()
    {
        await _popup.GoAsync("/signin?return=%2Fhealth%2Flive");
        await _popup.SignInAsync("marta-keller");

        Assert.Equal("/health/live", _popup.Visited[^1].PathAndQuery);
        Assert.Equal(HttpStatusCode.OK, _popup.Status);
    }

    [Fact]
    public async Task Signing_out_forgets_the_cookie()
    {
        await _popup.GoAsync("/signin");
        await _popup.SignInAsync("marta-keller");
        Assert.Contains("GitHub:1001", _popup.Page.Body!.TextContent, StringComparison.Ordinal);

        await _popup.PressAsync("/signout");

        Assert.DoesNotContain("GitHub:1001", _popup.Page.Body!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/signin/callback/github?code=x&state=x")]
    [InlineData("/signin/callback/github?error=access_denied")]
    [InlineData("/signin/callback/github")]
    [InlineData("/signin/finish?ticket=made-up")]
    [InlineData("/signin/finish")]
    public async Task A_made_up_answer_signs_nobody_in(string address)
    {
        await _popup.GoAsync(address);

        Assert.Equal(HttpStatusCode.BadRequest, _popup.Status);
        Assert.Null(_popup.Code);
        Assert.Equal("text/html", _popup.Answer.Content.Headers.ContentType?.MediaType);
    }

    private Task<HttpResponseMessage> RedeemAsync(Person person) => person.SendAsync(
        HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/session", new { code = _popup.Code, verifier = _popup.Verifier });
}
