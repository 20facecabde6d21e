using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Acts are taken back exactly, in an order that loses nothing, by those who might do them.</summary>
public sealed class UndoActTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private readonly string _page = EmbedApplication.NewPage();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_act_is_undone_done_again_and_undone_again()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var id = await ada.PostAsync(_page, "Text");
        await application.UndoAsync();
        var before = await application.DumpAsync();
        var act = await RejectAsync(ada, id);
        var rejected = await application.DumpAsync();

        var undo = Assert.Single(await application.UndoAsync(act));
        Assert.Equal(before, await application.DumpAsync());
        Assert.Equal(1, (await application.ReadThreadAsync(_page)).CommentCount);
        var redo = Assert.Single(await application.UndoAsync(undo.Written!.Value));
        Assert.Equal(rejected, await application.DumpAsync());
        Assert.Empty((await application.ReadThreadAsync(_page)).Comments);

        Assert.Equal([UndoResult.Undone, UndoResult.Undone], new[] { undo.Result, redo.Result });
        Assert.Equal(UndoResult.NotUndoable, Assert.Single(await application.UndoAsync(redo.Written!.Value)).Result);
        Assert.Equal(UndoResult.UndoneAlready, Assert.Single(await application.UndoAsync(undo.Written.Value)).Result);
        Assert.Equal(UndoResult.Undone, Assert.Single(await application.UndoAsync(act)).Result);
        Assert.Equal(before, await application.DumpAsync());
        Assert.Equal(UndoResult.UndoneAlready, Assert.Single(await application.UndoAsync(act)).Result);
    }

    [Fact]
    public async Task A_selection_is_undone_from_the_last_on_and_one_that_cannot_be_does_not_keep_the_others()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var (one, two) = (await ada.PostAsync(_page, "One"), await ada.PostAsync(_page, "Two"));
        await application.UndoAsync();
        var before = await application.DumpAsync();
        var first = await RejectAsync(ada, one);
        var second = await application.DecideAsync(ada.Id, one, ActWord.CommentMarkedSpam, comment => comment.MarkSpam());
        var third = await RejectAsync(ada, two);

        var items = await application.UndoAsync(third, first, 987_654, second, second);

        Assert.Equal([987_654, third, second, first], items.Select(item => item.Entry));
        Assert.Equal([UndoResult.NotFound, UndoResult.Undone, UndoResult.Undone, UndoResult.Undone], items.Select(item => item.Result));
        Assert.Equal(before, await application.DumpAsync());
        var batch = await EntriesAsync(items.Select(item => item.Written).OfType<long>());
        Assert.Equal(3, batch.Count);
        Assert.All(batch, entry => Assert.Equal(items[1].Written, entry.BatchId));
    }

    [Fact]
    public async Task What_a_later_act_has_changed_names_it_and_is_left_alone()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var id = await ada.PostAsync(_page, "Text");
        var first = await RejectAsync(ada, id);
        var second = await application.DecideAsync(ada.Id, id, ActWord.CommentMarkedSpam, comment => comment.MarkSpam());
        var edited = await application.DecideAsync(ada.Id, id, ActWord.CommentEdited, comment => comment.Edit("New", "<p>New</p>", application.Clock.GetUtcNow()));
        await application.UndoAsync();
        var before = await application.DumpAsync();

        var blocked = Assert.Single(await application.UndoAsync(first));

        Assert.Equal((UndoResult.ChangedSince, second, null), (blocked.Result, blocked.BlockedBy, blocked.Written));
        Assert.Equal(before, await application.DumpAsync());
        // Of other columns: in whatever order.
        Assert.Equal([UndoResult.Undone], (await application.UndoAsync(second)).Select(item => item.Result));
        Assert.Equal([UndoResult.Undone], (await application.UndoAsync(first)).Select(item => item.Result));
        Assert.Equal([UndoResult.Undone], (await application.UndoAsync(edited)).Select(item => item.Result));
    }

    [Fact]
    public async Task A_row_that_stands_in_the_way_of_one_that_would_return_keeps_it_away()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var (site, now) = (await application.SiteIdAsync(), application.Clock.GetUtcNow());
        await application.ActAsync(new NewAct(ada.Id, ActedVia.Admin, site, ActWord.RoleGiven), database =>
            Added(database.RoleGrants.Add(new RoleGrant { CommenterId = ada.Id, SiteId = site, Role = SiteRole.Trusted, GivenAt = now })));
        var taken = await application.ActAsync(new NewAct(ada.Id, ActedVia.Admin, site, ActWord.RoleTaken), async database =>
            database.RoleGrants.Remove(await database.RoleGrants.SingleAsync(g => g.CommenterId == ada.Id, Cancellation)));
        await using var database = await application.OpenDatabaseAsync();
        database.RoleGrants.Add(new RoleGrant { CommenterId = ada.Id, SiteId = site, Role = SiteRole.Owner, GivenAt = now });
        await database.SaveChangesAsync(Cancellation);
        await application.UndoAsync();
        var before = await application.DumpAsync();

        var item = Assert.Single(await application.UndoAsync(taken));

        Assert.Equal((UndoResult.ChangedSince, null), (item.Result, item.Written));
        Assert.Equal(before, await application.DumpAsync());
    }

    [Fact]
    public async Task A_plan_says_the_same_and_changes_nothing()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var id = await ada.PostAsync(_page, "Text");
        var first = await RejectAsync(ada, id);
        var second = await application.DecideAsync(ada.Id, id, ActWord.CommentMarkedSpam, comment => comment.MarkSpam());
        var (root, _) = await application.MakeSessionAsync("Root", Role.Administrator);
        var undo = application.Services.GetRequiredService<UndoAct>();
        var (before, entries) = (await application.DumpAsync(), await EntriesAsync([first, second]));
        var version = (await application.ReadThreadAsync(_page)).Version;

        var alone = await undo.PlanAsync(root, [first], Cancellation);
        var both = await undo.PlanAsync(root, [first, second], Cancellation);

        Assert.Equal([UndoResult.ChangedSince], alone.Value!.Select(item => item.Result));
        Assert.Equal([UndoResult.Undone, UndoResult.Undone], both.Value!.Select(item => item.Result));
        Assert.Equal(before, await application.DumpAsync());
        Assert.Equivalent(entries, await EntriesAsync([first, second]));
        Assert.Equal(version, (await application.ReadThreadAsync(_page)).Version);
    }

    [Fact]
    public async Task A_merge_and_decisions_before_and_after_it_are_undone_in_the_order_of_the_log()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var other = EmbedApplication.NewPage();
        var moves = await ThreadMoves.OpenAsync(application);
        var (one, two) = (await ada.PostAsync(_page, "One"), await ada.PostAsync(other, "Two"));
        var (from, before) = (await moves.ThreadOfAsync(two), await application.DumpAsync());
        var rejected = await RejectAsync(ada, two);
        var merged = await moves.MergeAsync(from, _page);
        var spam = await application.DecideAsync(ada.Id, one, ActWord.CommentMarkedSpam, comment => comment.MarkSpam());
        var approved = await application.DecideAsync(ada.Id, two, ActWord.CommentApproved, comment => comment.Publish());

        var items = await application.UndoAsync(rejected, merged, spam, approved);

        Assert.All(items, item => Assert.Equal(UndoResult.Undone, item.Result));
        Assert.Equal(before, await application.DumpAsync());
        await moves.AssertSoundAsync();
    }

    [Fact]
    public async Task A_decision_can_be_undone_while_a_later_merge_holds_and_the_merge_after_it()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var other = EmbedApplication.NewPage();
        var moves = await ThreadMoves.OpenAsync(application);
        var (_, two) = (await ada.PostAsync(_page, "One"), await ada.PostAsync(other, "Two"));
        var (from, before) = (await moves.ThreadOfAsync(two), await application.DumpAsync());
        var rejected = await RejectAsync(ada, two);
        var merged = await moves.MergeAsync(from, _page);

        Assert.Equal(UndoResult.Undone, Assert.Single(await application.UndoAsync(rejected)).Result);
        await moves.AssertSoundAsync();
        Assert.Equal(2, (await application.ReadThreadAsync(_page)).CommentCount);
        Assert.Equal(UndoResult.Undone, Assert.Single(await application.UndoAsync(merged)).Result);

        Assert.Equal(before, await application.DumpAsync());
        // A merge is done again as it was done: by hand, with a plan.
        var written = (await application.ReadLogAsync()).First(act => act.Entry.UndoesId == merged);
        Assert.Equal(UndoResult.NotUndoable, Assert.Single(await application.UndoAsync(written.Entry.Id)).Result);
    }

    [Fact]
    public async Task A_thread_deleted_or_given_another_address_since_keeps_its_merge_from_being_undone()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var other = EmbedApplication.NewPage();
        var moves = await ThreadMoves.OpenAsync(application);
        var (one, two) = (await ada.PostAsync(_page, "One"), await ada.PostAsync(other, "Two"));
        var merged = await moves.MergeAsync(await moves.ThreadOfAsync(two), _page);
        var into = await moves.ThreadOfAsync(one);
        var titled = Assert.Single(await moves.ChangeAsync(new ChangeThread.Change(Title: "Title"), into));
        var deleted = Assert.Single(await moves.DeleteAsync(into));

        var blocked = Assert.Single(await application.UndoAsync(merged));

        Assert.Equal((UndoResult.ChangedSince, deleted), (blocked.Result, blocked.BlockedBy));
        Assert.Equal([UndoResult.Undone, UndoResult.Undone], (await application.UndoAsync(deleted, merged)).Select(item => item.Result));
        Assert.Equal(UndoResult.Undone, Assert.Single(await application.UndoAsync(titled)).Result);
    }

    [Fact]
    public async Task Reports_made_or_taken_back_since_stay_as_their_readers_left_them()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var ben = await Person.SignInAsync(application, "Ben");
        using var eve = await Person.SignInAsync(application, "Eve");
        var id = await ada.PostAsync(_page, "Text");
        await using var database = await application.OpenDatabaseAsync();
        database.Flags.AddRange(FlagOf(id, ben), FlagOf(id, eve));
        await database.Comments.ExecuteUpdateAsync(set => set.SetProperty(c => c.OpenFlags, c => c.Id == id ? 2 : c.OpenFlags), Cancellation);
        await database.SaveChangesAsync(Cancellation);
        var dismissed = await application.ActAsync(new NewAct(ada.Id, ActedVia.Api, 1, ActWord.FlagsDismissed) { CommentId = id }, async write =>
        {
            (await write.Comments.SingleAsync(c => c.Id == id, Cancellation)).OpenFlags = 0;
            await write.Flags.Where(f => f.CommentId == id).ForEachAsync(flag => flag.SettledAt = application.Clock.GetUtcNow(), Cancellation);
        });
        await database.Flags.Where(f => f.CommentId == id && f.CommenterId == ben.Id).ExecuteDeleteAsync(Cancellation);
        database.ChangeTracker.Clear();
        database.Flags.Add(FlagOf(id, ada));
        await database.SaveChangesAsync(Cancellation);

        Assert.Equal(UndoResult.Undone, Assert.Single(await application.UndoAsync(dismissed)).Result);

        Assert.Equal(new long?[] { null, null }, await database.Flags.Where(f => f.CommentId == id).Select(f => f.SettledAt == null ? (long?)null : 1).ToListAsync(Cancellation));
        Assert.Equal(2, await database.Comments.Where(c => c.Id == id).Select(c => c.OpenFlags).SingleAsync(Cancellation));
    }

    [Theory]
    [InlineData(ActWord.CommentRejected, (int)SiteRole.Moderator, true)]
    [InlineData(ActWord.CommentRejected, (int)SiteRole.Trusted, false)]
    [InlineData(ActWord.RulesChanged, (int)SiteRole.Moderator, false)]
    [InlineData(ActWord.RulesChanged, (int)SiteRole.Owner, true)]
    [InlineData(ActWord.SiteMade, (int)SiteRole.Owner, false)]
    [InlineData("from-another-version", (int)SiteRole.Owner, false)]
    public async Task Who_may_do_an_act_may_undo_it_at_their_site_alone(string word, int role, bool may)
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var (site, elsewhere) = (await application.SiteIdAsync(), await application.SiteIdAsync(EmbedApplication.OtherSite));
        var (somebody, _) = await application.MakeSessionAsync("Somebody");
        await using var database = await application.OpenDatabaseAsync();
        database.RoleGrants.Add(new RoleGrant { CommenterId = somebody.Id, SiteId = site, Role = (SiteRole)role, GivenAt = application.Clock.GetUtcNow() });
        await database.SaveChangesAsync(Cancellation);
        var entries = new List<long>();
        foreach (var at in new long?[] { site, elsewhere, null })
        {
            entries.Add(await application.ActAsync(new NewAct(ada.Id, ActedVia.Admin, at, word), write => Added(write.Bans.Add(new Ban { CommenterId = ada.Id, CreatedAt = application.Clock.GetUtcNow() }))));
        }

        var items = (await application.Services.GetRequiredService<UndoAct>().HandleAsync(somebody, ActedVia.Api, entries, Cancellation)).Value!;

        Assert.Equal([UndoResult.NotFound, UndoResult.NotFound, may ? UndoResult.Undone : UndoResult.NotFound], items.Select(item => item.Result));
    }

    [Fact]
    public async Task A_banned_moderator_undoes_nothing_and_too_many_entries_are_refused()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var mo = await Person.SignInAsync(application, "Mo", Role.Moderator);
        var act = await RejectAsync(ada, await ada.PostAsync(_page, "Text"));
        await using var database = await application.OpenDatabaseAsync();
        database.Bans.Add(new Ban { CommenterId = mo.Id, CreatedAt = application.Clock.GetUtcNow() });
        await database.SaveChangesAsync(Cancellation);
        var undo = application.Services.GetRequiredService<UndoAct>();
        var moderator = await database.Commenters.Include(c => c.Accounts).SingleAsync(c => c.Id == mo.Id, Cancellation);

        Assert.Equal(UndoResult.NotFound, Assert.Single((await undo.HandleAsync(moderator, ActedVia.Api, [act], Cancellation)).Value!).Result);
        Assert.Equal(Refusal.TooManyEntries, (await undo.HandleAsync(moderator, ActedVia.Api, [.. Enumerable.Range(1, 101).Select(i => (long)i)], Cancellation)).Refusal);
    }

    private static Flag FlagOf(long comment, Person person) => new() { CommentId = comment, CommenterId = person.Id, Reason = FlagReason.Spam, Note = "" };

    private static Task<object> Added(object row) => Task.FromResult(row);

    private Task<long> RejectAsync(Person by, long comment) => application.DecideAsync(by.Id, comment, ActWord.CommentRejected, c => c.Reject());

    private async Task<List<ModerationLogEntry>> EntriesAsync(IEnumerable<long> ids)
    {
        await using var database = await application.OpenDatabaseAsync();
        return await database.ModerationLog.AsNoTracking().Where(e => ids.Contains(e.Id)).OrderBy(e => e.Id).ToListAsync(Cancellation);
    }
}
