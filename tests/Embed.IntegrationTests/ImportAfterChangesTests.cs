using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Transfer.Importing;
using Embed.Tests;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using static Embed.IntegrationTests.ImportWorkshop;

namespace Embed.IntegrationTests;

/// <summary>What an import does where something has changed since it was planned, or since an earlier one.</summary>
public sealed class ImportAfterChangesTests : IAsyncDisposable
{
    private readonly EmbedApplication _application = NewApplication();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public async Task Comments_that_another_import_has_brought_meanwhile_are_not_brought_twice()
    {
        var workshop = await OpenAsync(_application);
        object[] file = [Thread("t"), Comment("a", "t", null, 1), Comment("b", "t", "a", 2)];
        var planned = await workshop.ImportAsync(new ImportOptions { IsDryRun = true }, [.. file, Comment("c", "t", "b", 3)]);
        await workshop.ImportAsync(file);

        await RunAsync(workshop, planned.Id);

        Assert.Equal(["comment a: AlreadyThere", "comment b: AlreadyThere", "comment c: Imported"], await workshop.ReportAsync(planned.Id, ReportKind.Comment));
        Assert.Equal(["a < top Published 1 “” 2", "b < a Published 1 “a1” 1", "c < b Published 1 “a1a1” 0"], await workshop.TreeAsync());
        await workshop.AssertSoundAsync();
    }

    [Fact]
    public async Task A_plan_made_before_another_import_was_undone_brings_all_that_went_with_it()
    {
        var workshop = await OpenAsync(_application);
        object[] file = [Thread("t"), Person("p"), Comment("a", "t", null, 1, "p"), Comment("b", "t", "a", 2, "p")];
        var first = await workshop.ImportAsync(file);
        var planned = await workshop.ImportAsync(new ImportOptions { IsDryRun = true }, [.. file, Comment("c", "t", "b", 3, "p")]);
        Assert.Equal((2, 1), (ImportCounts.Of(planned).Comments.AlreadyThere, ImportCounts.Of(planned).Comments.Imported));
        await workshop.UndoAsync(first.Id);
        Assert.Empty(await workshop.CommentsAsync());

        await RunAsync(workshop, planned.Id);

        Assert.Equal(["comment a: Imported", "comment b: Imported", "comment c: Imported"], await workshop.ReportAsync(planned.Id, ReportKind.Comment));
        Assert.Equal(["a < top Published 1 “” 2", "b < a Published 1 “a1” 1", "c < b Published 1 “a1a1” 0"], await workshop.TreeAsync());
        await workshop.AssertSoundAsync();
        // It is its own: no other has to do with it.
        await workshop.UndoAsync(planned.Id);
        Assert.Empty(await workshop.CommentsAsync());
    }

