using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Transfer.Importing;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using static Embed.IntegrationTests.ImportWorkshop;

namespace Embed.IntegrationTests;

/// <summary>What a later import changes of what an earlier one brought is put back when it is undone, unless it was changed here since.</summary>
public sealed class ImportUpdateTests : IAsyncDisposable
{
    private readonly EmbedApplication _application = NewApplication();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public async Task What_is_mended_is_said_of_an_update_too()
    {
        var workshop = await OpenAsync(_application);
        await workshop.ImportAsync(Thread("t"), Comment("a", "t", null, 1));

        var later = await workshop.ImportAsync(Thread("t"), Comment("a", "t", null, 1) with { Text = "Another", Repairs = ["It was mended."] });

        Assert.Equal(["comment a: Updated It was mended."], await workshop.ReportAsync(later.Id, ReportKind.Comment));
    }

    [Fact]
    public async Task Undone_an_import_leaves_what_was_here_as_it_was_but_for_what_readers_have_done()
    {
        var workshop = await OpenAsync(_application);
        using var ada = await Embed.IntegrationTests.Person.SignInAsync(_application, "Ada");
        await workshop.ImportAsync(
            Thread("t"), Thread("u"), Person("p"), Comment("text", "t", null, 1, "p"), Comment("gone", "t", null, 2, "p"), Comment("below", "t", "gone", 3, "p"),
            Comment("held", "t", null, 4, "p") with { State = CommentState.Pending }, Comment("votes", "t", null, 5, "p") with { UpVotes = 3, DownVotes = 2 },
            Comment("orphan", "u", "lost", 6, "p"), Comment("time", "u", null, 7, "p"));
        var before = await workshop.DumpAsync();
        object[] file =
        [
            Thread("t") with { IsClosed = true }, Thread("u"), Person("p"), Person("q"),
            Comment("text", "t", null, 1, "p") with { Text = "Edited *there*", EditedAt = Then.AddMinutes(9), IsPinned = true },
            Comment("gone", "t", null, 2) with { State = CommentState.Deleted }, Comment("below", "t", "gone", 3, "p") with { State = CommentState.Spam },
            Comment("held", "t", null, 4, "p"), Comment("votes", "t", null, 5, "p") with { UpVotes = 1, DownVotes = 5 },
            Comment("orphan", "u", "lost", 6, "p"), Comment("lost", "u", null, 0, "q"), Comment("time", "u", null, 70, "p"), Comment("new", "u", "lost", 8, "q"),
        ];

        var later = await workshop.ImportAsync(file);

        Assert.Equal((7, 1, 1), (ImportCounts.Of(later).Comments.Updated, ImportCounts.Of(later).Comments.Imported, ImportCounts.Of(later).Threads.Updated));
        var comments = await workshop.CommentsAsync();
        Assert.Equal(("Text of lost", "Person q", CommentState.Deleted), (comments["lost"].Body, comments["lost"].Commenter!.Name, comments["gone"].State));
        Assert.Equal((true, (long?)comments["text"].Id), (comments["text"].Thread!.IsClosed, comments["text"].Thread!.PinnedCommentId));
        await workshop.AssertSoundAsync();
        var after = await workshop.DumpAsync();
        var again = await workshop.ImportAsync(file);
        Assert.All(await workshop.ReportAsync(again.Id), line => Assert.EndsWith(": AlreadyThere", line, StringComparison.Ordinal));
        Assert.Equal(after, await workshop.DumpAsync());
        await ada.VoteAsync(comments["votes"].Id, -1).AssertDoneAsync();
        await workshop.UndoAsync(later.Id);

        Assert.Empty(await workshop.KeptAsync(later.Id));
        await workshop.AssertSoundAsync();
        Assert.Equal((3, 3), await VotesAsync(comments["votes"].Id));
        await ada.VoteAsync(comments["votes"].Id, 0).AssertDoneAsync();
        Assert.Equal(before, await workshop.DumpAsync());
    }

