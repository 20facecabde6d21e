using Embed.Server.Model;
using Embed.Server.Transfer.Formats;
using Embed.Server.Transfer.Importing;
using Embed.Tests;
using static Embed.IntegrationTests.ImportWorkshop;

namespace Embed.IntegrationTests;

/// <summary>Whatever a file says, in whatever order: counts are sound, no reply is lost, twice is once, and undone is never.</summary>
public sealed class ImportPropertyTests : IAsyncDisposable
{
    private const int Threads = 4;

    private readonly EmbedApplication _application = NewApplication();

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public async Task Random_files_keep_all_that_must_hold()
    {
        var workshop = await OpenAsync(_application);
        for (var seed = 1u; seed <= 12; seed++)
        {
            var before = await workshop.DumpAsync();
            var file = FileOf(new Choices(seed), seed);

            var import = await workshop.ImportAsync(file);

            Assert.Equal((seed, ImportState.Done, ""), (seed, import.State, import.Message));
            await workshop.AssertSoundAsync();
            var counts = ImportCounts.Of(import);
            Assert.Equal(file.OfType<SourceComment>().Count(), counts.Comments.All);
            await AssertNothingLostAsync(workshop, file);
            var once = await workshop.DumpAsync();
            await workshop.ImportAsync(file);
            Assert.Equal(once, await workshop.DumpAsync());
            if (seed % 3 == 0)
            {
                await workshop.UndoAsync(import.Id);
                Assert.Equal(before, await workshop.DumpAsync());
            }
        }
    }

    [Fact]
    public async Task A_later_file_twice_is_once_and_undone_leaves_what_the_first_had_brought()
    {
        var workshop = await OpenAsync(_application);
        for (var seed = 21u; seed <= 32; seed++)
        {
            var random = new Choices(seed);
            var file = FileOf(random, seed);
            await workshop.ImportAsync(file);
            var before = await workshop.DumpAsync();
            var later = LaterOf(random, file, seed);
            var revisions = await RevisionsAsync(workshop);
            var options = new ImportOptions { KeepsPrivate = random.Next(2) == 0 };

            var import = await workshop.ImportAsync(options, later);

            Assert.Equal((seed, ImportState.Done, ""), (seed, import.State, import.Message));
            Assert.True(ImportCounts.Of(import).Comments.Updated > 0);
            await workshop.AssertSoundAsync();
            await AssertNothingLostAsync(workshop, later, isFirst: false);
            var once = await workshop.DumpAsync();
            var counts = ImportCounts.Of(await workshop.ImportAsync(options, later));
            Assert.Equal((0, 0, 0), (counts.Comments.Updated + counts.Comments.Imported + counts.Comments.Repaired, counts.Threads.Updated, counts.People.Updated));
            Assert.Equal(once, await workshop.DumpAsync());
            await workshop.UndoAsync(import.Id);
            Assert.Empty(await workshop.KeptAsync(import.Id));
            Assert.Equal(before, await workshop.DumpAsync());
            Assert.All(await RevisionsAsync(workshop), pair => Assert.True(pair.Value >= revisions[pair.Key]));
            await workshop.AssertSoundAsync();
        }
    }

