using System.Net;
using Embed.Server.Admin.Setup;
using Embed.Server.Admin.Team;
using Embed.Server.Commenters;
using Embed.Server.Me;
using Embed.Tests;
using Embed.Widget;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>
/// Tries to use somebody's cookie from another site. The addresses come from the server itself, so that a new one is tried, too.
/// </summary>
public sealed class AbuseOfFormsTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private static readonly string[] Unsafe = ["POST", "PUT", "PATCH", "DELETE"];

    /// <summary>Unsafe addresses that no cookie of ours matters to, each with its reason.</summary>
    private static readonly (string Prefix, string Reason)[] WithoutCookie =
    [
        ("/api/", "looks at the bearer token alone; tried below"),
        ("/signin", "customers' pages post here: it looks at the Origin, and shows a page"),
        ("/signin/callback/", "providers post here from their own site: the state is bound to a cookie of its own, tried in AbuseOfFlowsTests"),
    ];

    /// <summary>How pages of ours say that a form's token does not hold.</summary>
    private static readonly string[] Expired =
    [
        SignInText.For("en")["FormExpired"], MeText.For("en")["FormExpired"], WidgetText.For("en")["Refusal_form-expired"],
        SetupEndpoints.ExpiredSentence, InvitationEndpoints.ExpiredSentence,
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("none")]
    [InlineData("made up")]
    [InlineData("somebody else's")]
    [InlineData("an anonymous visitor's")]
    public async Task A_form_of_another_site_does_nothing_in_an_administrators_name(string whose)
    {
        var addresses = FormAddresses();
        Assert.True(addresses.Count >= 9);
        // The thread that the addresses name.
        using var author = await Person.SignInAsync(application);
        await author.PostAsync(EmbedApplication.NewPage(), "Text");
        var (commenter, _) = await application.MakeSessionAsync("Root", Role.Administrator);
        var (stranger, _) = await application.MakeSessionAsync("Eve");
        var cookie = await OwnOrigin.CookieAsync(application, commenter.Id);
        var (formCookie, token) = whose switch
        {
            "none" => ("", null),
            "made up" => ("", "made up"),
            "somebody else's" => await FormTokenAsync(await OwnOrigin.CookieAsync(application, stranger.Id)),
            _ => AnonymousFormToken(),
        };

        foreach (var (verb, path) in addresses)
        {
            using var answer = await SendAsync(verb, path, $"{cookie}; {formCookie}", token, isCrossSite: true);
            var text = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancellation));
            Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{verb} {path}: {(int)answer.StatusCode}");
            Assert.True(Expired.Any(sentence => text.Contains(sentence, StringComparison.Ordinal)), $"{verb} {path}: {text}");
        }
    }

    [Fact]
    public async Task With_the_administrators_own_form_token_none_of_them_says_so()
    {
        var (commenter, _) = await application.MakeSessionAsync("Root", Role.Administrator);

        // The control of the test above: what is refused there is the token and nothing else.
        foreach (var (verb, path) in FormAddresses())
        {
            var cookie = await OwnOrigin.CookieAsync(application, commenter.Id);
            var (formCookie, token) = await FormTokenAsync(cookie);
            using var answer = await SendAsync(verb, path, $"{cookie}; {formCookie}", token, isCrossSite: false);
            var text = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancellation));
            Assert.False(Expired.Any(sentence => text.Contains(sentence, StringComparison.Ordinal)), $"{verb} {path}: {text}");
        }
    }

    [Fact]
    public async Task The_api_does_not_look_at_a_cookie()
    {
        var addresses = Addresses().Where(address => address.Path.StartsWith("/api/", StringComparison.Ordinal)).ToList();
        Assert.True(addresses.Count >= 9);
        var (commenter, _) = await application.MakeSessionAsync("Root", Role.Administrator);
        var cookie = await OwnOrigin.CookieAsync(application, commenter.Id);
        var (formCookie, token) = await FormTokenAsync(cookie);

        foreach (var (verb, path) in addresses)
        {
            using var request = new HttpRequestMessage(new HttpMethod(verb), path);
            request.Headers.Add("Cookie", $"{cookie}; {formCookie}");
            request.Headers.Add("Origin", EmbedApplication.Origin);
            request.Headers.Add("RequestVerificationToken", token);
            // Good enough for every act: what is missing is the bearer token.
            request.Content = new StringContent(
                $$"""{"page":"{{EmbedApplication.NewPage()}}","body":"x","draftId":"{{Guid.NewGuid()}}","value":1,"publish":true,"isClosed":true,"days":1}""",
                System.Text.Encoding.UTF8, "application/json");
            using var http = application.CreateClient();
            using var answer = await http.SendAsync(request, Cancellation);
            Assert.False(answer.IsSuccessStatusCode, $"{verb} {path}: {(int)answer.StatusCode}");
        }
    }

    [Fact]
    public async Task Cookies_are_kept_from_scripts_and_from_other_sites_requests()
    {
        await using var provider = await SignInProvider.StartAsync();
        await using var server = new EmbedApplication();
        foreach (var (key, value) in provider.Settings)
        {
            server.Settings[key] = value;
        }

        using var popup = new Popup(server);
        await popup.OpenAsync();
        await popup.SignInAsync("marta-keller");

        var ours = popup.SetCookies.Where(cookie => !cookie.StartsWith("embed-signin", StringComparison.Ordinal)).ToList();
        Assert.Contains(ours, cookie => cookie.StartsWith("embed-account=", StringComparison.Ordinal));
        Assert.Contains(ours, cookie => cookie.StartsWith("embed-form=", StringComparison.Ordinal));
        Assert.All(popup.SetCookies, cookie => Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase));
        Assert.All(ours, cookie => Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase));
        Assert.All(popup.SetCookies, cookie => Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase));
    }

    private List<(string Verb, string Path)> FormAddresses() =>
        [.. Addresses().Where(address => !WithoutCookie.Any(exempt =>
            exempt.Prefix.EndsWith('/') ? address.Path.StartsWith(exempt.Prefix, StringComparison.Ordinal) : address.Path == exempt.Prefix))];

    private List<(string Verb, string Path)> Addresses() =>
        [.. application.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            // Blazor's own take every verb; LiveGate takes the cookie's person away from them.
            .Where(endpoint => !SurfaceTests.PathOf(endpoint).StartsWith("/_blazor", StringComparison.Ordinal))
            .SelectMany(endpoint => SurfaceTests.VerbsOf(endpoint).Where(verb => Unsafe.Contains(verb, StringComparer.Ordinal))
                .Select(verb => (verb, Fill(SurfaceTests.PathOf(endpoint)))))];

    private static string Fill(string path) => path
        .Replace("{site}", EmbedApplication.Site, StringComparison.Ordinal)
        .Replace("{key}", EmbedApplication.Site, StringComparison.Ordinal)
        .Replace("{provider}", "github", StringComparison.Ordinal)
        .Replace("{commentId:long}", "1", StringComparison.Ordinal)
        .Replace("{commenterId:long}", "1", StringComparison.Ordinal)
        .Replace("{id:long}", "1", StringComparison.Ordinal)
        .Replace("{threadId:long}", "1", StringComparison.Ordinal)
        .Replace("{entryId:long}", "1", StringComparison.Ordinal)
        .Replace("{sessionId:long}", "1", StringComparison.Ordinal)
        .Replace("{accountId:long}", "1", StringComparison.Ordinal);

    private async Task<HttpResponseMessage> SendAsync(string verb, string path, string cookies, string? token, bool isCrossSite)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), path);
        request.Headers.Add("Cookie", cookies);
        if (isCrossSite)
        {
            request.Headers.Add("Origin", "https://evil.example");
            request.Headers.Add("Sec-Fetch-Site", "cross-site");
        }

        List<KeyValuePair<string, string>> fields = [new("page", EmbedApplication.NewPage()), new("body", "x")];
        if (token is not null)
        {
            fields.Add(new("__RequestVerificationToken", token));
            // What a script of ours sends has it there.
            request.Headers.Add("RequestVerificationToken", token);
        }

        request.Content = new FormUrlEncodedContent(fields);
        using var http = application.CreateClient(new() { AllowAutoRedirect = false, HandleCookies = false });
        return await http.SendAsync(request, Cancellation);
    }

    private (string Cookie, string Token) AnonymousFormToken()
    {
        var http = new DefaultHttpContext { RequestServices = application.Services };
        var tokens = application.Services.GetRequiredService<IAntiforgery>().GetTokens(http);
        return ($"embed-form={tokens.CookieToken}", tokens.RequestToken!);
    }

    /// <summary>What a page of ours gives whoever has these cookies: the cookie half and the form half of its token.</summary>
    private async Task<(string Cookie, string Token)> FormTokenAsync(string cookies)
    {
        using var http = application.CreateClient(new() { AllowAutoRedirect = false, HandleCookies = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/signin?site={EmbedApplication.Site}&origin={EmbedApplication.Origin}&challenge={new string('a', 43)}");
        request.Headers.Add("Cookie", cookies);
        using var answer = await http.SendAsync(request, Cancellation);
        var set = answer.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("embed-form=", StringComparison.Ordinal));
        var token = ThreadReader.Parse(await answer.Content.ReadAsStringAsync(Cancellation)).QuerySelector("[name=__RequestVerificationToken]");
        return (set.Split(';')[0], token!.GetAttribute("value")!);
    }
}
