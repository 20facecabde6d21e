using System.Globalization;
using System.Net;
using Embed.Server.Model;
using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>Threads of more comments than a page of them holds.</summary>
public sealed class BigThreadTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("oldest")]
    [InlineData("newest")]
    [InlineData("best")]
    [InlineData("discussed")]
    public async Task Pages_hold_about_100_comments_and_every_one_exactly_once(string sort)
    {
        var discussion = await Discussion.BeginAsync(application);
        var tops = await discussion.PostAsync(230);
        using var ben = await Person.SignInAsync(application, "Ben");
        await ben.VoteAsync(tops[200], 1).AssertDoneAsync();
        await ben.VoteAsync(tops[3], -1).AssertDoneAsync();
        await discussion.PostAsync(3, tops[150]);

        var pages = await application.ReadPagesAsync(discussion.Page, $"sort={sort}");

        long[] expected = sort switch
        {
            "newest" => [.. tops.Reverse()],
            "best" => [tops[200], .. tops.Where(id => id != tops[200])],
            "discussed" => [tops[150], .. tops.Where(id => id != tops[150])],
            _ => [.. tops],
        };
        Assert.Equal(expected, pages.SelectMany(page => page.Comments).Select(comment => comment.Id));
        Assert.All(pages, page => Assert.InRange(page.All().Count(), 1, 100));
        Assert.Equal([true, false, false], pages.Select(page => page.IsFromStart));
        Assert.Equal(233, pages[0].CommentCount);
    }

    [Fact]
    public async Task What_arrives_or_is_voted_on_between_two_pages_neither_doubles_nor_hides_a_comment()
    {
        var discussion = await Discussion.BeginAsync(application);
        var tops = await discussion.PostAsync(150);
        using var ben = await Person.SignInAsync(application, "Ben");
        var first = await application.ReadThreadAsync(discussion.Page, "sort=best");

        await ben.VoteAsync(tops[99], 1).AssertDoneAsync();
        var late = await discussion.PostAsync();
        var second = await application.ReadThreadAsync(discussion.Page, $"sort=best&after={first.After}");

        Assert.Equal([.. tops, late], first.Comments.Concat(second.Comments).Select(comment => comment.Id));
    }

    [Fact]
    public async Task A_branch_that_is_too_long_says_how_many_replies_follow_and_they_are_read_on_in_order()
    {
        var discussion = await Discussion.BeginAsync(application);
        var long_ = await discussion.PostAsync();
        var replies = await discussion.PostAsync(250, long_);
        var other = await discussion.PostAsync();

        var first = await application.ReadThreadAsync(discussion.Page);
        var branch = first.Comments[0];

        Assert.Equal([long_, other], first.Comments.Select(comment => comment.Id));
        Assert.InRange(first.All().Count(), 90, 100);
        Assert.Equal(250 - branch.Replies.Length, branch.More!.Count);
        var read = branch.Replies.Select(reply => reply.Id).ToList();
        while (branch.More is { } more)
        {
            branch = Assert.Single((await application.ReadThreadAsync(discussion.Page, $"replies={more.After}")).Comments);
            Assert.Equal(long_, branch.Id);
            read.AddRange(branch.Replies.Select(reply => reply.Id));
            Assert.Equal(250 - read.Count, branch.More?.Count ?? 0);
        }

        Assert.Equal(replies, read);
    }

    [Fact]
    public async Task The_fragment_and_the_own_page_have_controls_where_they_are_cut()
    {
        var discussion = await Discussion.BeginAsync(application);
        var first = await discussion.PostAsync();
        await discussion.PostAsync(40, first);
        await discussion.PostAsync(110);
        var json = await application.ReadThreadAsync(discussion.Page);

        var html = await application.ReadHtmlAsync(discussion.Page);
        using var http = application.CreateClient();
        var own = ThreadReader.Parse(await http.GetStringAsync($"/t/{EmbedApplication.Site}?page={Uri.EscapeDataString(discussion.Page)}", Cancellation));

        var replies = json.Comments[0].More!;
        var button = html.Comment(first).QuerySelector(":scope > .more > [data-act=more]")!;
        Assert.Equal($"{replies.Count} more replies", button.TextContent);
        Assert.Equal(replies.After.ToString(CultureInfo.InvariantCulture), button.GetAttribute("data-replies"));
        Assert.Equal(json.After, html.QuerySelector(".thread > .more > [data-act=more]")!.GetAttribute("data-after"));
        Assert.EndsWith($"&replies={replies.After}", own.Comment(first).QuerySelector(":scope > .more > a")!.GetAttribute("href"), StringComparison.Ordinal);
        var next = own.QuerySelector(".thread > .more > a")!.GetAttribute("href")!;
        var rest = ThreadReader.Parse(await http.GetStringAsync(next, Cancellation));
        Assert.Equal(
            (await application.ReadThreadAsync(discussion.Page, $"after={json.After}")).Comments.Select(comment => comment.Id),
            rest.QuerySelector("ol.comments")!.Ids());
        Assert.NotNull(rest.QuerySelector(".earlier a"));
        Assert.Null(own.QuerySelector(".earlier"));
    }

    [Fact]
    public async Task A_permalink_leads_to_the_page_that_holds_its_comment()
    {
        var discussion = await Discussion.BeginAsync(application);
        var tops = await discussion.PostAsync(250);

        foreach (var sort in new[] { "oldest", "newest", "best" })
        {
            var page = await application.ReadThreadAsync(discussion.Page, $"sort={sort}&comment={tops[120]}");

            Assert.Equal(tops[120], page.Comments[0].Id);
            Assert.False(page.IsFromStart);
        }
    }

    [Fact]
    public async Task A_permalink_to_a_reply_at_any_depth_shows_its_branch_from_there_with_what_holds_it()
    {
        var discussion = await Discussion.BeginAsync(application);
        await discussion.PostAsync(120);
        var top = await discussion.PostAsync();
        var chain = new List<long> { top };
        for (var i = 0; i < 130; i++)
        {
            chain.Add(await discussion.PostAsync(chain[^1]));
        }

        foreach (var at in new[] { 3, 90, 125 })
        {
            var page = await application.ReadThreadAsync(discussion.Page, $"comment={chain[at]}");

            var branch = page.Comments.Single(comment => comment.Id == top);
            var shown = new ThreadJson("", "", false, 0, 0, "", false, null, [branch]).All().ToList();
            Assert.Contains(shown, comment => comment.Id == chain[at]);
            Assert.Equal(chain.Take(Math.Min(at, 7)), shown.Take(Math.Min(at, 7)).Select(comment => comment.Id));
            Assert.Equal("Nadia", (await ParentAuthorAsync(discussion.Page, chain[at])));
            Assert.False(page.IsFromStart);
        }
    }

    [Fact]
    public async Task A_permalink_in_a_short_thread_is_its_first_page_byte_for_byte()
    {
        var discussion = await Discussion.BeginAsync(application);
        var ids = await discussion.PostAsync(3);
        using var http = application.CreateClient();

        using var first = await http.GetAsync(ThreadReader.AddressOf(discussion.Page), Cancellation);
        using var around = await http.GetAsync(ThreadReader.AddressOf(discussion.Page, more: $"comment={ids[2]}"), Cancellation);
        using var unknown = await http.GetAsync(ThreadReader.AddressOf(discussion.Page, more: "comment=999999"), Cancellation);

        Assert.Equal(first.Headers.ETag, around.Headers.ETag);
        Assert.Equal(first.Headers.ETag, unknown.Headers.ETag);
    }

    [Theory]
    [InlineData("after=nonsense")]
    [InlineData("after=1-2-3")]
    [InlineData("after=99999999999999999-1")]
    [InlineData("replies=nonsense")]
    [InlineData("replies=-4")]
    public async Task A_place_that_cannot_be_is_refused(string part)
    {
        using var nobody = Person.Anonymous(application);
        var page = EmbedApplication.NewPage();

        foreach (var form in new[] { "thread", "thread.html" })
        {
            await nobody.SendAsync(HttpMethod.Get, ThreadReader.AddressOf(page, form, part))
                .AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "place-unknown");
        }
    }

    [Fact]
    public async Task Reading_on_goes_on_after_a_reply_that_has_gone_meanwhile()
    {
        var discussion = await Discussion.BeginAsync(application);
        var top = await discussion.PostAsync();
        var replies = await discussion.PostAsync(150, top);
        var more = (await application.ReadThreadAsync(discussion.Page)).Comments[0].More!;
        await discussion.DeleteAsync(more.After);

        var branch = Assert.Single((await application.ReadThreadAsync(discussion.Page, $"replies={more.After}")).Comments);

        Assert.Equal(replies.Where(id => id > more.After), branch.Replies.Select(reply => reply.Id));
    }

    [Fact]
    public async Task A_permalink_read_between_a_vote_and_its_announcement_shows_the_vote_when_it_is_announced()
    {
        var discussion = await Discussion.BeginAsync(application);
        var id = await discussion.PostAsync();
        using var ben = await Person.SignInAsync(application, "Ben");
        using var cleo = await Person.SignInAsync(application, "Cleo");
        await ben.VoteAsync(id, 1).AssertDoneAsync();
        await application.ReadHtmlAsync(discussion.Page);
        await cleo.VoteAsync(id, 1).AssertDoneAsync();
        await application.ReadHtmlAsync(discussion.Page, $"comment={id}");

        application.Clock.Advance(TimeSpan.FromSeconds(1));

        var votes = (await application.ReadHtmlAsync(discussion.Page, $"comment={id}")).Comment(id).QuerySelector(".votes")!;
        Assert.Equal("Votes: 2 up, 0 down", votes.GetAttribute("aria-label"));
    }

    [Fact]
    public async Task Replies_of_another_thread_are_not_shown_here()
    {
        var discussion = await Discussion.BeginAsync(application);
        var other = await Discussion.BeginAsync(application);
        await discussion.PostAsync();
        var elsewhere = await other.PostAsync();
        await other.PostAsync(elsewhere);

        Assert.Empty((await application.ReadThreadAsync(discussion.Page, $"replies={elsewhere}")).Comments);
    }

    [Fact]
    public async Task Reading_on_everywhere_shows_each_visible_comment_once_and_in_reading_order_whatever_the_shape()
    {
        for (var seed = 1u; seed <= 6; seed++)
        {
            var discussion = await RandomAsync(seed);
            var rows = await discussion.RowsAsync();

            var read = new List<long>();
            foreach (var top in (await application.ReadPagesAsync(discussion.Page)).SelectMany(page => page.Comments))
            {
                read.AddRange(await ReadBranchAsync(discussion.Page, top));
            }

            Assert.Equal(Naive(rows, null), read);
        }
    }

    private static IEnumerable<long> Naive(IReadOnlyList<Comment> rows, long? parent) => rows
        .Where(row => row.ParentId == parent && Shows(rows, row)).OrderBy(row => row.Number)
        .SelectMany(row => Naive(rows, row.Id).Prepend(row.Id));

    private static bool Shows(IReadOnlyList<Comment> rows, Comment row) =>
        row.State == CommentState.Published || rows.Any(other => other.ParentId == row.Id && Shows(rows, other));

    private async Task<IReadOnlyList<long>> ReadBranchAsync(string page, CommentJson top)
    {
        var read = new List<long>();
        for (var part = top; part is not null;)
        {
            foreach (var comment in new ThreadJson("", "", false, 0, 0, "", false, null, [part]).All().Where(comment => !read.Contains(comment.Id)))
            {
                read.Add(comment.Id);
            }

            part = part.More is { } more ? Assert.Single((await application.ReadThreadAsync(page, $"replies={more.After}")).Comments) : null;
        }

        return read;
    }

    /// <summary>400 comments: some branches long, some deep, a tenth deleted.</summary>
    private async Task<Discussion> RandomAsync(uint seed)
    {
        var discussion = await Discussion.BeginAsync(application);
        var ids = new List<long>();
        for (var i = 0; i < 400; i++)
        {
            // One in four begins a branch; of the rest half answers the latest, which makes chains.
            var parent = ids.Count == 0 || Next(4) == 0 ? (long?)null : Next(2) == 0 ? ids[^1] : ids[(int)Next((uint)ids.Count)];
            ids.Add(await discussion.PostAsync(parent));
        }

        foreach (var id in ids.Where(_ => Next(10) == 0))
        {
            await discussion.DeleteAsync(id);
        }

        return discussion;

        uint Next(uint below)
        {
            seed = unchecked((seed * 1_664_525) + 1_013_904_223);
            return (seed >> 8) % below;
        }
    }

    private async Task<string?> ParentAuthorAsync(string page, long id)
    {
        using var http = application.CreateClient();
        var json = System.Text.Json.Nodes.JsonNode.Parse(await http.GetStringAsync(ThreadReader.AddressOf(page, "thread", $"comment={id}"), Cancellation))!;
        return Find(json["comments"]!.AsArray());

        string? Find(System.Text.Json.Nodes.JsonArray comments) => comments
            .Select(comment => (long)comment!["id"]! == id ? (string?)comment["parentAuthor"] : Find(comment["replies"]!.AsArray()))
            .FirstOrDefault(author => author is not null);
    }
}
