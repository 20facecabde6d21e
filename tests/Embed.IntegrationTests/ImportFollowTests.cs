using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Transfer.Importing;
using Embed.Tests;
using static Embed.IntegrationTests.ImportWorkshop;

namespace Embed.IntegrationTests;

/// <summary>What of a later file is followed where the thread or comment is here already, and what the report says where it is not.</summary>
public sealed class ImportFollowTests : IAsyncDisposable
{
    private static readonly string[] Pages = ["t", "opened", "live"];

    private readonly EmbedApplication _application = NewApplication();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public async Task A_thread_follows_the_source_that_it_came_from_until_somebody_here_decides()
    {
        var workshop = await OpenAsync(_application);
        using var ada = await Embed.IntegrationTests.Person.SignInAsync(_application, "Ada");
        await ada.PostAsync($"{EmbedApplication.Origin}/live", "Here before");
        object[] File(bool isClosed) =>
        [
            .. Pages.Select(id => Thread(id) with { IsClosed = isClosed }), Comment("a", "t"), Comment("b", "opened"), Comment("c", "live"),
        ];
        await workshop.ImportAsync(File(isClosed: false));
        var comments = await workshop.CommentsAsync();
        await ChangeAsync(workshop, comments["b"].ThreadId, isClosed: true);
        await ChangeAsync(workshop, comments["b"].ThreadId, isClosed: false);

        var closing = await workshop.ImportAsync(File(isClosed: true));

        static string Row(int i, string what) => $"thread {EmbedApplication.Origin}/{Pages[i]}: {what}";
        Assert.Equal(
            [
                Row(0, "Updated It is closed there by now, and so here."), Row(1, "AlreadyThere It is closed there. Here it stays open: a moderator has opened it."),
                Row(2, "AlreadyThere It is closed there. Here it stays open: it was here before."),
            ],
            await workshop.ReportAsync(closing.Id, ReportKind.Thread));
        Assert.Equal([true, false, false], await ClosedAsync(workshop, "a", "b", "c"));
        Assert.Equal(
            Row(0, "AlreadyThere"), (await workshop.ReportAsync((await workshop.ImportAsync(File(isClosed: true))).Id, ReportKind.Thread))[0]);
        var opening = await workshop.ImportAsync(File(isClosed: false));
        Assert.Equal(
            [Row(0, "Updated It is open there again, and so here."), Row(1, "AlreadyThere"), Row(2, "AlreadyThere")], await workshop.ReportAsync(opening.Id, ReportKind.Thread));
        Assert.Equal([false, false, false], await ClosedAsync(workshop, "a", "b", "c"));
        // A moderator's word is the last one.
        await ChangeAsync(workshop, comments["a"].ThreadId, isClosed: true);
        Assert.Equal(Row(0, "AlreadyThere"), (await workshop.ReportAsync((await workshop.ImportAsync(File(isClosed: false))).Id, ReportKind.Thread))[0]);
        Assert.Equal([true, false, false], await ClosedAsync(workshop, "a", "b", "c"));
    }

    [Fact]
    public async Task A_thread_has_one_pin_and_the_rows_of_the_others_say_so()
    {
        var workshop = await OpenAsync(_application);
        var import = await workshop.ImportAsync(
            Thread("t"), Pinned("late", "t", 3), Pinned("first", "t", 1), Pinned("held", "t", 0) with { State = CommentState.Pending }, Comment("plain", "t", null, 2));
        const string Another = "It is pinned there; here another comment of its thread is.";
        Assert.Equal(
            [$"comment late: Repaired {Another}", "comment first: Imported", "comment held: Repaired It is pinned there; here it is not, because it is not published.", "comment plain: Imported"],
            await workshop.ReportAsync(import.Id, ReportKind.Comment));
        Assert.Equal("first", await PinAsync(workshop, "first"));
        var before = await workshop.DumpAsync();

        // The pin has gone to another, and then to none.
        var moved = await workshop.ImportAsync(Thread("t"), Comment("first", "t", null, 1), Pinned("late", "t", 3), Pinned("plain", "t", 2), Pinned("new", "t", 4));
        Assert.Equal(
            ["comment first: Updated", "comment late: AlreadyThere", $"comment plain: AlreadyThere {Another}", "comment new: Imported"],
            await workshop.ReportAsync(moved.Id, ReportKind.Comment));
        Assert.Equal("new", await PinAsync(workshop, "first"));
        var none = await workshop.ImportAsync(Thread("t"), Comment("new", "t", null, 4));
        Assert.Equal(["comment new: Updated"], await workshop.ReportAsync(none.Id, ReportKind.Comment));
        Assert.Equal("", await PinAsync(workshop, "first"));
        await workshop.UndoAsync(none.Id);
        Assert.Equal("new", await PinAsync(workshop, "first"));
        await workshop.UndoAsync(moved.Id);
        Assert.Equal(before, await workshop.DumpAsync());
    }

