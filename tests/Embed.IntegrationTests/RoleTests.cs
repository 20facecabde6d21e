using Embed.Server.Commenters;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Sites;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Who gives and takes which role; and bans, by who has more power.</summary>
public sealed class RoleTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();
    private Site _site = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private GiveRole Give => _application.Services.GetRequiredService<GiveRole>();

    public async ValueTask InitializeAsync() =>
        _site = (await _application.Services.GetRequiredService<SiteDirectory>().FindAsync(EmbedApplication.Site, Cancellation))!;

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    /// <summary>Each role by each; the last column says whether somebody who has the role already can have it taken, too.</summary>
    [Theory]
    [InlineData("None", "Trusted", false)]
    [InlineData("Trusted", "Trusted", false)]
    [InlineData("Moderator", "Trusted", true)]
    [InlineData("Moderator", "Moderator", false)]
    [InlineData("Moderator", "Owner", false)]
    [InlineData("Owner", "Trusted", true)]
    [InlineData("Owner", "Moderator", true)]
    [InlineData("Owner", "Owner", true)]
    [InlineData("Owner", "Administrator", false)]
    [InlineData("Administrator", "Owner", true)]
    [InlineData("Administrator", "Administrator", false)]
    public async Task Roles_are_given_and_taken_by_those_who_may(string by, string role, bool may)
    {
        var given = Enum.Parse<SiteRole>(role);
        var giver = await SomebodyAsync(Enum.Parse<SiteRole>(by));
        var (fresh, _) = await _application.MakeSessionAsync("Ada");
        var (holder, _) = await _application.MakeSessionAsync("Bo");
        await SetAsync(holder.Id, given == SiteRole.Administrator ? null : _site.Id, given);

        var gives = await Give.HandleAsync(giver, fresh.Id, given, Cancellation);
        var takes = await Give.HandleAsync(giver, holder.Id, SiteRole.None, Cancellation);

        Assert.Equal(may, gives.Refusal is null);
        // Of an administrator a site has nothing to take.
        Assert.Equal(may || (given == SiteRole.Administrator && giver.MostGiven > SiteRole.None), takes.Refusal is null);
        Assert.Equal(may ? given : SiteRole.None, await RoleOfAsync(fresh.Id));
    }

    [Fact]
    public async Task Nobody_raises_themselves()
    {
        foreach (var role in new[] { SiteRole.Trusted, SiteRole.Moderator, SiteRole.Owner })
        {
            var somebody = await SomebodyAsync(role);

            var refused = await Give.HandleAsync(somebody, somebody.Commenter.Id, role + 1, Cancellation);

            Assert.Equal(Refusal.NotAllowed, refused.Refusal);
        }
    }

    [Fact]
    public async Task A_role_is_changed_and_taken_with_effect_at_once_and_undone_exactly()
    {
        var owner = await SomebodyAsync(SiteRole.Owner);
        using var ada = await Person.SignInAsync(_application, "Ada");
        var rows = await RowsAsync();

        var first = await Give.HandleAsync(owner, ada.Id, SiteRole.Trusted, Cancellation);
        var second = await Give.HandleAsync(owner, ada.Id, SiteRole.Moderator, Cancellation);
        Assert.Equal(SiteRole.Moderator, (await StandingAsync(ada.Id)).Role);
        await ada.CloseAsync(EmbedApplication.NewPage()).AssertDoneAsync();
        Assert.Equal(0, (await Give.HandleAsync(owner, ada.Id, SiteRole.Moderator, Cancellation)).Value);
        var third = await Give.HandleAsync(owner, ada.Id, SiteRole.None, Cancellation);
        Assert.Equal(SiteRole.None, (await StandingAsync(ada.Id)).Role);

        var undone = await UndoAsync(owner, third.Value, second.Value, first.Value);

        Assert.All(undone, item => Assert.Equal(UndoResult.Undone, item.Result));
        Assert.Equal(rows, await RowsAsync());
    }

    [Fact]
    public async Task A_moderator_takes_back_trust_and_no_more()
    {
        var (owner, moderator) = (await SomebodyAsync(SiteRole.Owner), await SomebodyAsync(SiteRole.Moderator));
        var (ada, _) = await _application.MakeSessionAsync("Ada");
        var (bo, _) = await _application.MakeSessionAsync("Bo");
        var trusted = (await Give.HandleAsync(moderator, ada.Id, SiteRole.Trusted, Cancellation)).Value;
        var raised = (await Give.HandleAsync(owner, bo.Id, SiteRole.Moderator, Cancellation)).Value;
        var lowered = (await Give.HandleAsync(owner, bo.Id, SiteRole.Trusted, Cancellation)).Value;

        // What the log offers is what the handler does.
        var log = _application.Services.GetRequiredService<ReadLog>();
        var offered = (await log.HandleAsync(moderator.Commenter, new LogFilter(), new ReadLog.Place(), Cancellation)).Value!.Acts;
        Assert.Equal([(lowered, false), (raised, false), (trusted, true)], offered.Select(act => (act.Entry.Id, act.CanUndo)));
        Assert.Equal([trusted], (await log.UndoableAsync(moderator.Commenter, new LogFilter(), null, Cancellation)).Value!);
        Assert.Equal([lowered, raised, trusted], (await log.UndoableAsync(owner.Commenter, new LogFilter(), null, Cancellation)).Value!);

        var undone = await UndoAsync(moderator, lowered, raised, trusted);

        Assert.Equal([UndoResult.NotFound, UndoResult.NotFound, UndoResult.Undone], undone.Select(item => item.Result));
        Assert.Equal((SiteRole.None, SiteRole.Trusted), (await RoleOfAsync(ada.Id), await RoleOfAsync(bo.Id)));
        // And gives it again, and takes it by themselves and back.
        Assert.Equal(UndoResult.Undone, Assert.Single(await UndoAsync(moderator, undone[2].Written!.Value)).Result);
        var taken = (await Give.HandleAsync(moderator, ada.Id, SiteRole.None, Cancellation)).Value;
        Assert.Equal(UndoResult.Undone, Assert.Single(await UndoAsync(moderator, taken)).Result);
        Assert.Equal(SiteRole.Trusted, await RoleOfAsync(ada.Id));
    }

    [Fact]
    public async Task The_last_administrator_stays()
    {
        await using var application = new EmbedApplication();
        application.Settings.Remove("Embed:Administrators:0");
        var (ada, _) = await application.MakeSessionAsync("Ada");
        var (bo, _) = await application.MakeSessionAsync("Bo");
        await using (var database = await application.OpenDatabaseAsync())
        {
            database.RoleGrants.Add(new RoleGrant { CommenterId = ada.Id, Role = SiteRole.Administrator });
            await database.SaveChangesAsync(Cancellation);
        }

        var give = application.Services.GetRequiredService<GiveRole>();
        var by = new Authority(ada, null, SiteRole.Administrator, ActedVia.Admin);

        Assert.Equal(Refusal.LastAdministrator, (await give.HandleAsync(by, ada.Id, SiteRole.None, Cancellation)).Refusal);
        var made = await give.HandleAsync(by, bo.Id, SiteRole.Administrator, Cancellation);
        Assert.Null(made.Refusal);
        Assert.Null((await give.HandleAsync(by, ada.Id, SiteRole.None, Cancellation)).Refusal);

        // Nor can the act that made the last one be undone.
        var undone = await application.Services.GetRequiredService<UndoAct>().HandleAsync(bo, ActedVia.Admin, [made.Value], Cancellation);
        Assert.Equal(UndoResult.NotUndoable, Assert.Single(undone.Value!).Result);
    }

    [Fact]
    public async Task Guests_and_people_of_other_sites_get_no_role()
    {
        var owner = await SomebodyAsync(SiteRole.Owner);
        var (elsewhere, _) = await _application.MakeSessionAsync("Eve", site: EmbedApplication.OtherSite);

        Assert.Equal(Refusal.CommenterNotFound, (await Give.HandleAsync(owner, elsewhere.Id, SiteRole.Trusted, Cancellation)).Refusal);
        Assert.Equal(Refusal.CommenterNotFound, (await Give.HandleAsync(owner, 987_654, SiteRole.Trusted, Cancellation)).Refusal);
    }

    [Theory]
    [InlineData("Moderator", "None", true)]
    [InlineData("Moderator", "Trusted", true)]
    [InlineData("Moderator", "Moderator", false)]
    [InlineData("Moderator", "Owner", false)]
    [InlineData("Owner", "Moderator", true)]
    [InlineData("Owner", "Owner", false)]
    [InlineData("Owner", "Administrator", false)]
    [InlineData("Administrator", "Owner", true)]
    [InlineData("Administrator", "Administrator", false)]
    [InlineData("Trusted", "None", false)]
    public async Task A_ban_is_for_those_with_less_power(string by, string whom, bool may)
    {
        var banning = await SomebodyAsync(Enum.Parse<SiteRole>(by));
        var banned = await SomebodyAsync(Enum.Parse<SiteRole>(whom));

        var outcome = await _application.Services.GetRequiredService<BanCommenter>()
            .HandleAsync(banning, banned.Commenter.Id, new BanCommenter.Terms(1), Cancellation);

        Assert.Equal(may, outcome.Refusal is null);
        Assert.Equal(may, (await StandingAsync(banned.Commenter.Id)).Ban is not null);
    }

    [Fact]
    public async Task A_selection_is_banned_as_one_act_but_for_those_with_as_much_power()
    {
        var ban = _application.Services.GetRequiredService<BanCommenter>();
        var moderator = await SomebodyAsync(SiteRole.Moderator);
        var (ada, bo, owner) = (await SomebodyAsync(SiteRole.None), await SomebodyAsync(SiteRole.Trusted), await SomebodyAsync(SiteRole.Owner));
        var people = new[] { ada.Commenter.Id, owner.Commenter.Id, moderator.Commenter.Id, bo.Commenter.Id, 987_654, ada.Commenter.Id };

        var items = (await ban.HandleAsync(moderator, people, new BanCommenter.Terms(7), Cancellation)).Value!;

        Assert.Equal(people[..5], items.Select(item => item.CommenterId));
        Assert.Equal(
            [null, Refusal.NotAllowed, Refusal.NotAllowed, null, Refusal.CommenterNotFound], items.Select(item => item.Refusal));
        Assert.Equal([true, false, false, true, false], items.Select(item => item.Entry is not null));
        await using var database = await _application.OpenDatabaseAsync();
        var entries = await database.ModerationLog.AsNoTracking().Where(e => e.Act == ActWord.CommenterBanned).ToListAsync(Cancellation);
        Assert.Equal(2, entries.Count);
        Assert.All(entries, entry => Assert.Equal(entries[0].Id, entry.BatchId));
        Assert.NotNull((await StandingAsync(bo.Commenter.Id)).Ban);

        Assert.All(await UndoAsync(moderator, [.. items.Select(item => item.Entry).OfType<long>()]), item => Assert.Equal(UndoResult.Undone, item.Result));
        Assert.Null((await StandingAsync(ada.Commenter.Id)).Ban);
        Assert.Null((await StandingAsync(bo.Commenter.Id)).Ban);
        Assert.Equal(
            Refusal.TooManyComments,
            (await ban.HandleAsync(moderator, [.. Enumerable.Range(1, 101).Select(id => (long)id)], new BanCommenter.Terms(7), Cancellation)).Refusal);
        Assert.Equal(Refusal.TooManyComments, (await ban.HandleAsync(moderator, [], new BanCommenter.Terms(7), Cancellation)).Refusal);
        Assert.Equal(Refusal.NotAllowed, (await ban.HandleAsync(ada, [bo.Commenter.Id], new BanCommenter.Terms(7), Cancellation)).Refusal);
    }

    [Fact]
    public async Task The_whole_server_is_for_administrators_to_ban_from()
    {
        var ban = _application.Services.GetRequiredService<BanCommenter>();
        var everywhere = new BanCommenter.Terms(null, IsEverywhere: true, Reason: "Spam");
        var (ada, _) = await _application.MakeSessionAsync("Ada", site: EmbedApplication.OtherSite);
        using var reader = await Person.SignInAsync(_application, "Bo");

        Assert.Equal(Refusal.NotAllowed, (await ban.HandleAsync(await SomebodyAsync(SiteRole.Owner), ada.Id, everywhere, Cancellation)).Refusal);
        Assert.Null((await ban.HandleAsync(await SomebodyAsync(SiteRole.Administrator), ada.Id, everywhere, Cancellation)).Refusal);
        Assert.Null((await ban.HandleAsync(await SomebodyAsync(SiteRole.Administrator), reader.Id, everywhere, Cancellation)).Refusal);
        await reader.TryPostAsync(EmbedApplication.NewPage(), "x").AssertRefusedAsync(System.Net.HttpStatusCode.Forbidden, "banned");
    }

    [Fact]
    public async Task A_token_that_a_sites_page_holds_bans_from_that_site_alone()
    {
        using var root = await Person.SignInAsync(_application, "Root", Role.Administrator);
        using var ada = await Person.SignInAsync(_application, "Ada");
        var address = $"/api/v1/sites/{EmbedApplication.Site}/commenters/{ada.Id}/ban";

        await root.SendAsync(HttpMethod.Put, address, new { isEverywhere = true }).AssertRefusedAsync(System.Net.HttpStatusCode.Forbidden, "not-allowed");
        await root.SendAsync(HttpMethod.Put, address, new { days = 1 }).AssertDoneAsync();

        Assert.Equal(_site.Id, (await StandingAsync(ada.Id)).Ban?.SiteId);
    }

    [Fact]
    public async Task A_ban_comes_back_upon_nobody_who_has_come_to_the_power_of_who_undoes()
    {
        var ban = _application.Services.GetRequiredService<BanCommenter>();
        var moderator = await SomebodyAsync(SiteRole.Moderator);
        var ada = await SomebodyAsync(SiteRole.None);
        var banned = await ban.HandleAsync(moderator, ada.Commenter.Id, new BanCommenter.Terms(null), Cancellation);
        var lifted = await ban.LiftAsync(moderator, ada.Commenter.Id, Cancellation);
        await SetAsync(ada.Commenter.Id, _site.Id, SiteRole.Moderator);

        Assert.Equal(UndoResult.NotFound, Assert.Single(await UndoAsync(moderator, lifted.Value)).Result);
        Assert.Null((await StandingAsync(ada.Commenter.Id)).Ban);
        Assert.Equal(UndoResult.Undone, Assert.Single(await UndoAsync(await SomebodyAsync(SiteRole.Owner), lifted.Value)).Result);
        Assert.NotNull((await StandingAsync(ada.Commenter.Id)).Ban);
        Assert.NotEqual(0, banned.Value);
    }

    [Fact]
    public async Task A_shadow_ban_refuses_nothing_and_says_nothing_and_a_ban_in_its_place_is_undone_to_it_exactly()
    {
        var ban = _application.Services.GetRequiredService<BanCommenter>();
        var moderator = await SomebodyAsync(SiteRole.Moderator);
        using var ada = await Person.SignInAsync(_application, "Ada");
        var shadow = await ban.HandleAsync(moderator, ada.Id, new BanCommenter.Terms(3, IsShadow: true, Reason: " Advertising "), Cancellation);
        var rows = await RowsAsync();

        await ada.PostAsync(EmbedApplication.NewPage(), "Buy this");
        Assert.True((await StandingAsync(ada.Id)) is { Ban: null, IsShadowed: true });
        var real = await ban.HandleAsync(moderator, ada.Id, new BanCommenter.Terms(null), Cancellation);
        await ada.TryPostAsync(EmbedApplication.NewPage(), "x").AssertRefusedAsync(System.Net.HttpStatusCode.Forbidden, "banned");
        var lifted = await ban.LiftAsync(moderator, ada.Id, Cancellation);
        Assert.True((await StandingAsync(ada.Id)) is { Ban: null, IsShadowed: false });

        Assert.All(await UndoAsync(moderator, lifted.Value, real.Value), item => Assert.Equal(UndoResult.Undone, item.Result));
        Assert.Equal(rows, await RowsAsync());
        Assert.All(await UndoAsync(moderator, shadow.Value), item => Assert.Equal(UndoResult.Undone, item.Result));
        Assert.True((await StandingAsync(ada.Id)) is { Ban: null, IsShadowed: false });
    }

    [Fact]
    public async Task A_reason_has_a_limit()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");

        var refused = await _application.Services.GetRequiredService<BanCommenter>().HandleAsync(
            await SomebodyAsync(SiteRole.Moderator), ada.Id, new BanCommenter.Terms(1, Reason: new string('x', Ban.MaxReasonCharacters + 1)), Cancellation);

        Assert.Equal(Refusal.BanReasonTooLong, refused.Refusal);
    }

    [Fact]
    public async Task Notes_are_for_moderators_of_the_site_and_deleted_by_them()
    {
        var notes = _application.Services.GetRequiredService<NotePerson>();
        var moderator = await SomebodyAsync(SiteRole.Moderator);
        using var ada = await Person.SignInAsync(_application, "Ada");

        Assert.Equal(Refusal.NotAllowed, (await notes.HandleAsync(await SomebodyAsync(SiteRole.Trusted), ada.Id, "x", Cancellation)).Refusal);
        Assert.Equal(Refusal.NoteInvalid, (await notes.HandleAsync(moderator, ada.Id, " ", Cancellation)).Refusal);
        Assert.Equal(Refusal.NoteInvalid, (await notes.HandleAsync(moderator, ada.Id, new string('x', PersonNote.MaxTextCharacters + 1), Cancellation)).Refusal);
        var added = await notes.HandleAsync(moderator, ada.Id, " Friendly ", Cancellation);
        Assert.Null(added.Refusal);
        await using var database = await _application.OpenDatabaseAsync();
        var note = await database.PersonNotes.AsNoTracking().SingleAsync(Cancellation);
        Assert.Equal("Friendly", note.Text);
        Assert.DoesNotContain("Friendly", await ada.Http.GetStringAsync(new Uri("/api/v1/sites/test/recent", UriKind.Relative), Cancellation), StringComparison.Ordinal);
        var deleted = await notes.DeleteAsync(moderator, note.Id, Cancellation);
        Assert.Empty(await database.PersonNotes.ToListAsync(Cancellation));
        Assert.All(await UndoAsync(moderator, deleted.Value), item => Assert.Equal(UndoResult.Undone, item.Result));
        Assert.Equal("Friendly", (await database.PersonNotes.AsNoTracking().SingleAsync(Cancellation)).Text);
    }

    private async Task<Authority> SomebodyAsync(SiteRole role)
    {
        var (commenter, _) = await _application.MakeSessionAsync($"{role}", role == SiteRole.Administrator ? Role.Administrator : Role.Commenter);
        if (role is not (SiteRole.None or SiteRole.Administrator))
        {
            await SetAsync(commenter.Id, _site.Id, role);
        }

        return new Authority(commenter, _site, role, ActedVia.Admin);
    }

    private async Task SetAsync(long commenterId, long? siteId, SiteRole role)
    {
        await using var database = await _application.OpenDatabaseAsync();
        database.RoleGrants.Add(new RoleGrant { CommenterId = commenterId, SiteId = siteId, Role = role, GivenAt = _application.Clock.GetUtcNow() });
        await database.SaveChangesAsync(Cancellation);
    }

    private async Task<SiteRole> RoleOfAsync(long commenterId)
    {
        await using var database = await _application.OpenDatabaseAsync();
        return await database.RoleGrants.Where(grant => grant.CommenterId == commenterId).Select(grant => grant.Role).FirstOrDefaultAsync(Cancellation);
    }

    private async Task<Standing> StandingAsync(long commenterId)
    {
        await using var database = await _application.OpenDatabaseAsync();
        var commenter = await database.Commenters.Include(c => c.Accounts).SingleAsync(c => c.Id == commenterId, Cancellation);
        return await _application.Services.GetRequiredService<Standings>().FindAsync(commenter, _site, Cancellation);
    }

    // Roles and bans, whole.
    private async Task<string> RowsAsync()
    {
        await using var database = await _application.OpenDatabaseAsync();
        return System.Text.Json.JsonSerializer.Serialize(new
        {
            Roles = await database.RoleGrants.AsNoTracking().OrderBy(g => g.Id).Select(g => new { g.Id, g.CommenterId, g.SiteId, g.Role, g.GivenById, g.GivenAt }).ToListAsync(Cancellation),
            Bans = await database.Bans.AsNoTracking().OrderBy(b => b.Id).ToListAsync(Cancellation),
        });
    }

    private async Task<IReadOnlyList<UndoAct.Item>> UndoAsync(Authority by, params long[] entries)
    {
        var undone = await _application.Services.GetRequiredService<UndoAct>().HandleAsync(by.Commenter, ActedVia.Admin, entries, Cancellation);
        Assert.Null(undone.Refusal);
        return undone.Value!;
    }
}
