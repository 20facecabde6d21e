using Embed.Server.Admin.Shell;

namespace Embed.UnitTests;

public sealed class TablePageTests
{
    private static readonly int[] Rows = [.. Enumerable.Range(1, 103)];

    [Fact]
    public void Pages_lead_on_and_back_through_all_rows()
    {
        var first = Page(null, null);
        var second = Page(first.Older, null);
        var third = Page(second.Older, null);

        Assert.Equal(Rows, first.Rows.Concat(second.Rows).Concat(third.Rows));
        Assert.Equal((null, null), (first.Newer, third.Older));
        Assert.Equal((51, 103), (second.First, second.Total));
        Assert.Equal(second.Rows, Page(null, third.Newer).Rows);
        Assert.Equal(first.Rows, Page(null, second.Newer).Rows);
    }

    [Theory]
    [InlineData("gone", null)]
    [InlineData(null, "gone")]
    [InlineData(null, "20")]
    public void What_is_not_there_or_too_near_the_start_is_the_first_page(string? before, string? after)
    {
        var page = Page(before, after);

        Assert.Equal((1, TablePage<int>.Size), (page.First, page.Rows.Count));
        Assert.Null(page.Newer);
    }

    [Fact]
    public void No_rows_are_one_page()
    {
        var page = TablePage<int>.Of([], row => $"{row}", "1", null);

        Assert.Empty(page.Rows);
        Assert.Equal((null, null), (page.Newer, page.Older));
    }

    private static TablePage<int> Page(string? before, string? after) => TablePage<int>.Of(Rows, row => $"{row}", before, after);
}
