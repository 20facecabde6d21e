using Embed.Server.Admin;
using Embed.Server.Admin.Rules;
using Embed.Server.Commenters;
using Embed.Server.Comments;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Sites;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>What an administrator does to people and to a site, each by its own handler.</summary>
internal sealed class UndoableChanges(EmbedApplication application, Commenter administrator, IReadOnlyList<long> people)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Does it to something chosen at random; the log's entry, or null where there was nothing to do.</summary>
    public delegate Task<long?> Change(Choices random);

    /// <summary>The changes, with the word each has in the log.</summary>
    public IReadOnlyList<(string Word, Change Change)> All =>
    [
        (ActWord.CommenterBanned, async random => Done(await Handler<BanCommenter>().HandleAsync(
            await AuthorityAsync(), Any(random), new(random.Next(2) == 0 ? null : 1 + random.Next(9), IsShadow: random.Next(2) == 0, "A reason"), Cancellation))),
        (ActWord.BanLifted, async random => Done(await Handler<BanCommenter>().LiftAsync(await AuthorityAsync(), Any(random), Cancellation))),
        (ActWord.RoleGiven, async random => Done(await Handler<GiveRole>().HandleAsync(
            await AuthorityAsync(), Any(random), (SiteRole)((int)SiteRole.Trusted + random.Next(3)), Cancellation))),
        (ActWord.RoleTaken, async random => Done(await Handler<GiveRole>().HandleAsync(await AuthorityAsync(), Any(random), SiteRole.None, Cancellation))),
        (ActWord.InvitationAccepted, AcceptAsync),
        (ActWord.NoteAdded, async random => Done(await Handler<NotePerson>().HandleAsync(await AuthorityAsync(), Any(random), "Noted", Cancellation))),
        (ActWord.NoteDeleted, DeleteNoteAsync),
        (ActWord.SiteChanged, ChangeSiteAsync),
        (ActWord.RulesChanged, ChangeRulesAsync),
        (ActWord.RulesChanged, ChangeCheckAsync),
        (ActWord.SingleSignOnChanged, ChangeSignOnAsync),
    ];

    // Whoever has as much already leaves the link as it is, and who is banned may not.
    private async Task<long?> AcceptAsync(Choices random)
    {
        var id = Any(random);
        await using var database = await application.OpenDatabaseAsync();
        var person = await database.Commenters.AsNoTracking().Include(c => c.Accounts).SingleAsync(c => c.Id == id, Cancellation);
        var role = random.Next(2) == 0 ? SiteRole.Moderator : SiteRole.Owner;
        var secret = (await Handler<Invite>().HandleAsync(await AuthorityAsync(), role, "For somebody", Cancellation)).Value;
        var invited = await database.ModerationLog.MaxAsync(e => e.Id, Cancellation);
        var ticket = await Handler<AcceptInvitation>().RedeemAsync(secret, Cancellation);
        var accepted = await Handler<AcceptInvitation>().HandleAsync(person, ticket, Cancellation);
        await database.Invitations.Where(i => i.UsedAt == null).ExecuteDeleteAsync(Cancellation);
        return accepted.Refusal is null ? await EntryAfterAsync(invited) : null;
    }

    private async Task<long?> DeleteNoteAsync(Choices random)
    {
        await using var database = await application.OpenDatabaseAsync();
        var notes = await database.PersonNotes.OrderBy(n => n.Id).Select(n => n.Id).ToListAsync(Cancellation);
        return notes.Count == 0 ? null
            : Done(await Handler<NotePerson>().DeleteAsync(await AuthorityAsync(), notes[random.Next(notes.Count)], Cancellation));
    }

    private async Task<long?> ChangeSiteAsync(Choices random)
    {
        var form = SiteForm.From(await SiteAsync());
        var saved = await Handler<SaveSite>().HandleAsync(
            administrator,
            form with
            {
                Name = $"Name {random.Next(9)}",
                IsNumbered = !form.IsNumbered,
                ClosesAfterDays = $"{random.Next(9)}",
                Moderators = $"{form.Moderators}\nGitHub:{random.Next(99)}",
            },
            Cancellation);
        Assert.Empty(saved.Faults);
        return saved.Entry;
    }

    private async Task<long?> ChangeRulesAsync(Choices random)
    {
        var actor = await ActorAsync();
        Rule[] rules = [.. actor.Site.Rules, new Rule { Condition = RuleCondition.Links, Number = random.Next(9), Verdict = RuleVerdict.Hold }];
        var saved = await Handler<SaveRules>().HandleAsync(actor, rules, actor.Site.Revision, Cancellation);
        return Done(saved.Value!.EntryId);
    }

    // Without a key: with one it is not in the log, and could not be put back.
    private async Task<long?> ChangeCheckAsync(Choices random)
    {
        var (actor, before) = (await ActorAsync(), await LastEntryAsync());
        var done = random.Next(3) == 0
            ? await Handler<ChangeOutsideCheck>().RemoveAsync(actor, OutsideCheckKind.Http, Cancellation)
            : await Handler<ChangeOutsideCheck>().SaveAsync(actor, OutsideCheckKind.Http, $"https://check-{random.Next(9)}.example.com/", "", Cancellation);
        Assert.Equal("", done.Value);
        return await EntryAfterAsync(before);
    }

    private async Task<long?> ChangeSignOnAsync(Choices random)
    {
        var before = await LastEntryAsync();
        var done = await Handler<ChangeSingleSignOn>().SaveAsync(
            await ActorAsync(), new SingleSignOnForm($"https://{random.Next(99)}.example", random.Next(2) == 0 ? "" : "https://blog.example/jwks.json"), Cancellation);
        Assert.Empty(done.Faults);
        return await EntryAfterAsync(before);
    }

    private static long? Done(Outcome<long> outcome)
    {
        Assert.Null(outcome.Refusal);
        return outcome.Value == 0 ? null : outcome.Value;
    }

    private async Task<long> LastEntryAsync()
    {
        await using var database = await application.OpenDatabaseAsync();
        return await database.ModerationLog.MaxAsync(e => (long?)e.Id, Cancellation) ?? 0;
    }

    private async Task<long?> EntryAfterAsync(long before)
    {
        await using var database = await application.OpenDatabaseAsync();
        var entries = await database.ModerationLog.Where(e => e.Id > before).Select(e => e.Id).ToListAsync(Cancellation);
        return entries.Count == 0 ? null : Assert.Single(entries);
    }

    private async Task<Site> SiteAsync() => (await Handler<SiteDirectory>().FindAsync(EmbedApplication.Site, Cancellation))!;

    private async Task<Authority> AuthorityAsync() => new(administrator, await SiteAsync(), SiteRole.Administrator, ActedVia.Admin);

    private async Task<Actor> ActorAsync() => new(
        await SiteAsync(), administrator, new Standing(SiteRole.Administrator, null, IsShadowed: false), ActedVia.Admin);

    private long Any(Choices random) => people[random.Next(people.Count)];

    private T Handler<T>()
        where T : notnull => application.Services.GetRequiredService<T>();
}
