using System.Collections.Immutable;
using System.Globalization;
using Embed.Server.Model;
using Embed.Server.Threads;
using Embed.Widget;

namespace Embed.UnitTests;

public sealed class CommentTreeTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Nests_replies_below_their_parents_whatever_the_order_of_rows()
    {
        var rows = new[] { Row(4, 3), Row(2, null, number: 2), Row(3, 1), Row(1, null), Row(5, 1, number: 2) };

        Assert.Equal("1(3(4) 5) 2", Outlined(Build(rows, Site(), ThreadSort.Oldest), node => node.Id));
    }

    [Fact]
    public void Numbers_come_from_what_is_stored_and_depth_from_the_tree()
    {
        var rows = new[] { Row(1, null, number: 3), Row(2, 1, number: 2), Row(3, 2, number: 7) };

        var (top, reply, deepest) = Chain(Build(rows, Site(), ThreadSort.Oldest));

        Assert.Equal(("3", 0), (top.Outline, top.Depth));
        Assert.Equal(("3.2", 1), (reply.Outline, reply.Depth));
        Assert.Equal(("3.2.7", 2), (deepest.Outline, deepest.Depth));
    }

    [Theory]
    [InlineData(CommentState.Deleted)]
    [InlineData(CommentState.Rejected)]
    [InlineData(CommentState.Spam)]
    public void A_gone_comment_stays_as_a_tombstone_that_says_nothing(object state)
    {
        var gone = Row(1, null) with { State = (CommentState)state, UpVotes = 3, EditedAt = Start };

        var top = Assert.Single(Build([gone, Row(2, 1)], Site("GitHub:1"), ThreadSort.Oldest));

        Assert.Equal((CommentStanding.Tombstone, 0L, ""), (top.Standing, top.Author, top.AuthorName));
        Assert.Equal((CommentHtml.Empty, 0, null), (top.Body, top.UpVotes, top.EditedAt));
        Assert.False(top.IsByModerator);
        Assert.Null(Assert.Single(top.Replies).ParentAuthor);
        Assert.Equal("1.1", top.Replies[0].Outline);
    }

    [Fact]
    public void A_published_comment_shows_everything_and_one_that_waits_says_so_to_whoever_sees_it()
    {
        var row = Row(1, null) with { EditedAt = Start.AddHours(1), BodyHtml = "<p>x</p>", UpVotes = 4, DownVotes = 2 };
        var pending = Row(2, 1) with { State = CommentState.Pending, IsWaiting = true };

        var top = Assert.Single(Build([row, pending], Site("GitHub:1"), ThreadSort.Oldest));

        Assert.Equal(CommentStanding.Published, top.Standing);
        Assert.Equal((1L, "Author 1", true), (top.Author, top.AuthorName, top.IsByModerator));
        Assert.Equal((row.PostedAt, row.EditedAt, 4, 2), (top.PostedAt, top.EditedAt, top.UpVotes, top.DownVotes));
        Assert.Equal("<p>x</p>", top.Body.Value);
        Assert.Equal((null, null), (top.ParentId, top.ParentAuthor));
        var reply = Assert.Single(top.Replies);
        Assert.Equal((CommentStanding.Pending, 1L, "Author 1"), (reply.Standing, reply.ParentId, reply.ParentAuthor));
        Assert.False(reply.IsByModerator);
    }

    [Theory]
    [InlineData(0, "1(2 3 4 5 6 7) 8")]
    [InlineData(1, "1(2 3 4 5 6 7) 8")]
    [InlineData(2, "1(2(3 4 5) 6(7)) 8")]
    [InlineData(9, "1(2(3(4) 5) 6(7)) 8")]
    public void Indentation_stops_where_the_site_says_and_depth_stays_true(int maxIndent, string shape)
    {
        var rows = new[]
        {
            Row(1, null), Row(2, 1), Row(3, 2), Row(4, 3), Row(5, 2, number: 2), Row(6, 1, number: 2), Row(7, 6),
            Row(8, null, number: 2),
        };
        var site = Site();
        site.MaxIndent = maxIndent;

        var top = Build(rows, site, ThreadSort.Oldest);

        Assert.Equal(shape, Outlined(top, node => node.Id));
        Assert.Equal([0, 1, 2, 3, 2, 1, 2, 0], Flat(top).OrderBy(node => node.Id).Select(node => node.Depth));
        Assert.Equal("Author 3", Flat(top).Single(node => node.Id == 4).ParentAuthor);
    }

    [Theory]
    [InlineData(ThreadSort.Oldest, "1 2 3 4")]
    [InlineData(ThreadSort.Newest, "4 3 2 1")]
    [InlineData(ThreadSort.Best, "3 2 1 4")]
    [InlineData(ThreadSort.Discussed, "1 2 3 4")]
    public void The_top_level_is_sorted_as_asked_and_replies_always_oldest_first(ThreadSort sort, string order)
    {
        var rows = new[]
        {
            Row(4, null, number: 4), Row(2, null, number: 2) with { UpVotes = 1 }, Row(1, null),
            Row(3, null, number: 3) with { UpVotes = 90, DownVotes = 10 },
        };
        var replies = new[] { Row(11, 1, number: 2) with { UpVotes = 5 }, Row(10, 1) };

        var top = Build([.. rows, .. replies], Site(), sort);

        Assert.Equal(order, string.Join(' ', top.Select(comment => comment.Id)));
        Assert.Equal([10L, 11L], top.Single(comment => comment.Id == 1).Replies.Select(reply => reply.Id));
    }

    [Fact]
    public void A_deleted_comment_keeps_its_place()
    {
        var rows = new[] { Row(1, null), Row(2, null, number: 2) with { UpVotes = 9 }, Row(3, 2) };
        CommentRow[] deleted = [rows[0], rows[1] with { State = CommentState.Deleted }, rows[2]];

        foreach (var sort in Enum.GetValues<ThreadSort>())
        {
            Assert.Equal(
                Outlined(Build(rows, Site(), sort), node => node.Id),
                Outlined(Build(deleted, Site(), sort), node => node.Id));
        }
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 9, 0)]
    [InlineData(1, 0, 0.2065)]
    [InlineData(10, 0, 0.7225)]
    [InlineData(90, 10, 0.8256)]
    [InlineData(5, 5, 0.2366)]
    public void The_score_is_the_lower_bound_of_the_Wilson_interval(int up, int down, double expected) =>
        Assert.Equal(expected, CommentOrder.Score(up, down) / 1e9, 4);

    [Fact]
    public void A_reply_whose_parent_is_missing_hangs_from_its_nearest_ancestor()
    {
        var whole = Slice([Row(1, null), Row(2, 1), Row(3, 2), Row(4, 3), Row(5, 4)]);
        var part = whole with
        {
            Comments = [.. whole.Comments.Where(row => row.Id is 1 or 2 or 5)],
            Parents = ImmutableDictionary<long, string>.Empty.Add(4, "Author 4"),
        };

        var top = CommentTree.Build(part, Site(), ThreadSort.Oldest);

        Assert.Equal("1(2(5))", Outlined(top, node => node.Id));
        Assert.Equal((4L, "Author 4", 4, "1.1.1.1.1"), Flat(top).Where(node => node.Id == 5).Select(node => (node.ParentId!.Value, node.ParentAuthor!, node.Depth, node.Outline)).Single());
    }

    [Fact]
    public void A_reply_without_its_branch_is_shown_at_top_level_and_not_lost()
    {
        var part = Slice([Row(1, null), Row(2, 1)]) is var whole ? whole with { Comments = [whole.Comments[1]] } : throw new InvalidOperationException();

        Assert.Equal("2", Outlined(CommentTree.Build(part, Site(), ThreadSort.Oldest), node => node.Id));
    }

    [Fact]
    public void Where_a_branch_goes_on_is_said_on_its_top_level_comment()
    {
        var slice = Slice([Row(1, null), Row(2, 1), Row(3, null, number: 2)]) with { More = new Dictionary<long, MoreReplies> { [1] = new(7, 2) } };

        var top = CommentTree.Build(slice, Site(), ThreadSort.Oldest);

        Assert.Equal([new MoreReplies(7, 2), null], top.Select(comment => comment.More));
    }

    [Fact]
    public void A_chain_of_5000_replies_is_drawn()
    {
        var rows = Enumerable.Range(1, 5_000).Select(id => Row(id, id == 1 ? null : id - 1)).Reverse().ToList();

        var all = Flat(Build(rows, Site(), ThreadSort.Oldest));

        Assert.Equal(5_000, all.Count);
        Assert.Equal(4_999, all[^1].Depth);
        Assert.Equal(ReplyPath.MaxLevels + 1, all.Count(comment => comment.Outline.Length > 0));
    }

    [Fact]
    public void Builds_the_same_tree_as_a_naive_recursion()
    {
        for (var seed = 1u; seed <= 300; seed++)
        {
            var rows = RandomRows(seed);
            var site = Site("GitHub:2");
            site.MaxIndent = (int)(seed % 5);

            var top = Build(rows, site, ThreadSort.Oldest);

            Assert.Equal(Outlined(Naive(rows, site.MaxIndent), Described), Outlined(top, Described));
        }
    }

    /// <summary>What the tree must be, said as plainly as possible and without a thought for cost.</summary>
    private static ImmutableArray<CommentModel> Naive(IReadOnlyCollection<CommentRow> rows, int maxIndent)
    {
        return [.. Level(null, 0, "")];

        IEnumerable<CommentModel> Level(CommentRow? parent, int depth, string prefix)
        {
            var shown = rows.Where(row => row.ParentId == parent?.Id && Shows(row));
            foreach (var row in parent is null ? shown.OrderBy(row => row.PostedAt) : shown.OrderBy(row => row.Number))
            {
                var outline = $"{prefix}{row.Number}";
                var replies = Level(row, depth + 1, $"{outline}.");
                var holds = depth == 0 || depth < maxIndent;
                yield return Model(row, parent, depth, outline, holds ? [.. replies] : []);
                foreach (var follower in holds ? [] : replies)
                {
                    yield return follower;
                }
            }
        }

        bool Shows(CommentRow row) => !row.IsGone || rows.Any(other => other.ParentId == row.Id && Shows(other));
    }

    private static CommentModel Model(
        CommentRow row, CommentRow? parent, int depth, string outline, ImmutableArray<CommentModel> replies)
    {
        var standing = row.IsGone ? CommentStanding.Tombstone
            : row.IsWaiting ? CommentStanding.Pending : CommentStanding.Published;
        return new CommentModel(
            row.Id, row.ParentId, parent?.IsGone == false ? parent.AuthorName : null, depth, outline, standing, 0,
            row.IsGone ? "" : row.AuthorName, false, row.PostedAt, null, CommentHtml.Empty, 0, 0, replies);
    }

    private static string Described(CommentModel comment) =>
        $"{comment.Id}<{comment.ParentId}:{comment.ParentAuthor}@{comment.Depth}#{comment.Outline}{comment.Standing}{comment.AuthorName}";

    /// <summary>Trees of up to 40 rows in random order. The generator is the one of Numerical Recipes: repeatable is enough.</summary>
    private static List<CommentRow> RandomRows(uint seed)
    {
        var state = seed;
        var rows = new List<CommentRow>();
        for (var count = Next(40); rows.Count < count;)
        {
            var parent = Next(rows.Count + 1) is > 0 and var place ? rows[place - 1].Id : (long?)null;
            var number = rows.Count(row => row.ParentId == parent) + 1;
            rows.Add(Row(rows.Count + 1, parent, number) with { State = (CommentState)Next(5) });
        }

        return [.. rows.OrderBy(_ => Next(1_000))];

        int Next(int below)
        {
            state = unchecked((state * 1_664_525) + 1_013_904_223);
            return (int)((state >> 8) % (uint)Math.Max(below, 1));
        }
    }

    private static Site Site(params List<string> moderators) =>
        new() { Key = "blog", Name = "Blog", Origins = ["https://blog.example"], Moderators = moderators };

    private static ImmutableArray<CommentModel> Build(IEnumerable<CommentRow> rows, Site site, ThreadSort sort) =>
        CommentTree.Build(Slice([.. rows]) with { Moderators = [.. site.Moderators.Select(account => long.Parse(account["GitHub:".Length..], CultureInfo.InvariantCulture))] }, site, sort);

    /// <summary>The rows with their places, as the database has them, without those that nobody sees.</summary>
    private static SliceRows Slice(IReadOnlyList<CommentRow> rows)
    {
        var comments = new Dictionary<long, Comment>();
        var parents = rows.ToDictionary(row => row.Id, row => row.ParentId);
        foreach (var row in rows.OrderBy(row => row.Id))
        {
            var parent = row.ParentId is { } id ? comments[id] : null;
            comments[row.Id] = new Comment
            {
                Id = row.Id,
                RootId = parent?.RootId ?? parent?.Id,
                Path = parent is null ? "" : ReplyPath.Of(parent, row.Number),
                Depth = parent is null ? 0 : parent.Depth + 1,
            };
        }

        var shown = new HashSet<long>();
        foreach (var row in rows.Where(row => !row.IsGone))
        {
            for (var id = (long?)row.Id; id is { } at && shown.Add(at); id = parents[at])
            {
            }
        }

        return SliceRows.Empty with
        {
            Comments = [.. rows.Where(row => shown.Contains(row.Id)).Select(row => row with
            {
                RootId = comments[row.Id].RootId,
                Path = comments[row.Id].Path,
                Depth = comments[row.Id].Depth,
                Score = CommentOrder.Score(row.UpVotes, row.DownVotes),
                ReplyCount = rows.Count <= 100 ? rows.Count(other => comments[other.Id].RootId == row.Id) : 0,
            })],
        };
    }

    private static CommentRow Row(long id, long? parentId, int number = 1) => new(
        id, parentId, RootId: null, Path: "", Depth: 0, number, ReplyCount: 0, CommentState.Published, id, $"Author {id}", CommenterKind.Person, null,
        Start.AddMinutes(id), null, $"<p>{id}</p>", 0, 0, Score: 0);

    private static CommentRow Gone(long id, long? parentId, int number = 1) =>
        Row(id, parentId, number) with { State = CommentState.Deleted };

    private static (CommentModel Top, CommentModel Reply, CommentModel Deepest) Chain(ImmutableArray<CommentModel> top)
    {
        var first = Assert.Single(top);
        var second = Assert.Single(first.Replies);
        return (first, second, Assert.Single(second.Replies));
    }

    private static List<CommentModel> Flat(ImmutableArray<CommentModel> comments) =>
        [.. comments.SelectMany(comment => Flat(comment.Replies).Prepend(comment))];

    /// <summary>A tree in one line: replies in parentheses after their comment.</summary>
    private static string Outlined<T>(ImmutableArray<CommentModel> comments, Func<CommentModel, T> name) =>
        string.Join(' ', comments.Select(comment =>
            comment.Replies.IsEmpty ? $"{name(comment)}" : $"{name(comment)}({Outlined(comment.Replies, name)})"));
}
