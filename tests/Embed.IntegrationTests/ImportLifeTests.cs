using System.IO.Pipelines;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Transfer.Importing;
using Embed.Tests;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using static Embed.IntegrationTests.ImportWorkshop;

namespace Embed.IntegrationTests;

/// <summary>An import from its file to its end: stopped, thrown away, gone on with, and what is left of it on the disk.</summary>
public sealed class ImportLifeTests : IAsyncDisposable
{
    private const int Many = WriteImport.BatchSize * 3;

    private readonly EmbedApplication _application = NewApplication();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(_application.DataFolder, "imports");

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Theory]
    [InlineData("Planned")]
    [InlineData("Failed")]
    public async Task What_is_planned_or_has_failed_is_thrown_away_with_its_files_and_the_log_says_so(string state)
    {
        var workshop = await OpenAsync(_application);
        var import = state == "Planned"
            ? await workshop.ImportAsync(new ImportOptions { IsDryRun = true }, Records(3))
            : await workshop.ImportAsync(new ImportOptions(), Broken());
        Assert.Equal(state, import.State.ToString());
        Assert.Equal([$"{import.Id}"], Names());
        Assert.Equal(Refusal.ImportNotFound, (await workshop.ThrowAwayAsync(4711)).Refusal);

        var thrown = await workshop.ThrowAwayAsync(import.Id);

        Assert.Equal((true, null), (thrown.Value, thrown.Refusal));
        Assert.Empty(Names());
        await using var database = await _application.OpenDatabaseAsync();
        Assert.False(await database.Imports.AnyAsync(Cancellation));
        var entry = await workshop.EntryAsync(ActWord.ImportThrownAway);
        Assert.Equal((workshop.Administrator.Id, ActedVia.Admin, import.SiteId), (entry.ActorId, entry.Via, entry.SiteId));
        Assert.Contains("\"file\":\"records.txt\"", entry.Details, StringComparison.Ordinal);
        Assert.Equal(UndoResult.NotUndoable, (await workshop.UndoEntryAsync(entry.Id)).Result);
        Assert.Equal(Refusal.ImportNotFound, (await workshop.ThrowAwayAsync(import.Id)).Refusal);
        Assert.Equal(Refusal.ImportNotFound, (await workshop.Handler<ListImports>().FindAsync(workshop.Administrator, import.Id, Cancellation)).Refusal);
    }

    [Fact]
    public async Task Stopped_while_it_writes_it_goes_on_or_is_thrown_away_but_for_what_is_written()
    {
        var workshop = await OpenAsync(_application);
        var first = await workshop.StopAfterBatchAsync(new ImportOptions(), Records(Many));

        Assert.Equal((ImportState.Failed, WriteImport.BatchSize), (first.State, (int)first.Position));
        Assert.Equal("It was stopped. What it had written is there, and can be taken back; or let it go on.", first.Message);
        Assert.Equal(workshop.Administrator.Id, (await workshop.EntryAsync(ActWord.ImportStopped)).ActorId);
        var item = (await workshop.Handler<ListImports>().FindAsync(workshop.Administrator, first.Id, Cancellation)).Value!;
        Assert.Equal((true, false, false, true, true), (item.CanGoOn, item.CanPlanAgain, item.CanCancel, item.CanThrowAway, item.CanUndo));

        var thrown = await workshop.ThrowAwayAsync(first.Id);

        Assert.Equal((false, null), (thrown.Value, thrown.Refusal));
        Assert.Equal(["report.db"], Names($"{first.Id}"));
        Assert.StartsWith("Its file was thrown away.", (await workshop.ReadAsync(first.Id)).Message, StringComparison.Ordinal);
        Assert.Equal(Refusal.ImportUnready, (await workshop.ThrowAwayAsync(first.Id)).Refusal);
        Assert.Equal(Refusal.ImportUnready, (await workshop.GoOnAsync(first.Id)).Refusal);
        Assert.Equal(WriteImport.BatchSize, (await workshop.CommentsAsync()).Count);
        Assert.Equal(ImportState.Undone, (await workshop.UndoAsync(first.Id)).State);
        Assert.Empty(await workshop.CommentsAsync());

        // What is taken back does not go on either.
        var second = await workshop.StopAfterBatchAsync(new ImportOptions(), Records(Many));
        await workshop.UndoAsync(second.Id);
        Assert.Equal(["report.db"], Names($"{second.Id}"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Its_working_file_lost_while_it_writes_all_of_it_comes_and_nothing_twice(bool isStagedAlready)
    {
        var workshop = await OpenAsync(_application);
        var stopped = await workshop.StopAfterBatchAsync(new ImportOptions(), Records(Many));
        var stage = Path.Combine(Folder, $"{stopped.Id}", "staged.db");
        Execute(stage, "PRAGMA user_version = 0");
        if (isStagedAlready)
        {
            // As if it was killed when the new one was whole, before the database knew.
            await workshop.Handler<StageImport>().HandleAsync(stopped, _ => { }, Cancellation);
            Assert.True(await workshop.Handler<StageImport>().HoldsAsync(stopped, Cancellation));
        }

        Assert.Null((await workshop.GoOnAsync(stopped.Id)).Refusal);

        var done = await workshop.EndAsync(stopped.Id);
        Assert.Equal((ImportState.Done, ""), (done.State, done.Message));
        Assert.Equal((Many, Many), ((int)done.Position, (int)ImportCounts.Of(done).Turns));
        // What it had written before was imported all the same, and by it.
        Assert.Equal((new OutcomeCounts(Imported: Many), new OutcomeCounts(Imported: 1)), (ImportCounts.Of(done).Comments, ImportCounts.Of(done).Threads));
        Assert.Equal(Keys(Many), (await workshop.CommentsAsync()).Keys.Order(StringComparer.Ordinal));
        await using var database = await _application.OpenDatabaseAsync();
        Assert.Equal(Many, await database.Comments.CountAsync(Cancellation));
        await workshop.AssertSoundAsync();
        Assert.Equal(["report.db"], Names($"{done.Id}"));
    }

    [Theory]
    [InlineData(0, "Nothing is written yet. Let it go on, or throw it away.")]
    [InlineData(WriteImport.BatchSize, "What it had written is there, and can be taken back; or let it go on.")]
    public async Task On_a_full_disk_it_stops_and_goes_on_when_there_is_room(int written, string what)
    {
        var workshop = await OpenAsync(_application);
        var database = Path.Combine(_application.DataFolder, "embed.db");
        Execute(database, $"CREATE TRIGGER full BEFORE INSERT ON Comments WHEN (SELECT COUNT(*) FROM Comments) >= {written} BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END");

        var failed = await workshop.ImportAsync(Records(Many));

        Assert.Equal((ImportState.Failed, written), (failed.State, (int)failed.Position));
        Assert.Contains("database or disk is full", failed.Message, StringComparison.Ordinal);
        Assert.EndsWith(what, failed.Message, StringComparison.Ordinal);
        Execute(database, "DROP TRIGGER full");
        Assert.Null((await workshop.GoOnAsync(failed.Id)).Refusal);
        Assert.Equal(ImportState.Done, (await workshop.EndAsync(failed.Id)).State);
        Assert.Equal(Keys(Many), (await workshop.CommentsAsync()).Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task On_a_disk_so_full_that_not_even_that_is_written_down_it_is_tried_again_by_itself()
    {
        var workshop = await OpenAsync(_application);
        var (runner, database) = (workshop.Handler<ImportRunner>(), Path.Combine(_application.DataFolder, "embed.db"));
        Execute(database, "CREATE TRIGGER full BEFORE UPDATE ON Imports BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END");
        var (hasBegun, hasGivenUp) = (false, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        runner.Changed += () =>
        {
            hasBegun |= runner.Progress is not null;
            if (hasBegun && runner.Progress is null)
            {
                hasGivenUp.TrySetResult();
            }
        };

        var id = await workshop.StartAsync(new ImportOptions(), Records(3));

        await hasGivenUp.Task.WaitAsync(Cancellation);
        Assert.Equal(ImportState.Reading, (await workshop.ReadAsync(id)).State);
        Execute(database, "DROP TRIGGER full");
        while ((await workshop.ReadAsync(id)).State != ImportState.Done)
        {
            _application.Clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(TimeSpan.FromMilliseconds(1), Cancellation);
        }

        Assert.Equal(3, (await workshop.CommentsAsync()).Count);
    }

    [Fact]
    public async Task What_kills_left_is_removed_at_the_next_start_and_what_nobody_lets_go_on_in_time()
    {
        var records = Records(3).ToList();
        var folder = Directory.CreateTempSubdirectory("embed-test-");
        try
        {
            long done, planned, fresh;
            await using (var killed = Prepared(EmbedApplication.On(folder.FullName, _application.Clock)))
            {
                var workshop = await OpenAsync(killed);
                done = (await workshop.ImportAsync(records)).Id;
                planned = (await workshop.ImportAsync(new ImportOptions { IsDryRun = true }, records)).Id;
                _application.Skip(ImportUpkeep.Patience);
                fresh = (await workshop.ImportAsync(new ImportOptions { IsDryRun = true }, records)).Id;
                _application.Skip(TimeSpan.FromDays(1));
            }

            foreach (var path in new[] { "upload-x/upload", $"{done}/upload", $"{done}/staged.db", "99/upload" })
            {
                var file = new FileInfo(Path.Combine(folder.FullName, "imports", path));
                file.Directory!.Create();
                await File.WriteAllTextAsync(file.FullName, "ada@example.com", Cancellation);
            }

            // As another server on the same data writes it.
            Directory.CreateDirectory(Path.Combine(folder.FullName, "imports", "upload-y"));
            await using var coming = new FileStream(Path.Combine(folder.FullName, "imports", "upload-y", "upload"), FileMode.Create, FileAccess.Write, FileShare.None);
            await using (var again = Prepared(EmbedApplication.On(folder.FullName, _application.Clock)))
            {
                var workshop = await OpenAsync(again);
                // Imports run after that.
                await workshop.ImportAsync(records);

                Assert.Equal(
                    [$"{done}/report.db", $"{planned}/report.db", $"{fresh}/report.db", $"{fresh}/staged.db", $"{fresh}/upload", $"{fresh + 1}/report.db", "upload-y/upload"],
                    Directory.GetFiles(Path.Combine(folder.FullName, "imports"), "*", SearchOption.AllDirectories)
                        .Select(file => Path.GetRelativePath(Path.Combine(folder.FullName, "imports"), file)).Order(StringComparer.Ordinal));
                var expired = await workshop.ReadAsync(planned);
                Assert.Equal((ImportState.Failed, "Nobody let it go on for 30 days, and its file was deleted here. To import it, send it again."), (expired.State, expired.Message));
                Assert.Equal(ImportState.Planned, (await workshop.ReadAsync(fresh)).State);
                Assert.True((await workshop.ThrowAwayAsync(planned)).Value);
            }
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_file_on_its_way_is_left_alone_while_another_is_imported()
    {
        var workshop = await OpenAsync(_application);
        var pipe = new Pipe();
        var request = new StartImport.Request(EmbedApplication.Site, ReadSource.Auto, "slow.txt", new ImportOptions { IsDryRun = true });
        var sending = workshop.Handler<StartImport>().HandleAsync(workshop.Administrator, ActedVia.Admin, request, pipe.Reader.AsStream(), Cancellation);
        var file = RecordLines.FileOf(Thread("s"), Comment("slow", "s")).ToArray();
        await pipe.Writer.WriteAsync(file.AsMemory(0, 20), Cancellation);

        Assert.Equal(ImportState.Done, (await workshop.ImportAsync(Records(3))).State);
        await pipe.Writer.WriteAsync(file.AsMemory(20), Cancellation);
        await pipe.Writer.CompleteAsync();

        var sent = await sending;
        Assert.Null(sent.Refusal);
        Assert.Equal(ImportState.Planned, (await workshop.EndAsync(sent.Value)).State);
    }

    [Fact]
    public async Task No_more_files_are_kept_than_there_is_room_for_and_throwing_one_away_makes_some()
    {
        var workshop = await OpenAsync(_application);
        var request = new StartImport.Request(EmbedApplication.Site, ReadSource.Auto, "x", new ImportOptions());
        List<long> failed = [];
        for (var i = 0; i < StartImport.MostOpen; i++)
        {
            failed.Add((await workshop.ImportAsync(new ImportOptions(), Broken())).Id);
        }

        Task<Outcome<long>> StartAsync() => workshop.Handler<StartImport>().HandleAsync(
            workshop.Administrator, ActedVia.Admin, request, RecordLines.FileOf(Records(1)), Cancellation);
        Assert.Equal(Refusal.TooManyImports, (await StartAsync()).Refusal);
        Assert.Equal(StartImport.MostOpen, Names().Count);

        await workshop.ThrowAwayAsync(failed[0]);

        Assert.Null((await StartAsync()).Refusal);
    }

    [Fact]
    public async Task They_are_listed_by_site_and_state()
    {
        var workshop = await OpenAsync(_application);
        var done = await workshop.ImportAsync(Records(1));
        var planned = await workshop.ImportAsync(new ImportOptions { IsDryRun = true }, Records(1));
        async Task<IEnumerable<long>> ListAsync(long? site, ImportState? state) =>
            (await workshop.Handler<ListImports>().HandleAsync(workshop.Administrator, site, state, null, Cancellation)).Value!.Select(item => item.Import.Id);

        Assert.Equal([planned.Id, done.Id], await ListAsync(null, null));
        Assert.Equal([planned.Id], await ListAsync(done.SiteId, ImportState.Planned));
        Assert.Equal([done.Id], await ListAsync(done.SiteId, ImportState.Done));
        Assert.Empty(await ListAsync(done.SiteId + 1, null));
        Assert.Empty(await ListAsync(null, ImportState.Undone));
    }

    [Fact]
    public async Task What_becomes_of_addresses_is_shown_by_the_files_own_hosts()
    {
        var workshop = await OpenAsync(_application);
        var options = new ImportOptions { IsDryRun = true, Rewrites = [new("old.example/blog", EmbedApplication.Origin)] };

        var planned = await workshop.ImportAsync(
            options, Thread("a", "http://old.example/blog/rye"), Thread("b", "http://old.example/shop/rye"), Thread("c", "/about"), Comment("1", "a"),
            Comment("2", "a"), Comment("3", "b"), Comment("4", "c"));

        var hosts = (await workshop.Handler<ReadImportReport>().HostsAsync(workshop.Administrator, planned.Id, Cancellation)).Value!;
        Assert.Equal(
            [
                "old.example none: 1, http://old.example/shop/rye → ",
                $"blog.example here: 1, /about → {EmbedApplication.Origin}/about",
                $"old.example here: 2, http://old.example/blog/rye → {EmbedApplication.Origin}/rye",
            ],
            hosts.Select(host => $"{host.Host} {(host.HasPlace ? "here" : "none")}: {host.Comments.All}, "
                + string.Join(", ", host.Addresses.Select(address => $"{address.Source} → {address.Place}"))));
    }

    private static IEnumerable<object> Records(int comments) =>
        Keys(comments).Select(object (key, i) => Comment(key, "t", null, i)).Prepend(Thread("t"));

    private static MemoryStream Broken() => new("#records\n!Line 2 is cut off."u8.ToArray());

    private static IEnumerable<string> Keys(int count) => Enumerable.Range(0, count).Select(i => $"c{i:0000}");

    private static void Execute(string file, string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Texts of these tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private IReadOnlyList<string> Names(string below = "") => Directory.Exists(Path.Combine(Folder, below))
        ? [.. Directory.GetFileSystemEntries(Path.Combine(Folder, below)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)]
        : [];
}
