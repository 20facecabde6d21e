using System.Net;
using AngleSharp.Dom;
using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>Tries to have somebody sent from our origin to another, through every parameter that says where to go on.</summary>
public sealed class AbuseOfRedirectsTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    /// <summary>
    /// Addresses of another host in the forms that browsers read as one, as they stand once the query is decoded. Each is tried
    /// as it is and encoded once more.
    /// </summary>
    private static readonly string[] Elsewhere =
    [
        "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "\\/evil.example",
        "/\t/evil.example", "/\n/evil.example", "\t//evil.example", " //evil.example", "https:evil.example", "https:/evil.example",
        "//localhost@evil.example", "https://localhost@evil.example", "https://localhost:x@evil.example/", "http://localhost.evil.example",
        "/%2f%2fevil.example", "/%5cevil.example", "%2f%2fevil.example", "//evil%E3%80%82example", "/\u2028/evil.example",
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,evil", "vbscript:x", "evil.example", "/..//evil.example",
        "/signin\r\nLocation: https://evil.example", "/signin\r\n\r\n<script>alert(1)</script>", "",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Addresses => [.. Elsewhere.Concat(Elsewhere.Select(Uri.EscapeDataString)).Distinct(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task Signing_in_goes_on_to_no_other_host(string address)
    {
        using var popup = new Popup(application);
        await popup.GoAsync($"/signin?return={Uri.EscapeDataString(address)}");

        // Refused, or a path of ours.
        Assert.Contains(popup.Status, new[] { HttpStatusCode.BadRequest, HttpStatusCode.OK });
        AssertStaysHere(popup.Page);
        if (popup.Status == HttpStatusCode.OK)
        {
            AssertIsHere(address);
        }
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task Who_is_signed_in_is_led_on_to_no_other_host_and_signing_out_neither(string address)
    {
        var (commenter, _) = await application.MakeSessionAsync();
        using var popup = new Popup(application);
        popup.Take(await OwnOrigin.CookieAsync(application, commenter.Id));
        await popup.GoAsync($"/signin?return={Uri.EscapeDataString(address)}");
        AssertStaysHere(popup.Page);

        await popup.GoAsync("/signin");
        var form = popup.Page.Forms.Single(candidate => candidate.GetAttribute("action")!.StartsWith("/signout", StringComparison.Ordinal));
        form.SetAttribute("action", $"/signout?return={Uri.EscapeDataString(address)}");
        using var content = new FormUrlEncodedContent(
            [KeyValuePair.Create("__RequestVerificationToken", form.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!)]);
        using var answer = await popup.PostAsync(form.GetAttribute("action")!, content);

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        AssertIsHere(answer.Headers.Location!.OriginalString);
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task Continuing_goes_on_to_no_other_host(string address)
    {
        var (commenter, _) = await application.MakeSessionAsync();
        using var popup = new Popup(application);
        popup.Take(await OwnOrigin.CookieAsync(application, commenter.Id));
        await popup.OpenAsync();
        var token = popup.Page.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var content = new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", token)]);
        using var answer = await popup.PostAsync($"/signin/continue?return={Uri.EscapeDataString(address)}", content);

        if (answer.Headers.Location is { } location)
        {
            AssertIsHere(location.OriginalString);
        }
        else
        {
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    [InlineData("https://blog.example@evil.example/post")]
    [InlineData("https://evil.example\\@blog.example/post")]
    [InlineData("https://evil.example/https://blog.example/post")]
    [InlineData("https://blog.example.evil.example/post")]
    [InlineData("https://blog.example:8443@evil.example/post")]
    [InlineData("//evil.example/post")]
    public async Task No_thread_is_begun_for_a_page_elsewhere_so_no_link_leads_there(string page)
    {
        using var ada = await Person.SignInAsync(application);
        using var reader = await OwnOrigin.OpenAsync(application);

        await ada.TryPostAsync(page, "x").AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "page-invalid");
        using var shown = await reader.GetAsync($"/t/{EmbedApplication.Site}?page={Uri.EscapeDataString(page)}");
        Assert.False(shown.IsSuccessStatusCode);
        Assert.Null(shown.Headers.Location);
    }

    [Theory]
    [InlineData("https://evil.example/post")]
    [InlineData("https://blog.example.evil.example/post")]
    [InlineData("https://blog.example@evil.example/post")]
    public async Task A_referring_page_elsewhere_leads_nowhere(string referrer)
    {
        using var http = application.CreateClient(new() { AllowAutoRedirect = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/t/{EmbedApplication.Site}");
        request.Headers.TryAddWithoutValidation("Referer", referrer);

        using var answer = await http.SendAsync(request, Cancellation);

        Assert.Null(answer.Headers.Location);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("/admin")]
    [InlineData("/admin/sites/test?return=https://evil.example")]
    [InlineData("/admin/sites/%2f%2fevil.example")]
    [InlineData("/admin/sites/..%2f..%2f..%2fevil.example")]
    public async Task Who_must_sign_in_first_comes_back_to_our_own_page(string address)
    {
        using var popup = new Popup(application);

        await popup.GoAsync(address);

        Assert.StartsWith("/signin?return=%2Fadmin", popup.Visited[^1].PathAndQuery, StringComparison.Ordinal);
        AssertStaysHere(popup.Page);
    }

    private static void AssertStaysHere(IDocument page)
    {
        foreach (var (element, attribute) in new[] { ("a", "href"), ("form", "action"), ("button", "formaction"), ("meta", "content"), ("base", "href") })
        {
            foreach (var target in page.QuerySelectorAll($"{element}[{attribute}]").Where(e => element != "meta" || e.HasAttribute("http-equiv")))
            {
                AssertIsHere(target.GetAttribute(attribute)!);
            }
        }

        Assert.Empty(page.QuerySelectorAll("script:not([src])"));
    }

    // As browsers read it (WHATWG URL): AngleSharp's parser is one of those.
    private static void AssertIsHere(string address)
    {
        var url = new Url(new Url("http://localhost/signin"), address);
        Assert.True(url.Scheme == "http" && url.Host == "localhost", $"{address} leads to {url.Href}");
    }
}
