using System.Net;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>Tries to take over, repeat or plant a sign-in under way; against a provider on a real port.</summary>
public sealed class AbuseOfFlowsTests : SignInSetting
{
    public static TheoryData<string> ForeignOrigins =>
    [
        "https://evil.example", "https://blog.example.evil.example", "https://evilblog.example", "https://blog.exampl", "https://blog.example:8443",
        "https://blog.example:443", "http://blog.example", "https://BLOG.example", "https://blog.example/", "https://blog.example#", "https://user@blog.example",
        "https://blog.example, https://evil.example", "*", "null", "", EmbedApplication.OtherOrigin,
    ];

    [Theory]
    [MemberData(nameof(ForeignOrigins))]
    public async Task No_step_of_a_sign_in_goes_on_for_an_origin_that_is_not_the_sites(string origin)
    {
        await Popup.OpenAsync(origin: origin);
        Assert.Equal(HttpStatusCode.BadRequest, Popup.Status);
        Assert.Empty(Popup.Page.Forms);

        // The later steps check for themselves: a form token of a page of ours is easily had.
        await Popup.OpenAsync();
        var token = Popup.Page.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        foreach (var step in new[] { "/signin/github", "/signin/continue" })
        {
            using var content = new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", token)]);
            using var answer = await Popup.PostAsync(
                $"{step}?site={EmbedApplication.Site}&origin={Uri.EscapeDataString(origin)}&challenge={Popup.Challenge}", content);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("the same browser")]
    [InlineData("the same browser, signed out again")]
    [InlineData("another browser")]
    public async Task A_providers_answer_is_good_once(string where)
    {
        await Popup.OpenAsync();
        await Popup.SignInAsync("marta-keller");
        var answer = Popup.Visited.Single(address => address.AbsolutePath == "/signin/callback/github");
        if (where.EndsWith("again", StringComparison.Ordinal))
        {
            await Popup.GoAsync("/signin");
            await Popup.PressAsync("/signout");
        }

        using var other = new Popup(Application);
        var browser = where == "another browser" ? other : Popup;
        await browser.SendAsync(answer, null);

        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Null(browser.Code);
    }

    [Fact]
    public async Task A_providers_answer_works_only_in_the_browser_that_asked()
    {
        await Popup.OpenAsync();
        await Popup.PressAsync("/signin/github");
        using var victim = new Popup(Application);

        // The victim is led to the attacker's answer, which nobody has used yet.
        await victim.SendAsync(await ChosenAsync(Popup, "marta-keller"), null);

        Assert.Equal(HttpStatusCode.BadRequest, victim.Status);
        Assert.Null(victim.Code);
    }

    [Fact]
    public async Task A_state_of_one_sign_in_does_not_go_with_the_code_of_another()
    {
        using var attacker = new Popup(Application);
        await attacker.OpenAsync();
        await attacker.PressAsync("/signin/github");
        var planted = await ChosenAsync(attacker, "old-walnut");
        await Popup.OpenAsync();
        await Popup.PressAsync("/signin/github");
        var own = await ChosenAsync(Popup, "marta-keller");

        // The victim's browser is led to its own state with the attacker's code, and to the attacker's state with its own.
        foreach (var mixed in new[] { With(own, "code", planted), With(planted, "code", own) })
        {
            await Popup.SendAsync(mixed, null);

            // 502 where it was the provider that refused the code, for its verifier.
            Assert.Contains(Popup.Status, new[] { HttpStatusCode.BadRequest, HttpStatusCode.BadGateway });
            Assert.Null(Popup.Code);
        }

        await using var database = await Application.OpenDatabaseAsync();
        Assert.Empty(database.Sessions.ToList());
    }

    [Fact]
    public async Task A_code_is_worth_nothing_with_the_verifier_of_another_flow()
    {
        await Popup.OpenAsync();
        await Popup.SignInAsync("marta-keller");
        using var attacker = new Popup(Application);
        await attacker.OpenAsync();
        await attacker.SignInAsync("old-walnut");
        using var nobody = Person.Anonymous(Application);

        await RedeemAsync(nobody, Popup.Code, attacker.Verifier).AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");
        await RedeemAsync(nobody, attacker.Code, Popup.Verifier).AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");
        // Both were burnt by being tried.
        await RedeemAsync(nobody, Popup.Code, Popup.Verifier).AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");
    }

    [Fact]
    public async Task A_ticket_of_another_commenter_or_of_nobody_issues_no_code()
    {
        await Popup.OpenAsync();
        await Popup.SignInAsync("marta-keller");
        var finish = Popup.Visited[^1];
        using var other = new Popup(Application);
        await other.OpenAsync();
        await other.SignInAsync("old-walnut");
        using var nobody = new Popup(Application);

        foreach (var browser in new[] { other, nobody })
        {
            await browser.SendAsync(finish, null);
            Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
            Assert.Null(browser.Code);
        }
    }

    [Fact]
    public async Task A_mailed_link_with_the_attackers_challenge_gives_the_attacker_nothing()
    {
        // The attacker keeps the verifier and mails the link; the victim opens it and signs in. There is no opener to hand the
        // code to, and it stands in no address.
        await Popup.OpenAsync();
        await Popup.SignInAsync("marta-keller");
        Assert.NotNull(Popup.Code);
        Assert.All(Popup.Visited, address => Assert.DoesNotContain(Popup.Code, address.ToString(), StringComparison.Ordinal));
        using var attacker = Person.Anonymous(Application);

        await RedeemAsync(attacker, null, Popup.Verifier).AssertRefusedAsync(HttpStatusCode.Conflict, "sign-in-unfinished");
        foreach (var guess in new[] { "", Popup.Challenge, Popup.Verifier })
        {
            await RedeemAsync(attacker, guess, Popup.Verifier).AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");
        }
    }

    [Fact]
    public async Task Signing_in_gives_a_new_session_and_ends_the_one_before()
    {
        // Whoever knew or planted the session before has nothing of the one after.
        await Popup.GoAsync("/signin");
        await Popup.SignInAsync("marta-keller");
        var before = AccountCookie();
        await Popup.SignInAsync("old-walnut");
        using var thief = new Popup(Application);
        thief.Take(before);

        await thief.GoAsync("/signin");

        Assert.NotEqual(before, AccountCookie());
        Assert.DoesNotContain("GitHub:", thief.Page.Body!.TextContent, StringComparison.Ordinal);
        await using var database = await Application.OpenDatabaseAsync();
        Assert.Single(database.Sessions.ToList());
    }

    [Fact]
    public async Task Who_is_banned_gets_neither_code_nor_session_and_is_told_so()
    {
        await Popup.OpenAsync();
        await Popup.SignInAsync("marta-keller");
        var code = Popup.Code;
        await using var database = await Application.OpenDatabaseAsync();
        var commenter = await database.Commenters.SingleAsync(Cancellation);
        database.Bans.Add(new()
        {
            CommenterId = commenter.Id,
            SiteId = database.Sites.Single(site => site.Key == EmbedApplication.Site).Id,
            CreatedAt = Application.Clock.GetUtcNow(),
        });
        await database.SaveChangesAsync(Cancellation);
        using var nobody = Person.Anonymous(Application);

        await RedeemAsync(nobody, code, Popup.Verifier).AssertRefusedAsync(HttpStatusCode.Forbidden, "banned");
        await Popup.OpenAsync();
        await Popup.PressAsync("/signin/continue");

        Assert.Equal(HttpStatusCode.Forbidden, Popup.Status);
        Assert.Null(Popup.Code);
        Assert.Contains("You may not take part at this site", Popup.Page.Body!.TextContent, StringComparison.Ordinal);
        await Popup.OpenAsync(EmbedApplication.OtherSite, EmbedApplication.OtherOrigin);
        await Popup.PressAsync("/signin/continue");
        Assert.NotNull(Popup.Code);
    }

    private string AccountCookie() =>
        Popup.SetCookies.Last(cookie => cookie.StartsWith("embed-account=", StringComparison.Ordinal)).Split(';')[0];

    /// <summary>The provider's answer for an account, not followed.</summary>
    private async Task<Uri> ChosenAsync(Popup popup, string login)
    {
        var query = string.Join('&', popup.Page.Forms[0].QuerySelectorAll("input[type=hidden]")
            .Select(field => $"{field.GetAttribute("name")}={Uri.EscapeDataString(field.GetAttribute("value")!)}"));
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var answer = await http.GetAsync(new Uri(Provider.Address, $"/login/oauth/choose?{query}&login={login}"), Cancellation);
        return answer.Headers.Location!;
    }

    private static Uri With(Uri address, string name, Uri from)
    {
        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(address.Query);
        query[name] = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(from.Query)[name];
        return new Uri(address.GetLeftPart(UriPartial.Path) + Microsoft.AspNetCore.Http.QueryString.Create(query));
    }

    private static Task<HttpResponseMessage> RedeemAsync(Person person, string? code, string verifier) => person.SendAsync(
        HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/session", new { code, verifier });
}
