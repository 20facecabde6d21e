using Embed.Server.Transfer.Importing;

namespace Embed.UnitTests;

/// <summary>The order in which comments from elsewhere are written.</summary>
public sealed class PlanTreeTests
{
    [Fact]
    public void Parents_come_before_replies_and_else_the_earlier_first()
    {
        var tree = Of((3, 1), (PlanTree.Top, 5), (1, 5), (PlanTree.Top, 9), (PlanTree.Top, 5));

        Assert.Equal([1, 4, 2, 3, 0], Arrange(tree));
    }

    [Fact]
    public void A_ring_is_opened_at_its_earliest_comment()
    {
        var tree = Of((2, 7), (0, 3), (1, 4), (2, 5));

        Assert.Equal([1, 2, 3, 0], Arrange(tree));
        Assert.Equal(PlanTree.Top, tree.Parents[1]);
        Assert.Equal([1], Enumerable.Range(0, 4).Where(at => tree.Has(at, PlanMarks.CycleBroken)));
    }

    [Fact]
    public void What_shows_nothing_goes_unless_something_hangs_from_it()
    {
        var tree = Of((PlanTree.Top, 1), (0, 2), (1, 3), (PlanTree.Top, 4), (3, 5));
        foreach (var at in new[] { 0, 1, 2, 3 })
        {
            tree.Marks[at] |= PlanMarks.Droppable;
        }

        Assert.Equal([3, 4], Arrange(tree));
    }

    [Fact]
    public void A_missing_time_is_the_parents_the_threads_or_that_of_what_stands_before()
    {
        var tree = Of((PlanTree.Top, 40), (PlanTree.Top, PlanTree.Unknown), (0, PlanTree.Unknown), (2, PlanTree.Unknown), (PlanTree.Top, PlanTree.Unknown));

        tree.Arrange(at => at == 4 ? 7 : null, now: 99);

        Assert.Equal([40, 40, 40, 40, 7], tree.Times.ToArray());
        Assert.Equal([1, 2, 3, 4], Enumerable.Range(0, 5).Where(at => tree.Has(at, PlanMarks.TimeMade)));
    }

    [Fact]
    public void What_has_no_place_is_not_asked_for_its_thread()
    {
        var tree = Of((PlanTree.Top, PlanTree.Unknown), (PlanTree.Top, 2));
        tree.Marks[0] |= PlanMarks.Skipped;

        Assert.Equal([1], tree.Arrange(_ => throw new InvalidOperationException("It has none."), now: 0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_million_deep_is_no_deeper_than_one(bool isRing)
    {
        const int Count = 1_000_000;
        var tree = new PlanTree(Count);
        for (var i = 0; i < Count; i++)
        {
            (tree.Parents[i], tree.Times[i]) = (i + 1 < Count ? i + 1 : isRing ? 0 : PlanTree.Top, 5);
        }

        var order = Arrange(tree);

        Assert.Equal((Count, isRing), (order.Length, tree.Has(0, PlanMarks.CycleBroken)));
        Assert.Equal(isRing ? 0 : Count - 1, order[0]);
        Assert.Equal(isRing ? 1 : 0, order[^1]);
    }

    private static int[] Arrange(PlanTree tree) => tree.Arrange(_ => null, now: 0);

    private static PlanTree Of(params (int Parent, long Time)[] comments)
    {
        var tree = new PlanTree(comments.Length);
        for (var i = 0; i < comments.Length; i++)
        {
            (tree.Parents[i], tree.Times[i]) = comments[i];
        }

        return tree;
    }
}
