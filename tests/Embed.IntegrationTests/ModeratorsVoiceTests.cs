using System.Net;
using Embed.Server.Model;
using Embed.Tests;
using Embed.Widget;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>What moderators do in a live thread, and what everybody sees of it: pinned comment, note, reasons.</summary>
public sealed class ModeratorsVoiceTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();
    private readonly string _page = EmbedApplication.NewPage();
    private Person _ada = null!;
    private Person _mo = null!;
    private LiveThread _live = null!;
    private long _comment;
    private long _reply;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _ada = await Person.SignInAsync(_application, "Ada");
        _mo = await Person.SignInAsync(_application, "Mo", Role.Moderator);
        _comment = await _ada.PostAsync(_page, "Text");
        _reply = await _ada.PostAsync(_page, "Reply", _comment);
        _live = await LiveThread.OpenAsync(_application, _page, _mo.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _live.DisposeAsync();
        _ada.Dispose();
        _mo.Dispose();
        await _application.DisposeAsync();
    }

    [Fact]
    public async Task A_pinned_comment_is_shown_first_as_a_copy_and_marked_at_its_place()
    {
        var entry = await DoAsync(ThreadVerb.Pin, _reply);

        var thread = await _application.ReadThreadAsync(_page);
        Assert.Equal((_reply, 0), (thread.Pinned!.Id, thread.Pinned.Replies.Length));
        Assert.Equal([_reply], thread.All().Where(c => c.IsPinned).Select(c => c.Id));
        var html = await _application.ReadHtmlAsync(_page);
        Assert.Single(html.QuerySelectorAll($"#comment-{_reply}"));
        Assert.Equal($"{_reply}", html.QuerySelector(".pin .acts a")?.GetAttribute("data-permalink"));
        Assert.NotNull(html.Comment(_reply).QuerySelector(".badge.pinned"));

        await UndoAsync(entry);
        Assert.Null((await _application.ReadThreadAsync(_page)).Pinned);
    }

    [Fact]
    public async Task A_pinned_comment_that_goes_is_not_shown_first_any_more()
    {
        await DoAsync(ThreadVerb.Pin, _reply);
        await _ada.DeleteAsync(_reply).AssertDoneAsync();

        Assert.Null((await _application.ReadThreadAsync(_page)).Pinned);
    }

    [Fact]
    public async Task A_note_stands_at_the_top_as_sanitised_Markdown_until_it_is_taken_back()
    {
        var entry = await DoAsync(ThreadVerb.Note, text: "Stay **kind**. <script>x</script>");

        Assert.Equal("<p dir=\"auto\">Stay <strong>kind</strong>. &lt;script&gt;x&lt;/script&gt;</p>", (await _application.ReadThreadAsync(_page)).Note);
        Assert.Equal("kind", (await _application.ReadHtmlAsync(_page)).QuerySelector(".thread-note strong")?.TextContent);
        Assert.Equal("Stay **kind**. <script>x</script>", (await ReadAsync()).Viewer!.Moderation!.Note);

        await UndoAsync(entry);
        Assert.Null((await _application.ReadThreadAsync(_page)).Note);
    }

    [Fact]
    public async Task A_tombstone_says_the_reason_and_what_has_no_replies_is_gone()
    {
        await DoAsync(ThreadVerb.DeleteWithReason, _comment, "Advertising");
        var thread = await _application.ReadThreadAsync(_page);
        Assert.Equal(("tombstone", "Advertising"), (thread.Comments[0].Standing, thread.Comments[0].Reason));
        Assert.Contains("Advertising", (await _application.ReadHtmlAsync(_page)).Comment(_comment).QuerySelector(".by")!.TextContent, StringComparison.Ordinal);

        await DoAsync(ThreadVerb.DeleteWithReason, _reply, "Advertising, too");
        Assert.Empty((await _application.ReadThreadAsync(_page)).Comments);
        using var her = await OwnOrigin.OfAsync(_application, _ada.Id);
        Assert.Contains("Advertising, too", (await her.ReadAsync("/me/comments")).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_act_is_taken_back_by_its_entry()
    {
        foreach (var verb in new[] { ThreadVerb.Reject, ThreadVerb.Spam, ThreadVerb.DeleteWithReason, ThreadVerb.CloseThread })
        {
            var before = await StateAsync();
            var entry = await DoAsync(verb, verb == ThreadVerb.CloseThread ? 0 : _reply);
            Assert.NotEqual(0, entry);
            Assert.NotEqual(before, await StateAsync());
            await UndoAsync(entry);
            Assert.Equal(before, await StateAsync());
        }
    }

    [Fact]
    public async Task Somebody_elses_text_is_edited_marked_and_taken_back()
    {
        Assert.Equal("Reply", await _live.Session.ReadSourceAsync(_reply, Cancellation));
        var entry = await DoAsync(ThreadVerb.Edit, _reply, "Reply, shortened");

        var edited = (await _application.ReadThreadAsync(_page)).Comments[0].Replies[0];
        Assert.Equal("<p dir=\"auto\">Reply, shortened</p>", edited.Body);
        Assert.NotNull(edited.EditedAt);
        await UndoAsync(entry);
        Assert.Equal("<p dir=\"auto\">Reply</p>", (await _application.ReadThreadAsync(_page)).Comments[0].Replies[0].Body);
    }

    [Fact]
    public async Task Reports_are_seen_dismissed_and_come_back()
    {
        using var ben = await Person.SignInAsync(_application, "Ben");
        await ben.FlagAsync(_reply, "abuse", "Rude").AssertDoneAsync();
        Assert.Single((await ReadAsync()).Viewer!.Moderation!.Comments[_reply].Flags);

        var entry = await DoAsync(ThreadVerb.DismissFlags, _reply);
        Assert.Empty((await ReadAsync()).Viewer!.Moderation!.Comments[_reply].Flags);
        await UndoAsync(entry);
        Assert.Single((await ReadAsync()).Viewer!.Moderation!.Comments[_reply].Flags);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_author_is_banned_openly_or_as_a_shadow(bool isShadow)
    {
        var done = await _live.Session.ModerateAsync(new ModeratorAct(ThreadVerb.Ban, _reply, Text: "Spammer", Number: 3, IsShadow: isShadow), Cancellation);
        Assert.Null(done.Refusal);
        await using (var database = await _application.OpenDatabaseAsync())
        {
            var ban = await database.Bans.SingleAsync(Cancellation);
            Assert.Equal((_ada.Id, isShadow, "Spammer", _application.Clock.GetUtcNow().AddDays(3)), (ban.CommenterId, ban.IsShadow, ban.Reason, ban.Until!.Value));
        }

        await UndoAsync(done.Entry);
        await using var after = await _application.OpenDatabaseAsync();
        Assert.False(await after.Bans.AnyAsync(Cancellation));
    }

    [Fact]
    public async Task What_somebody_else_has_decided_meanwhile_is_not_decided_again_unseen()
    {
        var seen = (await ReadAsync()).Viewer!.Moderation!.Comments[_reply].Revision;
        await _ada.EditAsync(_reply, "Another text").AssertDoneAsync();

        var refused = await _live.Session.ModerateAsync(new ModeratorAct(ThreadVerb.Spam, _reply, seen), Cancellation);

        Assert.Equal("decided-already", refused.Refusal?.Code);
    }

    [Theory]
    [InlineData(ThreadVerb.Approve)]
    [InlineData(ThreadVerb.Reject)]
    [InlineData(ThreadVerb.Spam)]
    [InlineData(ThreadVerb.DeleteWithReason)]
    [InlineData(ThreadVerb.Edit)]
    [InlineData(ThreadVerb.Pin)]
    [InlineData(ThreadVerb.Unpin)]
    [InlineData(ThreadVerb.DismissFlags)]
    [InlineData(ThreadVerb.Ban)]
    [InlineData(ThreadVerb.Note)]
    [InlineData(ThreadVerb.SlowMode)]
    [InlineData(ThreadVerb.CloseThread)]
    [InlineData("made-up")]
    public async Task Commenters_and_moderators_of_other_sites_do_none_of_it(string verb)
    {
        using var stranger = await Person.SignInAsync(_application, "Eve", Role.Moderator, EmbedApplication.OtherSite, EmbedApplication.OtherOrigin);
        await using var hers = await LiveThread.OpenAsync(_application, _page, _ada.Token);
        await using var theirs = await LiveThread.OpenAsync(
            _application, EmbedApplication.NewPage(EmbedApplication.OtherOrigin), stranger.Token, EmbedApplication.OtherSite, EmbedApplication.OtherOrigin);
        await using var nobodys = await LiveThread.OpenAsync(_application, _page, token: null);
        var before = await StateAsync();
        var act = new ModeratorAct(verb, verb is ThreadVerb.Note or ThreadVerb.SlowMode or ThreadVerb.CloseThread ? 0 : _reply, Text: "x", Number: 3);

        Assert.NotNull((await hers.Session.ModerateAsync(act, Cancellation)).Refusal);
        Assert.NotNull((await nobodys.Session.ModerateAsync(act, Cancellation)).Refusal);
        if (act.CommentId != 0)
        {
            Assert.NotNull((await theirs.Session.ModerateAsync(act, Cancellation)).Refusal);
        }

        Assert.Equal(before, await StateAsync());
    }

    [Fact]
    public async Task Nobody_else_takes_an_act_back()
    {
        var entry = await DoAsync(ThreadVerb.Pin, _reply);
        await using var hers = await LiveThread.OpenAsync(_application, _page, _ada.Token);

        Assert.Equal("not-allowed", (await hers.Session.UndoAsync(entry, Cancellation)).Refusal?.Code);
        Assert.NotNull((await _application.ReadThreadAsync(_page)).Pinned);
    }

    [Fact]
    public async Task A_role_that_was_given_marks_replies_as_a_moderators()
    {
        await using (var database = await _application.OpenDatabaseAsync())
        {
            var site = await database.Sites.SingleAsync(row => row.Key == EmbedApplication.Site, Cancellation);
            database.RoleGrants.Add(new RoleGrant { CommenterId = _ada.Id, SiteId = site.Id, Role = SiteRole.Moderator, GivenAt = _application.Clock.GetUtcNow() });
            await database.SaveChangesAsync(Cancellation);
        }

        await _ada.PostAsync(_page, "As a moderator");

        Assert.All((await _application.ReadThreadAsync(_page)).All(), c => Assert.True(c.IsByModerator));
    }

    [Fact]
    public async Task Of_a_deleted_thread_nothing_is_left_to_read()
    {
        await using (var database = await _application.OpenDatabaseAsync())
        {
            await database.Threads.ExecuteUpdateAsync(
                set => set.SetProperty(t => t.DeletedAt, _application.Clock.GetUtcNow()).SetProperty(t => t.Version, t => t.Version + 1), Cancellation);
            await database.Comments.ExecuteUpdateAsync(set => set.SetProperty(c => c.State, CommentState.InDeletedThread | CommentState.Published), Cancellation);
        }

        using var http = _application.CreateClient();
        Assert.Equal((0, 0), ((await _application.ReadThreadAsync(_page)).CommentCount, (await _application.ReadThreadAsync(_page)).Comments.Length));
        foreach (var address in new[]
        {
            ThreadReader.AddressOf(_page), ThreadReader.AddressOf(_page, "thread.atom"), $"/api/v1/sites/{EmbedApplication.Site}/comments.atom",
            $"/api/v1/sites/{EmbedApplication.Site}/recent",
        })
        {
            Assert.DoesNotContain("Reply<", await http.GetStringAsync(address, Cancellation), StringComparison.Ordinal);
            Assert.DoesNotContain("\"excerpt\":\"Reply\"", await http.GetStringAsync(address, Cancellation), StringComparison.Ordinal);
        }

        Assert.Contains("\"count\":0", await http.GetStringAsync(ThreadReader.AddressOf(_page, "counts"), Cancellation), StringComparison.Ordinal);
        await _ada.SendAsync(HttpMethod.Get, $"/c/{_reply}").AssertRefusedAsync(HttpStatusCode.Gone, "thread-deleted");
        await _ada.EditAsync(_reply, "x").AssertRefusedAsync(HttpStatusCode.NotFound, "comment-not-found");
        await _ada.DeleteAsync(_reply).AssertRefusedAsync(HttpStatusCode.NotFound, "comment-not-found");
        using var her = await OwnOrigin.OfAsync(_application, _ada.Id);
        var own = await her.ReadAsync("/me/comments");
        Assert.Contains("Its discussion was removed", own.TextContent, StringComparison.Ordinal);
        Assert.Empty(own.QuerySelectorAll("a[href^='/c/']"));
    }

    private async Task<long> DoAsync(string verb, long comment = 0, string text = "", int? number = null)
    {
        var revision = comment == 0 ? 0 : (await ReadAsync()).Viewer!.Moderation!.Comments[comment].Revision;
        var done = await _live.Session.ModerateAsync(new ModeratorAct(verb, comment, revision, text, number), Cancellation);
        Assert.Null(done.Refusal);
        return done.Entry;
    }

    private async Task UndoAsync(long entry) => Assert.Null((await _live.Session.UndoAsync(entry, Cancellation)).Refusal);

    private Task<SessionResult> ReadAsync() => _live.Session.ReadAsync(Cancellation);

    private async Task<string> StateAsync()
    {
        await using var database = await _application.OpenDatabaseAsync();
        var comments = await database.Comments.OrderBy(c => c.Id).Select(c => new { c.State, c.Body, c.RemovalReason, c.ReplyCount }).ToListAsync(Cancellation);
        var threads = await database.Threads.Select(t => new { t.IsClosed, t.Note, t.SlowModeMinutes, t.PinnedCommentId, t.CommentCount }).ToListAsync(Cancellation);
        return $"{string.Join(';', comments)} {string.Join(';', threads)} {await database.Bans.CountAsync(Cancellation)}";
    }
}
