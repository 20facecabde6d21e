using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>
/// Whatever people with power do, in whatever order: undone from the last on, the database is as it was, table by table. A sequence
/// that shows otherwise is made as short as it can be before it is told.
/// </summary>
public sealed class UndoEverythingTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private const int Acts = 25;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A thread of its own for each run, with people who may write in it.</summary>
    private sealed record World(ThreadMoves Moves, UndoableActs Acts, List<Person> People, List<string> Pages, long Start);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public Task Acts_undone_in_reverse_leave_every_table_as_it_was(uint seed) => CheckAsync(seed, UndoInReverseAsync);

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    [InlineData(23)]
    [InlineData(24)]
    public Task Acts_undone_done_again_and_undone_leave_every_table_as_it_was(uint seed) => CheckAsync(seed, UndoTwiceAsync);

    [Theory]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(34)]
    [InlineData(35)]
    [InlineData(36)]
    public Task Undone_with_all_that_readers_did_in_between_counts_are_sound_and_what_nobody_touched_is_as_it_was(uint seed) =>
        CheckAsync(seed, UndoAmongReadersAsync);

    [Fact]
    public async Task Every_word_of_the_log_is_among_the_acts_or_said_not_to_be()
    {
        var world = await BeginAsync(new Choices(1));

        Assert.Equal(ActWords.All.Order(StringComparer.Ordinal), world.Acts.Words.Concat(UndoableActs.Others).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_sequence_that_fails_is_made_as_short_as_it_can_be()
    {
        var least = await ShrinkAsync([1, 2, 3, 4, 5, 6, 7, 8, 9], steps => Task.FromResult(steps.Contains(3u) && steps.Contains(8u) ? "fault" : null));

        Assert.Equal([3u, 8u], least);
    }

    private async Task UndoInReverseAsync(List<uint> steps)
    {
        var world = await BeginAsync(new Choices(steps[0]));
        var states = new Stack<((string Word, long Entry) Act, IReadOnlyList<string> Before)>();
        foreach (var step in steps)
        {
            var before = await application.DumpAsync();
            if (await world.Acts.DoAsync(new Choices(step)) is { } act)
            {
                states.Push((act, before));
                await world.Moves.AssertSoundAsync(world.Start);
            }
        }

        while (states.TryPop(out var state))
        {
            await UndoAsync(state.Act);
            Assert.Equal(Told(state.Act.Word, state.Before), Told(state.Act.Word, await application.DumpAsync()));
            await world.Moves.AssertSoundAsync(world.Start);
        }
    }

    // What can be done again is: then all is as it was after the act.
    private async Task UndoTwiceAsync(List<uint> steps)
    {
        var world = await BeginAsync(new Choices(steps[0]));
        var before = await application.DumpAsync();
        var acts = new Stack<(string Word, long Entry)>();
        foreach (var step in steps)
        {
            if (await world.Acts.DoAsync(new Choices(step)) is not { } act)
            {
                continue;
            }

            acts.Push(act);
            var after = await application.DumpAsync();
            if (!act.Word.Contains('-', StringComparison.Ordinal))
            {
                continue;
            }

            var undo = await UndoAsync(act);
            await UndoAsync(("undone", undo));
            Assert.Equal(Told(act.Word, after), Told(act.Word, await application.DumpAsync()));
            await world.Moves.AssertSoundAsync(world.Start);
        }

        var items = await application.UndoAsync([.. acts.Select(act => act.Entry)]);
        Assert.All(items, item => Assert.Equal(UndoResult.Undone, item.Result));
        Assert.Equal(before, await application.DumpAsync());
    }

    private async Task UndoAmongReadersAsync(List<uint> steps)
    {
        var world = await BeginAsync(new Choices(steps[0]));
        var before = await StatesAsync(world, long.MaxValue);
        var (last, touched, acts) = (before.Keys.Max(), new HashSet<long>(), new Stack<(string Word, long Entry)>());
        foreach (var step in steps)
        {
            var random = new Choices(step);
            if (await world.Acts.DoAsync(random) is { } act)
            {
                acts.Push(act);
            }

            await ReadersActAsync(world, random, touched);
            await AssertSoundAsync(world);
        }

        while (acts.TryPop(out var act))
        {
            // What a reader has changed since may keep it; then everything stays sound.
            await application.UndoAsync(act.Entry);
            await AssertSoundAsync(world);
        }

        var after = await StatesAsync(world, last);
        // But for threads that stay deleted because others have begun at their addresses.
        Assert.Equal(before.Where(pair => !touched.Contains(pair.Key) && after.ContainsKey(pair.Key)), after.Where(pair => !touched.Contains(pair.Key)));
    }

    private async Task CheckAsync(uint seed, Func<List<uint>, Task> run)
    {
        var random = new Choices(seed);
        List<uint> steps = [.. Enumerable.Range(0, Acts).Select(_ => (uint)random.Next(int.MaxValue))];
        if (await FaultAsync(steps) is not { } fault)
        {
            return;
        }

        var least = await ShrinkAsync(steps, FaultAsync);
        Assert.Fail($"Fails with {string.Join(", ", least)} after {fault}:{Environment.NewLine}{await FaultAsync(least)}");

        async Task<string?> FaultAsync(List<uint> tried)
        {
            try
            {
                await run(tried);
                return null;
            }
            catch (Exception thrown) when (thrown is not OperationCanceledException)
            {
                return thrown.Message;
            }
        }
    }

    /// <summary>The same fault with as few of the steps as need be: parts are left out, larger ones first.</summary>
    private static async Task<List<uint>> ShrinkAsync(List<uint> steps, Func<List<uint>, Task<string?>> fault)
    {
        for (var size = steps.Count / 2; size > 0; size /= 2)
        {
            for (var at = 0; at + size <= steps.Count && steps.Count > size;)
            {
                List<uint> fewer = [.. steps.Take(at), .. steps.Skip(at + size)];
                if (await fault(fewer) is null)
                {
                    at += size;
                }
                else
                {
                    steps = fewer;
                }
            }
        }

        return steps;
    }

    private async Task<World> BeginAsync(Choices random)
    {
        var people = new List<Person>();
        for (var i = 0; i < 4; i++)
        {
            people.Add(await Person.SignInAsync(application, $"Person {i}"));
        }

        var moves = await ThreadMoves.OpenAsync(application);
        var pages = Enumerable.Range(0, 4).Select(_ => EmbedApplication.NewPage()).ToList();
        await using var database = await application.OpenDatabaseAsync();
        var start = await database.Threads.MaxAsync(t => (long?)t.Id, Cancellation) ?? 0;
        // What an earlier run has left is not for this one's acts.
        await database.Bans.ExecuteDeleteAsync(Cancellation);
        await database.RoleGrants.ExecuteDeleteAsync(Cancellation);
        await database.PersonNotes.ExecuteDeleteAsync(Cancellation);
        await database.OutsideChecks.ExecuteDeleteAsync(Cancellation);
        await application.ChangeSiteAsync(row => row.Rules = []);
        var site = await application.SiteIdAsync();
        if (!await database.SingleSignOns.AnyAsync(s => s.SiteId == site, Cancellation))
        {
            // With a secret, which all that is undone must leave as it is.
            await SiteSignOn.TurnOnAsync(application);
        }

        var world = new World(
            moves, new UndoableActs(application, moves, site, start, [.. people.Select(person => person.Id)], pages), people, pages, start);
        for (var i = 0; i < 25; i++)
        {
            await PostAsync(world, random);
        }

        for (var i = 0; i < 15; i++)
        {
            await VoteOrFlagAsync(world, random);
        }

        return world;
    }

    private async Task ReadersActAsync(World world, Choices random, HashSet<long> touched)
    {
        switch (random.Next(5))
        {
            case 0:
                await PostAsync(world, random);
                break;
            case 1 or 2:
                await VoteOrFlagAsync(world, random);
                break;
            default:
                await using (var database = await application.OpenDatabaseAsync())
                {
                    var own = await database.Comments.AsNoTracking().Where(c => c.ThreadId > world.Start).OrderBy(c => c.Id).ToListAsync(Cancellation);
                    var comment = own[random.Next(own.Count)];
                    var author = world.People.Single(person => person.Id == comment.CommenterId);
                    // May be refused: closed, held, deleted, banned. Then it is as if nobody had tried.
                    using var answer = random.Next(2) == 0 ? await author.DeleteAsync(comment.Id) : await author.EditAsync(comment.Id, $"By its author {random.Next(1000)}");
                    if (answer.IsSuccessStatusCode)
                    {
                        touched.Add(comment.Id);
                    }
                }

                break;
        }
    }

    private async Task PostAsync(World world, Choices random)
    {
        var (page, person) = (world.Pages[random.Next(world.Pages.Count)], world.People[random.Next(world.People.Count)]);
        var comments = (await application.ReadThreadAsync(page)).All().Select(c => c.Id).ToList();
        // May be refused, too: closed, or banned.
        using var answer = await person.TryPostAsync(
            page, $"Text {random.Next(1_000_000)}", random.Next(4) == 0 || comments.Count == 0 ? null : comments[random.Next(comments.Count)]);
    }

    // Votes by the handler; reports as their handler leaves them.
    private async Task VoteOrFlagAsync(World world, Choices random)
    {
        await using var database = await application.OpenDatabaseAsync();
        var comments = await database.Comments.AsNoTracking().Where(c => c.ThreadId > world.Start && c.State == CommentState.Published).OrderBy(c => c.Id).ToListAsync(Cancellation);
        if (comments.Count == 0)
        {
            return;
        }

        var (comment, person) = (comments[random.Next(comments.Count)], world.People[random.Next(world.People.Count)]);
        if (random.Next(2) == 0)
        {
            using var answer = await person.VoteAsync(comment.Id, random.Next(2) == 0 ? 1 : -1);
        }
        else if (!await database.Flags.AnyAsync(f => f.CommentId == comment.Id && f.CommenterId == person.Id, Cancellation))
        {
            database.Flags.Add(new Flag { CommentId = comment.Id, CommenterId = person.Id, Note = "", At = application.Clock.GetUtcNow() });
            await database.SaveChangesAsync(Cancellation);
            await database.Comments.Where(c => c.Id == comment.Id).ExecuteUpdateAsync(set => set.SetProperty(c => c.OpenFlags, c => c.OpenFlags + 1), Cancellation);
        }
    }

    private async Task<long> UndoAsync((string Word, long Entry) act)
    {
        var item = Assert.Single(await application.UndoAsync(act.Entry));
        Assert.True(item.Result == UndoResult.Undone, $"{act.Word} {act.Entry}: {item.Result}, blocked by {item.BlockedBy}");
        return item.Written!.Value;
    }

    private async Task AssertSoundAsync(World world)
    {
        await world.Moves.AssertSoundAsync(world.Start);
        await application.AssertVotesSoundAsync();
        await using var database = await application.OpenDatabaseAsync();
        var unsound = await database.Comments
            .Where(c => c.ThreadId > world.Start && c.State != CommentState.Deleted && c.State != (CommentState.Deleted | CommentState.InDeletedThread)
                && c.OpenFlags != database.Flags.Count(f => f.CommentId == c.Id && f.SettledAt == null))
            .Select(c => c.Id).ToListAsync(Cancellation);
        Assert.Empty(unsound);
    }

    // What acts on a comment change; places follow from acts on threads, which may be kept by threads begun since.
    private async Task<Dictionary<long, string>> StatesAsync(World world, long last)
    {
        await using var database = await application.OpenDatabaseAsync();
        return await database.Comments.AsNoTracking().Where(c => c.ThreadId > world.Start && c.Id <= last && c.Thread!.DeletedAt == null).OrderBy(c => c.Id)
            .ToDictionaryAsync(c => c.Id, c => $"{c.State & ~CommentState.InDeletedThread} “{c.Body}” “{c.BodyHtml}” “{c.RemovalReason}” {c.EditedAt} {c.DeletedAt}", Cancellation);
    }

    // A difference is told with the act that left it.
    private static IEnumerable<string> Told(string word, IReadOnlyList<string> dump) => [word, .. dump];
}
