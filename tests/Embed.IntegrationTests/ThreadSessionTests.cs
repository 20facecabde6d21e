using Embed.Tests;
using Embed.Widget;

namespace Embed.IntegrationTests;

/// <summary>What a circuit may do: the same handlers as HTTP, reached through the port that the live component holds.</summary>
public sealed class ThreadSessionTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private readonly string _page = EmbedApplication.NewPage();

    // Reached only where the test fails.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Somebody_signed_in_posts_replies_edits_votes_and_deletes()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var ben = await Person.SignInAsync(application, "Ben");
        await using var hers = await LiveThread.OpenAsync(application, _page, ada.Token);
        await using var his = await LiveThread.OpenAsync(application, _page, ben.Token);

        var id = Done(await hers.Session.PostAsync(null, "Text", Guid.NewGuid(), Cancellation));
        var reply = Done(await his.Session.PostAsync(id, "Reply", Guid.NewGuid(), Cancellation));
        Done(await his.Session.VoteAsync(id, 1, Cancellation));
        Done(await hers.Session.EditAsync(id, "New text", Cancellation));
        Assert.Equal("New text", await hers.Session.ReadSourceAsync(id, Cancellation));
        Assert.Null(await his.Session.ReadSourceAsync(id, Cancellation));
        Done(await his.Session.DeleteAsync(reply, Cancellation));

        var seen = await his.Session.ReadAsync(Cancellation);
        Assert.Equal((ben.Id, "Ben", false), (seen.Viewer!.Commenter, seen.Viewer.Name, seen.Viewer.IsModerator));
        Assert.Equal([KeyValuePair.Create(id, 1)], seen.Viewer.Votes);
        var comment = Assert.Single(seen.Thread!.Comments);
        Assert.Equal((1, 0), (comment.UpVotes, comment.DownVotes));
        Assert.Empty(comment.Replies);
    }

    [Fact]
    public async Task A_retried_draft_returns_the_first_result()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        await using var live = await LiveThread.OpenAsync(application, _page, ada.Token);
        var draft = Guid.NewGuid();

        var first = Done(await live.Session.PostAsync(null, "Once", draft, Cancellation));
        var again = Done(await live.Session.PostAsync(null, "Once", draft, Cancellation));

        Assert.Equal(first, again);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("https://blog.example.evil.example")]
    [InlineData("http://blog.example")]
    [InlineData(EmbedApplication.OtherOrigin)]
    [InlineData("")]
    public async Task From_another_origin_it_reads_like_anybody_and_acts_not_at_all(string origin)
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var id = await ada.PostAsync(_page, "Text");
        await using var live = await LiveThread.OpenAsync(application, _page, ada.Token, origin: origin);

        Assert.Null(live.Opened.Viewer);
        Assert.Equal("origin-not-allowed", (await live.Session.PostAsync(null, "x", Guid.NewGuid(), Cancellation)).Refusal?.Code);
        Assert.Equal("origin-not-allowed", (await live.Session.DeleteAsync(id, Cancellation)).Refusal?.Code);
        Assert.Equal("origin-not-allowed", (await live.Session.ModerateAsync(new ModeratorAct(ThreadVerb.CloseThread), Cancellation)).Refusal?.Code);
        Assert.Null(await live.Session.ReadSourceAsync(id, Cancellation));
    }

    [Fact]
    public async Task A_token_of_one_site_is_nothing_at_another()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        await using var live = await LiveThread.OpenAsync(
            application, EmbedApplication.NewPage(EmbedApplication.OtherOrigin), ada.Token, EmbedApplication.OtherSite, EmbedApplication.OtherOrigin);

        Assert.NotNull(live.Opened.Thread);
        Assert.Null(live.Opened.Viewer);
        Assert.Equal("sign-in-required", (await live.Session.PostAsync(null, "x", Guid.NewGuid(), Cancellation)).Refusal?.Code);
    }

    [Fact]
    public async Task A_forged_site_does_not_reach_the_comments_of_another()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var stranger = await Person.SignInAsync(
            application, "Mo", Role.Moderator, EmbedApplication.OtherSite, EmbedApplication.OtherOrigin);
        var id = await ada.PostAsync(_page, "Text");
        await using var live = await LiveThread.OpenAsync(
            application, EmbedApplication.NewPage(EmbedApplication.OtherOrigin), stranger.Token, EmbedApplication.OtherSite, EmbedApplication.OtherOrigin);

        Assert.True(live.Opened.Viewer!.IsModerator);
        Assert.Equal("comment-not-found", (await live.Session.DeleteAsync(id, Cancellation)).Refusal?.Code);
        Assert.Equal("comment-not-found", (await live.Session.VoteAsync(id, 1, Cancellation)).Refusal?.Code);
        Assert.Equal("comment-not-found", (await live.Session.EditAsync(id, "x", Cancellation)).Refusal?.Code);
        Assert.Equal("comment-not-found", (await live.Session.ModerateAsync(new ModeratorAct(ThreadVerb.Reject, id), Cancellation)).Refusal?.Code);
        Assert.Equal("parent-gone", (await live.Session.PostAsync(id, "x", Guid.NewGuid(), Cancellation)).Refusal?.Code);
    }

    [Theory]
    [InlineData("nobody", EmbedApplication.Origin, "site-not-found")]
    [InlineData("", EmbedApplication.Origin, "site-not-found")]
    [InlineData(EmbedApplication.Site, "https://elsewhere.example", "page-invalid")]
    [InlineData(EmbedApplication.OtherSite, EmbedApplication.Origin, "page-invalid")]
    public async Task Opening_what_is_not_there_is_refused_in_words_and_so_is_every_act(string site, string pageOrigin, string code)
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        await using var live = await LiveThread.OpenAsync(application, EmbedApplication.NewPage(pageOrigin), ada.Token, site);

        Assert.Equal((null, code), (live.Opened.Thread, live.Opened.Refusal?.Code));
        Assert.NotNull((await live.Session.PostAsync(null, "x", Guid.NewGuid(), Cancellation)).Refusal);
        Assert.NotNull((await live.Session.ModerateAsync(new ModeratorAct(ThreadVerb.CloseThread), Cancellation)).Refusal);
        Assert.NotNull((await live.Session.ReadAsync(Cancellation)).Refusal);
    }

    [Fact]
    public async Task Changes_are_announced_to_whoever_has_the_thread_open_until_they_leave()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        await using var live = await LiveThread.OpenAsync(application, _page, token: null);
        using var changes = new SemaphoreSlim(0);
        live.Session.Changed += () => changes.Release();

        await ada.PostAsync(EmbedApplication.NewPage(), "Elsewhere");
        var id = await ada.PostAsync(_page, "Here");
        Assert.True(await changes.WaitAsync(Patience, Cancellation));
        Assert.Equal(id, (await live.Session.ReadAsync(Cancellation)).Thread!.Comments.Single().Id);

        await using var other = await LiveThread.OpenAsync(application, _page, token: null);
        using var heard = new SemaphoreSlim(0);
        other.Session.Changed += () => heard.Release();
        live.Session.Dispose();
        await ada.PostAsync(_page, "And again");
        Assert.True(await heard.WaitAsync(Patience, Cancellation));
        Assert.Equal(0, changes.CurrentCount);
    }

    [Fact]
    public async Task Opening_another_page_ends_following_the_first()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        await using var live = await LiveThread.OpenAsync(application, _page, token: null);
        using var changes = new SemaphoreSlim(0);
        live.Session.Changed += () => changes.Release();
        var other = EmbedApplication.NewPage();

        await live.Session.OpenAsync(new ThreadRequest(EmbedApplication.Site, other, null, null, null, null), Cancellation);
        await ada.PostAsync(_page, "On the first page");
        await ada.PostAsync(other, "On the second page");
        Assert.True(await changes.WaitAsync(Patience, Cancellation));
        Assert.Equal(0, changes.CurrentCount);
    }

    [Fact]
    public async Task A_moderators_rights_are_lost_at_once_when_the_site_lets_them_go()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var moderator = await Person.SignInAsync(application, "Mo", Role.Moderator);
        var id = await ada.PostAsync(_page, "Text");
        await using var live = await LiveThread.OpenAsync(application, _page, moderator.Token);
        Assert.True(live.Opened.Viewer!.IsModerator);

        await application.ChangeSiteAsync(site => site.Moderators.Clear());

        Assert.Equal("not-allowed", (await live.Session.DeleteAsync(id, Cancellation)).Refusal?.Code);
        Assert.Equal("not-allowed", (await live.Session.ModerateAsync(new ModeratorAct(ThreadVerb.CloseThread), Cancellation)).Refusal?.Code);
        Assert.False((await live.Session.ReadAsync(Cancellation)).Viewer!.IsModerator);
    }

    [Fact]
    public async Task Signing_out_elsewhere_ends_what_the_open_thread_may_do()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        await using var live = await LiveThread.OpenAsync(application, _page, ada.Token);

        await ada.SendAsync(HttpMethod.Delete, $"/api/v1/sites/{EmbedApplication.Site}/session").AssertDoneAsync();

        Assert.Equal("sign-in-required", (await live.Session.PostAsync(null, "x", Guid.NewGuid(), Cancellation)).Refusal?.Code);
        Assert.Null((await live.Session.ReadAsync(Cancellation)).Viewer);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not-a-token")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_made_up_token_signs_nobody_in(string token)
    {
        await using var live = await LiveThread.OpenAsync(application, _page, token);

        Assert.NotNull(live.Opened.Thread);
        Assert.Null(live.Opened.Viewer);
        Assert.Equal("sign-in-required", (await live.Session.PostAsync(null, "x", Guid.NewGuid(), Cancellation)).Refusal?.Code);
    }

    [Fact]
    public async Task A_preview_is_what_would_be_published_and_keeps_nothing()
    {
        await using var live = await LiveThread.OpenAsync(application, _page, token: null);

        var preview = await live.Session.PreviewAsync("*a* <script>", Cancellation);
        var refused = await live.Session.PreviewAsync(new string('x', 10_001), Cancellation);

        Assert.Equal("<p dir=\"auto\"><em>a</em> &lt;script&gt;</p>", preview.Html.Value);
        Assert.Equal(("body-too-long", 10_000L), (refused.Refusal!.Code, refused.Refusal.Number));
        Assert.Equal(0, (await application.ReadThreadAsync(_page)).Version);
    }

    [Fact]
    public async Task A_title_too_long_is_cut_because_it_is_not_the_commenters()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        await using var live = await LiveThread.OpenAsync(application, _page, ada.Token, title: new string('t', 500));

        Done(await live.Session.PostAsync(null, "x", Guid.NewGuid(), Cancellation));

        await using var database = await application.OpenDatabaseAsync();
        Assert.Equal(200, database.Threads.Single(thread => thread.PageAddress == _page).Title.Length);
    }

    [Fact]
    public async Task A_moderator_closes_and_reopens()
    {
        using var moderator = await Person.SignInAsync(application, "Mo", Role.Moderator);
        await using var live = await LiveThread.OpenAsync(application, _page, moderator.Token);

        Assert.Null((await live.Session.ModerateAsync(new ModeratorAct(ThreadVerb.CloseThread), Cancellation)).Refusal);
        Assert.True((await live.Session.ReadAsync(Cancellation)).Thread!.IsClosed);
        Assert.Equal("thread-closed", (await live.Session.PostAsync(null, "x", Guid.NewGuid(), Cancellation)).Refusal?.Code);

        Assert.Null((await live.Session.ModerateAsync(new ModeratorAct(ThreadVerb.ReopenThread), Cancellation)).Refusal);
        Done(await live.Session.PostAsync(null, "x", Guid.NewGuid(), Cancellation));
    }

    private static long Done(ActResult result)
    {
        Assert.Null(result.Refusal);
        return result.CommentId!.Value;
    }
}
