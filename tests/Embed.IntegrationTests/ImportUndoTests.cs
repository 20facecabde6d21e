using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Transfer.Importing;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using static Embed.IntegrationTests.ImportWorkshop;

namespace Embed.IntegrationTests;

/// <summary>An import is taken back as if it had never been, but for what somebody has built on it.</summary>
public sealed class ImportUndoTests : IAsyncDisposable
{
    private readonly EmbedApplication _application = NewApplication();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public async Task Undone_from_the_log_all_is_as_it_was()
    {
        var workshop = await OpenAsync(_application);
        using var ada = await Embed.IntegrationTests.Person.SignInAsync(_application, "Ada");
        await ada.PostAsync($"{EmbedApplication.Origin}/t", "Here before");
        var before = await workshop.DumpAsync();
        var import = await workshop.ImportAsync(
            Thread("t"), Thread("u"), Person("p"), Person("q") with { GitHubId = 99 }, Comment("a", "t", null, 1, "p") with { IsPinned = true },
            Comment("b", "t", "a", 2, "q"), Comment("c", "u", "gone", 3, "p"), Comment("d", "u", "c", 4, "q"));
        Assert.NotEqual(before, await workshop.DumpAsync());
        var started = await workshop.EntryAsync(ActWord.ImportStarted);

        var item = await workshop.UndoEntryAsync(started.Id);

        Assert.Equal(UndoResult.Undone, item.Result);
        Assert.Equal(ImportState.Undone, (await workshop.EndAsync(import.Id)).State);
        Assert.Equal(before, await workshop.DumpAsync());
        Assert.Empty(await workshop.KeptAsync(import.Id));
        await workshop.AssertSoundAsync();
        Assert.NotNull((await workshop.EntryAsync(ActWord.ImportStarted)).UndoneAt);
        Assert.Equal(started.Id, (await workshop.EntryAsync(ActWord.ImportUndone)).UndoesId);
        Assert.Equal(UndoResult.UndoneAlready, (await workshop.UndoEntryAsync(started.Id)).Result);
        Assert.Equal(UndoResult.NotUndoable, (await workshop.UndoEntryAsync((await workshop.EntryAsync(ActWord.ImportUndone)).Id)).Result);
        // And it can be imported again.
        Assert.Equal(4, ImportCounts.Of(await workshop.ImportAsync(
            Thread("t"), Thread("u"), Comment("a", "t"), Comment("b", "t", "a"), Comment("c", "u", "gone"), Comment("d", "u", "c"))).Comments.All);
    }