    [Fact]
    public async Task A_run_cut_off_between_batches_goes_on_at_the_next_start_as_if_nothing_had_been()
    {
        var file = FileOf(new Choices(5), 5, comments: (3 * WriteImport.BatchSize) + 17);
        var whole = await OpenAsync(_application);
        Assert.Equal("", (await whole.ImportAsync(file)).Message);
        var (expected, report) = (await whole.TreeAsync(), await whole.ReportAsync(1));

        var folder = Directory.CreateTempSubdirectory("embed-test-").FullName;
        try
        {
            long id;
            await using (var first = Prepared(EmbedApplication.On(folder, _application.Clock)))
            {
                var workshop = await OpenAsync(first);
                var runner = workshop.Handler<ImportRunner>();
                var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                runner.Changed += () =>
                {
                    if (runner.Progress is { State: ImportState.Writing, Done: >= WriteImport.BatchSize and < 2 * WriteImport.BatchSize })
                    {
                        _ = runner.StopAsync(CancellationToken.None).ContinueWith(_ => stopped.TrySetResult(), TaskScheduler.Default);
                    }
                };
                id = await workshop.StartAsync(new ImportOptions(), file);
                // One that ends instead has failed.
                await Task.WhenAny(stopped.Task, workshop.EndAsync(id)).WaitAsync(TestContext.Current.CancellationToken);
                var import = await workshop.ReadAsync(id);
                Assert.Equal((ImportState.Writing, (long)WriteImport.BatchSize), (import.State, import.Position));
            }

            await using (var second = Prepared(EmbedApplication.On(folder, _application.Clock)))
            {
                var workshop = await OpenAsync(second);
                Assert.Equal(ImportState.Done, (await workshop.EndAsync(id)).State);
                Assert.Equal(expected, await workshop.TreeAsync());
                Assert.Equal(report, await workshop.ReportAsync(id));
                await workshop.AssertSoundAsync();
                Assert.Equal(ImportState.Undone, (await workshop.UndoAsync(id)).State);
                Assert.Empty(await workshop.KeptAsync(id));
                Assert.Empty(await workshop.CommentsAsync());
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_chain_far_deeper_than_paths_reach_is_imported_and_undone()
    {
        var workshop = await OpenAsync(_application);
        var before = await workshop.DumpAsync();
        const int Depth = 2_000;
        // From the deepest on: every parent comes after its reply.
        var file = Enumerable.Range(0, Depth).Reverse().Select(i => (object)Comment($"c{i}", "t", i == 0 ? null : $"c{i - 1}", 0)).Append(Thread("t"));

        var import = await workshop.ImportAsync(file);

        var comments = await workshop.CommentsAsync();
        Assert.Equal((Depth - 1, Depth - 1), (comments[$"c{Depth - 1}"].Depth, comments["c0"].ReplyCount));
        await workshop.UndoAsync(import.Id);
        Assert.Equal(before, await workshop.DumpAsync());
    }

    /// <summary>Some comments of four threads: with parents of every kind, in every state, in any order.</summary>
    internal static List<object> FileOf(Choices random, uint seed, int comments = 60)
    {
        List<object> file = [.. Enumerable.Range(0, Threads).Select(i => (object)Thread($"{seed}-{i}"))];
        file.AddRange(Enumerable.Range(0, 5).Select(i => (object)(i == 0 ? Person($"{seed}-{i}") with { GitHubId = 1_000 + seed } : Person($"{seed}-{i}"))));
        var states = new[] { CommentState.Published, CommentState.Published, CommentState.Published, CommentState.Pending, CommentState.Spam, CommentState.Deleted, CommentState.Rejected };
        for (var i = 0; i < comments; i++)
        {
            // Parents before, after, of another thread, of nowhere, and the comment itself.
            var parent = random.Next(3) == 0 ? null : $"{seed}-c{random.Next(comments + 5)}";
            var comment = Comment($"{seed}-c{(random.Next(20) == 0 ? random.Next(comments) : i)}", $"{seed}-{random.Next(20) switch { 0 => Threads, < 12 => 0, var n => n % Threads }}", parent, random.Next(40), $"{seed}-{random.Next(6)}") with
            {
                State = states[random.Next(states.Length)],
                UpVotes = random.Next(4),
                DownVotes = random.Next(3),
                IsPinned = random.Next(10) == 0,
            };
            comment = random.Next(15) == 0 ? comment with { PostedAt = null } : comment;
            file.Add(random.Next(15) == 0 ? comment with { Text = "" } : comment);
        }

        return [.. file.Select(record => (Record: record, Order: random.Next(1_000))).OrderBy(pair => pair.Order).Select(pair => pair.Record)];
    }

    /// <summary>The same some time later: edited, judged, deleted, pinned and closed there; some are not in the file, and others are new.</summary>
    internal static List<object> LaterOf(Choices random, List<object> file, uint seed)
    {
        var states = new[] { CommentState.Published, CommentState.Published, CommentState.Pending, CommentState.Spam, CommentState.Deleted };
        List<object> later = [];
        foreach (var record in file)
        {
            later.Add(record switch
            {
                SourceThread thread => thread with { IsClosed = random.Next(3) == 0 },
                SourcePerson person => person with { Email = $"{person.Id}@example.com" },
                SourceComment comment => random.Next(8) switch
                {
                    0 => comment with { Text = $"Later {comment.Id}", EditedAt = Then.AddDays(1) },
                    1 => comment with { State = states[random.Next(states.Length)], UpVotes = random.Next(9), IsPinned = random.Next(4) == 0 },
                    2 => comment with { ParentId = $"{seed}-c{random.Next(70)}", NetworkAddress = "203.0.113.7" },
                    3 => "Not in this file.",
                    _ => comment,
                },
                _ => record,
            });
        }

        // Also some that the first file had only named.
        later.AddRange(Enumerable.Range(60, 8).Select(i => Comment($"{seed}-c{i}", $"{seed}-0", $"{seed}-c{random.Next(70)}", 50, $"{seed}-9") with { IsPinned = i == 66 }));
        later.Add(Person($"{seed}-9"));
        return later;
    }

    private static async Task<Dictionary<long, int>> RevisionsAsync(ImportWorkshop workshop) =>
        (await workshop.CommentsAsync()).Values.ToDictionary(comment => comment.Id, comment => comment.Revision);

    // Each published comment with something to say, of a thread that is known, is here, below what it answered or a tombstone.
    private static async Task AssertNothingLostAsync(ImportWorkshop workshop, List<object> file, bool isFirst = true)
    {
        var here = await workshop.CommentsAsync();
        var keys = here.ToDictionary(pair => pair.Value.Id, pair => pair.Key);
        foreach (var comment in file.OfType<SourceComment>().DistinctBy(comment => comment.Id))
        {
            if (comment.State == CommentState.Published && comment.Text.Length > 0 && !comment.ThreadId.EndsWith($"-{Threads}", StringComparison.Ordinal))
            {
                var found = here[comment.Id];
                Assert.Equal((comment.Text, comment.UpVotes), (found.Body, found.UpVotes));
                Assert.True(!isFirst || found.ParentId is null || keys[found.ParentId.Value].StartsWith(comment.ParentId!, StringComparison.Ordinal));
            }
        }
    }
}
