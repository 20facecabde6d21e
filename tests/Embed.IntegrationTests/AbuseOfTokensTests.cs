using System.Net;
using Embed.Server.Commenters;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>
/// Tries to use a session where, when or by whom it must not be used. Codes are tried in SessionTests, foreign origins of every
/// form in OriginTests, secrets by the thousand in FailurePaceTests.
/// </summary>
public sealed class AbuseOfTokensTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();
    private readonly string _page = EmbedApplication.NewPage();
    private Person _ada = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _application.ChangeSiteAsync(site => site.Origins.Add("https://second.example"));
        _ada = await Person.SignInAsync(_application);
    }

    public ValueTask DisposeAsync()
    {
        _ada.Dispose();
        return _application.DisposeAsync();
    }

    [Theory]
    [InlineData(EmbedApplication.OtherSite, EmbedApplication.OtherOrigin)]
    [InlineData(EmbedApplication.Site, "https://second.example")]
    [InlineData(EmbedApplication.Site, "http://localhost")]
    [InlineData(EmbedApplication.Site, EmbedApplication.OtherOrigin)]
    public async Task A_token_signs_in_nowhere_but_at_its_site_and_origin(string site, string origin)
    {
        var id = await _ada.PostAsync(_page, "Text");
        using var thief = Person.Of(_application, site, origin, _ada.Id, _ada.Token);

        using var posted = await thief.TryPostAsync(EmbedApplication.NewPage(), "x");
        using var edited = await thief.EditAsync(id, "x");
        await using var live = await LiveThread.OpenAsync(_application, _page, _ada.Token, site, origin);
        var acted = await live.Session.PostAsync(null, "x", Guid.NewGuid(), Cancellation);

        Assert.Contains(posted.StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden });
        Assert.Equal(HttpStatusCode.Unauthorized, edited.StatusCode);
        Assert.Null(live.Opened.Viewer);
        Assert.NotNull(acted.Refusal);
        Assert.Equal(1, (await _application.ReadThreadAsync(_page)).CommentCount);
        await _ada.PostAsync(_page, "The token itself still holds");
    }

    [Fact]
    public async Task A_token_of_our_own_origins_cookie_is_no_bearer_token()
    {
        var (token, _) = await _application.Services.GetRequiredService<CommenterSessions>()
            .CreateAsync(_ada.Id, new NewSession(null, "http://localhost", ""), Cancellation);
        foreach (var origin in new[] { "http://localhost", EmbedApplication.Origin })
        {
            using var thief = Person.Of(_application, EmbedApplication.Site, origin, _ada.Id, token);

            await thief.TryPostAsync(_page, "x").AssertRefusedAsync(HttpStatusCode.Unauthorized, "sign-in-required");
            await thief.DeleteAsync(1).AssertRefusedAsync(HttpStatusCode.Unauthorized, "sign-in-required");
        }
    }

    [Fact]
    public async Task What_a_stolen_database_holds_signs_nobody_in()
    {
        using var popup = new Popup(_application);
        await using var database = await _application.OpenDatabaseAsync();
        var site = database.Sites.Single(row => row.Key == EmbedApplication.Site);
        await _application.Services.GetRequiredService<SignInCodes>()
            .IssueAsync(new NewSignInCode(_ada.Id, site.Id, EmbedApplication.Origin, popup.Challenge), Cancellation);
        var session = database.Sessions.Single();
        var code = database.SignInCodes.Single();
        foreach (var found in new[] { Convert.ToHexString(session.TokenHash), Encode(session.TokenHash), Convert.ToBase64String(session.TokenHash) })
        {
            using var thief = Person.Of(_application, EmbedApplication.Site, EmbedApplication.Origin, _ada.Id, found);
            await thief.TryPostAsync(_page, "x").AssertRefusedAsync(HttpStatusCode.Unauthorized, "sign-in-required");
        }

        using var nobody = Person.Anonymous(_application);
        await nobody.SendAsync(
                HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/session", new { code = Encode(code.CodeHash), verifier = code.Challenge })
            .AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");
    }

    [Fact]
    public async Task However_much_it_is_used_a_session_ends_after_a_year()
    {
        var own = await OwnOrigin.CookieAsync(_application, _ada.Id);
        using var page = new Popup(_application);
        page.Take(own);
        for (var day = 0; day < 360; day += 60)
        {
            await _ada.PostAsync(_page, $"Day {day}");
            await page.GoAsync("/signin");
            Assert.Contains("Ada", page.Page.Body!.TextContent, StringComparison.Ordinal);
            _application.Skip(TimeSpan.FromDays(60));
        }

        _application.Skip(TimeSpan.FromDays(5));

        await _ada.TryPostAsync(_page, "x").AssertRefusedAsync(HttpStatusCode.Unauthorized, "sign-in-required");
        await page.GoAsync("/signin");
        Assert.DoesNotContain("Ada", page.Page.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_revoked_elsewhere_ends_in_the_open_thread()
    {
        await using var live = await LiveThread.OpenAsync(_application, _page, _ada.Token);
        Assert.Equal(_ada.Id, live.Opened.Viewer?.Commenter);
        await using var database = await _application.OpenDatabaseAsync();
        await database.Sessions.Where(session => session.CommenterId == _ada.Id).ExecuteDeleteAsync(Cancellation);

        await AssertSignedOutAsync(live);
    }

    [Fact]
    public async Task Who_is_deleted_has_no_session_left_anywhere()
    {
        await using var live = await LiveThread.OpenAsync(_application, _page, _ada.Token);
        using var page = new Popup(_application);
        page.Take(await OwnOrigin.CookieAsync(_application, _ada.Id));
        await using var database = await _application.OpenDatabaseAsync();
        var site = database.Sites.Single(row => row.Key == EmbedApplication.Site);
        var code = await _application.Services.GetRequiredService<SignInCodes>()
            .IssueAsync(new NewSignInCode(_ada.Id, site.Id, EmbedApplication.Origin, page.Challenge), Cancellation);

        await database.Commenters.Where(commenter => commenter.Id == _ada.Id).ExecuteDeleteAsync(Cancellation);

        Assert.Empty(database.Sessions.ToList());
        Assert.Empty(database.SignInCodes.ToList());
        Assert.Empty(database.Accounts.ToList());
        await AssertSignedOutAsync(live);
        await _ada.TryPostAsync(_page, "x").AssertRefusedAsync(HttpStatusCode.Unauthorized, "sign-in-required");
        await page.GoAsync("/signin");
        Assert.DoesNotContain("Ada", page.Page.Body!.TextContent, StringComparison.Ordinal);
        using var nobody = Person.Anonymous(_application);
        await nobody.SendAsync(
                HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/session", new { code, verifier = page.Verifier })
            .AssertRefusedAsync(HttpStatusCode.BadRequest, "code-invalid");
    }

    [Fact]
    public async Task What_waits_and_what_is_not_there_look_the_same_to_whoever_may_not_see_it()
    {
        await _application.ChangeSiteAsync(site => site.HoldsComments = true);
        var pending = await _ada.PostAsync(_page, "Waits");
        using var nobody = Person.Anonymous(_application);
        using var ben = await Person.SignInAsync(_application, "Ben");
        using var stranger = await Person.SignInAsync(
            _application, "Eve", Role.Moderator, EmbedApplication.OtherSite, EmbedApplication.OtherOrigin);
        using var forger = Person.Of(_application, EmbedApplication.Site, EmbedApplication.Origin, 0, Secret.Create());

        foreach (var person in new[] { nobody, ben, stranger, forger })
        {
            foreach (var act in new Func<long, Task<HttpResponseMessage>>[]
            {
                person.TryReadSourceAsync, person.DeleteAsync, id => person.EditAsync(id, "x"),
                id => person.VoteAsync(id, 1), id => person.JudgeAsync(id, publish: true), id => person.FlagAsync(id), id => person.WithdrawFlagAsync(id),
            })
            {
                using var there = await act(pending);
                using var none = await act(pending + 1_000);

                Assert.Equal(
                    (none.StatusCode, await TextAsync(none)), (there.StatusCode, await TextAsync(there)));
            }
        }
    }

    [Fact]
    public async Task A_thread_opened_by_itself_is_a_page_without_rights()
    {
        using var http = _application.CreateClient();
        using var answer = await http.GetAsync(ThreadReader.AddressOf(_page), Cancellation);

        Assert.Equal(["sandbox; default-src 'none'"], answer.Headers.GetValues("Content-Security-Policy"));
    }

    private async Task AssertSignedOutAsync(LiveThread live)
    {
        Assert.Equal("sign-in-required", (await live.Session.PostAsync(null, "x", Guid.NewGuid(), Cancellation)).Refusal?.Code);
        var read = await live.Session.ReadAsync(Cancellation);
        Assert.True(read.HasTokenEnded);
        Assert.Null(read.Viewer);
        Assert.NotNull(read.Thread);
    }

    // The trace id is another each time.
    private static async Task<string> TextAsync(HttpResponseMessage answer) =>
        System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!["detail"]!.ToString();

    private static string Encode(byte[] hash) => System.Buffers.Text.Base64Url.EncodeToString(hash);
}
