using Embed.Server.Transfer.Importing;
using Embed.Tests;
using static Embed.IntegrationTests.ImportWorkshop;

namespace Embed.IntegrationTests;

/// <summary>Comments of one id that say different things.</summary>
public sealed class ImportDuplicateTests : IAsyncDisposable
{
    private readonly EmbedApplication _application = NewApplication();

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public async Task In_another_order_they_are_the_same_comments()
    {
        var workshop = await OpenAsync(_application);
        var (one, two, three) = (Said("One"), Said("Two"), Said("Three"));
        await workshop.ImportAsync(Thread("t"), one, two);
        var before = await workshop.DumpAsync();

        var again = await workshop.ImportAsync(Thread("t"), two, one);

        Assert.Equal(before, await workshop.DumpAsync());
        Assert.Equal((0, 2), (ImportCounts.Of(again).Comments.Imported, ImportCounts.Of(again).Comments.AlreadyThere));
        var more = await workshop.ImportAsync(Thread("t"), three, two, two, one);
        Assert.Equal((1, 2, 1), (ImportCounts.Of(more).Comments.Repaired, ImportCounts.Of(more).Comments.AlreadyThere, ImportCounts.Of(more).Comments.Skipped));
        Assert.Equal(["One", "Three", "Two"], (await workshop.CommentsAsync()).Values.Select(comment => comment.Body).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Where_the_one_that_came_first_says_something_else_by_now_it_is_that_one_still()
    {
        var workshop = await OpenAsync(_application);
        await workshop.ImportAsync(Thread("t"), Said("One"), Said("Two"));

        var later = await workshop.ImportAsync(Thread("t"), Said("Two"), Said("One, edited"));

        Assert.Equal((1, 1), (ImportCounts.Of(later).Comments.Updated, ImportCounts.Of(later).Comments.AlreadyThere));
        Assert.Equal(["One, edited", "Two"], (await workshop.CommentsAsync()).Values.Select(comment => comment.Body).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Two")]
    [InlineData("Two", "Two")]
    [InlineData("Three", "Two")]
    public async Task Without_the_one_that_came_first_each_other_is_itself(params string[] later)
    {
        var workshop = await OpenAsync(_application);
        await workshop.ImportAsync(Thread("t"), Said("One"), Said("Two"), Said("Three"));
        var before = await workshop.DumpAsync();

        var again = await workshop.ImportAsync([Thread("t"), .. later.Select(Said)]);

        Assert.Equal(before, await workshop.DumpAsync());
        Assert.Equal((0, later.Distinct().Count()), (ImportCounts.Of(again).Comments.Updated, ImportCounts.Of(again).Comments.AlreadyThere));
        // And what comes alone, and never came before, is the one that has the id.
        await workshop.ImportAsync(Thread("t"), Said("One, edited"));
        Assert.Equal(["One, edited", "Three", "Two"], (await workshop.CommentsAsync()).Values.Select(comment => comment.Body).Order(StringComparer.Ordinal));
    }

    private static Embed.Server.Transfer.Formats.SourceComment Said(string text) => Comment("a", "t") with { Text = text };
}
