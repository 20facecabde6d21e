using Embed.Server.Model;

namespace Embed.UnitTests;

public sealed class ReplyPathTests
{
    [Fact]
    public void Sorts_in_reading_order_whatever_the_number_of_digits()
    {
        var root = new Comment { Id = 1 };
        var second = Reply(root, 2, 2);
        Comment[] ordered =
        [
            Reply(root, 3, 1), second, Reply(second, 4, 1), Reply(second, 5, 9), Reply(second, 6, 10), Reply(second, 7, 100), Reply(root, 8, 10),
        ];

        Assert.Equal(ordered, ordered.Reverse().OrderBy(c => c.Path, StringComparer.Ordinal));
        Assert.Equal("a2b10", ordered[4].Path);
    }

    [Fact]
    public void A_range_holds_what_is_below_a_comment_and_nothing_else()
    {
        var root = new Comment { Id = 1 };
        var one = Reply(root, 2, 1);
        var inside = Reply(Reply(one, 3, 12), 4, 7).Path;
        var outside = Reply(root, 5, 12).Path;

        Assert.True(string.CompareOrdinal(inside, one.Path) > 0 && string.CompareOrdinal(outside, inside) > 0);
        Assert.True(ReplyPath.IsAncestor(one.Path, inside));
        Assert.False(ReplyPath.IsAncestor(one.Path, outside));
        Assert.False(ReplyPath.IsAncestor(one.Path, one.Path));
    }

    [Fact]
    public void Names_its_ancestors_and_its_outline()
    {
        Assert.Equal(["a1", "a1b12"], ReplyPath.Ancestors("a1b12a3"));
        Assert.Empty(ReplyPath.Ancestors("a1"));
        Assert.Empty(ReplyPath.Ancestors(""));
        Assert.Equal("4.1.12.3", ReplyPath.Outline(4, "a1b12a3"));
        Assert.Equal("4", ReplyPath.Outline(4, ""));
    }

    [Fact]
    public void A_very_deep_chain_stays_short_unique_and_in_order()
    {
        var chain = new List<Comment> { new() { Id = 1 } };
        for (var i = 2; i <= 1_000; i++)
        {
            chain.Add(Reply(chain[^1], i, 1));
        }

        var paths = chain.ConvertAll(c => c.Path);
        Assert.Equal(paths, paths.Order(StringComparer.Ordinal));
        Assert.Equal(1_000, paths.Distinct().Count());
        Assert.All(paths, path => Assert.InRange(path.Length, 0, 250));
        Assert.Equal(100, ReplyPath.Ancestors(paths[^1]).Count);
        Assert.Equal(paths[100], ReplyPath.Ancestors(paths[^1])[^1]);
        Assert.Equal("", ReplyPath.Outline(1, paths[101]));
        Assert.NotEqual("", ReplyPath.Outline(1, paths[100]));
    }

    private static Comment Reply(Comment parent, long id, int number) =>
        new() { Id = id, Depth = parent.Depth + 1, Number = number, Path = ReplyPath.Of(parent, number) };
}
