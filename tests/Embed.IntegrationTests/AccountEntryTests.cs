using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using AngleSharp.Dom;
using Embed.Server.Commenters;
using Embed.Server.Me;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>From a site's session to the page of one's account, for those whom the site alone knows.</summary>
public sealed class AccountEntryTests : IAsyncLifetime
{
    private const string SessionPath = $"/api/v1/sites/{EmbedApplication.Site}/session";

    private readonly EmbedApplication _application = new();
    private readonly string _page = EmbedApplication.NewPage();
    private SiteSignOn _site = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _application.ChangeSiteAsync(site => site.AllowsGuests = true);
        _site = await SiteSignOn.TurnOnAsync(_application);
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whom_a_site_alone_knows_gets_at_what_is_theirs(bool isGuest)
    {
        using var person = await SignInAsync("Ada", isGuest);
        await person.PostAsync(_page, "Mine");
        using var own = await OwnOrigin.OpenAsync(_application);

        var me = await EnterAsync(own, person);

        Assert.Equal("Ada", me.QuerySelector("#name")?.GetAttribute("value"));
        // Its own, and the site's.
        Assert.Equal(2, me.QuerySelectorAll("form[action$='/revoke']:not([action='/me/sessions/revoke'])").Length);
        Assert.Equal(isGuest, me.QuerySelector("a[href^='/signin?link=']") is null);
        Assert.Equal(!isGuest, me.TextContent.Contains("Test blog", StringComparison.Ordinal) && me.TextContent.Contains("own accounts", StringComparison.Ordinal));
        Assert.Contains("Mine", (await own.ReadAsync("/me/comments")).TextContent, StringComparison.Ordinal);
        using var export = await own.GetAsync("/me/export");
        var file = await export.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains("\"Mine\"", file, StringComparison.Ordinal);
        Assert.Contains(isGuest ? "\"guest\"" : "\"person\"", file, StringComparison.Ordinal);
        using var renamed = await own.SendAsync(me.QuerySelector("form[action='/me/name']")!, ("name", "Ada King"));
        Assert.Equal("/me?done=name", renamed.Headers.Location?.ToString());
        using var admin = await own.GetAsync("/admin");
        Assert.Equal(HttpStatusCode.Redirect, admin.StatusCode);
        using var deleted = await own.SendAsync(
            (await own.ReadAsync("/me/delete")).QuerySelector("form[action='/me/delete']")!, ("comments", "delete"));
        Assert.Equal("/me", deleted.Headers.Location?.ToString());
        await person.SendAsync(HttpMethod.Post, $"{SessionPath}/handover").AssertRefusedAsync(HttpStatusCode.Unauthorized, "sign-in-required");
    }

    [Fact]
    public async Task A_planted_link_signs_in_nobody_who_does_not_read_the_name_and_press_twice()
    {
        using var eve = await SignInAsync("Eve", isGuest: true);
        using var victim = await OwnOrigin.OpenAsync(_application, Role.Commenter, "Ada");

        var confirm = await BringAsync(victim, await CodeAsync(eve));

        Assert.Contains("\u2068Eve\u2069", confirm.TextContent, StringComparison.Ordinal);
        Assert.Contains("\u2068Ada\u2069 is signed in here now", confirm.TextContent, StringComparison.Ordinal);
        Assert.Equal("Ada", await NameAsync(victim));
        using var signedIn = await victim.SendAsync(confirm.QuerySelector("form")!);
        Assert.Equal("/me", signedIn.Headers.Location?.ToString());
        Assert.Equal("Eve", await NameAsync(victim));
    }

    [Fact]
    public async Task What_was_brought_in_one_browser_is_confirmed_in_no_other()
    {
        using var person = await SignInAsync("Ada", isGuest: false);
        using var one = await OwnOrigin.OpenAsync(_application);
        using var other = await OwnOrigin.OpenAsync(_application);
        var confirm = await BringAsync(one, await CodeAsync(person));
        var formToken = (await other.ReadAsync(EnterAccount.Path)).QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value");

        using var refused = await other.SendAsync(confirm.QuerySelector("form")!, ("__RequestVerificationToken", formToken));

        await AssertSaysAsync(refused, HttpStatusCode.BadRequest, "EnterExpired");
        using var me = await other.GetAsync("/me");
        Assert.Equal(HttpStatusCode.SeeOther, me.StatusCode);
    }

    [Fact]
    public async Task A_code_is_good_once_and_for_a_minute()
    {
        using var person = await SignInAsync("Ada", isGuest: false);
        using var own = await OwnOrigin.OpenAsync(_application);
        var code = await CodeAsync(person);
        await BringAsync(own, code);
        var late = await CodeAsync(person);
        _application.Clock.Advance(SignInCodes.Lifetime);

        foreach (var worthless in new[] { code, late, "", "made up" })
        {
            using var refused = await SendCodeAsync(own, worthless);
            await AssertSaysAsync(refused, HttpStatusCode.BadRequest, "EnterExpired");
        }
    }

    [Theory]
    [InlineData(EmbedApplication.Origin)]
    [InlineData("http://localhost")]
    public async Task Codes_of_one_kind_are_worth_nothing_as_the_other(string origin)
    {
        using var person = await SignInAsync("Ada", isGuest: false);
        using var page = Person.Of(_application, EmbedApplication.Site, origin, 0, null);
        using var own = await OwnOrigin.OpenAsync(_application);
        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

        foreach (var tried in new[] { verifier, "", null })
        {
            await page.SendAsync(HttpMethod.Post, SessionPath, new { code = await CodeAsync(person), verifier = tried })
                .AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");
        }

        await using var database = await _application.OpenDatabaseAsync();
        var ada = await database.Accounts.SingleAsync(a => a.Provider == "Site", Cancellation);
        var siteId = await database.Sites.Where(s => s.Key == EmbedApplication.Site).Select(s => s.Id).SingleAsync(Cancellation);
        var code = await _application.Services.GetRequiredService<SignInCodes>()
            .IssueAsync(new NewSignInCode(ada.CommenterId, siteId, origin, challenge), Cancellation);
        using var refused = await SendCodeAsync(own, code);
        await AssertSaysAsync(refused, HttpStatusCode.BadRequest, "EnterExpired");
    }

