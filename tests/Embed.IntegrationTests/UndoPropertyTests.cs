using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>Whatever is done to threads in whatever order: undone from the last on, all is as it was.</summary>
public sealed class UndoPropertyTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    // Merging, moving and splitting, which keep what is posted between them. Closing and deleting take no posts in between.
    private const int Moves = 3;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Acts_undone_in_reverse_order_leave_the_rows_as_they_were(uint seed)
    {
        var random = new Choices(seed);
        using var ada = await Person.SignInAsync(application, "Ada");
        var moves = await ThreadMoves.OpenAsync(application);
        var pages = Enumerable.Range(0, 4).Select(_ => EmbedApplication.NewPage()).ToList();
        var start = await LastThreadAsync();
        await PostSomeAsync(random, ada, pages, start, 25);

        var states = new Stack<(long Entry, IReadOnlyList<string> Before)>();
        for (var i = 0; i < 10; i++)
        {
            var before = await moves.RowsAsync(start);
            states.Push((await ActAsync(random, moves, pages, start, verbs: 2 * Moves), before));
            await moves.AssertSoundAsync(start);
        }

        while (states.TryPop(out var state))
        {
            await moves.UndoAsync(state.Entry);
            Assert.Equal(state.Before, await moves.RowsAsync(start));
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    public async Task Posts_between_the_acts_are_kept_and_the_places_of_all_that_was_there_before_return(uint seed)
    {
        var random = new Choices(seed);
        using var ada = await Person.SignInAsync(application, "Ada");
        var moves = await ThreadMoves.OpenAsync(application);
        var pages = Enumerable.Range(0, 4).Select(_ => EmbedApplication.NewPage()).ToList();
        var start = await LastThreadAsync();
        await PostSomeAsync(random, ada, pages, start, 20);
        var before = await PlacesAsync(start, long.MaxValue);
        var last = await LastCommentAsync();

        var entries = new Stack<long>();
        for (var i = 0; i < 8; i++)
        {
            entries.Push(await ActAsync(random, moves, pages, start, verbs: Moves));
            await PostSomeAsync(random, ada, pages, start, 4);
            await moves.AssertSoundAsync(start);
        }

        while (entries.TryPop(out var entry))
        {
            await moves.UndoAsync(entry);
            await moves.AssertSoundAsync(start);
        }

        Assert.Equal(before, await PlacesAsync(start, last));
        Assert.Equal(20 + (8 * 4), (await PlacesAsync(start, long.MaxValue)).Count);
    }

    [Fact]
    public async Task A_branch_deeper_than_paths_reach_is_split_and_returns()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var moves = await ThreadMoves.OpenAsync(application);
        var (page, other) = (EmbedApplication.NewPage(), EmbedApplication.NewPage());
        var start = await LastThreadAsync();
        var chain = new List<long> { await ada.PostAsync(page, "0") };
        for (var i = 1; i < 130; i++)
        {
            chain.Add(await ada.PostAsync(page, $"{i}", chain[^1]));
        }

        await ada.PostAsync(page, "A sibling", chain[50]);
        var before = await moves.RowsAsync(start);

        foreach (var at in new[] { 1, 40, 99, 100, 101, 102, 120 })
        {
            var entry = await moves.SplitAsync(await moves.ThreadOfAsync(chain[0]), chain[at], other);
            await moves.AssertSoundAsync(start);
            await moves.UndoAsync(entry);
            Assert.Equal(before, await moves.RowsAsync(start));
        }
    }

    private async Task PostSomeAsync(Choices random, Person author, List<string> pages, long start, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var page = pages[random.Next(pages.Count)];
            var comments = (await application.ReadThreadAsync(page)).All().Select(c => c.Id).ToList();
            await author.PostAsync(page, $"Text {i} after {start}", random.Next(4) == 0 || comments.Count == 0 ? null : comments[random.Next(comments.Count)]);
        }
    }

    /// <summary>Does something that can be done.</summary>
    private async Task<long> ActAsync(Choices random, ThreadMoves moves, List<string> pages, long start, int verbs)
    {
        await using var database = await application.OpenDatabaseAsync();
        while (true)
        {
            var threads = await database.Threads.AsNoTracking().Where(t => t.Id > start && t.AliasOfId == null && t.DeletedAt == null).OrderBy(t => t.Id).ToListAsync(Cancellation);
            var thread = threads[random.Next(threads.Count)].Id;
            var page = random.Next(3) == 0 ? EmbedApplication.NewPage() : pages[random.Next(pages.Count)];
            var comments = await database.Comments.Where(c => c.ThreadId == thread).OrderBy(c => c.Id).Select(c => c.Id).ToListAsync(Cancellation);
            var verb = random.Next(verbs);
            if (verb >= Moves)
            {
                var done = await ActOnAsync(random, moves, thread, isLast: threads.Count == 1);
                if (done is not null)
                {
                    return done.Value;
                }

                continue;
            }

            var comment = comments.Count == 0 ? 0 : comments[random.Next(comments.Count)];
            var planned = verb switch
            {
                0 => await moves.TryMergeAsync(thread, page),
                1 => await moves.TryMoveAsync(thread, page),
                _ => await moves.TrySplitAsync(thread, $"{comment}", page),
            };
            if (planned.Plan is not null)
            {
                return verb switch
                {
                    0 => await moves.MergeAsync(thread, page),
                    1 => await moves.MoveAsync(thread, page),
                    _ => await moves.SplitAsync(thread, comment, page),
                };
            }
        }
    }

    /// <summary>Changes or deletes a thread; the entry, or null where that changed nothing.</summary>
    private static async Task<long?> ActOnAsync(Choices random, ThreadMoves moves, long thread, bool isLast)
    {
        var entries = random.Next(4) switch
        {
            0 => await moves.ChangeAsync(new(IsClosed: random.Next(2) == 0), thread),
            1 => await moves.ChangeAsync(new(Title: $"Title {random.Next(3)}", SlowModeMinutes: random.Next(3)), thread),
            2 => await moves.ChangeAsync(new(Note: $"*Note* {random.Next(3)}"), thread),
            _ => isLast ? [] : await moves.DeleteAsync(thread),
        };
        return entries.Count == 0 ? null : entries[0];
    }

    private async Task<List<string>> PlacesAsync(long start, long last)
    {
        await using var database = await application.OpenDatabaseAsync();
        var comments = await database.Comments.AsNoTracking().Include(c => c.Thread)
            .Where(c => c.ThreadId > start && c.Id <= last).OrderBy(c => c.Id).ToListAsync(Cancellation);
        return comments.ConvertAll(c => $"{c.Id} {c.Thread!.Key} {c.Thread.PageAddress} {c.ParentId} {c.RootId} {c.Depth} {c.Number} {c.Path}");
    }

    private async Task<long> LastThreadAsync()
    {
        await using var database = await application.OpenDatabaseAsync();
        return await database.Threads.MaxAsync(t => (long?)t.Id, Cancellation) ?? 0;
    }

    private async Task<long> LastCommentAsync()
    {
        await using var database = await application.OpenDatabaseAsync();
        return await database.Comments.MaxAsync(c => c.Id, Cancellation);
    }
}