    [Fact]
    public async Task What_something_hangs_from_stays_and_is_listed()
    {
        var workshop = await OpenAsync(_application);
        var import = await workshop.ImportAsync(
            Thread("t"), Thread("u"), Thread("v"), Person("p"), Person("q") with { GitHubId = 99 },
            Comment("answered", "t", null, 1, "p"), Comment("below", "t", "answered", 2), Comment("voted", "t", null, 3), Comment("reported", "t", null, 4),
            Comment("pinned", "t", null, 5), Comment("edited", "t", null, 6), Comment("later", "t", null, 7), Comment("free", "t", null, 8),
            Comment("moved", "u", null, 9), Comment("gone", "v", null, 10, "q"));
        using var ada = await Embed.IntegrationTests.Person.SignInAsync(_application, "Ada");
        using var moderator = await Embed.IntegrationTests.Person.SignInAsync(_application, "Marta", Role.Moderator);
        var comments = await workshop.CommentsAsync();
        var page = comments["answered"].Thread!.PageAddress;
        await ada.TryPostAsync(page, "An answer", comments["below"].Id).AssertDoneAsync();
        await ada.VoteAsync(comments["voted"].Id, 1).AssertDoneAsync();
        await ada.FlagAsync(comments["reported"].Id).AssertDoneAsync();
        var actor = await AdminActors.OfAsync(_application, Role.Administrator);
        await workshop.Handler<ModerateComments>().HandleAsync(actor, [new(comments["pinned"].Id, 0)], new CommentAct.Pin(), Cancellation);
        await workshop.Handler<ModerateComments>().HandleAsync(actor, [new(comments["edited"].Id, 0)], new CommentAct.Edit("Edited here"), Cancellation);
        await workshop.ImportAsync(Thread("t"), Comment("reply of a later import", "t", "later", 20));
        await workshop.Moves.MoveAsync(comments["moved"].ThreadId, $"{EmbedApplication.Origin}/elsewhere");
        await using (var database = await _application.OpenDatabaseAsync())
        {
            await database.Accounts.Where(a => a.Subject == "99").ExecuteUpdateAsync(set => set.SetProperty(a => a.UsedAt, _application.Clock.GetUtcNow()), Cancellation);
        }

        var undone = await workshop.UndoAsync(import.Id);

        Assert.Equal(ImportState.Undone, undone.State);
        string Id(string key) => $"comment {comments[key].Id}";
        Assert.Equal(
            new[]
            {
                $"{Id("answered")}: Replies hang from it.", $"{Id("below")}: Replies hang from it.", $"{Id("voted")}: Readers have voted on it.",
                $"{Id("reported")}: Readers have reported it.", $"{Id("pinned")}: A moderator has pinned it.", $"{Id("edited")}: It was edited here.",
                $"{Id("later")}: Replies hang from it.", $"thread {page}: Comments that stay are in it.",
                $"thread {EmbedApplication.Origin}/elsewhere: It was moved or merged here.",
                $"person {comments["answered"].CommenterId}: Comments of theirs stay.", $"person {comments["gone"].CommenterId}: They have signed in.",
            }.Order(StringComparer.Ordinal),
            (await workshop.KeptAsync(import.Id)).Order(StringComparer.Ordinal));
        Assert.Equal(11, ImportCounts.Of(undone).Kept);
        var told = (await workshop.KeptRowsAsync(import.Id)).Select(row => row.What).ToList();
        Assert.Contains($"{Id("answered")} by Person p, “Text of answered”, at {page}", told);
        Assert.Contains($"person {comments["answered"].CommenterId}, Person p", told);
        await workshop.AssertSoundAsync();
        // When nothing hangs from it any more, the rest goes, too.
        await ada.VoteAsync(comments["voted"].Id, 0).AssertDoneAsync();
        Assert.Equal(10, ImportCounts.Of(await workshop.UndoAsync(import.Id)).Kept);
    }