    [Fact]
    public async Task What_was_changed_here_since_stays_and_is_listed()
    {
        var workshop = await OpenAsync(_application);
        object[] first =
        [
            Thread("t"), Thread("u"), Comment("edited", "t", null, 1), Comment("free", "t", null, 2), Comment("reply", "t", "answered", 3), Comment("other", "t", "voted", 4),
            Comment("approved", "t", null, 5) with { State = CommentState.Pending },
        ];
        await workshop.ImportAsync(first);
        var later = await workshop.ImportAsync(
            Thread("t") with { IsClosed = true }, Comment("edited", "t", null, 1) with { Text = "There" }, Comment("free", "t", null, 2) with { Text = "There" },
            Comment("reply", "t", "answered", 3), Comment("answered", "t", null, 0), Comment("voted", "t", null, 0), Comment("other", "t", "voted", 4),
            Comment("approved", "t", null, 5) with { State = CommentState.Pending, Text = "There" });
        var comments = await workshop.CommentsAsync();
        var actor = await AdminActors.OfAsync(_application, Role.Administrator);
        await workshop.Handler<ChangeThread>().HandleAsync(actor, [comments["free"].ThreadId], new ChangeThread.Change(IsClosed: false), Cancellation);
        await workshop.Handler<ModerateComments>().HandleAsync(actor, [new(comments["edited"].Id, comments["edited"].Revision)], new CommentAct.Edit("Edited here"), Cancellation);
        await workshop.Handler<ModerateComments>().HandleAsync(actor, [new(comments["approved"].Id, comments["approved"].Revision)], new CommentAct.Approve(), Cancellation);
        using var ada = await Embed.IntegrationTests.Person.SignInAsync(_application, "Ada");
        var answer = await ada.TryPostAsync(comments["answered"].Thread!.PageAddress, "An answer", comments["answered"].Id).JsonAsync();
        await ada.VoteAsync(comments["voted"].Id, 1).AssertDoneAsync();
        string Id(string key) => $"comment {comments[key].Id}";

        Assert.Equal(6, (await workshop.Handler<PreviewUndo>().HandleAsync(workshop.Administrator, later.Id, Cancellation)).Value!.Updates);
        var undone = await workshop.UndoAsync(later.Id);

        const string Changed = "The import updated it, and it was changed here since.";
        Assert.Equal(
            new[]
            {
                $"{Id("edited")}: {Changed}", $"{Id("approved")}: {Changed}", $"{Id("answered")}: Replies hang from it.", $"{Id("voted")}: Readers have voted on it.",
                $"thread {comments["free"].Thread!.PageAddress}: {Changed}",
            }.Order(StringComparer.Ordinal),
            (await workshop.KeptAsync(later.Id)).Order(StringComparer.Ordinal));
        Assert.Equal((5, ImportState.Undone), (ImportCounts.Of(undone).Kept, undone.State));
        comments = await workshop.CommentsAsync();
        Assert.Equal(
            ("Edited here", "Text of free", "Text of answered", "There"),
            (comments["edited"].Body, comments["free"].Body, comments["answered"].Body, comments["approved"].Body));
        await workshop.AssertSoundAsync();
        // Taken back once what was done here is.
        await ada.DeleteAsync((long)answer["id"]!).AssertDoneAsync();
        await ada.VoteAsync(comments["voted"].Id, 0).AssertDoneAsync();
        await workshop.UndoEntryAsync((await workshop.EntryAsync(ActWord.CommentEdited)).Id);
        Assert.Equal(2, ImportCounts.Of(await workshop.UndoAsync(later.Id)).Kept);
        comments = await workshop.CommentsAsync();
        Assert.Equal(("Text of edited", CommentState.Deleted), (comments["edited"].Body, comments["answered"].State));
        await workshop.AssertSoundAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_updates_each_is_taken_back_by_itself(bool firstFirst)
    {
        var workshop = await OpenAsync(_application);
        object[] File(string text, int votes, bool isDeleted, bool isClosed) =>
        [
            Thread("t") with { IsClosed = isClosed }, Person("p"), Comment("a", "t", null, 1, "p") with { Text = text, UpVotes = votes },
            Comment("b", "t", "a", 2, "p") with { State = isDeleted ? CommentState.Deleted : CommentState.Published, UpVotes = isDeleted ? 0 : votes },
            Comment("c", "t", "b", 3, "p") with { IsPinned = votes == 5 },
        ];
        await workshop.ImportAsync(File("One", 1, isDeleted: false, isClosed: false));
        var before = await workshop.DumpAsync();
        var second = await workshop.ImportAsync(File("Two", 5, isDeleted: true, isClosed: true));
        var between = Comparable(await workshop.DumpAsync());
        var third = await workshop.ImportAsync(File("Three", 2, isDeleted: false, isClosed: false));
        var last = Comparable(await workshop.DumpAsync());

        await workshop.UndoAsync(firstFirst ? second.Id : third.Id);

        Assert.Equal(firstFirst ? last : between, Comparable(await workshop.DumpAsync()));
        await workshop.UndoAsync(firstFirst ? third.Id : second.Id);
        Assert.Equal(before, await workshop.DumpAsync());
        Assert.Empty(await workshop.KeptAsync(second.Id));
        Assert.Empty(await workshop.KeptAsync(third.Id));
        await workshop.AssertSoundAsync();

        // What is noted of the changes is another each time.
        static IReadOnlyList<string> Comparable(IReadOnlyList<string> dump) => [.. dump.Where(line => !line.StartsWith("ImportUpdates ", StringComparison.Ordinal))];
    }

    [Fact]
    public async Task What_a_later_import_updated_goes_with_the_import_that_brought_it()
    {
        var workshop = await OpenAsync(_application);
        var before = await workshop.DumpAsync();
        var first = await workshop.ImportAsync(Thread("t"), Person("p"), Comment("a", "t", null, 1, "p"), Comment("b", "t", "lost", 2, "p"));
        var later = await workshop.ImportAsync(
            new ImportOptions { KeepsPrivate = true }, Thread("t") with { IsClosed = true }, Person("p") with { Email = "p@example.com" },
            Comment("a", "t", null, 1, "p") with { Text = "Two" }, Comment("lost", "t", null, 0, "p"), Comment("b", "t", "lost", 2, "p"));
        var preview = await workshop.Handler<PreviewUndo>().HandleAsync(workshop.Administrator, first.Id, Cancellation);
        Assert.Equal((3, 0, 0, 2), (preview.Value!.Comments, preview.Value.Staying, preview.Value.Updates, preview.Value.UpdatedLater));

        await workshop.UndoAsync(first.Id);

        Assert.Empty(await workshop.KeptAsync(first.Id));
        Assert.Equal(before, await workshop.DumpAsync());
        await workshop.UndoAsync(later.Id);
        Assert.Empty(await workshop.KeptAsync(later.Id));
        Assert.Equal(before, await workshop.DumpAsync());
    }

    [Fact]
    public async Task Whose_comments_an_import_made_tombstones_of_has_them_back_also_when_claimed_since()
    {
        var workshop = await OpenAsync(_application);
        object[] File(CommentState state) => [Thread("t"), Person("p"), Comment("a", "t", null, 1, "p") with { State = state }, Comment("b", "t", "a", 2)];
        await workshop.ImportAsync(File(CommentState.Published));
        var later = await workshop.ImportAsync(File(CommentState.Deleted));
        using var zelda = await Embed.IntegrationTests.Person.SignInAsync(_application, "Zelda");
        await using var database = await _application.OpenDatabaseAsync();
        Assert.Equal(CommenterKind.Former, (await workshop.CommentsAsync())["a"].Commenter!.Kind);
        await database.ImportedPeople.ExecuteUpdateAsync(set => set.SetProperty(p => p.ClaimedById, zelda.Id), Cancellation);

        await workshop.UndoAsync(later.Id);

        Assert.Equal(("Text of a", zelda.Id), ((await workshop.CommentsAsync())["a"].Body, (await workshop.CommentsAsync())["a"].CommenterId));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_whoever_goes_no_earlier_text_and_no_private_detail_is_left(bool isDeletedThere)
    {
        var workshop = await OpenAsync(_application);
        await workshop.ImportAsync(Thread("t"), Person("p"), Comment("a", "t", null, 1, "p") with { Text = "Earlier words" }, Comment("b", "t", "a", 2));
        var later = await workshop.ImportAsync(
            new ImportOptions { KeepsPrivate = true }, Thread("t"), Person("p") with { Email = "zelda@example.com" },
            Comment("a", "t", null, 1, "p") with { Text = "Later words", State = isDeletedThere ? CommentState.Deleted : CommentState.Published }, Comment("c", "t", "b", 3, "p") with { NetworkAddress = "203.0.113.9" },
            Comment("b", "t", "a", 2));
        using var zelda = await Embed.IntegrationTests.Person.SignInAsync(_application, "Zelda");
        await using (var database = await _application.OpenDatabaseAsync())
        {
            Assert.NotEmpty(await DatabaseTraces.OfTextAsync(_application, "Earlier words"));
            Assert.Equal(2, (await DatabaseTraces.OfTextAsync(_application, "zelda@example.com")).Count);
            var person = await database.ImportedPeople.Select(p => p.CommenterId).SingleAsync(Cancellation);
            await database.ImportedPeople.ExecuteUpdateAsync(set => set.SetProperty(p => p.ClaimedById, zelda.Id), Cancellation);
            await database.Comments.Where(c => c.CommenterId == person).ExecuteUpdateAsync(set => set.SetProperty(c => c.CommenterId, zelda.Id), Cancellation);
            await database.Commenters.Where(c => c.Id == zelda.Id).ExecuteUpdateAsync(set => set.SetProperty(c => c.DeletionDueAt, _application.Clock.GetUtcNow()), Cancellation);
        }

        Assert.Equal(1, await AccountDeletion.RunAsync(_application));

        foreach (var text in new[] { "Earlier words", "Later words", "zelda@example.com", "203.0.113.9" })
        {
            Assert.Equal([], await DatabaseTraces.OfTextAsync(_application, text));
        }

        Assert.Equal([], await DatabaseTraces.OfCommenterAsync(_application, zelda.Id));
        await workshop.UndoAsync(later.Id);
        Assert.Contains(
            await workshop.KeptAsync(later.Id), row => row.EndsWith("what it was before is forgotten: it was deleted for good, or its author is gone.", StringComparison.Ordinal));
        Assert.Equal(CommentState.Deleted, (await workshop.CommentsAsync())["a"].State);
    }

    [Fact]
    public async Task Private_details_come_with_a_second_import_of_the_same_file_and_go_when_it_is_undone()
    {
        var workshop = await OpenAsync(_application);
        object[] file =
        [
            Thread("t"), Person("p") with { Email = "p@example.com" }, Person("q") with { Email = "q@example.com" }, Person("r"),
            Comment("a", "t", null, 1, "p") with { NetworkAddress = "203.0.113.1" }, Comment("b", "t", null, 2, "p") with { NetworkAddress = "203.0.113.2" },
            Comment("c", "t", null, 3, "q"), Comment("d", "t", null, 4, "r"),
        ];
        await workshop.ImportAsync(file);
        var before = await workshop.DumpAsync();
        var options = new ImportOptions { KeepsPrivate = true };

        var later = await workshop.ImportAsync(options, file);

        Assert.Equal(
            ["person: Updated Private details of theirs are kept from now on.", "person: Updated Private details of theirs are kept from now on.", "person: AlreadyThere"],
            await workshop.ReportAsync(later.Id, ReportKind.Person));
        await using (var database = await _application.OpenDatabaseAsync())
        {
            var people = await database.ImportedPeople.AsNoTracking().OrderBy(p => p.CommenterId).ToListAsync(Cancellation);
            Assert.Equal([("p@example.com", "203.0.113.2"), ("q@example.com", null), (null, null)], people.Select(p => (p.Email, p.NetworkAddress)));
            Assert.Equal([43, 43, null], people.Select(p => p.Mailbox?.Length));
        }

        var after = await workshop.DumpAsync();
        Assert.All(await workshop.ReportAsync((await workshop.ImportAsync(options, file)).Id), line => Assert.EndsWith(": AlreadyThere", line, StringComparison.Ordinal));
        Assert.Equal(after, await workshop.DumpAsync());
        await workshop.UndoAsync(later.Id);
        Assert.Equal(before, await workshop.DumpAsync());
        Assert.Empty(await workshop.KeptAsync(later.Id));
    }

    private async Task<(int, int)> VotesAsync(long comment)
    {
        await using var database = await _application.OpenDatabaseAsync();
        var row = await database.Comments.AsNoTracking().SingleAsync(c => c.Id == comment, Cancellation);
        return (row.UpVotes, row.DownVotes);
    }
}
