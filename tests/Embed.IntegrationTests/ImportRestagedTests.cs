using Embed.Server.Model;
using Embed.Server.Transfer.Importing;
using Embed.Tests;
using Microsoft.Data.Sqlite;
using static Embed.IntegrationTests.ImportWorkshop;

namespace Embed.IntegrationTests;

/// <summary>An import that was cut off, and whose working file is lost, ends with the report that it would have had.</summary>
public sealed class ImportRestagedTests : IAsyncDisposable
{
    private readonly EmbedApplication _application = NewApplication();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Theory]
    [InlineData(5, false)]
    [InlineData(41, true)]
    public async Task The_report_says_what_the_whole_import_brought(uint seed, bool isLater)
    {
        var random = new Choices(seed);
        var first = ImportPropertyTests.FileOf(random, seed, (2 * WriteImport.BatchSize) + 500);
        var file = isLater ? ImportPropertyTests.LaterOf(random, first, seed) : first;
        var options = new ImportOptions { KeepsPrivate = isLater };
        var whole = await PreparedAsync(_application, first, isLater);
        var done = await whole.ImportAsync(options, file);
        var (expected, counts, tree) = (await whole.WholeReportAsync(done.Id), ImportCounts.Of(done), await whole.TreeAsync());
        Assert.True(counts.Turns > WriteImport.BatchSize);

        await using var other = NewApplication();
        var workshop = await PreparedAsync(other, first, isLater);
        var stopped = await workshop.StopAfterBatchAsync(options, file);
        Assert.Equal(WriteImport.BatchSize, stopped.Position);
        var folder = new ImportFolder(Path.Combine(other.DataFolder, "imports", $"{stopped.Id}"));
        File.Delete(folder.Report);
        // As after a power cut: the file is there to go on with, and worth nothing. Or as an older version of the server made it.
        await (isLater ? AgeAsync(folder.Stage) : File.WriteAllTextAsync(folder.Stage, "", Cancellation));
        Assert.Null((await workshop.GoOnAsync(stopped.Id)).Refusal);
        var resumed = await workshop.EndAsync(stopped.Id);

        Assert.Equal((ImportState.Done, ""), (resumed.State, resumed.Message));
        Assert.Equal(expected, await workshop.WholeReportAsync(resumed.Id));
        Assert.Equal(counts, ImportCounts.Of(resumed));
        Assert.Equal(tree, await workshop.TreeAsync());
        await workshop.AssertSoundAsync();
        await workshop.UndoAsync(resumed.Id);
        Assert.Empty(await workshop.KeptAsync(resumed.Id));
    }

    [Fact]
    public async Task What_was_changed_here_in_between_was_imported_all_the_same()
    {
        var workshop = await OpenAsync(_application);
        object[] file =
        [
            Thread("t"), Person("p"), Person("q") with { GitHubId = 7 }, Comment("gone", "t", null, 0, "p"), Comment("below", "t", "lost", 1, "q"),
            .. Enumerable.Range(0, WriteImport.BatchSize).Select(i => Comment($"c{i:0000}", "t", "below", 2 + i, "p")),
        ];
        var stopped = await workshop.StopAfterBatchAsync(new ImportOptions(), file);
        await workshop.Moves.DeleteAsync((await workshop.CommentsAsync())["gone"].ThreadId);
        // Another import of the site: what was planned is planned anew.
        await workshop.ImportAsync(Thread("u"), Comment("other", "u"));

        await workshop.GoOnAsync(stopped.Id);

        var done = await workshop.EndAsync(stopped.Id);
        var written = WriteImport.BatchSize - 2;
        Assert.Equal(new OutcomeCounts(Imported: written, Repaired: 1, Skipped: 3), ImportCounts.Of(done).Comments);
        Assert.Equal(new OutcomeCounts(Imported: 1), ImportCounts.Of(done).Threads);
        Assert.Equal(new OutcomeCounts(Imported: 2), ImportCounts.Of(done).People);
        Assert.Equal("Its thread was deleted here meanwhile.", (await workshop.WholeReportAsync(done.Id)).Select(NoteOf).Last(note => note.Length > 0));
    }

    private static async Task AgeAsync(string stage)
    {
        await using var file = new SqliteConnection($"Data Source={stage};Pooling=False");
        await file.OpenAsync(Cancellation);
        await using var command = file.CreateCommand();
        command.CommandText = "ALTER TABLE people DROP COLUMN github_provider; PRAGMA user_version = 1";
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private static string NoteOf(string row) => System.Text.Json.Nodes.JsonNode.Parse(row)!["note"]!.GetValue<string>();

    private static async Task<ImportWorkshop> PreparedAsync(EmbedApplication application, List<object> first, bool isLater)
    {
        var workshop = await OpenAsync(application);
        if (isLater)
        {
            Assert.Equal("", (await workshop.ImportAsync(first.Take(first.Count / 2))).Message);
        }

        return workshop;
    }
}
