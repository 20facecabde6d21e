using System.Net;
using System.Text;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Embed.Server.Threads;
using Embed.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Several moderators at once, selections, and what programs send that nobody should.</summary>
public sealed class ModeratorsTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private readonly string _page = EmbedApplication.NewPage();

    public static TheoryData<string> Malformed =>
    [
        "{}", "null", "[]", """{"act":"approve"}""", """{"comments":[]}""", """{"act":"approve","comments":null}""", """{"act":"approve","comments":[null]}""",
        """{"act":"approve","comments":[{"id":1}]}""", """{"act":"approve","comments":[{"id":"1","revision":0}]}""",
        """{"act":"approve","comments":[{"id":99999999999999999999,"revision":0}]}""", """{"act":"publish","comments":[{"id":1,"revision":0}]}""",
        """{"act":"Approve","comments":[{"id":1,"revision":0}]}""", """{"act":null,"comments":[{"id":1,"revision":0}]}""",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_has_not_seen_a_decision_does_not_decide_again_but_is_told_of_it_and_may_then()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var first = await Person.SignInAsync(application, "Mo", Role.Moderator);
        using var second = await Person.SignInAsync(application, "Noor", Role.Moderator);
        var id = await ada.PostAsync(_page, "Words");
        var seen = await ModeratorsDesk.RevisionAsync(application, id);
        await first.TryActAsync("reject", [(id, seen)]).JsonAsync();

        var refused = (await second.TryActAsync("spam", [(id, seen)]).JsonAsync())["comments"]![0]!;

        Assert.Equal(("decided-already", null), ((string?)refused["code"], (long?)refused["entry"]));
        Assert.Contains("Somebody else", (string?)refused["detail"], StringComparison.Ordinal);
        Assert.Equal((ActWord.CommentRejected, "Mo"), ((string?)refused["decided"]!["act"], (string?)refused["decided"]!["by"]));
        Assert.Equal(application.Clock.GetUtcNow(), (DateTimeOffset?)refused["decided"]!["at"]);
        Assert.Equal(CommentState.Rejected, (await ModeratorsDesk.RowAsync(application, id)).State);
        var done = (await second.TryActAsync("spam", [(id, (int)refused["revision"]!)]).JsonAsync())["comments"]![0]!;
        Assert.NotNull((long?)done["entry"]);
        Assert.Equal(CommentState.Spam, (await ModeratorsDesk.RowAsync(application, id)).State);
    }

    [Fact]
    public async Task Of_many_who_decide_at_the_same_moment_one_does()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var mo = await Person.SignInAsync(application, "Mo", Role.Moderator);
        var id = await ada.PostAsync(_page, "Words");
        var seen = await ModeratorsDesk.RevisionAsync(application, id);

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => mo.TryActAsync(i % 2 == 0 ? "reject" : "spam", [(id, seen)]).JsonAsync()));

        Assert.Single(answers, answer => (long?)answer["comments"]![0]!["entry"] is not null);
        Assert.Equal(11, answers.Count(answer => (string?)answer["comments"]![0]!["code"] == "decided-already"));
        Assert.Single(await ModeratorsDesk.EntriesAsync(application, id));
    }

    [Fact]
    public async Task Who_decides_sees_an_edit_and_a_deletion_of_its_author_first()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var mo = await Person.SignInAsync(application, "Mo", Role.Moderator);
        var id = await ada.PostAsync(_page, "Words");
        var seen = await ModeratorsDesk.RevisionAsync(application, id);
        application.Clock.Advance(TimeSpan.FromMinutes(1));
        await ada.EditAsync(id, "Other words").AssertDoneAsync();

        var edited = (await mo.TryActAsync("reject", [(id, seen)]).JsonAsync())["comments"]![0]!;
        await ada.DeleteAsync(id).AssertDoneAsync();
        var deleted = (await mo.TryActAsync("reject", [(id, seen)]).JsonAsync())["comments"]![0]!;

        Assert.Equal(("edited-by-author", "Ada"), ((string?)edited["decided"]!["act"], (string?)edited["decided"]!["by"]));
        Assert.Equal(("deleted-by-author", "Ada"), ((string?)deleted["decided"]!["act"], (string?)deleted["decided"]!["by"]));
    }

    [Fact]
    public async Task A_selection_is_one_act_whose_entries_know_each_other_and_what_is_refused_does_not_keep_the_others()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var mo = await Person.SignInAsync(application, "Mo", Role.Moderator);
        using var elsewhere = await Person.SignInAsync(application, "Eve", Role.Commenter, EmbedApplication.OtherSite, EmbedApplication.OtherOrigin);
        var foreign = await elsewhere.PostAsync(EmbedApplication.NewPage(EmbedApplication.OtherOrigin), "Words");
        var ids = new List<long>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(await ada.PostAsync(i < 3 ? _page : EmbedApplication.NewPage(), $"Words {i}"));
        }

        var before = await ModeratorsDesk.SnapshotAsync(application);
        var answer = await mo.TryActAsync("spam", [.. ids.Append(ids[0]).Append(foreign).Append(long.MaxValue).Append(-1).Select(id => (id, 0))]).JsonAsync();

        var items = answer["comments"]!.AsArray();
        Assert.Equal(8, items.Count);
        Assert.Equal(3, items.Count(item => (string?)item!["code"] == "comment-not-found"));
        var entries = items.Select(item => (long?)item!["entry"]).OfType<long>().ToList();
        Assert.Equal(5, entries.Count);
        await using var database = await application.OpenDatabaseAsync();
        Assert.All(database.ModerationLog.Where(e => entries.Contains(e.Id)), entry => Assert.Equal(entries[0], entry.BatchId));
        Assert.Equal(0, (await application.ReadThreadAsync(_page)).CommentCount);
        Assert.All(await mo.UndoAsync([.. entries]), result => Assert.Equal("undone", result));
        Assert.Equal(before, await ModeratorsDesk.SnapshotAsync(application));
    }

    [Fact]
    public async Task There_are_limits_to_a_selection_a_reason_and_a_text()
    {
        using var mo = await Person.SignInAsync(application, "Mo", Role.Moderator);
        var id = await mo.PostAsync(_page, "Words");
        var many = Enumerable.Range(1, 101).Select(i => ((long)i, 0)).ToList();

        await mo.TryActAsync("approve", []).AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "too-many-comments");
        await mo.TryActAsync("approve", many).AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "too-many-comments");
        await mo.TryActAsync("delete", [(id, 0)], reason: new string('x', 201)).AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "reason-too-long");
        await mo.TryActAsync("edit", [(id, 0)], body: new string('x', 10_001)).AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "body-too-long");
        await mo.TryActAsync("edit", [(id, 0)], body: "​").AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "body-empty");
        await mo.TryActAsync("edit", [(id, 0)]).AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "body-empty");
        await mo.SendAsync(HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/moderation/undo", new { entries = Enumerable.Range(1, 101) })
            .AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "too-many-entries");
        Assert.Equal("Words", (await ModeratorsDesk.RowAsync(application, id)).Body);
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task Refuses_what_is_no_act(string json)
    {
        using var mo = await Person.SignInAsync(application, "Mo", Role.Moderator);
        using var content = new StringContent(json, Encoding.UTF8, "application/json");

        await mo.Http.PostAsync($"/api/v1/sites/{EmbedApplication.Site}/moderation/acts", content, Cancellation)
            .AssertRefusedAsync(HttpStatusCode.BadRequest, "request-invalid");
    }

    [Fact]
    public async Task Nobody_else_acts_reads_or_undoes_and_a_token_is_for_its_own_site_alone()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var mo = await Person.SignInAsync(application, "Mo", Role.Moderator);
        var id = await ada.PostAsync(_page, "Words");
        var entry = (long)(await mo.ActAsync(application, "reject", id))["entry"]!;
        // Moderates both, and is on a page of the other site.
        await application.ChangeSiteAsync(site => site.Moderators.Add("GitHub:both"));
        var (_, token) = await application.MakeSessionAsync("Both", Role.Administrator, EmbedApplication.OtherSite, EmbedApplication.OtherOrigin);
        using var other = Person.Of(application, EmbedApplication.OtherSite, EmbedApplication.OtherOrigin, 0, token);

        await ada.TryActAsync("approve", [(id, 1)]).AssertRefusedAsync(HttpStatusCode.Forbidden, "not-allowed");
        await ada.SendAsync(HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/moderation/undo", new { entries = new[] { entry } })
            .AssertRefusedAsync(HttpStatusCode.Forbidden, "not-allowed");
        var elsewhere = await other.SendAsync(
            HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.OtherSite}/moderation/undo", new { entries = new[] { entry } }).JsonAsync();
        Assert.Equal("notFound", (string?)elsewhere["entries"]![0]!["result"]);
        var act = await other.SendAsync(
            HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.OtherSite}/moderation/acts",
            new { act = "approve", comments = new[] { new { id, revision = 1 } } }).JsonAsync();
        Assert.Equal("comment-not-found", (string?)act["comments"]![0]!["code"]);
        Assert.Equal(CommentState.Rejected, (await ModeratorsDesk.RowAsync(application, id)).State);
    }

    [Fact]
    public async Task The_feed_tells_of_posts_edits_acts_and_undoing_but_not_of_votes()
    {
        var site = (await application.Services.GetRequiredService<SiteDirectory>().FindAsync(EmbedApplication.Site, Cancellation))!;
        using var ada = await Person.SignInAsync(application, "Ada");
        using var mo = await Person.SignInAsync(application, "Mo", Role.Moderator);
        var told = new SemaphoreSlim(0);
        using var following = application.Services.GetRequiredService<QueueFeed>().Follow([site.Id], () => told.Release());

        var id = await ada.PostAsync(_page, "Words");
        await told.WaitAsync(Cancellation);
        await mo.VoteAsync(id, 1).AssertDoneAsync();
        // What comes after the vote would come after what it had told.
        Assert.Equal(0, told.CurrentCount);
        await ada.EditAsync(id, "Other words").AssertDoneAsync();
        await told.WaitAsync(Cancellation);
        var entry = (long)(await mo.ActAsync(application, "reject", id))["entry"]!;
        await told.WaitAsync(Cancellation);
        await mo.UndoAsync(entry);
        await told.WaitAsync(Cancellation);
        Assert.Equal(0, told.CurrentCount);
    }

    [Fact]
    public async Task The_feed_tells_once_of_what_comes_while_it_is_about_to_and_nothing_after_leaving()
    {
        var feed = application.Services.GetRequiredService<QueueFeed>();
        var writes = application.Services.GetRequiredService<WriteQueue>();
        var (calls, left) = (0, 0);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var following = feed.Follow([-1], () =>
        {
            Interlocked.Increment(ref calls);
            told.TrySetResult();
        });
        feed.Follow([-1], () => Interlocked.Increment(ref left)).Dispose();

        await writes.RunAsync<bool>(
            write =>
            {
                feed.AfterCommit(write, -1);
                feed.AfterCommit(write, -1);
                feed.AfterCommit(write, -2);
                return Task.FromResult<Outcome<bool>>(true);
            },
            Cancellation);
        await told.Task.WaitAsync(Cancellation);

        Assert.Equal((1, 0), (calls, left));
    }
}