    [Fact]
    public async Task What_moderators_have_pinned_and_unpinned_stays_so()
    {
        var workshop = await OpenAsync(_application);
        await workshop.ImportAsync(Thread("t"), Thread("u"), Pinned("a", "t", 1), Comment("b", "t", null, 2), Comment("c", "u", null, 3));
        var comments = await workshop.CommentsAsync();
        var actor = await AdminActors.OfAsync(_application, Role.Administrator);
        await workshop.Handler<ModerateComments>().HandleAsync(actor, [new(comments["a"].Id, 0)], new CommentAct.Unpin(), Cancellation);
        await workshop.Handler<ModerateComments>().HandleAsync(actor, [new(comments["c"].Id, 0)], new CommentAct.Pin(), Cancellation);

        var later = await workshop.ImportAsync(
            Thread("t"), Thread("u"), Pinned("a", "t", 1) with { Text = "New" }, Comment("b", "t", null, 2), Comment("c", "u", null, 3) with { Text = "New" });

        Assert.Equal(
            ["comment a: Updated It is pinned there; here a moderator has unpinned it.", "comment b: AlreadyThere", "comment c: Updated It is not pinned there; here a moderator has pinned it."],
            await workshop.ReportAsync(later.Id, ReportKind.Comment));
        Assert.Equal(("", "c"), (await PinAsync(workshop, "a"), await PinAsync(workshop, "c")));
    }

    [Fact]
    public async Task What_is_not_followed_of_a_comment_is_no_update_and_its_row_says_so()
    {
        var workshop = await OpenAsync(_application);
        await workshop.ImportAsync(
            Thread("t"), Thread("u"), Person("p"), Person("q"), Comment("a", "t", null, 1, "p"), Comment("b", "t", "a", 2, "p"), Comment("c", "t", "a", 3, "p"),
            Comment("d", "t", null, 4, "p"), Comment("e", "t", null, 5, "p"));
        var before = await workshop.DumpAsync();
        object[] file =
        [
            Thread("t"), Thread("u"), Person("p"), Person("q"), Comment("a", "t", "b", 1, "p"), Comment("b", "t", null, 2, "p"), Comment("c", "u", null, 3, "p"),
            Comment("d", "t", null, 4, "q"), Comment("e", "t", "d", 5, "p") with { Text = "New" },
        ];
        const string Parent = "It answers another comment there by now; here it stays where it is.";

        var later = await workshop.ImportAsync(file);

        Assert.Equal(
            [
                $"comment a: AlreadyThere {Parent}", $"comment b: AlreadyThere {Parent}",
                "comment c: AlreadyThere It is in another thread there by now; here it stays in its own.",
                "comment d: AlreadyThere It is somebody else's there by now; here it stays its author's.", $"comment e: Updated {Parent}",
            ],
            await workshop.ReportAsync(later.Id, ReportKind.Comment));
        var again = await workshop.ImportAsync(file);
        Assert.Equal((0, 5), (ImportCounts.Of(again).Comments.Updated, ImportCounts.Of(again).Comments.AlreadyThere));
        await workshop.UndoAsync(later.Id);
        Assert.Equal(before, await workshop.DumpAsync());
    }

    private static Server.Transfer.Formats.SourceComment Pinned(string id, string thread, int minute) => Comment(id, thread, null, minute) with { IsPinned = true };

    private static async Task<string> PinAsync(ImportWorkshop workshop, string inThreadOf)
    {
        var comments = await workshop.CommentsAsync();
        return comments.FirstOrDefault(pair => pair.Value.Id == comments[inThreadOf].Thread!.PinnedCommentId).Key ?? "";
    }

    private static async Task<IReadOnlyList<bool>> ClosedAsync(ImportWorkshop workshop, params string[] keys)
    {
        var comments = await workshop.CommentsAsync();
        return [.. keys.Select(key => comments[key].Thread!.IsClosed)];
    }

    private async Task ChangeAsync(ImportWorkshop workshop, long thread, bool isClosed)
    {
        var actor = await AdminActors.OfAsync(_application, Role.Administrator);
        Assert.NotEmpty((await workshop.Handler<ChangeThread>().HandleAsync(actor, [thread], new ChangeThread.Change(IsClosed: isClosed), Cancellation)).Value!);
    }
}
