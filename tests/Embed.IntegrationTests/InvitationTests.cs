using System.Net;
using Embed.Server.Commenters;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Sites;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>A link gives a role to the first who opens it, signs in and accepts.</summary>
public sealed class InvitationTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_link_says_what_it_gives_and_gives_it_to_who_accepts()
    {
        var (by, secret) = await InviteAsync(SiteRole.Moderator);
        var (ada, _) = await application.MakeSessionAsync("Ada");
        using var browser = await OpenAsync(secret, ada.Id);

        Assert.Contains("invites you to be a moderator of the site Test blog.", Words(browser), StringComparison.Ordinal);
        Assert.Null(await RoleOfAsync(ada.Id));
        await browser.PressAsync("/invitation/accept");

        Assert.Equal(SiteRole.Moderator, (await RoleOfAsync(ada.Id))?.Role);
        Assert.Equal(by.Commenter.Id, (await RoleOfAsync(ada.Id))?.GivenById);
        Assert.DoesNotContain(browser.Visited, address => address.ToString().Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_is_not_signed_in_reads_it_and_signs_in_first()
    {
        var (_, secret) = await InviteAsync(SiteRole.Trusted);
        using var browser = await OpenAsync(secret, null);

        Assert.Contains("a trusted commenter", Words(browser), StringComparison.Ordinal);
        Assert.Equal("/signin?return=/invitation/accept", browser.Page.QuerySelector("a.button")!.GetAttribute("href"));
    }

    [Fact]
    public async Task Of_many_who_accept_at_once_one_has_the_role()
    {
        var (_, secret) = await InviteAsync(SiteRole.Owner);
        var people = new List<(long Id, Popup Browser)>();
        for (var person = 0; person < 5; person++)
        {
            var (commenter, _) = await application.MakeSessionAsync($"Person {person}");
            people.Add((commenter.Id, await OpenAsync(secret, commenter.Id)));
        }

        await Task.WhenAll(people.Select(person => person.Browser.PressAsync("/invitation/accept")));

        var roles = await Task.WhenAll(people.Select(person => RoleOfAsync(person.Id)));
        Assert.Single(roles, grant => grant is not null);
        Assert.Equal(4, people.Count(person => person.Browser.Status == HttpStatusCode.NotFound));
        people.ForEach(person => person.Browser.Dispose());
    }

    [Fact]
    public async Task A_revoked_one_and_one_that_is_over_give_nothing()
    {
        var accept = application.Services.GetRequiredService<AcceptInvitation>();
        var (by, revoked) = await InviteAsync(SiteRole.Trusted);
        var ticket = await accept.RedeemAsync(revoked, Cancellation);
        Assert.NotNull(ticket);
        await application.Services.GetRequiredService<Invite>().RevokeAsync(by, await IdAsync(revoked), Cancellation);

        Assert.Null(await accept.RedeemAsync(revoked, Cancellation));
        Assert.Null(await accept.ShowAsync(ticket, Cancellation));

        var (_, late) = await InviteAsync(SiteRole.Trusted);
        application.Clock.Advance(Invite.Lifetime);
        Assert.Null(await accept.RedeemAsync(late, Cancellation));
    }

    [Fact]
    public async Task An_invitation_of_somebody_who_may_not_give_the_role_any_more_gives_nothing()
    {
        var (owner, _) = await application.MakeSessionAsync("Owner");
        await GiveAsync(owner.Id, SiteRole.Owner);
        var site = await SiteAsync();
        var invited = await application.Services.GetRequiredService<Invite>()
            .HandleAsync(new Authority(owner, site, SiteRole.Owner, ActedVia.Admin), SiteRole.Moderator, "", Cancellation);
        var accept = application.Services.GetRequiredService<AcceptInvitation>();
        Assert.NotNull(await accept.RedeemAsync(invited.Value, Cancellation));

        await GiveAsync(owner.Id, SiteRole.None);

        Assert.Null(await accept.RedeemAsync(invited.Value, Cancellation));
    }

    [Fact]
    public async Task An_invitation_of_somebody_who_is_banned_gives_nothing_while_they_are()
    {
        var (owner, _) = await application.MakeSessionAsync("Owner");
        await GiveAsync(owner.Id, SiteRole.Owner);
        var site = await SiteAsync();
        var invited = await application.Services.GetRequiredService<Invite>()
            .HandleAsync(new Authority(owner, site, SiteRole.Owner, ActedVia.Admin), SiteRole.Moderator, "", Cancellation);
        var accept = application.Services.GetRequiredService<AcceptInvitation>();
        await using var database = await application.OpenDatabaseAsync();
        var ban = database.Bans.Add(new Ban { CommenterId = owner.Id, SiteId = site.Id, CreatedAt = application.Clock.GetUtcNow() });
        await database.SaveChangesAsync(Cancellation);

        Assert.Null(await accept.RedeemAsync(invited.Value, Cancellation));

        database.Bans.Remove(ban.Entity);
        await database.SaveChangesAsync(Cancellation);
        Assert.NotNull(await accept.RedeemAsync(invited.Value, Cancellation));
    }

    [Fact]
    public async Task Whoever_has_the_role_already_leaves_it_open_and_who_is_banned_gets_nothing()
    {
        var (by, secret) = await InviteAsync(SiteRole.Moderator);
        var accept = application.Services.GetRequiredService<AcceptInvitation>();
        var ticket = await accept.RedeemAsync(secret, Cancellation);
        var (moderator, _) = await application.MakeSessionAsync("Mo", Role.Moderator);
        var (banned, _) = await application.MakeSessionAsync("Eve");
        Assert.Null((await application.Services.GetRequiredService<BanCommenter>().HandleAsync(by, banned.Id, new BanCommenter.Terms(1), Cancellation)).Refusal);

        Assert.Equal(Refusal.RoleHeldAlready, (await accept.HandleAsync(moderator, ticket, Cancellation)).Refusal);
        Assert.Equal("banned", (await accept.HandleAsync(banned, ticket, Cancellation)).Refusal?.Code);
        Assert.NotNull(await accept.ShowAsync(ticket, Cancellation));
    }

    [Fact]
    public async Task Undoing_the_acceptance_takes_the_role_away_and_does_not_make_the_link_good_again()
    {
        var (by, secret) = await InviteAsync(SiteRole.Moderator);
        var (ada, _) = await application.MakeSessionAsync("Ada");
        using var browser = await OpenAsync(secret, ada.Id);
        await browser.PressAsync("/invitation/accept");
        await using var database = await application.OpenDatabaseAsync();
        var entry = await database.ModerationLog.OrderByDescending(e => e.Id).FirstAsync(e => e.Act == ActWord.InvitationAccepted, Cancellation);

        var undone = await application.Services.GetRequiredService<UndoAct>().HandleAsync(by.Commenter, ActedVia.Admin, [entry.Id], Cancellation);

        Assert.Equal(UndoResult.Undone, Assert.Single(undone.Value!).Result);
        Assert.Null(await RoleOfAsync(ada.Id));
        Assert.Null(await application.Services.GetRequiredService<AcceptInvitation>().RedeemAsync(secret, Cancellation));
    }

    [Theory]
    [InlineData("Commenter", "Trusted")]
    [InlineData("Moderator", "Moderator")]
    [InlineData("Moderator", "Owner")]
    [InlineData("Administrator", "Administrator")]
    [InlineData("Administrator", "None")]
    public async Task Nobody_invites_to_more_than_they_may_give(string role, string given)
    {
        var (commenter, _) = await application.MakeSessionAsync("Mo", Enum.Parse<Role>(role));
        var site = await SiteAsync();
        var standing = await application.Services.GetRequiredService<Standings>().FindAsync(commenter, site, Cancellation);

        var refused = await application.Services.GetRequiredService<Invite>()
            .HandleAsync(new Authority(commenter, site, standing.Role, ActedVia.Admin), Enum.Parse<SiteRole>(given), "", Cancellation);

        Assert.Equal(Refusal.NotAllowed, refused.Refusal);
    }

    [Fact]
    public async Task A_secret_is_kept_by_its_hash_alone_and_a_guess_is_worth_nothing()
    {
        var (_, secret) = await InviteAsync(SiteRole.Trusted);
        var accept = application.Services.GetRequiredService<AcceptInvitation>();

        Assert.False(DatabaseTraces.IsInFiles(application, System.Text.Encoding.UTF8.GetBytes(secret)));
        foreach (var guess in new[] { "", "x", Secret.Create(), secret[..^1] + (secret[^1] == 'A' ? 'B' : 'A') })
        {
            Assert.Null(await accept.RedeemAsync(guess, Cancellation));
        }

        Assert.Null(await accept.ShowAsync(null, Cancellation));
        Assert.Null(await accept.ShowAsync("made up", Cancellation));
    }

    [Fact]
    public async Task The_link_in_another_browser_is_its_own_and_a_ticket_without_a_sign_in_accepts_nothing()
    {
        var (_, secret) = await InviteAsync(SiteRole.Moderator);
        var (ada, _) = await application.MakeSessionAsync("Ada");
        using var other = new Popup(application);
        other.Take(await OwnOrigin.CookieAsync(application, ada.Id));

        await other.GoAsync("/invitation/accept");

        Assert.Equal(HttpStatusCode.NotFound, other.Status);
        Assert.NotNull(await application.Services.GetRequiredService<AcceptInvitation>().RedeemAsync(secret, Cancellation));
    }

    private async Task<(Authority By, string Secret)> InviteAsync(SiteRole role)
    {
        var (administrator, _) = await application.MakeSessionAsync("Root", Role.Administrator);
        var by = new Authority(administrator, await SiteAsync(), SiteRole.Administrator, ActedVia.Admin);
        var made = await application.Services.GetRequiredService<Invite>().HandleAsync(by, role, "For Ada", Cancellation);
        return (by, made.Value!);
    }

    private async Task GiveAsync(long commenterId, SiteRole role)
    {
        var (administrator, _) = await application.MakeSessionAsync("Root", Role.Administrator);
        var given = await application.Services.GetRequiredService<GiveRole>()
            .HandleAsync(new Authority(administrator, await SiteAsync(), SiteRole.Administrator, ActedVia.Admin), commenterId, role, Cancellation);
        Assert.Null(given.Refusal);
    }

    private async Task<Site> SiteAsync() => (await application.Services.GetRequiredService<SiteDirectory>().FindAsync(EmbedApplication.Site, Cancellation))!;

    private async Task<Popup> OpenAsync(string secret, long? commenterId)
    {
        var browser = new Popup(application);
        if (commenterId is { } id)
        {
            browser.Take(await OwnOrigin.CookieAsync(application, id));
        }

        await browser.GoAsync("/invitation");
        await browser.PressAsync("/invitation", "secret", secret);
        Assert.Equal("/invitation/accept", browser.Visited[^1].AbsolutePath);
        return browser;
    }

    private static string Words(Popup browser) =>
        System.Text.RegularExpressions.Regex.Replace(browser.Page.Body!.TextContent, @"\s+", " ", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));

    private async Task<RoleGrant?> RoleOfAsync(long commenterId)
    {
        await using var database = await application.OpenDatabaseAsync();
        return await database.RoleGrants.AsNoTracking().FirstOrDefaultAsync(grant => grant.CommenterId == commenterId, Cancellation);
    }

    private async Task<long> IdAsync(string secret)
    {
        var hash = Secret.HashOf(secret);
        await using var database = await application.OpenDatabaseAsync();
        return await database.Invitations.Where(i => i.SecretHash == hash).Select(i => i.Id).SingleAsync(Cancellation);
    }
}
