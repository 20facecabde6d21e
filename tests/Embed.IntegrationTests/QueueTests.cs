using System.Net;
using Embed.Server.Commenters;
using Embed.Server.Comments;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Sites;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>What moderators read in the queue.</summary>
public sealed class QueueTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();
    private readonly string _page = EmbedApplication.NewPage();
    private Person _ada = null!;
    private Person _mo = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

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

    [Fact]
    public async Task Each_tab_has_what_is_in_it_and_says_how_much_there_is()
    {
        var spam = await _ada.PostAsync(_page, "Spam");
        await _mo.ActAsync(_application, "spam", spam);
        var flagged = await _ada.PostAsync(_page, "Flagged");
        await ModeratorsDesk.FlagAsync(_application, flagged, 2, "Rude to <b>everybody</b>");
        await _application.ChangeSiteAsync(site => site.HoldsComments = true);
        var held = await _ada.PostAsync(_page, "Held");

        Assert.Equal([held], await IdsAsync("tab=held"));
        Assert.Equal([flagged], await IdsAsync("tab=flagged"));
        Assert.Equal([spam], await IdsAsync("tab=spam"));
        Assert.Equal([held, flagged, spam], await IdsAsync("tab=recent"));
        Assert.Equal([spam, flagged, held], await IdsAsync("tab=recent&sort=oldest"));
        var queue = await _mo.QueueAsync("tab=flagged");
        Assert.Equal("""{"held":1,"flagged":1,"spam":1}""", queue["counts"]!.ToJsonString());
        var flags = queue["comments"]![0]!["flags"]!.AsArray();
        Assert.Equal((2, "abuse", "Rude to <b>everybody</b>"), (flags.Count, (string?)flags[0]!["reason"], (string?)flags[0]!["note"]));
        Assert.DoesNotContain("Reader", queue.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_has_the_comment_its_place_and_what_its_author_has_done_before()
    {
        await _application.ChangeSiteAsync(site => site.Moderators.Add("GitHub:nobody"));
        var top = await _mo.PostAsync(_page, "The **question**");
        var first = await _ada.PostAsync(_page, "First");
        _application.Skip(TimeSpan.FromDays(3));
        await _mo.ActAsync(_application, "reject", await _ada.PostAsync(_page, "Second"));
        await _mo.ActAsync(_application, "spam", await _ada.PostAsync(_page, "Third"));
        await _ada.DeleteAsync(await _ada.PostAsync(_page, "Fourth")).AssertDoneAsync();
        using var posted = await _ada.TryPostAsync(_page, "An *answer*", top, "A page");
        var queued = (await _mo.QueueAsync("tab=recent"))["comments"]![0]!;

        Assert.Equal(("test", "published", "An *answer*"), ((string?)queued["site"], (string?)queued["state"], (string?)queued["source"]));
        Assert.Contains("<em>answer</em>", (string?)queued["body"], StringComparison.Ordinal);
        Assert.Equal((_page, false), ((string?)queued["thread"]!["address"], (bool?)queued["thread"]!["isClosed"]));
        Assert.Equal((top, "Mo", "The question"), ((long?)queued["parent"]!["id"], (string?)queued["parent"]!["authorName"], (string?)queued["parent"]!["excerpt"]));
        var author = queued["author"]!;
        Assert.Equal((_ada.Id, "Ada", "none", false), ((long?)author["id"], (string?)author["name"], (string?)author["role"], (bool?)author["isBanned"]));
        Assert.Equal((2, 0, 1, 1, 1), ((int?)author["published"], (int?)author["pending"], (int?)author["rejected"], (int?)author["spam"], (int?)author["deleted"]));
        Assert.Equal((await ModeratorsDesk.RowAsync(_application, first)).PostedAt, (DateTimeOffset?)author["firstAt"]);
        Assert.Null(queued["decided"]);
        Assert.Equal("moderator", (string?)(await _mo.QueuedAsync(top))["author"]!["role"]);
    }

    [Fact]
    public async Task A_row_says_what_was_decided_and_whether_its_author_is_banned()
    {
        var id = await _ada.PostAsync(_page, "Words");
        await _mo.ActAsync(_application, "reject", id);
        await _mo.SendAsync(HttpMethod.Put, $"/api/v1/sites/{EmbedApplication.Site}/commenters/{_ada.Id}/ban", new { days = 1 }).AssertDoneAsync();

        var queued = await _mo.QueuedAsync(id);

        Assert.True((bool?)queued["author"]!["isBanned"]);
        Assert.Equal((ActWord.CommentRejected, "Mo"), ((string?)queued["decided"]!["act"], (string?)queued["decided"]!["by"]));
        _application.Skip(TimeSpan.FromDays(2));
        Assert.False((bool?)(await _mo.QueuedAsync(id))["author"]!["isBanned"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reading_on_by_key_comes_to_each_comment_of_each_site_once_while_others_come_and_go(bool isOldestFirst)
    {
        var ids = await FillAsync(130);
        var by = await ActorsAsync(EmbedApplication.Site, EmbedApplication.OtherSite);
        var read = _application.Services.GetRequiredService<ReadQueue>();
        List<long> found = [];
        long? after = null;
        do
        {
            var page = (await read.HandleAsync(by, QueueTab.Recent, isOldestFirst, after, Cancellation)).Value!;
            Assert.InRange(page.Comments.Count, 1, ReadQueue.PageSize);
            found.AddRange(page.Comments.Select(comment => comment.Id));
            after = page.Next;
            // Before what was read already: nobody's place moves.
            await FillAsync(1);
        }
        while (after is not null && found.Count < 200);

        Assert.Equal(isOldestFirst ? ids : [.. ids.Reverse()], isOldestFirst ? found.Take(130) : found);
        Assert.Equal([EmbedApplication.OtherSite, EmbedApplication.Site], (await read.FindAsync(by, found, Cancellation)).Value!.Select(c => c.Site).Distinct().Order(StringComparer.Ordinal));
        var one = await ActorsAsync(EmbedApplication.Site);
        Assert.Equal([EmbedApplication.Site], (await read.FindAsync(one, found, Cancellation)).Value!.Select(c => c.Site).Distinct());
    }

    [Fact]
    public async Task Nobody_reads_it_but_those_who_moderate_each_of_the_sites()
    {
        var read = _application.Services.GetRequiredService<ReadQueue>();
        var by = (await ActorsAsync(EmbedApplication.Site, EmbedApplication.OtherSite)).ToList();
        by[1] = by[1] with { Standing = by[1].Standing with { Role = SiteRole.Trusted } };

        Assert.Equal(Refusal.NotAllowed, (await read.HandleAsync(by, QueueTab.Held, false, null, Cancellation)).Refusal);
        Assert.Equal(Refusal.NotAllowed, (await read.HandleAsync([], QueueTab.Held, false, null, Cancellation)).Refusal);
        Assert.Equal(Refusal.NotAllowed, (await read.CountAsync(by, Cancellation)).Refusal);
        Assert.Equal(Refusal.NotAllowed, (await read.FindAsync(by, [1], Cancellation)).Refusal);
        Assert.Equal(Refusal.NotAllowed, (await read.FollowAsync(by, QueueTab.Held, false, [], Cancellation)).Refusal);
    }

    [Theory]
    [InlineData("tab=everything")]
    [InlineData("tab=held&sort=best")]
    [InlineData("tab=held&after=x")]
    [InlineData("tab=held&after=-1")]
    [InlineData("tab=held&after=99999999999999999999")]
    public async Task Refuses_what_is_no_tab_order_or_place(string query) =>
        await _mo.SendAsync(HttpMethod.Get, $"/api/v1/sites/{EmbedApplication.Site}/moderation/queue?{query}")
            .AssertRefusedAsync(HttpStatusCode.BadRequest, "request-invalid");

    private async Task<IReadOnlyList<long>> IdsAsync(string query) =>
        [.. (await _mo.QueueAsync(query))["comments"]!.AsArray().Select(comment => (long)comment!["id"]!)];

    // At two sites in turn.
    private async Task<IReadOnlyList<long>> FillAsync(int count)
    {
        var post = _application.Services.GetRequiredService<PostComment>();
        var actors = await ActorsAsync(EmbedApplication.Site, EmbedApplication.OtherSite);
        List<long> ids = [];
        for (var i = 0; i < count; i++)
        {
            var actor = actors[i % 2];
            var page = $"{actor.Site.Origins[0]}/queue";
            ids.Add((await post.HandleAsync(actor, new PostComment.Draft(page, null, "Queue", null, $"Words {i}", Guid.NewGuid()), Cancellation)).Value!.Id);
        }

        return ids;
    }

    private async Task<IReadOnlyList<Actor>> ActorsAsync(params string[] keys)
    {
        await using var database = await _application.OpenDatabaseAsync();
        var who = await database.Commenters.AsNoTracking().SingleAsync(c => c.Id == _mo.Id, Cancellation);
        var sites = _application.Services.GetRequiredService<SiteDirectory>();
        List<Actor> actors = [];
        foreach (var key in keys)
        {
            actors.Add(new Actor((await sites.FindAsync(key, Cancellation))!, who, new Standing(SiteRole.Moderator, null, IsShadowed: false), ActedVia.Admin));
        }

        return actors;
    }
}
