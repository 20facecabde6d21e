using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Me;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>The log keeps what was done, and forgets with everything else what people take away: texts, and themselves.</summary>
public sealed class LogForgettingTests : IAsyncDisposable
{
    private readonly EmbedApplication _application = new();
    private readonly string _page = EmbedApplication.NewPage();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_text_that_its_author_deletes_is_forgotten_and_comes_back_by_no_undo()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        var id = await ada.PostAsync(_page, "Unsayable-one");
        var edited = await _application.DecideAsync(ada.Id, id, ActWord.CommentEdited, c => c.Edit("Unsayable-two", "<p>Unsayable-two</p>", _application.Clock.GetUtcNow()));
        var deleted = await _application.DecideAsync(ada.Id, id, ActWord.CommentDeleted, c => c.Delete(_application.Clock.GetUtcNow()));
        Assert.Contains("ModerationLog.Changes", await DatabaseTraces.OfTextAsync(_application, "Unsayable"));

        // What a moderator has removed already can be taken away by its author all the same.
        await ada.DeleteAsync(id).AssertDoneAsync();

        Assert.Equal([], await DatabaseTraces.OfTextAsync(_application, "Unsayable"));
        Assert.Equal([UndoResult.ChangedSince, UndoResult.ChangedSince], (await _application.UndoAsync(deleted, edited)).Select(item => item.Result));
        Assert.Equal(2, (await _application.ReadLogAsync()).Count);
    }

    [Fact]
    public async Task A_removal_is_undone_with_its_text_while_the_author_keeps_it()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        var id = await ada.PostAsync(_page, "Sayable");
        var deleted = await _application.DecideAsync(ada.Id, id, ActWord.CommentDeleted, c => c.Delete(_application.Clock.GetUtcNow()));

        Assert.Equal(UndoResult.Undone, Assert.Single(await _application.UndoAsync(deleted)).Result);

        Assert.Contains("Sayable", Assert.Single((await _application.ReadThreadAsync(_page)).Comments).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_texts_of_whoever_is_gone_are_forgotten_in_deleted_threads_too()
    {
        using var eve = await Person.SignInAsync(_application, "Eve");
        var id = await eve.PostAsync(_page, "Unsayable-three");
        await _application.DecideAsync(eve.Id, id, ActWord.CommentEdited, c => c.Edit("Unsayable-four", "<p>Unsayable-four</p>", _application.Clock.GetUtcNow()));
        var moves = await ThreadMoves.OpenAsync(_application);
        await moves.DeleteAsync(await moves.ThreadOfAsync(id));
        await using var database = await _application.OpenDatabaseAsync();
        await database.Commenters.Where(c => c.Id == eve.Id).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.DeletionDueAt, _application.Clock.GetUtcNow()), Cancellation);

        await AccountDeletion.RunAsync(_application);

        Assert.Equal([], await DatabaseTraces.OfTextAsync(_application, "Unsayable"));
    }

    [Fact]
    public async Task Who_is_joined_with_another_is_that_other_in_every_row_that_can_be_put_back()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        using var augusta = await Person.SignInAsync(_application, "Augusta");
        using var mo = await Person.SignInAsync(_application, "Mo", Role.Moderator);
        var entries = await ActOnAsync(augusta, mo);

        await JoinAsync(augusta, ada);

        Assert.Equal([], await NamedAsync(augusta.Id));
        Assert.All(await _application.UndoAsync([.. entries]), item => Assert.Equal(UndoResult.Undone, item.Result));
        await using var database = await _application.OpenDatabaseAsync();
        // Undoing has put the ban back that was lifted, and the role that was taken; both are Ada's.
        Assert.Equal(ada.Id, (await database.Bans.AsNoTracking().SingleAsync(Cancellation)).CommenterId);
        Assert.Equal(ada.Id, (await database.RoleGrants.AsNoTracking().SingleAsync(Cancellation)).CommenterId);
        Assert.Empty(await database.PersonNotes.ToListAsync(Cancellation));
        Assert.Contains(await _application.ReadLogAsync(), act => act.Person?.Id == ada.Id && act.Entry.Act == ActWord.BanLifted);
    }

    [Fact]
    public async Task Who_is_gone_is_named_in_no_entry_and_nothing_of_theirs_comes_back()
    {
        using var eve = await Person.SignInAsync(_application, "Eve");
        using var mo = await Person.SignInAsync(_application, "Mo", Role.Moderator);
        var key = (await _application.MakeSessionAsync("Eve-two")).Commenter.Accounts[0].Key;
        var entries = await ActOnAsync(eve, mo);
        await using var database = await _application.OpenDatabaseAsync();
        var account = (await database.Accounts.SingleAsync(a => a.CommenterId == eve.Id, Cancellation)).Key;
        var listed = await _application.ActAsync(new NewAct(mo.Id, ActedVia.Admin, 1, ActWord.SiteChanged), async write =>
        {
            var site = await write.Sites.SingleAsync(s => s.Key == EmbedApplication.Site, Cancellation);
            site.Moderators = [.. site.Moderators, account, key];
        });
        // Somebody who was given something by whoever goes keeps it.
        var given = await _application.ActAsync(new NewAct(eve.Id, ActedVia.Admin, 1, ActWord.RoleGiven) { CommenterId = mo.Id }, write => Task.FromResult(
            write.RoleGrants.Add(new RoleGrant { CommenterId = mo.Id, SiteId = 1, Role = SiteRole.Owner, GivenById = eve.Id, GivenAt = _application.Clock.GetUtcNow() })));

        await database.Bans.ExecuteDeleteAsync(Cancellation);
        await database.Commenters.Where(c => c.Id == eve.Id).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.DeletionDueAt, _application.Clock.GetUtcNow()), Cancellation);
        await AccountDeletion.RunAsync(_application);

        Assert.Equal([], await NamedAsync(eve.Id));
        Assert.Equal([], await DatabaseTraces.OfTextAsync(_application, account.Split(':')[1]));
        Assert.NotEqual([], await DatabaseTraces.OfTextAsync(_application, key.Split(':')[1]));
        Assert.All(await _application.UndoAsync([.. entries]), item => Assert.NotEqual(UndoResult.Undone, item.Result));
        Assert.Equal([UndoResult.Undone, UndoResult.Undone], (await _application.UndoAsync(given, listed)).Select(item => item.Result));
        Assert.Empty(await database.RoleGrants.AsNoTracking().ToListAsync(Cancellation));
        Assert.DoesNotContain(key, (await database.Sites.AsNoTracking().FirstAsync(s => s.Key == EmbedApplication.Site, Cancellation)).Moderators);
    }

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();

    /// <summary>Bans and lifts, gives and takes a role, notes, and settles a report by somebody.</summary>
    private async Task<List<long>> ActOnAsync(Person whom, Person by)
    {
        var now = _application.Clock.GetUtcNow();
        var id = await by.PostAsync(_page, "Reported");
        var entries = new List<long>();
        await DoAsync(ActWord.CommenterBanned, database => database.Bans.Add(new Ban { CommenterId = whom.Id, SiteId = 1, MadeById = by.Id, CreatedAt = now }));
        entries.Add(await DoAsync(ActWord.BanLifted, database => database.Bans.Remove(database.Bans.Single(b => b.CommenterId == whom.Id))));
        await DoAsync(ActWord.RoleGiven, database => database.RoleGrants.Add(new RoleGrant { CommenterId = whom.Id, SiteId = 1, Role = SiteRole.Trusted, GivenAt = now }));
        entries.Add(await DoAsync(ActWord.RoleTaken, database => database.RoleGrants.Remove(database.RoleGrants.Single(g => g.CommenterId == whom.Id))));
        entries.Add(await DoAsync(ActWord.NoteAdded, database => database.PersonNotes.Add(new PersonNote { CommenterId = whom.Id, SiteId = 1, Text = "x", At = now })));
        await using var database = await _application.OpenDatabaseAsync();
        database.Flags.Add(new Flag { CommentId = id, CommenterId = whom.Id, Note = "", At = now });
        await database.SaveChangesAsync(Cancellation);
        entries.Add(await DoAsync(ActWord.FlagsDismissed, write => write.Flags.Single(f => f.CommentId == id).SettledAt = now, id));
        return entries;

        Task<long> DoAsync(string word, Func<EmbedDbContext, object?> change, long? comment = null) => _application.ActAsync(
            new NewAct(by.Id, ActedVia.Admin, 1, word) { CommenterId = comment is null ? whom.Id : by.Id, CommentId = comment, Details = new { Commenter = whom.Id } },
            write => Task.FromResult(change(write)));
    }

    /// <summary>Where the log and the tables still name somebody; ids of one digit more are others'.</summary>
    private async Task<IReadOnlyList<string>> NamedAsync(long id)
    {
        await using var database = await _application.OpenDatabaseAsync();
        var entries = await database.ModerationLog.AsNoTracking().ToListAsync(Cancellation);
        return
        [
            .. await DatabaseTraces.OfCommenterAsync(_application, id),
            .. entries.Where(e => e.CommenterId == id || e.ActorId == id || System.Text.RegularExpressions.Regex.IsMatch(
                e.Changes, $"\"(CommenterId|GivenById|MadeById|AuthorId|UsedById)\":{id}[,}}]", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)))
                .Select(e => $"{e.Act} {e.Changes}"),
        ];
    }

    private async Task JoinAsync(Person from, Person into)
    {
        await using var database = await _application.OpenDatabaseAsync();
        var account = await database.Accounts.AsNoTracking().FirstAsync(a => a.CommenterId == from.Id, Cancellation);
        await _application.Services.GetRequiredService<LinkAccount>()
            .HandleAsync(into.Id, new ProvenAccount(account.Provider, account.Subject, account.Name), from.Id, Cancellation);
    }
}
