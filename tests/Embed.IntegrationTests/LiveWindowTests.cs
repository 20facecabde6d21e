using Embed.Tests;
using Embed.Widget;

namespace Embed.IntegrationTests;

/// <summary>What a live thread shows of a discussion that is longer than a page.</summary>
public sealed class LiveWindowTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task More_comments_come_page_by_page_to_the_end_and_stay()
    {
        var discussion = await Discussion.BeginAsync(application);
        var tops = await discussion.PostAsync(230);
        await using var live = await OpenAsync(discussion);
        Assert.Equal(tops.Take(100), Ids(live.Opened));

        await live.Session.MoreAsync(0, Cancellation);
        Assert.Equal(tops.Take(200), Ids(await live.Session.ReadAsync(Cancellation)));
        await live.Session.MoreAsync(0, Cancellation);
        var all = await live.Session.ReadAsync(Cancellation);

        Assert.Equal(tops, Ids(all));
        Assert.Null(all.Thread!.After);
        Assert.Null((await live.Session.MoreAsync(0, Cancellation)).Refusal);
        Assert.Equal([.. tops, await discussion.PostAsync()], Ids(await live.Session.ReadAsync(Cancellation)));
    }

    [Fact]
    public async Task What_arrives_at_the_top_pushes_nothing_off_the_end()
    {
        var discussion = await Discussion.BeginAsync(application);
        var tops = await discussion.PostAsync(150);
        await using var live = await OpenAsync(discussion, ThreadSort.Newest);
        Assert.Equal(tops.Reverse().Take(100), Ids(live.Opened));

        var late = await discussion.PostAsync(5);

        Assert.Equal([.. late.Reverse(), .. tops.Reverse().Take(100)], Ids(await live.Session.ReadAsync(Cancellation)));
    }

    [Fact]
    public async Task Replies_that_arrive_in_a_cut_branch_change_the_number_that_follow_and_not_what_is_shown()
    {
        var discussion = await Discussion.BeginAsync(application);
        var top = await discussion.PostAsync();
        var replies = await discussion.PostAsync(140, top);
        await using var live = await OpenAsync(discussion);
        var before = live.Opened.Thread!.Comments[0];

        await discussion.PostAsync(top);
        var after = (await live.Session.ReadAsync(Cancellation)).Thread!.Comments[0];
        Assert.Equal(before.Replies.Select(reply => reply.Id), after.Replies.Select(reply => reply.Id));
        Assert.Equal(before.More!.Count + 1, after.More!.Count);

        await live.Session.MoreAsync(after.More.After, Cancellation);
        var all = (await live.Session.ReadAsync(Cancellation)).Thread!.Comments[0];
        Assert.Equal(replies, all.Replies.Select(reply => reply.Id).Take(140));
        Assert.Equal(141, all.Replies.Length);
        Assert.Null(all.More);
    }

    [Fact]
    public async Task What_somebody_posts_is_shown_to_them_wherever_it_belongs_and_to_others_when_they_get_there()
    {
        var discussion = await Discussion.BeginAsync(application);
        var top = await discussion.PostAsync();
        await discussion.PostAsync(140, top);
        await discussion.PostAsync(140);
        var (_, token) = await application.MakeSessionAsync("Ben");
        await using var author = await OpenAsync(discussion, token: token);
        await using var other = await OpenAsync(discussion);

        var comment = (await author.Session.PostAsync(null, "At the far end", Guid.NewGuid(), Cancellation)).CommentId!.Value;
        var reply = (await author.Session.PostAsync(top, "Behind the cut", Guid.NewGuid(), Cancellation)).CommentId!.Value;

        var own = (await author.Session.ReadAsync(Cancellation)).Thread!;
        Assert.Equal(comment, own.Comments[^1].Id);
        Assert.Equal(reply, own.Comments[0].Replies[^1].Id);
        var others = (await other.Session.ReadAsync(Cancellation)).Thread!;
        Assert.DoesNotContain(comment, others.Comments.Select(c => c.Id));
        Assert.DoesNotContain(reply, others.Comments[0].Replies.Select(c => c.Id));
        Assert.Equal(283, others.CommentCount);
    }

    [Fact]
    public async Task A_thread_goes_live_with_what_its_reader_has_read_on_to()
    {
        var discussion = await Discussion.BeginAsync(application);
        var top = await discussion.PostAsync();
        await discussion.PostAsync(150, top);
        var tops = await discussion.PostAsync(150);
        var first = await application.ReadThreadAsync(discussion.Page);

        await using var live = await OpenAsync(discussion, expanded: $"after:{first.After} replies:{first.Comments[0].More!.After} nonsense");

        Assert.True(live.Opened.Thread!.Comments.Length > first.Comments.Length);
        Assert.Equal([top, .. tops.Take(live.Opened.Thread.Comments.Length - 1)], Ids(live.Opened));
        Assert.True(live.Opened.Thread.Comments[0].Replies.Length >= 100 + first.Comments[0].Replies.Length);
    }

    [Fact]
    public async Task A_thread_opened_around_a_comment_is_shown_from_its_start_when_that_is_wanted()
    {
        var discussion = await Discussion.BeginAsync(application);
        var tops = await discussion.PostAsync(250);
        await using var live = await OpenAsync(discussion, around: tops[180]);
        Assert.Equal(tops.Skip(180), Ids(live.Opened));
        Assert.False(live.Opened.Thread!.IsFromStart);

        await live.Session.FromStartAsync(Cancellation);

        var thread = await live.Session.ReadAsync(Cancellation);
        Assert.Equal(tops.Take(100), Ids(thread));
        Assert.True(thread.Thread!.IsFromStart);
    }

    [Fact]
    public async Task Readers_of_one_thread_share_one_tree()
    {
        var discussion = await Discussion.BeginAsync(application);
        await discussion.PostAsync(30);
        var (_, token) = await application.MakeSessionAsync("Ben");
        await using var first = await OpenAsync(discussion);
        await using var second = await OpenAsync(discussion, token: token);
        Assert.Same(first.Opened.Thread, second.Opened.Thread);

        await discussion.PostAsync();

        Assert.Same((await first.Session.ReadAsync(Cancellation)).Thread, (await second.Session.ReadAsync(Cancellation)).Thread);
    }

    private static IEnumerable<long> Ids(SessionResult result) => result.Thread!.Comments.Select(comment => comment.Id);

    private Task<LiveThread> OpenAsync(
        Discussion discussion, ThreadSort? sort = null, string? token = null, long around = 0, string? expanded = null) =>
        LiveThread.OpenAsync(application, discussion.Page, token, request: new ThreadRequest(
            EmbedApplication.Site, discussion.Page, null, null, sort, token, around, expanded));
}
