using System.Net;
using System.Text.Json.Nodes;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>A site signs its own people in by tokens that it signs.</summary>
public sealed class SingleSignOnTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();
    private SiteSignOn _site = null!;
    private Person _page = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _site = await SiteSignOn.TurnOnAsync(_application);
        _page = Person.Anonymous(_application);
    }

    public async ValueTask DisposeAsync()
    {
        _page.Dispose();
        await _application.DisposeAsync();
    }

    [Fact]
    public async Task A_token_signs_its_person_in_under_the_sites_name_for_them()
    {
        var granted = await ExchangeAsync(_site.Token("ada", "Ada Lovelace")).JsonAsync();

        Assert.Equal("Ada Lovelace", (string?)granted["name"]);
        _page.Http.DefaultRequestHeaders.Authorization = new("Bearer", (string)granted["token"]!);
        var comment = await _page.PostAsync(EmbedApplication.NewPage(), "From the site");
        await using var database = await _application.OpenDatabaseAsync();
        var author = await database.Comments.Where(c => c.Id == comment).Select(c => c.Commenter!.Accounts.Single()).SingleAsync(Cancellation);
        Assert.Equal("Site:test:ada", author.Key);
    }

    [Fact]
    public async Task The_same_person_stays_one_and_takes_the_name_they_have_now()
    {
        await ExchangeAsync(_site.Token("ada", "Ada")).JsonAsync();
        var granted = await ExchangeAsync(_site.Token("ada", "Ada King")).JsonAsync();
        await ExchangeAsync(_site.Token("Ada", "Another")).JsonAsync();

        Assert.Equal("Ada King", (string?)granted["name"]);
        await using var database = await _application.OpenDatabaseAsync();
        Assert.Equal(2, await database.Accounts.CountAsync(a => a.Provider == "Site", Cancellation));
    }

    [Fact]
    public async Task A_token_is_good_once()
    {
        var token = _site.Token();

        await ExchangeAsync(token).JsonAsync();

        await AssertRefusedAsync(token);
        // Its id is what counts, not what else it says.
        var claims = _site.Claims("eve");
        claims["jti"] = "once";
        await ExchangeAsync(SiteTokens.Sign(claims, _site.Secret)).JsonAsync();
        claims["sub"] = "ada";
        await AssertRefusedAsync(SiteTokens.Sign(claims, _site.Secret));
    }

    [Fact]
    public async Task Of_many_who_use_a_token_at_once_exactly_one_gets_in()
    {
        var token = _site.Token();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ExchangeAsync(token)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(19, answers.Count(answer => answer.StatusCode == HttpStatusCode.BadRequest));
        await using var database = await _application.OpenDatabaseAsync();
        Assert.Equal(1, await database.Sessions.CountAsync(s => s.Commenter!.Accounts.Any(a => a.Provider == "Site"), Cancellation));
        Array.ForEach(answers, answer => answer.Dispose());
    }

    [Fact]
    public async Task Used_tokens_are_remembered_until_they_are_too_old_and_no_longer()
    {
        var token = _site.Token();
        await ExchangeAsync(token).JsonAsync();

        _application.Clock.Advance(TimeSpan.FromSeconds(359));
        await AssertRefusedAsync(token);
        _application.Clock.Advance(TimeSpan.FromSeconds(1));
        await ExchangeAsync(token).AssertRefusedAsync(HttpStatusCode.Gone, "sso-expired");
        await ExchangeAsync(_site.Token()).JsonAsync();

        await using var database = await _application.OpenDatabaseAsync();
        Assert.Equal(1, await database.SpentTokens.CountAsync(Cancellation));
    }

    [Fact]
    public async Task Another_site_cannot_sign_this_sites_people_in_nor_an_account_of_a_provider()
    {
        await ExchangeAsync(_site.Token()).JsonAsync();
        await AssertRefusedAsync(_site.Token(), EmbedApplication.OtherSite);
        await using var database = await _application.OpenDatabaseAsync();
        var settings = await database.SingleSignOns.SingleAsync(Cancellation);
        var other = await database.Sites.SingleAsync(s => s.Key == EmbedApplication.OtherSite, Cancellation);
        // Even with the very same secret: the audience is the site, and so is the account.
        database.SingleSignOns.Add(new() { SiteId = other.Id, Issuer = settings.Issuer, Secret = settings.Secret });
        await database.SaveChangesAsync(Cancellation);
        await AssertRefusedAsync(_site.Token(), EmbedApplication.OtherSite);
        await AssertRefusedAsync(SiteTokens.Sign(With(_site.Claims(), "aud", "other"), _site.Secret));

        From(EmbedApplication.OtherOrigin);
        await ExchangeAsync(SiteTokens.Sign(With(_site.Claims("GitHub:administrator"), "aud", "other"), _site.Secret), EmbedApplication.OtherSite).JsonAsync();

        Assert.Equal(
            ["other:GitHub:administrator", "test:ada"],
            await database.Accounts.Where(a => a.Provider == "Site").Select(a => a.Subject).Order().ToListAsync(Cancellation));
    }

    [Theory]
    [InlineData(EmbedApplication.OtherOrigin)]
    [InlineData("https://blog.example.evil.example")]
    [InlineData("http://blog.example")]
    [InlineData("null")]
    [InlineData(null)]
    public async Task A_page_of_no_origin_of_the_site_exchanges_nothing_and_uses_nothing_up(string? origin)
    {
        var token = _site.Token();
        From(origin);

        await ExchangeAsync(token).AssertRefusedAsync(HttpStatusCode.Forbidden, "origin-not-allowed");

        From(EmbedApplication.Origin);
        await ExchangeAsync(token).JsonAsync();
    }

    [Theory]
    [InlineData("""["moderator"]""", HttpStatusCode.NoContent)]
    [InlineData("""["author"]""", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    public async Task A_moderator_is_one_at_this_site_while_signed_in_so(string roles, HttpStatusCode closing)
    {
        var page = EmbedApplication.NewPage();
        var granted = await ExchangeAsync(SiteTokens.Sign(With(_site.Claims(), "roles", JsonNode.Parse(roles)), _site.Secret)).JsonAsync();
        _page.Http.DefaultRequestHeaders.Authorization = new("Bearer", (string)granted["token"]!);
        await _page.PostAsync(page, "Text");

        using var closed = await _page.CloseAsync(page);

        Assert.Equal(closing, closed.StatusCode);
        // The next token says nothing of it, so neither does its session.
        var plain = await ExchangeAsync(_site.Token()).JsonAsync();
        _page.Http.DefaultRequestHeaders.Authorization = new("Bearer", (string)plain["token"]!);
        await _page.CloseAsync(page, isClosed: false).AssertRefusedAsync(HttpStatusCode.Forbidden, "not-allowed");
    }

    [Fact]
    public async Task A_token_that_says_no_moderator_ends_what_the_one_before_said_in_every_browser()
    {
        var page = EmbedApplication.NewPage();
        var first = await ExchangeAsync(ModeratorToken()).JsonAsync();
        _page.Http.DefaultRequestHeaders.Authorization = new("Bearer", (string)first["token"]!);
        await _page.PostAsync(page, "Text");
        // Somebody else's, and one more of the same person.
        await ExchangeAsync(_site.Token("ben")).JsonAsync();
        await ExchangeAsync(ModeratorToken()).JsonAsync();
        await _page.CloseAsync(page).AssertDoneAsync();

        await ExchangeAsync(_site.Token()).JsonAsync();

        await _page.CloseAsync(page, isClosed: false).AssertRefusedAsync(HttpStatusCode.Forbidden, "not-allowed");
        await _page.PostAsync(EmbedApplication.NewPage(), "Still signed in");
    }

    [Fact]
    public async Task A_token_makes_a_moderator_for_a_day_however_much_the_session_is_used()
    {
        var page = EmbedApplication.NewPage();
        var granted = await ExchangeAsync(ModeratorToken()).JsonAsync();
        Assert.Equal(_application.Clock.GetUtcNow().AddDays(1), (DateTimeOffset)granted["expiresAt"]!);
        _page.Http.DefaultRequestHeaders.Authorization = new("Bearer", (string)granted["token"]!);
        await _page.PostAsync(page, "Text");

        _application.Clock.Advance(TimeSpan.FromHours(23));
        await _page.CloseAsync(page).AssertDoneAsync();
        _application.Clock.Advance(TimeSpan.FromHours(1));

        await _page.CloseAsync(page, isClosed: false).AssertRefusedAsync(HttpStatusCode.Unauthorized, "sign-in-required");
    }

    [Fact]
    public async Task Whom_a_token_made_a_moderator_is_banned_by_nobody_until_that_has_ended()
    {
        var granted = await ExchangeAsync(ModeratorToken()).JsonAsync();
        _page.Http.DefaultRequestHeaders.Authorization = new("Bearer", (string)granted["token"]!);
        await _page.PostAsync(EmbedApplication.NewPage(), "Text");
        using var moderator = await Person.SignInAsync(_application, "Mo", Role.Moderator);
        await using var database = await _application.OpenDatabaseAsync();
        var ada = await database.Accounts.Where(a => a.Provider == "Site").Select(a => a.CommenterId).SingleAsync(Cancellation);
        Task<HttpResponseMessage> BanAsync() => moderator.SendAsync(
            HttpMethod.Put, $"/api/v1/sites/{EmbedApplication.Site}/commenters/{ada}/ban", new { });

        await BanAsync().AssertRefusedAsync(HttpStatusCode.Forbidden, "not-allowed");

        _application.Clock.Advance(TimeSpan.FromDays(1));
        await BanAsync().AssertDoneAsync();
    }

    [Fact]
    public async Task Who_is_banned_is_not_signed_in()
    {
        await ExchangeAsync(_site.Token()).JsonAsync();
        await using var database = await _application.OpenDatabaseAsync();
        var ada = await database.Accounts.SingleAsync(a => a.Provider == "Site", Cancellation);
        database.Bans.Add(new() { CommenterId = ada.CommenterId, CreatedAt = _application.Clock.GetUtcNow() });
        await database.SaveChangesAsync(Cancellation);

        await ExchangeAsync(_site.Token()).AssertRefusedAsync(HttpStatusCode.Forbidden, "banned");
    }

    [Fact]
    public async Task An_email_address_in_a_token_is_kept_nowhere()
    {
        await ExchangeAsync(SiteTokens.Sign(With(_site.Claims(), "email", "ada@private.example"), _site.Secret)).JsonAsync();

        await using var database = await _application.OpenDatabaseAsync();
        await database.Database.ExecuteSqlAsync($"PRAGMA wal_checkpoint(TRUNCATE)", Cancellation);
        using var file = new FileStream(Path.Combine(_application.DataFolder, "embed.db"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file, System.Text.Encoding.Latin1);
        var content = await reader.ReadToEndAsync(Cancellation);
        Assert.Contains("test:ada", content, StringComparison.Ordinal);
        Assert.DoesNotContain("private.example", content, StringComparison.Ordinal);
    }

    private string ModeratorToken() => SiteTokens.Sign(With(_site.Claims(), "roles", new JsonArray("moderator")), _site.Secret);

    private static JsonObject With(JsonObject claims, string name, JsonNode? value)
    {
        claims[name] = value;
        return claims;
    }

    private void From(string? origin)
    {
        _page.Http.DefaultRequestHeaders.Remove("Origin");
        if (origin is not null)
        {
            _page.Http.DefaultRequestHeaders.Add("Origin", origin);
        }
    }

    private Task<HttpResponseMessage> ExchangeAsync(string token, string site = EmbedApplication.Site)
    {
        From(site == EmbedApplication.OtherSite ? EmbedApplication.OtherOrigin : _page.Http.DefaultRequestHeaders.TryGetValues("Origin", out var origins) ? origins.Single() : null);
        return _page.SendAsync(HttpMethod.Post, $"/api/v1/sites/{site}/session/sso", new { token });
    }

    private async Task AssertRefusedAsync(string token, string site = EmbedApplication.Site)
    {
        await ExchangeAsync(token, site).AssertRefusedAsync(HttpStatusCode.BadRequest, "sso-invalid");
        From(EmbedApplication.Origin);
    }
}
