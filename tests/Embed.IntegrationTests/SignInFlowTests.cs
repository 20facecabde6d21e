using System.Net;
using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>Signing in as a browser does it: popup, provider, hand-over; against a provider on a real port.</summary>
public sealed class SignInFlowTests : SignInSetting
{
    [Fact]
    public async Task The_popup_names_site_and_origin_and_ends_with_a_code_for_that_origin_only()
    {
        await Popup.OpenAsync();
        Assert.Equal(HttpStatusCode.OK, Popup.Status);
        Assert.Contains("Test blog", Popup.Page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains(EmbedApplication.Origin, Popup.Page.Body.TextContent, StringComparison.Ordinal);

        await Popup.SignInAsync("marta-keller");

        Assert.NotNull(Popup.Code);
        Assert.Equal(EmbedApplication.Origin, Popup.Page.QuerySelector("[data-code]")!.GetAttribute("data-opener"));
        using var nobody = Person.Anonymous(Application);
        var session = await RedeemAsync(nobody).JsonAsync();
        Assert.Equal("Marta Keller", (string?)session["name"]);
        nobody.Http.DefaultRequestHeaders.Authorization = new("Bearer", (string)session["token"]!);
        await nobody.PostAsync(EmbedApplication.NewPage(), "Hello");
    }

    [Fact]
    public async Task Neither_code_nor_token_is_ever_in_an_address()
    {
        await Popup.OpenAsync();
        await Popup.SignInAsync("marta-keller");

        Assert.All(Popup.Visited, address => Assert.DoesNotContain(Popup.Code!, address.ToString(), StringComparison.Ordinal));
        Assert.All(Popup.Visited, address => Assert.DoesNotContain(Popup.Verifier, address.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Our_pages_are_not_framed_not_cached_and_load_nothing_from_elsewhere()
    {
        await Popup.OpenAsync();

        var policy = string.Join(';', Popup.Answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.True(Popup.Answer.Headers.CacheControl?.NoStore);
        Assert.Equal(["no-referrer"], Popup.Answer.Headers.GetValues("Referrer-Policy"));
    }

    [Fact]
    public async Task Somebody_signed_in_already_confirms_with_one_press()
    {
        await Popup.OpenAsync();
        await Popup.SignInAsync("marta-keller");
        var first = Popup.Code;

        await Popup.OpenAsync(EmbedApplication.OtherSite, EmbedApplication.OtherOrigin);
        Assert.Null(Popup.Code);
        await Popup.PressAsync("/signin/continue");

        Assert.NotNull(Popup.Code);
        Assert.NotEqual(first, Popup.Code);
        Assert.Equal(EmbedApplication.OtherOrigin, Popup.Page.QuerySelector("[data-code]")!.GetAttribute("data-opener"));
    }

    [Fact]
    public async Task The_same_account_is_the_same_commenter_and_its_name_follows_the_provider()
    {
        foreach (var login in new[] { "marta-keller", "old-walnut", "marta-keller" })
        {
            using var popup = new Popup(Application);
            await popup.OpenAsync();
            await popup.SignInAsync(login);
            Assert.NotNull(popup.Code);
        }

        await using var database = await Application.OpenDatabaseAsync();
        Assert.Equal(["GitHub:1001 Marta Keller", "GitHub:1006 old-walnut"], database.Accounts.AsEnumerable().Select(a => $"{a.Key} {a.Name}").Order());
    }

    [Fact]
    public async Task A_refused_consent_says_so_and_leads_back()
    {
        await Popup.OpenAsync();
        await Popup.PressAsync("/signin/github");
        await Popup.PressAsync("/login/oauth/choose", "cancel", "1");

        Assert.Equal(HttpStatusCode.Forbidden, Popup.Status);
        Assert.Null(Popup.Code);
        var again = Popup.Page.QuerySelector("a.button")!.GetAttribute("href")!;
        Assert.StartsWith("/signin?site=test", again, StringComparison.Ordinal);
        await Popup.GoAsync(again);
        await Popup.SignInAsync("marta-keller");
        Assert.NotNull(Popup.Code);
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
        await Popup.OpenAsync(site, origin);

        Assert.Equal(status, Popup.Status);
        Assert.Empty(Popup.Page.Forms);
        Assert.DoesNotContain("evil", Popup.Page.Body!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("<script>alert(1)</script>AAAAAAAAAAAAAAAAAA")]
    public async Task A_malformed_challenge_goes_no_further(string challenge)
    {
        await Popup.OpenAsync(challenge: challenge);

        Assert.Equal(HttpStatusCode.BadRequest, Popup.Status);
        Assert.Empty(Popup.Page.QuerySelectorAll("form, script:not([src])"));
    }

    [Fact]
    public async Task Signing_in_on_our_own_origin_goes_on_to_a_page_of_ours()
    {
        await Popup.GoAsync("/signin?return=%2Fhealth%2Flive");
        await Popup.SignInAsync("marta-keller");

        Assert.Equal("/health/live", Popup.Visited[^1].PathAndQuery);
        Assert.Equal(HttpStatusCode.OK, Popup.Status);
    }

    [Fact]
    public async Task Signing_out_forgets_the_cookie()
    {
        await Popup.GoAsync("/signin");
        await Popup.SignInAsync("marta-keller");
        Assert.Contains("GitHub:1001", Popup.Page.Body!.TextContent, StringComparison.Ordinal);

        await Popup.PressAsync("/signout");

        Assert.DoesNotContain("GitHub:1001", Popup.Page.Body!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/signin/callback/github?code=x&state=x")]
    [InlineData("/signin/callback/github?error=access_denied")]
    [InlineData("/signin/callback/github")]
    [InlineData("/signin/finish?ticket=made-up")]
    [InlineData("/signin/finish")]
    public async Task A_made_up_answer_signs_nobody_in(string address)
    {
        await Popup.GoAsync(address);

        Assert.Equal(HttpStatusCode.BadRequest, Popup.Status);
        Assert.Null(Popup.Code);
        Assert.Equal("text/html", Popup.Answer.Content.Headers.ContentType?.MediaType);
    }

    private Task<HttpResponseMessage> RedeemAsync(Person person) => person.SendAsync(
        HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/session", new { code = Popup.Code, verifier = Popup.Verifier });
}
