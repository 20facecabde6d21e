using System.Net;
using System.Text.Json.Nodes;
using Embed.Tests;
using Embed.Widget;

namespace Embed.IntegrationTests;

/// <summary>A site that holds comments until a moderator has seen them.</summary>
public sealed class PendingTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();
    private readonly string _page = EmbedApplication.NewPage();
    private Person _ada = null!;
    private Person _moderator = null!;
    private long _held;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _application.ChangeSiteAsync(site => site.HoldsComments = true);
        _ada = await Person.SignInAsync(_application, "Ada");
        _moderator = await Person.SignInAsync(_application, "Mo", Role.Moderator);
        _held = (long)(await _ada.TryPostAsync(_page, "Held words").JsonAsync())["id"]!;
    }

    public async ValueTask DisposeAsync()
    {
        _ada.Dispose();
        _moderator.Dispose();
        await _application.DisposeAsync();
    }

    [Fact]
    public async Task The_author_is_told_that_it_waits()
    {
        var posted = await _ada.TryPostAsync(_page, "More words").JsonAsync();

        Assert.Equal("pending", (string?)posted["state"]);
    }

    [Fact]
    public async Task A_moderators_own_comment_does_not_wait()
    {
        var posted = await _moderator.TryPostAsync(_page, "Welcome").JsonAsync();

        Assert.Equal("published", (string?)posted["state"]);
    }

    [Fact]
    public async Task Nobody_sees_it_in_fragment_JSON_counts_or_by_permalink()
    {
        var html = await _application.ReadHtmlAsync(_page);
        var thread = await _application.ReadThreadAsync(_page);
        var counts = await _ada.SendAsync(HttpMethod.Get, $"/api/v1/sites/{EmbedApplication.Site}/counts?page={_page}").JsonAsync();

        Assert.Empty(html.QuerySelectorAll(".comment"));
        Assert.Empty(thread.Comments);
        Assert.Equal(0, thread.CommentCount);
        Assert.Equal(0, (int?)counts["counts"]![0]!["count"]);
        await _ada.SendAsync(HttpMethod.Get, $"/c/{_held}").AssertRefusedAsync(HttpStatusCode.NotFound, "comment-not-found");
    }

    [Fact]
    public async Task Its_author_and_the_moderators_see_it_in_their_live_thread_and_nobody_else()
    {
        using var ben = await Person.SignInAsync(_application, "Ben");

        Assert.Equal([(_held, CommentStanding.Pending)], await LiveAsync(_ada.Token));
        Assert.Equal([(_held, CommentStanding.Pending)], await LiveAsync(_moderator.Token));
        Assert.Empty(await LiveAsync(ben.Token));
        Assert.Empty(await LiveAsync(null));
    }

    [Fact]
    public async Task A_moderator_publishes_it_and_then_all_see_it()
    {
        await _moderator.JudgeAsync(_held, publish: true).AssertDoneAsync();
        await _moderator.JudgeAsync(_held, publish: true).AssertDoneAsync();

        var thread = await _application.ReadThreadAsync(_page);
        Assert.Equal(1, thread.CommentCount);
        Assert.Equal(_held, thread.Comments.Single().Id);
    }

    [Fact]
    public async Task A_rejected_comment_is_seen_by_nobody_and_the_verdict_stands()
    {
        await _moderator.JudgeAsync(_held, publish: false).AssertDoneAsync();

        await _moderator.JudgeAsync(_held, publish: true).AssertRefusedAsync(HttpStatusCode.NotFound, "comment-not-found");
        Assert.Empty(await LiveAsync(_moderator.Token));
        Assert.Empty(await LiveAsync(_ada.Token));
        Assert.Equal(0, (await _application.ReadThreadAsync(_page)).CommentCount);
    }

    [Fact]
    public async Task To_everyone_but_moderators_a_verdict_looks_like_not_found()
    {
        using var ben = await Person.SignInAsync(_application, "Ben");

        var existing = await ProblemAsync(ben.JudgeAsync(_held, publish: true));
        var unknown = await ProblemAsync(ben.JudgeAsync(_held + 1_000, publish: true));

        Assert.Equal((unknown.Code, unknown.Detail, unknown.Status), (existing.Code, existing.Detail, existing.Status));
        await _ada.JudgeAsync(_held, publish: true).AssertRefusedAsync(HttpStatusCode.NotFound, "comment-not-found");
        Assert.Equal(0, (await _application.ReadThreadAsync(_page)).CommentCount);
    }

    [Fact]
    public async Task To_everyone_but_its_author_all_acts_on_it_look_like_not_found()
    {
        using var ben = await Person.SignInAsync(_application, "Ben");

        await ben.EditAsync(_held, "x").AssertRefusedAsync(HttpStatusCode.NotFound, "comment-not-found");
        await ben.DeleteAsync(_held).AssertRefusedAsync(HttpStatusCode.NotFound, "comment-not-found");
        await ben.VoteAsync(_held, 1).AssertRefusedAsync(HttpStatusCode.NotFound, "comment-not-found");
        await ben.TryReadSourceAsync(_held).AssertRefusedAsync(HttpStatusCode.NotFound, "comment-not-found");
        await ben.TryPostAsync(_page, "x", _held).AssertRefusedAsync(HttpStatusCode.Conflict, "parent-gone");
    }

    [Fact]
    public async Task Its_author_may_edit_and_delete_it_while_it_waits()
    {
        await _ada.EditAsync(_held, "Better words").AssertDoneAsync();
        Assert.Equal("Better words", await _ada.ReadSourceAsync(_held));

        await _ada.DeleteAsync(_held).AssertDoneAsync();

        Assert.Empty(await LiveAsync(_ada.Token));
        Assert.Equal(0, (await _application.ReadThreadAsync(_page)).CommentCount);
    }

    [Fact]
    public async Task An_edit_after_publication_waits_again_and_others_see_at_most_its_place()
    {
        await _moderator.JudgeAsync(_held, publish: true).AssertDoneAsync();
        var reply = await _moderator.PostAsync(_page, "An answer", _held);
        var before = await _application.ReadThreadAsync(_page);

        await _ada.EditAsync(_held, "Other words").AssertDoneAsync();

        var after = await _application.ReadThreadAsync(_page);
        Assert.Equal((2, 1), (before.CommentCount, after.CommentCount));
        Assert.True(after.Version > before.Version);
        Assert.Equal([(_held, "tombstone")], after.Comments.Select(c => (c.Id, c.Standing)));
        Assert.Equal([(reply, "published")], after.Comments[0].Replies.Select(c => (c.Id, c.Standing)));
        Assert.Equal(("", ""), (after.Comments[0].Body, after.Comments[0].AuthorName));
        using var ben = await Person.SignInAsync(_application, "Ben");
        Assert.Equal([(_held, CommentStanding.Tombstone)], await LiveAsync(ben.Token));
        Assert.Equal([(_held, CommentStanding.Pending)], await LiveAsync(_ada.Token));
        Assert.Equal([(_held, CommentStanding.Pending)], await LiveAsync(_moderator.Token));
        await _moderator.JudgeAsync(_held, publish: true).AssertDoneAsync();
        Assert.Equal(2, (await _application.ReadThreadAsync(_page)).CommentCount);
    }

    [Fact]
    public async Task A_moderators_edit_does_not_wait()
    {
        var own = await _moderator.PostAsync(_page, "Welcome");

        await _moderator.EditAsync(own, "Welcome, all").AssertDoneAsync();

        Assert.Equal(1, (await _application.ReadThreadAsync(_page)).CommentCount);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"publish":null}""")]
    public async Task Refuses_what_is_no_verdict(string json)
    {
        using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");

        await _moderator.Http.PutAsync($"/api/v1/comments/{_held}/verdict", content, Cancellation)
            .AssertRefusedAsync(HttpStatusCode.BadRequest, "request-invalid");
    }

    private async Task<IReadOnlyList<(long, CommentStanding)>> LiveAsync(string? token)
    {
        await using var live = await LiveThread.OpenAsync(_application, _page, token);
        return [.. live.Opened.Thread!.Comments.Select(comment => (comment.Id, comment.Standing))];
    }

    private static async Task<(string? Code, string? Detail, HttpStatusCode Status)> ProblemAsync(Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!;
        return ((string?)problem["code"], (string?)problem["detail"], answer.StatusCode);
    }
}