    [Fact]
    public async Task Replies_of_which_only_tombstones_are_left_hold_nothing()
    {
        var workshop = await OpenAsync(_application);
        var import = await workshop.ImportAsync(
            Thread("t"), Comment("free", "t", null, 1), Comment("below", "t", "free", 2), Comment("held", "t", null, 3), Comment("under", "t", "held", 4));
        var comments = await workshop.CommentsAsync();
        var page = comments["free"].Thread!.PageAddress;
        using var ada = await Embed.IntegrationTests.Person.SignInAsync(_application, "Ada");
        using var moderator = await Embed.IntegrationTests.Person.SignInAsync(_application, "Marta", Role.Moderator);
        async Task<long> AnswerAsync(long parent) => (long)(await ada.TryPostAsync(page, $"To {parent}", parent).JsonAsync())["id"]!;
        var gone = await AnswerAsync(comments["below"].Id);
        var chain = await AnswerAsync(gone);
        var tombstone = await AnswerAsync(comments["under"].Id);
        var stands = await AnswerAsync(tombstone);
        await ada.DeleteAsync(chain).AssertDoneAsync();
        await ada.DeleteAsync(tombstone).AssertDoneAsync();
        await workshop.Handler<ModerateComments>().HandleAsync(await AdminActors.OfAsync(_application, Role.Administrator), [new(gone, 0)], new CommentAct.Delete(null), Cancellation);
        var preview = await workshop.Handler<PreviewUndo>().HandleAsync(workshop.Administrator, import.Id, Cancellation);
        Assert.Equal((4, 2), (preview.Value!.Comments, preview.Value.Staying));
        Assert.Equal([$"comment {comments["under"].Id}"], preview.Value.Named.Select(NameOf));

        await workshop.UndoAsync(import.Id);

        Assert.Equal(
            [$"comment {comments["under"].Id}: Replies hang from it.", $"comment {comments["held"].Id}: Replies hang from it.", $"thread {page}: Comments that stay are in it."],
            await workshop.KeptAsync(import.Id));
        await workshop.AssertSoundAsync();
        // The last one that holds it goes, and so does all.
        await ada.DeleteAsync(stands).AssertDoneAsync();
        await workshop.UndoAsync(import.Id);
        Assert.Empty(await workshop.KeptAsync(import.Id));
        await using var database = await _application.OpenDatabaseAsync();
        Assert.False(await database.Comments.AnyAsync(Cancellation) || await database.Threads.AnyAsync(Cancellation));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_account_that_came_with_a_comment_goes_or_is_listed_once_that_is_a_tombstone(bool isAnswered)
    {
        var workshop = await OpenAsync(_application);
        object[] File(CommentState state) =>
            [Thread("t"), Person("q") with { GitHubId = 99 }, Comment("a", "t", null, 1, "q") with { State = state }, Comment("b", "t", "a", 2)];
        var first = await workshop.ImportAsync(File(CommentState.Published));
        var account = (await workshop.CommentsAsync())["a"].CommenterId;
        var later = await workshop.ImportAsync(File(CommentState.Deleted));
        using var ada = await Embed.IntegrationTests.Person.SignInAsync(_application, "Ada");
        var comment = (await workshop.CommentsAsync())["a"];
        Assert.Equal(CommenterKind.Former, comment.Commenter!.Kind);
        var answer = isAnswered ? (long)(await ada.TryPostAsync(comment.Thread!.PageAddress, "An answer", (await workshop.CommentsAsync())["b"].Id).JsonAsync())["id"]! : 0;

        await workshop.UndoAsync(first.Id);

        await using var database = await _application.OpenDatabaseAsync();
        Assert.Equal(isAnswered, await database.Commenters.AnyAsync(c => c.Id == account, Cancellation));
        Assert.Equal(isAnswered, (await workshop.KeptAsync(first.Id)).Contains($"person {account}: Undoing a later import would give them a comment back."));
        if (isAnswered)
        {
            // It is theirs again, and goes with all the rest when nothing holds it.
            await workshop.UndoAsync(later.Id);
            Assert.Equal(("Text of a", account), ((await workshop.CommentsAsync())["a"].Body, (await workshop.CommentsAsync())["a"].CommenterId));
            await ada.DeleteAsync(answer).AssertDoneAsync();
            await workshop.UndoAsync(first.Id);
        }

        Assert.Empty(await workshop.KeptAsync(first.Id));
        Assert.Empty(await workshop.CommentsAsync());
        Assert.False(await database.Accounts.AnyAsync(a => a.Subject == "99", Cancellation));
    }

    [Fact]
    public async Task An_account_goes_with_the_tombstone_that_its_author_or_a_moderator_made()
    {
        var workshop = await OpenAsync(_application);
        var import = await workshop.ImportAsync(Thread("t"), Person("q") with { GitHubId = 99 }, Comment("a", "t", null, 1, "q"), Comment("b", "t", "a", 2));
        var comment = (await workshop.CommentsAsync())["a"];
        await workshop.Handler<ModerateComments>().HandleAsync(
            await AdminActors.OfAsync(_application, Role.Administrator), [new(comment.Id, comment.Revision)], new CommentAct.Delete(null), Cancellation);
        Assert.Equal(CommentState.Deleted, (await workshop.CommentsAsync())["a"].State);

        await workshop.UndoAsync(import.Id);

        Assert.Empty(await workshop.KeptAsync(import.Id));
        Assert.DoesNotContain(await workshop.DumpAsync(), line => line.Contains("Person q", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_but_administrators_imports_sees_or_takes_back()
    {
        var workshop = await OpenAsync(_application);
        var import = await workshop.ImportAsync(new ImportOptions { IsDryRun = true }, Thread("t"), Comment("a", "t"));
        foreach (var role in new[] { Role.Commenter, Role.Moderator, Role.Owner })
        {
            var actor = (await AdminActors.OfAsync(_application, role)).Commenter;
            var request = new StartImport.Request(EmbedApplication.Site, ReadSource.Auto, "x", new ImportOptions());
            Assert.Equal(
                Enumerable.Repeat("not-allowed", 8),
                [
                    (await workshop.Handler<StartImport>().HandleAsync(actor, ActedVia.Admin, request, RecordLines.FileOf(), Cancellation)).Refusal?.Code,
                    (await workshop.Handler<RunPlanned>().HandleAsync(actor, ActedVia.Admin, import.Id, Cancellation)).Refusal?.Code,
                    (await workshop.Handler<CancelImport>().HandleAsync(actor, ActedVia.Admin, import.Id, Cancellation)).Refusal?.Code,
                    (await workshop.Handler<ThrowImportAway>().HandleAsync(actor, ActedVia.Admin, import.Id, Cancellation)).Refusal?.Code,
                    (await workshop.Handler<UndoImport>().HandleAsync(actor, ActedVia.Admin, import.Id, Cancellation)).Refusal?.Code,
                    (await workshop.Handler<ListImports>().HandleAsync(actor, null, null, null, Cancellation)).Refusal?.Code,
                    (await workshop.Handler<ListImports>().FindAsync(actor, import.Id, Cancellation)).Refusal?.Code,
                    (await workshop.Handler<ReadImportReport>().RowsAsync(actor, import.Id, 0, null, null, Cancellation)).Refusal?.Code,
                ]);
        }

        Assert.Equal(ImportState.Planned, (await workshop.ReadAsync(import.Id)).State);
    }

    [Fact]
    public async Task Of_whoever_has_claimed_comments_and_goes_nothing_private_is_left()
    {
        var workshop = await OpenAsync(_application);
        await workshop.ImportAsync(
            new ImportOptions { KeepsPrivate = true }, Thread("t"), Person("secret-id") with { Place = "line 7", Email = "zelda@example.com", Website = "https://zelda.example", GitHubLogin = "zelda" },
            Comment("a", "t", null, 1, "secret-id") with { NetworkAddress = "203.0.113.9", Text = "Hidden text" });
        using var zelda = await Embed.IntegrationTests.Person.SignInAsync(_application, "Zelda");
        await using (var database = await _application.OpenDatabaseAsync())
        {
            var person = await database.ImportedPeople.AsNoTracking().SingleAsync(Cancellation);
            Assert.Equal(("zelda@example.com", "203.0.113.9", 43), (person.Email, person.NetworkAddress, person.Mailbox?.Length));
            await database.ImportedPeople.ExecuteUpdateAsync(set => set.SetProperty(p => p.ClaimedById, zelda.Id), Cancellation);
            await database.Comments.ExecuteUpdateAsync(set => set.SetProperty(c => c.CommenterId, zelda.Id), Cancellation);
            await database.Commenters.Where(c => c.Id == zelda.Id).ExecuteUpdateAsync(set => set.SetProperty(c => c.DeletionDueAt, _application.Clock.GetUtcNow()), Cancellation);
        }

        Assert.Equal(1, await AccountDeletion.RunAsync(_application));

        Assert.Equal([], await DatabaseTraces.OfCommenterAsync(_application, zelda.Id));
        foreach (var text in new[] { "zelda@example.com", "zelda", "203.0.113.9", "secret-id", "Hidden text" })
        {
            Assert.Equal([], await DatabaseTraces.OfTextAsync(_application, text));
            Assert.All(Directory.GetFiles(Path.Combine(_application.DataFolder, "imports"), "*", SearchOption.AllDirectories), file =>
                Assert.DoesNotContain(text, File.ReadAllText(file), StringComparison.Ordinal));
        }
    }
}
