using Embed.Server.Model;
using Embed.Server.Transfer.Importing;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using static Embed.IntegrationTests.ImportWorkshop;

namespace Embed.IntegrationTests;

/// <summary>What the report says of a row is what has become of it.</summary>
public sealed class ImportSentenceTests : IAsyncDisposable
{
    private const string Skipped = "Repaired The comment it answers is skipped; a tombstone stands for it.";

    private readonly EmbedApplication _application = NewApplication();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public async Task Whether_the_comment_that_is_answered_is_skipped_elsewhere_or_nowhere()
    {
        var workshop = await OpenAsync(_application);
        object[] file =
        [
            Thread("t"), Thread("u"), new SkippedComment("long"), Comment("strange", "nowhere"), Comment("other", "u"), Comment("a", "t", "long", 1),
            Comment("b", "t", "strange", 2), Comment("c", "t", "other", 3), Comment("d", "t", "missing", 4),
        ];
        const string Elsewhere = "Repaired The comment it answers is of another thread; a tombstone stands for it.";

        var import = await workshop.ImportAsync(file);

        Assert.Equal(
            [
                "comment strange: Skipped Its thread, nowhere, is not in the file.", "comment other: Imported", $"comment a: {Skipped}", $"comment b: {Skipped}",
                $"comment c: {Elsewhere}", "comment d: Repaired The comment it answers is not in the file; a tombstone stands for it.",
                "comment long: Skipped It is too long.",
            ],
            await workshop.ReportAsync(import.Id, ReportKind.Comment));
        await workshop.AssertSoundAsync();
        // Once it is gone here, its row says so.
        var comments = await workshop.CommentsAsync();
        await using (var database = await _application.OpenDatabaseAsync())
        {
            await database.Comments.Where(c => c.Id == comments["other"].Id).ExecuteDeleteAsync(Cancellation);
        }

        var later = await workshop.ImportAsync(Thread("u"), Comment("other", "u"), Comment("e", "u", "other", 5));
        Assert.Equal(["comment other: Skipped It was imported before, and is not here any more.", $"comment e: {Skipped}"], await workshop.ReportAsync(later.Id, ReportKind.Comment));
    }

    [Fact]
    public async Task Where_rows_could_not_be_read_nobody_knows_what_answers_them()
    {
        var workshop = await OpenAsync(_application);

        var import = await workshop.ImportAsync(Thread("t"), new SkippedComment(null), Comment("a", "t", "x"));

        Assert.Equal(
            ["comment a: Repaired The comment it answers is not in the file, or is a row that could not be read; a tombstone stands for it.", "comment without id: Skipped It is too long."],
            await workshop.ReportAsync(import.Id, ReportKind.Comment));
    }

    [Fact]
    public async Task What_becomes_of_people_whose_comments_are_here_already()
    {
        var workshop = await OpenAsync(_application);
        object[] File(string text) =>
        [
            Thread("t"), Thread("u"), Person("same"), Person("updated"), Person("skipped"), Person("healer"), Person("known"),
            Comment("a", "t", null, 1, "same"), Comment("b", "t", null, 2, "updated") with { Text = text }, Comment("c", "t", "lost", 3, "known"),
            Comment("d", "u", null, 4, "known"),
        ];
        await workshop.ImportAsync(File("One"));
        // As an account that was deleted leaves it: nothing leads from comments to a person.
        await using (var database = await _application.OpenDatabaseAsync())
        {
            var known = await database.Commenters.Where(c => c.Name == "Person known").Select(c => c.Id).SingleAsync(Cancellation);
            await database.ImportedItems.Where(i => i.Kind == ImportedKind.Person && i.TargetId != known).ExecuteDeleteAsync(Cancellation);
        }

        await workshop.Moves.DeleteAsync((await workshop.CommentsAsync())["d"].ThreadId);
        var later = await workshop.ImportAsync(
            [.. File("Two"), Comment("lost", "t", null, 0, "healer"), Comment("e", "u", null, 5, "skipped")]);

        const string Here = "person: AlreadyThere Their comments are here, and stay whose they are.";
        Assert.Equal(
            [Here, Here, "person: Skipped No comment of theirs is imported.", "person: Imported", "person: AlreadyThere"],
            await workshop.ReportAsync(later.Id, ReportKind.Person));
        Assert.Equal("Person healer", (await workshop.CommentsAsync())["lost"].Commenter!.Name);
        Assert.Equal("Updated", (await workshop.ReportAsync(later.Id, ReportKind.Comment))[1].Split(' ')[2]);
        Assert.Equal(5, ImportCounts.Of(later).People.All);
    }
}