    [Fact]
    public async Task A_code_is_issued_to_pages_of_the_sites_origins_only()
    {
        using var person = await SignInAsync("Ada", isGuest: true);
        using var elsewhere = Person.Of(_application, EmbedApplication.Site, "https://evil.example", 0, person.Token);

        await elsewhere.SendAsync(HttpMethod.Post, $"{SessionPath}/handover").AssertRefusedAsync(HttpStatusCode.Forbidden, "origin-not-allowed");
    }

    [Fact]
    public async Task Who_has_another_way_in_is_not_let_in_by_the_site()
    {
        using var root = await Person.SignInAsync(_application, "Root", Role.Administrator);
        using var person = await SignInAsync("Ada", isGuest: false);
        using var own = await OwnOrigin.OpenAsync(_application);
        var confirm = await BringAsync(own, await CodeAsync(person));
        await using (var database = await _application.OpenDatabaseAsync())
        {
            var ada = await database.Accounts.AsNoTracking().SingleAsync(a => a.Provider == "Site", Cancellation);
            database.Accounts.Add(new CommenterAccount { CommenterId = ada.CommenterId, Provider = "GitHub", Subject = "4711", Name = "ada" });
            await database.SaveChangesAsync(Cancellation);
        }

        await root.SendAsync(HttpMethod.Post, $"{SessionPath}/handover").AssertRefusedAsync(HttpStatusCode.Forbidden, "not-allowed");
        await person.SendAsync(HttpMethod.Post, $"{SessionPath}/handover").AssertRefusedAsync(HttpStatusCode.Forbidden, "not-allowed");
        using var refused = await own.SendAsync(confirm.QuerySelector("form")!);
        await AssertSaysAsync(refused, HttpStatusCode.Forbidden, "EnterOtherWay");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_is_signed_out_or_banned_meanwhile_goes_no_further(bool isGuest)
    {
        using var gone = await SignInAsync("Ada", isGuest);
        using var banned = await SignInAsync("Bob", isGuest);
        using var own = await OwnOrigin.OpenAsync(_application);
        var (goneCode, bannedCode) = (await CodeAsync(gone), await CodeAsync(banned));
        var confirm = await BringAsync(own, await CodeAsync(banned));
        await gone.SendAsync(HttpMethod.Delete, SessionPath).AssertDoneAsync();
        await using (var database = await _application.OpenDatabaseAsync())
        {
            var bob = await database.Commenters.SingleAsync(c => c.Name == "Bob", Cancellation);
            database.Bans.Add(new Ban { CommenterId = bob.Id, CreatedAt = _application.Clock.GetUtcNow() });
            await database.SaveChangesAsync(Cancellation);
        }

        using var ended = await SendCodeAsync(own, goneCode);
        // A guest who wrote nothing is gone with the session, and the code with them.
        await AssertSaysAsync(ended, isGuest ? HttpStatusCode.BadRequest : HttpStatusCode.Forbidden, isGuest ? "EnterExpired" : "EnterEnded");
        using var refused = await SendCodeAsync(own, bannedCode);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("You may not take part", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        using var unconfirmed = await own.SendAsync(confirm.QuerySelector("form")!);
        Assert.Equal(HttpStatusCode.Forbidden, unconfirmed.StatusCode);
    }

    private static async Task AssertSaysAsync(HttpResponseMessage answer, HttpStatusCode status, string sentence)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(
            MeText.For("en")[sentence], WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancellation)), StringComparison.Ordinal);
    }

    private static async Task<string> CodeAsync(Person person) =>
        (string)(await person.SendAsync(HttpMethod.Post, $"{SessionPath}/handover").JsonAsync())["code"]!;

    private static async Task<HttpResponseMessage> SendCodeAsync(OwnOrigin own, string code) =>
        await own.SendAsync((await own.ReadAsync(EnterAccount.Path)).QuerySelector("form[data-enter]")!, ("code", code));

    private static async Task<IElement> BringAsync(OwnOrigin own, string code)
    {
        using var answer = await SendCodeAsync(own, code);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return ThreadReader.Parse(await answer.Content.ReadAsStringAsync(Cancellation));
    }

    private static async Task<IElement> EnterAsync(OwnOrigin own, Person person)
    {
        var confirm = await BringAsync(own, await CodeAsync(person));
        using var signedIn = await own.SendAsync(confirm.QuerySelector("form")!);
        Assert.Equal("/me", signedIn.Headers.Location?.ToString());
        return await own.ReadAsync("/me");
    }

    private static async Task<string?> NameAsync(OwnOrigin own) => (await own.ReadAsync("/me")).QuerySelector("#name")?.GetAttribute("value");

    private async Task<Person> SignInAsync(string name, bool isGuest)
    {
        using var nobody = Person.Anonymous(_application);
        var granted = isGuest
            ? await nobody.SendAsync(HttpMethod.Post, $"{SessionPath}/guest", new { name }).JsonAsync()
            : await nobody.SendAsync(HttpMethod.Post, $"{SessionPath}/sso", new { token = _site.Token(name, name) }).JsonAsync();
        return Person.Of(_application, EmbedApplication.Site, EmbedApplication.Origin, 0, (string)granted["token"]!);
    }
}
