using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Transfer.Importing;
using Embed.Tests;
using static Embed.IntegrationTests.ImportWorkshop;

namespace Embed.IntegrationTests;

/// <summary>An import's update is a change like any other: who has not seen it cannot decide on it, and who decides afterwards has the last word.</summary>
public sealed class ImportRevisionTests : IAsyncDisposable
{
    private const string ChangedHere = "AlreadyThere It says something else there by now, but was changed here since.";

    private readonly EmbedApplication _application = NewApplication();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public async Task Nobody_approves_a_text_that_an_import_has_changed_on_their_screen()
    {
        var workshop = await OpenAsync(_application);
        object[] File(string text) =>
            [Thread("t"), Comment("held", "t", null, 1) with { State = CommentState.Pending, Text = text }, Comment("voted", "t", null, 2) with { UpVotes = text.Length }];
        await workshop.ImportAsync(File("Harmless"));
        var seen = await workshop.CommentsAsync();
        var updating = await workshop.ImportAsync(File("Advertising"));
        var actor = await AdminActors.OfAsync(_application, Role.Moderator);

        async Task<Refusal?> ApproveAsync(int revision) =>
            Assert.Single((await workshop.Handler<ModerateComments>().HandleAsync(actor, [new(seen["held"].Id, revision)], new CommentAct.Approve(), Cancellation)).Value!).Refusal;

        Assert.Equal(Refusal.DecidedAlready, await ApproveAsync(seen["held"].Revision));
        var held = (await workshop.CommentsAsync())["held"];
        Assert.Equal(("Advertising", CommentState.Pending), (held.Body, held.State));
        // Votes are nothing to decide on, of readers' as little as of a file's.
        Assert.Equal(seen["voted"].Revision, (await workshop.CommentsAsync())["voted"].Revision);
        // Neither when the import is taken back.
        await workshop.UndoAsync(updating.Id);
        Assert.Equal("Harmless", (await workshop.CommentsAsync())["held"].Body);
        Assert.Equal(Refusal.DecidedAlready, await ApproveAsync(held.Revision));
        Assert.Null(await ApproveAsync((await workshop.CommentsAsync())["held"].Revision));
        Assert.Equal(CommentState.Published, (await workshop.CommentsAsync())["held"].State);
    }

    [Fact]
    public async Task What_was_changed_here_after_an_update_is_not_updated_again()
    {
        var workshop = await OpenAsync(_application);
        object[] File(string text) => [Thread("t"), Comment("a", "t") with { Text = text }, Comment("b", "t") with { Text = text }];
        await workshop.ImportAsync(File("One"));
        await workshop.ImportAsync(File("Two"));
        var comments = await workshop.CommentsAsync();
        var actor = await AdminActors.OfAsync(_application, Role.Moderator);
        await workshop.Handler<ModerateComments>().HandleAsync(
            actor, [new(comments["a"].Id, comments["a"].Revision)], new CommentAct.Edit("Edited here"), Cancellation);

        var third = await workshop.ImportAsync(File("Three"));

        Assert.Equal([$"comment a: {ChangedHere}", "comment b: Updated"], await workshop.ReportAsync(third.Id, ReportKind.Comment));
        comments = await workshop.CommentsAsync();
        Assert.Equal(("Edited here", "Three"), (comments["a"].Body, comments["b"].Body));
    }

    [Fact]
    public async Task What_was_updated_and_put_back_is_updated_again()
    {
        var workshop = await OpenAsync(_application);
        object[] File(string text) => [Thread("t"), Comment("a", "t") with { Text = text }];
        await workshop.ImportAsync(File("One"));
        var before = await workshop.DumpAsync();
        var revision = (await workshop.CommentsAsync())["a"].Revision;
        for (var i = 0; i < 2; i++)
        {
            var import = await workshop.ImportAsync(File("Two"));

            Assert.Equal(["comment a: Updated"], await workshop.ReportAsync(import.Id, ReportKind.Comment));
            Assert.Equal("Two", (await workshop.CommentsAsync())["a"].Body);
            await workshop.UndoAsync(import.Id);
            Assert.Equal(before, await workshop.DumpAsync());
            Assert.True((await workshop.CommentsAsync())["a"].Revision >= (revision += 2));
        }
    }

    [Fact]
    public async Task What_a_moderator_had_changed_stays_changed_when_an_update_from_before_is_put_back()
    {
        var workshop = await OpenAsync(_application);
        object[] File(string text, int minute) => [Thread("t"), Comment("a", "t", null, minute) with { Text = text }];
        await workshop.ImportAsync(File("One", 1));
        var moved = await workshop.ImportAsync(File("One", 2));
        var actor = await AdminActors.OfAsync(_application, Role.Moderator);
        var comment = (await workshop.CommentsAsync())["a"];
        await workshop.Handler<ModerateComments>().HandleAsync(actor, [new(comment.Id, comment.Revision)], new CommentAct.Edit("Edited here"), Cancellation);
        // The time that the update changed is as it left it.
        await workshop.UndoAsync(moved.Id);
        Assert.Equal(("Edited here", Then.AddMinutes(1)), ((await workshop.CommentsAsync())["a"].Body, (await workshop.CommentsAsync())["a"].PostedAt));

        var third = await workshop.ImportAsync(File("Three", 3));

        Assert.Equal([$"comment a: {ChangedHere}"], await workshop.ReportAsync(third.Id, ReportKind.Comment));
    }
}
