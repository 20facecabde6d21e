using System.Net;
using Embed.Server.Commenters;
using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>Signing in without a popup: away from the page and back to it, and to nowhere else.</summary>
public sealed class SignInReturnTests : SignInSetting
{
    private const string Page = EmbedApplication.Origin + "/2026/sourdough?x=1&y=%2F";

    [Fact]
    public async Task The_browser_goes_back_with_a_code_in_the_fragment_that_the_page_redeems()
    {
        await Popup.OpenAsync(page: Page);
        await Popup.SignInAsync("marta-keller");

        var back = Refresh();
        Assert.StartsWith($"{Page}#embed-signin=", back, StringComparison.Ordinal);
        // For browsers that do not refresh by themselves.
        Assert.Equal(back, Popup.Page.QuerySelector("a")!.GetAttribute("href"));
        Assert.All(Popup.Visited, address => Assert.DoesNotContain(back.Split('=')[^1], address.ToString(), StringComparison.Ordinal));
        var session = await RedeemAsync(back.Split('=')[^1]).JsonAsync();
        Assert.Equal("Marta Keller", (string?)session["name"]);
    }

    [Fact]
    public async Task The_longest_address_of_a_page_fits_into_every_address_on_the_way()
    {
        var page = $"{EmbedApplication.Origin}/{string.Concat(Enumerable.Repeat("%E3%82%8F", 108))}";
        Assert.InRange(page.Length, 990, ReturnPage.MaxCharacters);

        await Popup.OpenAsync(page: page);
        await Popup.SignInAsync("marta-keller");

        Assert.StartsWith($"{page}#embed-signin=", Refresh(), StringComparison.Ordinal);
        // Servers and proxies take request lines of 8 KB.
        Assert.All(Popup.Visited, address => Assert.InRange(address.PathAndQuery.Length, 1, 8_000));
    }

    [Fact]
    public async Task Continuing_as_somebody_signed_in_already_goes_back_too()
    {
        await Popup.GoAsync("/signin");
        await Popup.SignInAsync("marta-keller");

        await Popup.OpenAsync(page: Page);
        await Popup.PressAsync("/signin/continue");

        await RedeemAsync(Refresh().Split('=')[^1]).JsonAsync();
    }

    [Fact]
    public async Task Its_verifier_alone_gets_nothing_even_if_it_was_seen_to_come_from_the_page()
    {
        Popup.FirstHeaders["Origin"] = EmbedApplication.Origin;
        await Popup.OpenAsync(page: Page);
        await Popup.SignInAsync("marta-keller");
        using var page = Person.Anonymous(Application);

        await page.SendAsync(HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/session", new { verifier = Popup.Verifier })
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
        await Application.ChangeSiteAsync(site => site.Origins.Add("https://second.example"));

        await Popup.OpenAsync(page: address);

        Assert.Equal(HttpStatusCode.BadRequest, Popup.Status);
        Assert.Contains("does not belong to this site", Popup.Page.Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", Popup.Page.DocumentElement.OuterHtml, StringComparison.Ordinal);
        Assert.Empty(Popup.Page.QuerySelectorAll("form, a, meta[http-equiv]"));
    }

    [Fact]
    public async Task An_address_longer_than_any_page_s_is_refused()
    {
        await Popup.OpenAsync(page: $"{EmbedApplication.Origin}/{new string('a', ReturnPage.MaxCharacters)}");

        Assert.Equal(HttpStatusCode.BadRequest, Popup.Status);
    }

    [Theory]
    [InlineData("/signin/github")]
    [InlineData("/signin/continue")]
    public async Task A_form_with_another_address_is_refused_too(string action)
    {
        await Popup.OpenAsync(page: Page);
        var form = Popup.Page.Forms[0];
        form.SetAttribute("action", form.GetAttribute("action")!.Replace(
            Uri.EscapeDataString(Page), Uri.EscapeDataString("https://evil.example/"), StringComparison.Ordinal).Replace("/signin/github", action, StringComparison.Ordinal));

        await Popup.PressAsync(action);

        Assert.Equal(HttpStatusCode.BadRequest, Popup.Status);
        Assert.DoesNotContain("evil", Popup.Page.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_page_on_the_way_leads_back_without_a_code()
    {
        await Popup.OpenAsync(page: Page);
        AssertLeadsBack();
        await Popup.PressAsync("/signin/github");
        await Popup.PressAsync("/login/oauth/choose", "cancel", "1");
        Assert.Equal(HttpStatusCode.Forbidden, Popup.Status);
        AssertLeadsBack();
        // Try again, and be turned away at the end because the step was done long ago.
        await Popup.GoAsync(Popup.Page.QuerySelector("a.main")!.GetAttribute("href")!);
        AssertLeadsBack();
        await Popup.SignInAsync("marta-keller");
        var finish = Popup.Visited[^1].PathAndQuery;
        await Popup.GoAsync(finish[..finish.IndexOf("&ticket=", StringComparison.Ordinal)] + "&ticket=old");
        Assert.Equal(HttpStatusCode.BadRequest, Popup.Status);
        AssertLeadsBack();
    }

    [Fact]
    public async Task A_form_whose_token_is_gone_leads_to_the_beginning_of_the_same_sign_in()
    {
        await Popup.OpenAsync(page: Page);
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", "made up")]);

        await Popup.SendAsync(new Uri(Popup.Visited[0], "/signin/github" + Popup.Visited[0].Query), form);

        Assert.Equal(HttpStatusCode.BadRequest, Popup.Status);
        await Popup.GoAsync(Popup.Page.QuerySelector("a.main")!.GetAttribute("href")!);
        await Popup.SignInAsync("marta-keller");
        Assert.StartsWith(Page, Refresh(), StringComparison.Ordinal);
    }

    private void AssertLeadsBack() => Assert.Contains(
        Popup.Page.QuerySelectorAll("a"), link => link.GetAttribute("href") == $"{Page}#embed-signin=" && link.TextContent.Contains("blog.example", StringComparison.Ordinal));

    // Where the page sends the browser by itself.
    private string Refresh() => Popup.Page.QuerySelector("meta[http-equiv=refresh]")!.GetAttribute("content")!["0;url=".Length..];

    private async Task<HttpResponseMessage> RedeemAsync(string code)
    {
        using var page = Person.Anonymous(Application);
        return await page.SendAsync(
            HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/session", new { code, verifier = Popup.Verifier });
    }
}
