using System.Net;
using System.Text.Json.Nodes;
using Embed.Server.Admin;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>The owner of a site with accounts of its own sets up how it signs people in.</summary>
public sealed class SingleSignOnSettingsTests : IAsyncLifetime
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
    public async Task The_secret_is_shown_once_and_not_kept_in_the_clear()
    {
        Assert.DoesNotContain(_site.Secret, (await _site.ReadAsync()).ToString(), StringComparison.Ordinal);
        await using var database = await _application.OpenDatabaseAsync();
        var kept = (await database.SingleSignOns.SingleAsync(Cancellation)).Secret!;
        Assert.DoesNotContain(_site.Secret, kept, StringComparison.Ordinal);
        Assert.Equal(43, _site.Secret.Length);
    }

    [Fact]
    public async Task After_a_rotation_the_old_secret_counts_for_a_day_or_until_it_is_ended()
    {
        var old = _site.Secret;
        await _site.MakeSecretAsync();
        await ExchangeAsync(SiteTokens.Sign(_site.Claims(), old)).JsonAsync();
        await ExchangeAsync(_site.Token()).JsonAsync();

        await _site.Handler.EndPreviousAsync(_site.Owner, Cancellation);

        await AssertRefusedAsync(SiteTokens.Sign(_site.Claims(), old));
        await ExchangeAsync(_site.Token()).JsonAsync();
        var second = _site.Secret;
        await _site.MakeSecretAsync();
        _application.Clock.Advance(TimeSpan.FromHours(24));
        await AssertRefusedAsync(SiteTokens.Sign(_site.Claims(), second));
        await ExchangeAsync(_site.Token()).JsonAsync();
    }

    [Fact]
    public async Task Of_two_who_rotate_at_once_one_does()
    {
        var seen = (await _site.ReadAsync()).SecretStamp;
        _application.Clock.Advance(TimeSpan.FromSeconds(1));

        var first = await _site.Handler.MakeSecretAsync(_site.Owner, seen, Cancellation);
        var second = await _site.Handler.MakeSecretAsync(_site.Owner, seen, Cancellation);

        Assert.NotNull(first.Secret);
        Assert.True(second is { Secret: null, IsLate: true });
        await ExchangeAsync(_site.Token()).JsonAsync();
    }

    [Fact]
    public async Task Turned_off_it_signs_nobody_in_and_whom_it_signed_in_is_signed_out()
    {
        var granted = await ExchangeAsync(_site.Token()).JsonAsync();
        using var other = await Person.SignInAsync(_application, "Ben");

        await _site.Handler.TurnOffAsync(_site.Owner, Cancellation);

        await AssertRefusedAsync(_site.Token());
        _page.Http.DefaultRequestHeaders.Authorization = new("Bearer", (string)granted["token"]!);
        await _page.TryPostAsync(EmbedApplication.NewPage(), "x").AssertRefusedAsync(HttpStatusCode.Unauthorized, "sign-in-required");
        await other.PostAsync(EmbedApplication.NewPage(), "Still here");
        Assert.False((await _site.ReadAsync()).IsOn);
    }

    [Fact]
    public async Task While_it_is_being_turned_off_nobody_is_signed_out_before_nobody_can_sign_in()
    {
        await ExchangeAsync(_site.Token()).JsonAsync();
        await using var database = await _application.OpenDatabaseAsync();
        await database.Database.ExecuteSqlAsync(
            $"CREATE TRIGGER in_order BEFORE DELETE ON Sessions WHEN EXISTS (SELECT 1 FROM SingleSignOns) BEGIN SELECT RAISE(ABORT, 'Too early'); END",
            Cancellation);

        var off = await _site.Handler.TurnOffAsync(_site.Owner, Cancellation);

        Assert.Null(off.Refusal);
        Assert.False(await database.Sessions.AnyAsync(s => s.Commenter!.Accounts.Any(a => a.Provider == "Site"), Cancellation));
    }

    [Fact]
    public async Task Signing_them_all_out_leaves_single_sign_on_as_it_is()
    {
        var granted = await ExchangeAsync(_site.Token()).JsonAsync();

        await _site.Handler.SignOutAllAsync(_site.Owner, Cancellation);

        _page.Http.DefaultRequestHeaders.Authorization = new("Bearer", (string)granted["token"]!);
        await _page.TryPostAsync(EmbedApplication.NewPage(), "x").AssertRefusedAsync(HttpStatusCode.Unauthorized, "sign-in-required");
        await ExchangeAsync(_site.Token()).JsonAsync();
    }

    [Fact]
    public async Task A_token_that_is_tried_is_explained_and_not_used_up()
    {
        var token = SiteTokens.Sign(With(_site.Claims("ada", "Ada"), "roles", new JsonArray("moderator")), _site.Secret);

        var right = (await _site.TryAsync(token)).Accepted!;

        Assert.Equal(("Ada", true), (right.Name, right.IsModerator));
        Assert.Equal(_application.Clock.GetUtcNow().AddSeconds(300), right.ExpiresAt);
        await ExchangeAsync(token).JsonAsync();
        Assert.Contains("used already", await FaultOfAsync(token), StringComparison.Ordinal);
        Assert.Contains("iss must be https://blog.example", await FaultOfAsync(SiteTokens.Sign(With(_site.Claims(), "iss", "x"), _site.Secret)), StringComparison.Ordinal);
        Assert.Contains("alg must be HS256", await FaultOfAsync(SiteTokens.Sign(_site.Claims(), _site.Secret, SiteTokens.Header("none"))), StringComparison.Ordinal);
        Assert.Contains("signature is wrong", await FaultOfAsync(SiteTokens.Sign(_site.Claims(), "guess")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Issuer", "")]
    [InlineData("Issuer", "with 'quotes'")]
    [InlineData("Issuer", "https://blog.example\\")]
    [InlineData("KeysAddress", "blog.example/jwks.json")]
    [InlineData("KeysAddress", "http://blog.example/jwks.json")]
    [InlineData("KeysAddress", "https://192.168.0.1/jwks.json")]
    public async Task What_cannot_be_right_is_said_at_its_field_and_changes_nothing(string field, string value)
    {
        var form = new SingleSignOnForm(EmbedApplication.Origin, "");

        var refused = await _site.Handler.SaveAsync(
            _site.Owner, field == "Issuer" ? form with { Issuer = value } : form with { KeysAddress = value }, Cancellation);

        Assert.Equal([field], refused.Faults.Keys);
        await ExchangeAsync(_site.Token()).JsonAsync();
    }

    [Theory]
    [InlineData("Commenter")]
    [InlineData("Moderator")]
    public async Task Who_does_not_own_the_site_changes_nothing(string role)
    {
        var actor = await SiteSignOn.ActorAsync(_application, Enum.Parse<Role>(role));
        var seen = (await _site.ReadAsync()).SecretStamp;

        Assert.All(
            new[]
            {
                (await _site.Handler.SaveAsync(actor, new SingleSignOnForm("https://evil.example", ""), Cancellation)).Refusal,
                (await _site.Handler.MakeSecretAsync(actor, seen, Cancellation)).Refusal,
                (await _site.Handler.EndPreviousAsync(actor, Cancellation)).Refusal,
                (await _site.Handler.SignOutAllAsync(actor, Cancellation)).Refusal,
                (await _site.Handler.TurnOffAsync(actor, Cancellation)).Refusal,
                (await _application.Services.GetRequiredService<TrySiteToken>().HandleAsync(actor, _site.Token(), Cancellation)).Refusal,
            },
            refusal => Assert.Equal(Refusal.NotAllowed, refusal));

        await ExchangeAsync(_site.Token()).JsonAsync();
    }

    [Fact]
    public async Task Each_change_is_logged_and_no_secret_is_in_the_log()
    {
        await _site.MakeSecretAsync();
        await _site.Handler.TurnOffAsync(_site.Owner, Cancellation);

        await using var database = await _application.OpenDatabaseAsync();
        var entries = await database.ModerationLog.Where(entry => entry.Act == ActWord.SingleSignOnChanged).OrderBy(entry => entry.Id).ToListAsync(Cancellation);
        Assert.Equal(["saved", "secret-made", "secret-made", "turned-off"], entries.Select(entry => (string)JsonNode.Parse(entry.Details)!["what"]!));
        var kept = (await database.SingleSignOns.AsNoTracking().SingleOrDefaultAsync(Cancellation))?.Secret;
        Assert.Null(kept);
        Assert.All(entries, entry => Assert.Equal(_site.Owner.Commenter.Id, entry.ActorId));
        Assert.All(entries, entry => Assert.DoesNotContain(_site.Secret, entry.Details + entry.Changes, StringComparison.Ordinal));
        // Neither what was kept of it, by which it could be read with the keys beside the database.
        Assert.All(entries, entry => Assert.DoesNotMatch("""ecret":"[^"]""", entry.Changes));
    }

    [Fact]
    public async Task Issuer_and_keys_are_taken_back_with_the_secret_as_it_is_and_what_forgot_one_is_not()
    {
        await _site.Handler.SaveAsync(_site.Owner, new SingleSignOnForm("https://other.example", "https://other.example/jwks.json"), Cancellation);
        await AssertRefusedAsync(_site.Token());
        await using var database = await _application.OpenDatabaseAsync();
        var entries = database.ModerationLog.Where(entry => entry.Act == ActWord.SingleSignOnChanged).OrderBy(entry => entry.Id).Select(entry => entry.Id);

        Assert.Equal(UndoResult.Undone, (await _application.UndoAsync(await entries.LastAsync(Cancellation)))[0].Result);

        await ExchangeAsync(_site.Token()).JsonAsync();
        // On again by hand, with another secret.
        Assert.Equal([UndoResult.NotUndoable, UndoResult.ChangedSince], (await _application.UndoAsync(await entries.Take(2).ToArrayAsync(Cancellation))).Select(item => item.Result));
        await _site.Handler.TurnOffAsync(_site.Owner, Cancellation);
        Assert.Equal(UndoResult.NotUndoable, (await _application.UndoAsync(await entries.LastAsync(Cancellation)))[0].Result);
    }

    [Fact]
    public async Task Switched_on_without_a_secret_it_is_taken_back_and_whom_it_signed_in_is_signed_out()
    {
        await _site.Handler.TurnOffAsync(_site.Owner, Cancellation);
        await _site.Handler.SaveAsync(_site.Owner, new SingleSignOnForm(EmbedApplication.Origin, "https://blog.example/jwks.json"), Cancellation);
        await using var database = await _application.OpenDatabaseAsync();
        var entry = await database.ModerationLog.Where(e => e.Act == ActWord.SingleSignOnChanged).MaxAsync(e => e.Id, Cancellation);
        var ada = new Commenter { Name = "Ada", CreatedAt = _application.Clock.GetUtcNow() };
        ada.Accounts.Add(new CommenterAccount { Provider = "Site", Subject = $"{EmbedApplication.Site}:ada", Name = "Ada", LinkedAt = ada.CreatedAt });
        database.Commenters.Add(ada);
        await database.SaveChangesAsync(Cancellation);
        await _application.SessionOfAsync(ada.Id);

        var undone = await _application.UndoAsync(entry);

        Assert.Equal(UndoResult.Undone, undone[0].Result);
        Assert.False(await database.SingleSignOns.AnyAsync(Cancellation));
        Assert.False(await database.Sessions.AnyAsync(s => s.CommenterId == ada.Id, Cancellation));
        Assert.Equal(UndoResult.Undone, (await _application.UndoAsync(undone[0].Written!.Value))[0].Result);
        Assert.Equal("https://blog.example/jwks.json", (await database.SingleSignOns.AsNoTracking().SingleAsync(Cancellation)).KeysAddress);
    }

    private async Task<string> FaultOfAsync(string token) => (await _site.TryAsync(token)).Fault!;

    private static JsonObject With(JsonObject claims, string name, JsonNode? value)
    {
        claims[name] = value;
        return claims;
    }

    private Task<HttpResponseMessage> ExchangeAsync(string token) =>
        _page.SendAsync(HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/session/sso", new { token });

    private Task AssertRefusedAsync(string token) => ExchangeAsync(token).AssertRefusedAsync(HttpStatusCode.BadRequest, "sso-invalid");
}
