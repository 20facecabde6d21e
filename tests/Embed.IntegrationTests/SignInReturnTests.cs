using System.Net;
using Embed.Server.Commenters;
using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>Signing in without a popup: away from the page and back to it, and to nowhere else.</summary>
public sealed class SignInReturnTests : IAsyncLifetime
{
    private const string Page = EmbedApplication.Origin + "/2026/sourdough?x=1&y=%2F";

    private readonly EmbedApplication _application = new();
    private SignInProvider _provider = null!;
    private Popup _window = null!;

    public async ValueTask InitializeAsync()
    {
        _provider = await SignInProvider.StartAsync();
        foreach (var (key, value) in _provider.Settings)
        {
            _application.Settings[key] = value;
        }

        _window = new Popup(_application);
    }

    public async ValueTask DisposeAsync()
    {
        _window.Dispose();
        await _application.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task The_browser_goes_back_with_a_code_in_the_fragment_that_the_page_redeems()
    {
        await _window.OpenAsync(page: Page);
        await _window.SignInAsync("marta-keller");

        var back = Refresh();
        Assert.StartsWith($"{Page}#embed-signin=", back, StringComparison.Ordinal);
        // For browsers that do not refresh by themselves.
        Assert.Equal(back, _window.Page.QuerySelector("a")!.GetAttribute("href"));
        Assert.All(_window.Visited, address => Assert.DoesNotContain(back.Split('=')[^1], address.ToString(), StringComparison.Ordinal));
        var session = await RedeemAsync(back.Split('=')[^1]).JsonAsync();
        Assert.Equal("Marta Keller", (string?)session["name"]);
    }

    [Fact]
    public async Task The_longest_address_of_a_page_fits_into_every_address_on_the_way()
    {
        var page = $"{EmbedApplication.Origin}/{string.Concat(Enumerable.Repeat("%E3%82%8F", 108))}";
        Assert.InRange(page.Length, 990, ReturnPage.MaxCharacters);

        await _window.OpenAsync(page: page);
        await _window.SignInAsync("marta-keller");

        Assert.StartsWith($"{page}#embed-signin=", Refresh(), StringComparison.Ordinal);
        // Servers and proxies take request lines of 8 KB.
        Assert.All(_window.Visited, address => Assert.InRange(address.PathAndQuery.Length, 1, 8_000));
    }

    [Fact]
    public async Task Continuing_as_somebody_signed_in_already_goes_back_too()
    {
        await _window.GoAsync("/signin");
        await _window.SignInAsync("marta-keller");

        await _window.OpenAsync(page: Page);
        await _window.PressAsync("/signin/continue");

        await RedeemAsync(Refresh().Split('=')[^1]).JsonAsync();
    }

    [Fact]
    public async Task Its_verifier_alone_gets_nothing_even_if_it_was_seen_to_come_from_the_page()
    {
        _window.FirstHeaders["Origin"] = EmbedApplication.Origin;
        await _window.OpenAsync(page: Page);
        await _window.SignInAsync("marta-keller");
        using var page = Person.Anonymous(_application);

        await page.SendAsync(HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/session", new { verifier = _window.Verifier })
            .AssertRefusedAsync(HttpStatusCode.Conflict, "sign-in-unfinished");
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("/path")]
    [InlineData("")]
    [InlineData("https://evil.example/")]
    [InlineData("https:evil.example/")]
    [InlineData("https:/evil.example/")]
    [InlineData("https:\\\\evil.example/")]
    [InlineData("https://blog.example\\@evil.example/")]
    [InlineData("https://blog.example/\\evil.example")]
    [InlineData("https://blog.example@evil.example/")]
    [InlineData("https://user@blog.example/evil")]
    [InlineData("https://user:pass@blog.example/evil")]
    [InlineData("https://blog.example:444/evil")]
    [InlineData("https://blog.example:443/evil")]
    [InlineData("http://blog.example/evil")]
    [InlineData("https://blog.example.evil.example/")]
    [InlineData("https://evil.blog.example/")]
    [InlineData("https://blog.example")]
    [InlineData("https%3A%2F%2Fblog.example%2Fevil")]
    [InlineData("https://blog%2Eexample/evil")]
    [InlineData("https://BLOG.example/evil")]
    [InlineData("https://blog.example/evil#fragment")]
    [InlineData("https://blog.example/evil\n")]
    [InlineData("https://blog.example/\tevil")]
    [InlineData(" https://blog.example/evil")]
    [InlineData("https://blog.example/\"><script>alert('evil')</script>")]
    [InlineData("https://other.example/evil")]
    [InlineData("https://second.example/evil")]
    [InlineData("javascript:alert('evil')//https://blog.example/")]
    [InlineData("data:text/html,evil")]
    [InlineData("blob:https://blog.example/evil")]
    [InlineData("null")]
    public async Task Another_address_than_a_page_of_the_flows_origin_is_refused_and_not_shown(string address)
    {
        await _application.ChangeSiteAsync(site => site.Origins.Add("https://second.example"));

        await _window.OpenAsync(page: address);

        Assert.Equal(HttpStatusCode.BadRequest, _window.Status);
        Assert.Contains("does not belong to this site", _window.Page.Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", _window.Page.DocumentElement.OuterHtml, StringComparison.Ordinal);
        Assert.Empty(_window.Page.QuerySelectorAll("form, a, meta[http-equiv]"));
    }

    [Fact]
    public async Task An_address_longer_than_any_page_s_is_refused()
    {
        await _window.OpenAsync(page: $"{EmbedApplication.Origin}/{new string('a', ReturnPage.MaxCharacters)}");

        Assert.Equal(HttpStatusCode.BadRequest, _window.Status);
    }

    [Theory]
    [InlineData("/signin/github")]
    [InlineData("/signin/continue")]
    public async Task A_form_with_another_address_is_refused_too(string action)
    {
        await _window.OpenAsync(page: Page);
        var form = _window.Page.Forms[0];
        form.SetAttribute("action", form.GetAttribute("action")!.Replace(
            Uri.EscapeDataString(Page), Uri.EscapeDataString("https://evil.example/"), StringComparison.Ordinal).Replace("/signin/github", action, StringComparison.Ordinal));

        await _window.PressAsync(action);

        Assert.Equal(HttpStatusCode.BadRequest, _window.Status);
        Assert.DoesNotContain("evil", _window.Page.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_page_on_the_way_leads_back_without_a_code()
    {
        await _window.OpenAsync(page: Page);
        AssertLeadsBack();
        await _window.PressAsync("/signin/github");
        await _window.PressAsync("/login/oauth/choose", "cancel", "1");
        Assert.Equal(HttpStatusCode.Forbidden, _window.Status);
        AssertLeadsBack();
        // Try again, and be turned away at the end because the step was done long ago.
        await _window.GoAsync(_window.Page.QuerySelector("a.main")!.GetAttribute("href")!);
        AssertLeadsBack();
        await _window.SignInAsync("marta-keller");
        var finish = _window.Visited[^1].PathAndQuery;
        await _window.GoAsync(finish[..finish.IndexOf("&ticket=", StringComparison.Ordinal)] + "&ticket=old");
        Assert.Equal(HttpStatusCode.BadRequest, _window.Status);
        AssertLeadsBack();
    }

    [Fact]
    public async Task A_form_whose_token_is_gone_leads_to_the_beginning_of_the_same_sign_in()
    {
        await _window.OpenAsync(page: Page);
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", "made up")]);

        await _window.SendAsync(new Uri(_window.Visited[0], "/signin/github" + _window.Visited[0].Query), form);

        Assert.Equal(HttpStatusCode.BadRequest, _window.Status);
        await _window.GoAsync(_window.Page.QuerySelector("a.main")!.GetAttribute("href")!);
        await _window.SignInAsync("marta-keller");
        Assert.StartsWith(Page, Refresh(), StringComparison.Ordinal);
    }

    private void AssertLeadsBack() => Assert.Contains(
        _window.Page.QuerySelectorAll("a"), link => link.GetAttribute("href") == $"{Page}#embed-signin=" && link.TextContent.Contains("blog.example", StringComparison.Ordinal));

    // Where the page sends the browser by itself.
    private string Refresh() => _window.Page.QuerySelector("meta[http-equiv=refresh]")!.GetAttribute("content")!["0;url=".Length..];

    private async Task<HttpResponseMessage> RedeemAsync(string code)
    {
        using var page = Person.Anonymous(_application);
        return await page.SendAsync(
            HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/session", new { code, verifier = _window.Verifier });
    }
}
