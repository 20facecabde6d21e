using System.Net;
using Embed.Server.Model;
using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>What each act of a moderator does, and that taking it back leaves no trace but in the log.</summary>
public sealed class ModeratingTests : IAsyncLifetime
{
    private static readonly string[] Words = ["approve", "reject", "spam"];

    private readonly EmbedApplication _application = new();
    private readonly string _page = EmbedApplication.NewPage();
    private Person _ada = null!;
    private Person _mo = null!;

    public static TheoryData<string, string> Verdicts => new(
        from first in Words from then in Words where first != then select (first, then));

    public async ValueTask InitializeAsync()
    {
        _ada = await Person.SignInAsync(_application, "Ada");
        _mo = await Person.SignInAsync(_application, "Mo", Role.Moderator);
    }

    public async ValueTask DisposeAsync()
    {
        _ada.Dispose();
        _mo.Dispose();
        await _application.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Verdicts))]
    public async Task Any_verdict_may_follow_on_any_other_and_the_counts_with_it(string first, string then)
    {
        var top = await _ada.PostAsync(_page, "Top");
        var id = await HeldAsync(top);

        await _mo.ActAsync(_application, first, id);
        await _mo.ActAsync(_application, then, id);

        var shown = then == "approve" ? 1 : 0;
        var thread = await _application.ReadThreadAsync(_page);
        Assert.Equal(1 + shown, thread.CommentCount);
        Assert.Equal(shown, thread.Comments.Single().Replies.Length);
        Assert.Equal(shown, (await ModeratorsDesk.RowAsync(_application, top)).ReplyCount);
        Assert.Equal(2, (await ModeratorsDesk.EntriesAsync(_application, id)).Count);
    }

    [Theory]
    [InlineData("approve")]
    [InlineData("reject")]
    [InlineData("spam")]
    [InlineData("delete")]
    [InlineData("edit")]
    [InlineData("pin")]
    [InlineData("unpin")]
    public async Task Undoing_an_act_brings_everything_back_and_undoing_that_does_it_again(string act)
    {
        var top = await _ada.PostAsync(_page, "Top");
        var id = await _ada.PostAsync(_page, "Words", top);
        await _mo.PostAsync(_page, "An answer", id);
        await _mo.VoteAsync(id, 1).AssertDoneAsync();
        await ModeratorsDesk.FlagAsync(_application, id, 2, "rude");
        if (act is not "pin")
        {
            await _mo.ActAsync(_application, "pin", id);
        }

        var before = await ModeratorsDesk.SnapshotAsync(_application);
        var done = await _mo.ActAsync(_application, act, id, reason: "Off topic", body: "Better words");
        var after = await ModeratorsDesk.SnapshotAsync(_application);
        Assert.NotEqual(before, after);

        Assert.Equal(["undone"], await _mo.UndoAsync((long)done["entry"]!));
        Assert.Equal(before, await ModeratorsDesk.SnapshotAsync(_application));
        Assert.Equal(["undoneAlready"], await _mo.UndoAsync((long)done["entry"]!));
        var undo = (await ModeratorsDesk.EntriesAsync(_application, id))[^1];
        Assert.Equal(ActWord.Undone, undo.Act);
        Assert.Equal(["undone"], await _mo.UndoAsync(undo.Id));
        Assert.Equal(after, await ModeratorsDesk.SnapshotAsync(_application));
    }

    [Fact]
    public async Task A_deletion_shows_its_reason_keeps_the_text_in_the_log_alone_and_is_followed_by_nothing_but_undoing()
    {
        var id = await _ada.PostAsync(_page, "Unwise words");
        await _mo.PostAsync(_page, "An answer", id);

        var deleted = await _mo.ActAsync(_application, "delete", id, reason: " Names a private person. ");

        var row = await ModeratorsDesk.RowAsync(_application, id);
        Assert.Equal(("", "", CommentState.Deleted, "Names a private person."), (row.Body, row.BodyHtml, row.State, row.RemovalReason));
        var queued = await _mo.QueuedAsync(id);
        Assert.Equal(("deleted", "Names a private person."), ((string?)queued["state"], (string?)queued["removalReason"]));
        foreach (var act in new[] { "approve", "reject", "spam", "edit", "pin" })
        {
            var refused = await _mo.TryActAsync(act, [(id, row.Revision)], body: "x").JsonAsync();
            Assert.Equal("comment-deleted", (string?)refused["comments"]![0]!["code"]);
        }

        Assert.Null((long?)(await _mo.ActAsync(_application, "delete", id))["entry"]);
        Assert.Equal(["undone"], await _mo.UndoAsync((long)deleted["entry"]!));
        Assert.Equal("Unwise words", (await ModeratorsDesk.RowAsync(_application, id)).Body);
        Assert.Equal(2, (await _application.ReadThreadAsync(_page)).CommentCount);
    }

    [Theory]
    [InlineData("edit")]
    [InlineData("delete")]
    public async Task What_its_author_deletes_is_gone_from_the_log_too_and_does_not_come_back(string act)
    {
        const string Secret = "xyzzy-plugh-8812";
        var id = await _ada.PostAsync(_page, $"My number is {Secret}");
        var done = await _mo.ActAsync(_application, act, id, body: "My number was here");
        Assert.Contains(await ModeratorsDesk.EntriesAsync(_application, id), entry => entry.Changes.Contains(Secret, StringComparison.Ordinal));

        await _ada.DeleteAsync(id).AssertDoneAsync();

        Assert.All(await ModeratorsDesk.EntriesAsync(_application, id), entry =>
        {
            Assert.DoesNotContain(Secret, entry.Changes, StringComparison.Ordinal);
            Assert.DoesNotContain("My number", entry.Changes, StringComparison.Ordinal);
        });
        Assert.Equal(["changedSince"], await _mo.UndoAsync((long)done["entry"]!));
        Assert.Equal((CommentState.Deleted, ""), ((await ModeratorsDesk.RowAsync(_application, id)).State, (await ModeratorsDesk.RowAsync(_application, id)).Body));
    }

    [Fact]
    public async Task What_a_deletion_took_and_an_undo_gave_back_is_gone_from_both_entries_when_the_author_deletes_it()
    {
        var id = await _ada.PostAsync(_page, "xyzzy-plugh-8813");
        var deleted = await _mo.ActAsync(_application, "delete", id);
        await _mo.UndoAsync((long)deleted["entry"]!);

        await _ada.DeleteAsync(id).AssertDoneAsync();

        var entries = await ModeratorsDesk.EntriesAsync(_application, id);
        Assert.Equal(2, entries.Count);
        Assert.All(entries, entry => Assert.DoesNotContain("xyzzy", entry.Changes, StringComparison.Ordinal));
        Assert.Equal(["changedSince"], await _mo.UndoAsync(entries[1].Id));
    }

    [Fact]
    public async Task An_edit_is_marked_and_the_sanitiser_sees_it()
    {
        var id = await _ada.PostAsync(_page, "Words");

        await _mo.ActAsync(_application, "edit", id, body: "**Better** <script>alert(1)</script> [x](javascript:alert(1))");

        var shown = (await _application.ReadThreadAsync(_page)).Comments.Single();
        Assert.NotNull(shown.EditedAt);
        Assert.Contains("<strong>Better</strong>", shown.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", shown.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("javascript:", shown.Body, StringComparison.Ordinal);
        Assert.Equal("Ada", shown.AuthorName);
    }

    [Fact]
    public async Task Approving_what_everyone_sees_settles_its_reports_and_a_verdict_does_too()
    {
        var id = await _ada.PostAsync(_page, "Words");
        await ModeratorsDesk.FlagAsync(_application, id, 3);

        await _mo.ActAsync(_application, "approve", id);

        Assert.Equal(0, (await ModeratorsDesk.RowAsync(_application, id)).OpenFlags);
        Assert.Equal(ActWord.FlagsDismissed, (await ModeratorsDesk.EntriesAsync(_application, id)).Single().Act);
        Assert.Equal(1, (await _application.ReadThreadAsync(_page)).CommentCount);
        await ModeratorsDesk.FlagAsync(_application, id);
        await _mo.ActAsync(_application, "spam", id);
        Assert.Equal(0, (await ModeratorsDesk.RowAsync(_application, id)).OpenFlags);
        Assert.Empty((await _mo.QueueAsync("tab=flagged"))["comments"]!.AsArray());
    }

    [Fact]
    public async Task What_only_its_author_sees_is_published_by_approving_it()
    {
        var id = await _ada.PostAsync(_page, "Words");
        await SetStateAsync(id, CommentState.Shadowed);
        Assert.Equal("shadowed", (string?)(await _mo.QueuedAsync(id))["state"]);

        await _mo.ActAsync(_application, "approve", id);

        Assert.Equal(CommentState.Published, (await ModeratorsDesk.RowAsync(_application, id)).State);
    }

    [Fact]
    public async Task Only_what_everyone_sees_is_pinned_and_what_stops_being_seen_is_pinned_no_more()
    {
        var held = await HeldAsync(null);
        var refused = await _mo.TryActAsync("pin", [(held, 0)]).JsonAsync();
        Assert.Equal("comment-unpublished", (string?)refused["comments"]![0]!["code"]);
        var id = await _mo.PostAsync(_page, "Welcome");
        await _mo.ActAsync(_application, "pin", id);
        Assert.True((bool?)(await _mo.QueuedAsync(id))["thread"]!["isPin"]);

        var rejected = await _mo.ActAsync(_application, "reject", id);

        Assert.False((bool?)(await _mo.QueuedAsync(id))["thread"]!["isPin"]);
        await _mo.UndoAsync((long)rejected["entry"]!);
        Assert.True((bool?)(await _mo.QueuedAsync(id))["thread"]!["isPin"]);
    }

    [Fact]
    public async Task What_is_in_a_deleted_thread_looks_like_nothing()
    {
        var id = await _ada.PostAsync(_page, "Words");
        await SetStateAsync(id, CommentState.Published | CommentState.InDeletedThread);

        var answer = await _mo.TryActAsync("approve", [(id, 0)]).JsonAsync();

        Assert.Equal("comment-not-found", (string?)answer["comments"]![0]!["code"]);
        Assert.Empty((await _mo.QueueAsync("tab=recent"))["comments"]!.AsArray());
    }

    [Fact]
    public async Task The_old_endpoints_write_the_log_too()
    {
        var held = await HeldAsync(null);
        var other = await _ada.PostAsync(EmbedApplication.NewPage(), "Words");
        await _mo.JudgeAsync(held, publish: true).AssertDoneAsync();
        await _mo.DeleteAsync(other).AssertDoneAsync();

        var judged = (await ModeratorsDesk.EntriesAsync(_application, held)).Single();
        Assert.Equal((ActWord.CommentApproved, ActedVia.Api, _mo.Id, _ada.Id), (judged.Act, judged.Via, judged.ActorId, judged.CommenterId!.Value));
        var deleted = (await ModeratorsDesk.EntriesAsync(_application, other)).Single();
        Assert.Equal(["undone"], await _mo.UndoAsync(deleted.Id));
        Assert.Equal("Words", (await ModeratorsDesk.RowAsync(_application, other)).Body);
    }

    [Fact]
    public async Task A_moderators_own_comment_is_deleted_for_good()
    {
        var id = await _mo.PostAsync(_page, "Mine");

        await _mo.DeleteAsync(id).AssertDoneAsync();

        Assert.Empty(await ModeratorsDesk.EntriesAsync(_application, id));
        await _ada.DeleteAsync(await _mo.PostAsync(_page, "Not yours")).AssertRefusedAsync(HttpStatusCode.Forbidden, "not-allowed");
    }

    private async Task<long> HeldAsync(long? parent)
    {
        var id = await _ada.PostAsync(_page, "Held words", parent);
        // As if a rule had held it: no moderator has decided yet.
        await SetStateAsync(id, CommentState.Pending);
        await using var database = await _application.OpenDatabaseAsync();
        var counted = database.Threads.First();
        counted.CommentCount--;
        if (parent is not null)
        {
            database.Entry(database.Comments.Single(c => c.Id == parent)).Property(c => c.ReplyCount).CurrentValue = 0;
        }

        await database.SaveChangesAsync(TestContext.Current.CancellationToken);
        return id;
    }

    private async Task SetStateAsync(long id, CommentState state)
    {
        await using var database = await _application.OpenDatabaseAsync();
        database.Entry(database.Comments.Single(c => c.Id == id)).Property(c => c.State).CurrentValue = state;
        await database.SaveChangesAsync(TestContext.Current.CancellationToken);
    }
}