    // As a kill leaves it: sound as a database, and nothing in it. And as an older version of the server made it.
    [Theory]
    [InlineData("DELETE FROM plan; PRAGMA user_version = 0")]
    [InlineData("ALTER TABLE people DROP COLUMN github_provider; PRAGMA user_version = 1")]
    public async Task A_working_file_that_is_not_whole_or_not_of_this_version_is_made_anew_before_anything_is_written(string change)
    {
        var workshop = await OpenAsync(_application);
        var planned = await workshop.ImportAsync(new ImportOptions { IsDryRun = true }, Thread("t"), Comment("a", "t"));
        var stage = Path.Combine(_application.DataFolder, "imports", $"{planned.Id}", "staged.db");
        await using (var file = new SqliteConnection($"Data Source={stage};Pooling=False"))
        {
            await file.OpenAsync(Cancellation);
            await using var command = file.CreateCommand();
#pragma warning disable CA2100 // Constants of this test.
            command.CommandText = change;
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        await RunAsync(workshop, planned.Id);

        Assert.Equal(["a < top Published 1 “” 0"], await workshop.TreeAsync());
    }

    [Fact]
    public async Task Who_was_erased_does_not_come_back_with_a_later_file()
    {
        var workshop = await OpenAsync(_application);
        object[] People(string text) => [Thread("t"), Person("p"), Comment("a", "t", null, 1, "p") with { Text = text }];
        await workshop.ImportAsync(People("Once"));
        var former = await EraseAuthorsAsync();

        await workshop.ImportAsync(People("Again"));

        var comment = (await workshop.CommentsAsync())["a"];
        Assert.Equal(("Again", former), (comment.Body, comment.CommenterId));
        await using var database = await _application.OpenDatabaseAsync();
        Assert.False(await database.Commenters.AnyAsync(c => c.Name == "Person p", Cancellation));
    }

    [Fact]
    public async Task A_tombstone_goes_by_its_page_where_ids_begin_anew_in_each_database()
    {
        var workshop = await OpenAsync(_application);
        object[] Database(string page, int year) =>
        [
            Thread(page), Comment("4", page, "3", 1) with { Key = $"4@{year}" }, Comment("5", page, "4", 2) with { Key = $"5@{year}" },
        ];
        await workshop.ImportAsync(Database("one", 2010));

        await workshop.ImportAsync(Database("two", 2011));

        var comments = await workshop.CommentsAsync();
        Assert.Equal("Title two", comments["4@2011"].Thread!.Title);
        Assert.Equal(comments["5@2011"].ThreadId, comments["4@2011"].ThreadId);
        Assert.Equal(2, comments.Values.Count(comment => comment.State == CommentState.Deleted));
        await workshop.AssertSoundAsync();
    }

    [Fact]
    public async Task A_thread_that_was_closed_there_goes_when_its_import_is_undone()
    {
        var workshop = await OpenAsync(_application);
        var before = await workshop.DumpAsync();
        var import = await workshop.ImportAsync(Thread("t") with { IsClosed = true }, Comment("a", "t"));
        Assert.True((await workshop.CommentsAsync())["a"].Thread is { IsClosed: true, StaysOpen: true });

        await workshop.UndoAsync(import.Id);

        Assert.Empty(await workshop.KeptAsync(import.Id));
        Assert.Equal(before, await workshop.DumpAsync());
    }

    [Fact]
    public async Task What_a_later_file_has_edited_is_nobody_s_edit_here()
    {
        var workshop = await OpenAsync(_application);
        var import = await workshop.ImportAsync(Thread("t"), Comment("a", "t"));
        await workshop.ImportAsync(Thread("t"), Comment("a", "t") with { Text = "Edited there", EditedAt = _application.Clock.GetUtcNow().AddMinutes(1) });

        await workshop.UndoAsync(import.Id);

        Assert.Empty(await workshop.KeptAsync(import.Id));
        Assert.Empty(await workshop.CommentsAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_edited_there_and_approved_here_was_edited_here_only_if_it_was(bool isEditedHere)
    {
        var workshop = await OpenAsync(_application);
        var held = Comment("a", "t") with { State = CommentState.Pending };
        var import = await workshop.ImportAsync(Thread("t"), held);
        await workshop.ImportAsync(Thread("t"), held with { Text = "Edited there", EditedAt = _application.Clock.GetUtcNow() });
        var comment = (await workshop.CommentsAsync())["a"];
        Assert.Equal(("Edited there", _application.Clock.GetUtcNow()), (comment.Body, comment.EditedAt));
        var actor = await AdminActors.OfAsync(_application, Role.Administrator);
        await workshop.Handler<ModerateComments>().HandleAsync(actor, [new(comment.Id, comment.Revision)], new CommentAct.Approve(), Cancellation);
        if (isEditedHere)
        {
            _application.Clock.Advance(TimeSpan.FromMinutes(1));
            await workshop.Handler<ModerateComments>().HandleAsync(actor, [new(comment.Id, comment.Revision + 1)], new CommentAct.Edit("Edited here"), Cancellation);
        }

        var preview = await workshop.Handler<PreviewUndo>().HandleAsync(workshop.Administrator, import.Id, Cancellation);
        await workshop.UndoAsync(import.Id);

        Assert.Equal(isEditedHere ? ["Edited here"] : [], (await workshop.CommentsAsync()).Values.Select(kept => kept.Body));
        Assert.Equal(isEditedHere, (await workshop.KeptAsync(import.Id)).Contains($"comment {comment.Id}: It was edited here."));
        Assert.Equal(isEditedHere ? 1 : 0, preview.Value!.Staying);
    }

    private static async Task RunAsync(ImportWorkshop workshop, long id)
    {
        Assert.Null((await workshop.Handler<RunPlanned>().HandleAsync(workshop.Administrator, ActedVia.Admin, id, Cancellation)).Refusal);
        var import = await workshop.EndAsync(id);
        Assert.Equal((ImportState.Done, ""), (import.State, import.Message));
    }

    /// <summary>As erasing leaves them: their comments are of nobody, and what they were known by is gone.</summary>
    private async Task<long> EraseAuthorsAsync()
    {
        await using var database = await _application.OpenDatabaseAsync();
        var former = await database.Commenters.FirstOrDefaultAsync(c => c.Kind == CommenterKind.Former, Cancellation)
            ?? database.Commenters.Add(new Commenter { Kind = CommenterKind.Former, Name = "", CreatedAt = Then }).Entity;
        await database.SaveChangesAsync(Cancellation);
        var gone = await database.Commenters.Where(c => c.Kind == CommenterKind.Imported).Select(c => c.Id).ToListAsync(Cancellation);
        await database.Comments.Where(c => gone.Contains(c.CommenterId)).ExecuteUpdateAsync(set => set.SetProperty(c => c.CommenterId, former.Id), Cancellation);
        await database.ImportedItems.Where(i => i.Kind == ImportedKind.Person).ExecuteDeleteAsync(Cancellation);
        await database.ImportedItems.ExecuteUpdateAsync(set => set.SetProperty(i => i.PersonId, (long?)null), Cancellation);
        await database.Commenters.Where(c => gone.Contains(c.Id)).ExecuteDeleteAsync(Cancellation);
        return former.Id;
    }
}
