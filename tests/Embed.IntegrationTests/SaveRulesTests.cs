using Embed.Server.Admin.Rules;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Changing a site's rules: who may, what is kept, and taking it back.</summary>
public sealed class SaveRulesTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private static readonly Rule[] Rules =
    [
        new() { Condition = RuleCondition.Words, Words = ["casino", "赌场*"], Verdict = RuleVerdict.Refuse, Reason = "Not here." },
        new() { Condition = RuleCondition.Speed, Number = 3, Minutes = 10, Verdict = RuleVerdict.Hold, IsOff = true },
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private SaveRules Save => application.Services.GetRequiredService<SaveRules>();

    [Fact]
    public async Task The_list_is_in_force_at_once_and_is_read_as_it_was_saved()
    {
        var owner = await AdminActors.OfAsync(application, Role.Administrator);

        var saved = await Save.HandleAsync(owner, Rules, owner.Site.Revision, Cancellation);

        Assert.Empty(saved.Value!.Faults);
        var site = (await AdminActors.OfAsync(application, Role.Administrator)).Site;
        Assert.Equal(saved.Value.Revision, site.Revision);
        Assert.Equivalent(Rules, site.Rules, strict: true);
    }

    [Fact]
    public async Task It_is_logged_and_can_be_taken_back()
    {
        var owner = await AdminActors.OfAsync(application, Role.Administrator);
        var before = owner.Site.Rules;
        var saved = (await Save.HandleAsync(owner, [new() { Condition = RuleCondition.Links, Number = 9, Verdict = RuleVerdict.Hold }], owner.Site.Revision, Cancellation)).Value!;

        await using (var database = await application.OpenDatabaseAsync())
        {
            var entry = await database.ModerationLog.SingleAsync(e => e.Id == saved.EntryId, Cancellation);
            Assert.Equal((ActWord.RulesChanged, owner.Commenter.Id, ActedVia.Admin), (entry.Act, entry.ActorId, entry.Via));
        }

        var undone = await application.Services.GetRequiredService<UndoAct>().HandleAsync(owner.Commenter, ActedVia.Admin, [saved.EntryId], Cancellation);

        Assert.Equal([UndoResult.Undone], undone.Value!.Select(item => item.Result));
        Assert.Equivalent(before, (await AdminActors.OfAsync(application, Role.Administrator)).Site.Rules, strict: true);
    }

    [Fact]
    public async Task What_somebody_else_saved_meanwhile_is_not_written_over()
    {
        var owner = await AdminActors.OfAsync(application, Role.Administrator);
        await application.ChangeSiteAsync(site => site.Name = "Renamed");

        var late = (await Save.HandleAsync(owner, [], owner.Site.Revision, Cancellation)).Value!;

        Assert.True(late.IsLate);
        Assert.Equal("Renamed", (await AdminActors.OfAsync(application, Role.Administrator)).Site.Name);
    }

    [Fact]
    public async Task A_list_with_a_fault_changes_nothing()
    {
        var owner = await AdminActors.OfAsync(application, Role.Administrator);

        var faulty = (await Save.HandleAsync(owner, [Rules[0], new() { Condition = RuleCondition.Pattern, Words = ["("] }], owner.Site.Revision, Cancellation)).Value!;

        Assert.Equal([1], faulty.Faults.Keys);
        Assert.Equal(owner.Site.Revision, (await AdminActors.OfAsync(application, Role.Administrator)).Site.Revision);
    }

    [Fact]
    public async Task Only_owners_and_administrators_may()
    {
        var moderator = await AdminActors.OfAsync(application, Role.Moderator);

        Assert.Equal(Refusal.NotAllowed, (await Save.HandleAsync(moderator, [], moderator.Site.Revision, Cancellation)).Refusal);
        Assert.Equal(
            Refusal.NotAllowed,
            (await application.Services.GetRequiredService<SimulateRules>().HandleAsync(moderator, [], Cancellation)).Refusal);
        Assert.Empty((await Save.HandleAsync(moderator with { Standing = new(SiteRole.Owner, null, false) }, [], moderator.Site.Revision, Cancellation)).Value!.Faults);
    }
}
