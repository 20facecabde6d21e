using Embed.IntegrationTests.Kills;
using Embed.Server.Hosting;
using Embed.Server.Model;
using Embed.Server.Transfer;
using Embed.Server.Transfer.Export;
using Embed.Server.Transfer.Formats;
using Embed.Server.Transfer.Importing;
using Embed.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using static Embed.IntegrationTests.ImportWorkshop;

namespace Embed.IntegrationTests;

/// <summary>Importing by the command line, without a server that runs.</summary>
public sealed class ImportCommandTests : IDisposable
{
    private const string Disqus = """<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals"/>""";

    private readonly string _folder = Directory.CreateTempSubdirectory("embed-test-").FullName;
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2030, 1, 2, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Database => Path.Combine(_folder, "embed.db");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Imports_reports_and_says_what_it_wants()
    {
        var (file, report) = (Path.Combine(_folder, "records.txt"), Path.Combine(_folder, "report.ndjson"));
        await WriteAsync(file, Thread("t", "https://old.example/t"), Comment("a", "t"), Comment("b", "t", "gone"));
        await using (var server = await ServeAsync())
        {
            await AssertSaysAsync(1, "A server runs on this data", "auto", file, "--site", EmbedApplication.Site);
        }

        await AssertSaysAsync(
            0, "Import 1 would change nothing.", "auto", file, "--site", EmbedApplication.Site, "--dry-run");
        await AssertSaysAsync(
            0, "old.example: 2 comments on pages that are none of the site's", "auto", file, "--site", EmbedApplication.Site, "--dry-run");
        await AssertSaysAsync(
            0, $"https://old.example/t goes to {EmbedApplication.Origin}/t", "auto", file, "--site", EmbedApplication.Site, "--dry-run", "--rewrite", $"old.example={EmbedApplication.Origin}");
        await AssertSaysAsync(
            0, "repaired: comment b (line b)", "records", file, "--site", EmbedApplication.Site, "--rewrite", $"old.example={EmbedApplication.Origin}", "--report", report);
        Assert.Equal(3, (await File.ReadAllLinesAsync(report, Cancellation)).Length);
        await AssertSaysAsync(
            0, "is done, and has changed nothing.", "auto", file, "--site", EmbedApplication.Site, "--rewrite", $"old.example={EmbedApplication.Origin}");

        await using var again = Prepared(EmbedApplication.On(_folder, _clock));
        var workshop = await OpenAsync(again);
        Assert.Equal(["a", "b", "gone"], (await workshop.CommentsAsync()).Keys.Order(StringComparer.Ordinal));
        Assert.Equal(ActedVia.Command, (await workshop.EntryAsync(ActWord.ImportStarted)).Via);
    }

    /// <summary>What is wrong with a line, by what is said of it. FILE is an export of Disqus that has nothing in it.</summary>
    public static TheoryData<int, string, string> Wrong => new()
    {
        { 2, "import <format|auto> <file> --site", "" },
        { 2, "/FILE --site <key>.", "auto FILE" },
        { 2, "Write auto, or the name of a format, and then the file: import auto ", "FILE --site test" },
        { 2, "There is no option --nonsense=5.", "auto FILE --nonsense=5" },
        { 2, "There is no option --dry-run=x.", "auto FILE --site test --dry-run=x" },
        { 2, "Something is missing behind --site.", "auto FILE --site" },
        { 2, "Something is missing behind --site.", "auto FILE --site --dry-run" },
        { 2, "Something is missing behind --site.", "auto FILE --site=" },
        { 2, "Something is missing behind --report.", "auto FILE --site test --report" },
        { 2, "Something is missing behind --report.", "auto FILE --site test --report=" },
        { 2, "Behind --rewrite there must be old=new", "auto FILE --site test --rewrite old.example" },
        { 1, "There is no format typo. There is: embed, disqus, wordpress,", "typo FILE --site test" },
        { 1, "and auto, which recognises it.", "Disqus FILE --site test" },
        { 1, "There is no file ", "auto FILE.no --site test" },
        { 1, " is a folder. Name the file.", "auto FOLDER --site test" },
        { 1, " is empty.", "auto EMPTY --site test" },
        { 1, " cannot be read: ", "auto LOCKED --site test" },
        { 1, "There is no site tset. There is: other, test.", "auto FILE --site tset" },
        { 1, "There is no site tset. There is: other, test.", "auto FILE --site=tset --rewrite=old.example=https://blog.example" },
        { 1, "The file looks like Disqus XML, and was read as Waline, Valine, as was chosen. Choose Disqus XML, or have it recognised. As Waline, Valine: ", "waline FILE --site test" },
        { 1, "The file looks like Disqus XML, and was read as WordPress WXR, as was chosen.", "wordpress FILE --site test" },
        { 1, "There is nothing of Records in the file: it looks like Disqus XML.", "records FILE --site test" },
        { 1, "There is nothing to import: the file (Disqus XML) has no comments and no threads. Look whether", "auto FILE --site test" },
        { 1, "There is nothing to import: the file (Waline, Valine) has no comments and no threads (row 1: It is no comment: it has neither comment nor url.).", "waline OTHER --site test" },
        { 1, "failed. The file is of no known format.", "auto NONE --site test" },
        { 1, "The file looks like Disqus XML, and was read as Isso database, as was chosen.", "isso FILE --site test" },
        { 1, "There is no file ", "embed FILE.no" },
        { 1, " is a folder. Name the file.", "embed FOLDER" },
        { 1, " is empty.", "embed EMPTY" },
    };

    [Fact]
    public async Task What_is_wrong_is_said_in_a_sentence_and_nothing_is_written()
    {
        await (await ServeAsync()).DisposeAsync();
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, text) in new[] { ("FILE", Disqus), ("EMPTY", ""), ("LOCKED", Disqus), ("NONE", "A picture of bread"), ("OTHER", """{"x":1}""") })
        {
            await File.WriteAllTextAsync(files[name] = Path.Combine(_folder, name), text, Cancellation);
        }

        Directory.CreateDirectory(files["FOLDER"] = Path.Combine(_folder, "FOLDER"));
        await using var locked = new FileStream(files["LOCKED"], FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        foreach (var (code, sentence, line) in Wrong.Select(row => row.Data))
        {
            var arguments = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(word => files.GetValueOrDefault(word.Split('.')[0]) is { } path ? path + word[word.Split('.')[0].Length..] : word).ToArray();
            await AssertSaysAsync(code, sentence, arguments);
        }

        await using var again = Prepared(EmbedApplication.On(_folder, _clock));
        Assert.Empty(await (await OpenAsync(again)).CommentsAsync());
    }

    [Fact]
    public async Task On_a_server_that_never_ran_it_says_how_sites_come_or_makes_those_that_are_configured()
    {
        var file = Path.Combine(_folder, "records.txt");
        await WriteAsync(file, Thread("t"), Comment("a", "t"));

        await AssertSaysAsync(1, $"There is no site yet in {Database}. Start the server and make one at /admin; or", "auto", file, "--site", "test");

        var settings = new Dictionary<string, string?> { ["Embed:Sites:0:Key"] = "test", ["Embed:Sites:0:Origins:0"] = EmbedApplication.Origin };
        var (code, said) = await RunAsync(["auto", file, "--site", "test"], _ => { }, settings, Cancellation);
        Assert.True(code == 0, said);
        await using var server = Prepared(EmbedApplication.On(_folder, _clock));
        Assert.Equal(["a"], (await (await OpenAsync(server)).CommentsAsync()).Keys);
    }

    [Fact]
    public async Task A_restore_that_was_cut_off_is_finished_first()
    {
        await (await ServeAsync()).DisposeAsync();
        SqliteConnection.ClearAllPools();
        File.Copy(Database, $"{Database}.restored-20300102-120000");
        BackupWorkshop.Run($"{Database}.restored-20300102-120000", "UPDATE Sites SET Key = 'restored' WHERE Key = 'test'");
        var file = Path.Combine(_folder, "records.txt");
        await WriteAsync(file, Thread("t"), Comment("a", "t"));

        await AssertSaysAsync(0, "is done", "auto", file, "--site", "restored");

        Assert.True(File.Exists($"{Database}.before-20300102-120000"));
        Assert.Equal(["Text of a"], BackupWorkshop.Texts(Database));
        Assert.Empty(BackupWorkshop.Texts($"{Database}.before-20300102-120000"));
    }

    [Theory]
    [InlineData(ImportState.Reading)]
    [InlineData(ImportState.Writing)]
    internal async Task Stopped_it_says_what_is_written_and_no_server_goes_on_with_it(ImportState state)
    {
        const int Comments = WriteImport.BatchSize * 2;
        await (await ServeAsync()).DisposeAsync();
        var file = Path.Combine(_folder, "records.txt");
        await WriteAsync(file, [Thread("t"), .. Enumerable.Range(0, Comments).Select(i => Comment($"c{i}", "t", null, i))]);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        void Look(ImportRunner runner)
        {
            if (runner.Progress is { Done: > 0 } progress && progress.State == state)
            {
                stopping.Cancel();
            }
        }

        var (code, said) = await RunAsync(["auto", file, "--site", EmbedApplication.Site], Look, [], stopping.Token);

        Assert.Equal(1, code);
        Assert.Contains(
            state == ImportState.Reading
                ? "Stopped. Nothing is written, and nothing is kept of the file."
                : $"Stopped. {WriteImport.BatchSize:N0} of {Comments:N0} comments are written, and stay. Import 1 does not go on by itself:",
            said, StringComparison.Ordinal);
        await using (var server = Prepared(EmbedApplication.On(_folder, _clock)))
        {
            var workshop = await OpenAsync(server);
            Assert.Equal(state == ImportState.Reading ? 0 : WriteImport.BatchSize, (await workshop.CommentsAsync()).Count);
            await using var database = await server.OpenDatabaseAsync();
            var states = await database.Imports.Select(i => i.State).ToListAsync(Cancellation);
            Assert.Equal(state == ImportState.Reading ? [] : [ImportState.Failed], states);
            Assert.Equal((ActedVia.Command, CommenterKind.Server), await StoppedByAsync(database));
        }

        await AssertSaysAsync(0, "is done", "auto", file, "--site", EmbedApplication.Site);
        Assert.Equal(Comments, BackupWorkshop.Texts(Database).Count);
    }

    [Fact]
    public async Task Stopped_it_says_so_where_the_file_could_not_be_thrown_away()
    {
        await (await ServeAsync()).DisposeAsync();
        BackupWorkshop.Run(
            Database, $"CREATE TRIGGER stuck AFTER UPDATE OF State ON Imports WHEN new.State = {(int)ImportState.Failed} BEGIN UPDATE Imports SET State = {(int)ImportState.Undoing} WHERE Id = new.Id; END");
        var file = Path.Combine(_folder, "records.txt");
        await WriteAsync(file, [Thread("t"), .. Enumerable.Range(0, WriteImport.BatchSize).Select(i => Comment($"c{i}", "t", null, i))]);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        void Look(ImportRunner runner)
        {
            if (runner.Progress is { State: ImportState.Reading, Done: > 0 })
            {
                stopping.Cancel();
            }
        }

        var (code, said) = await RunAsync(["auto", file, "--site", EmbedApplication.Site], Look, [], stopping.Token);

        Assert.Equal(1, code);
        Assert.Contains("Stopped. Nothing is written, but the file is still here, as import 1, and could not be thrown away:", said, StringComparison.Ordinal);
        Assert.DoesNotContain("nothing is kept of the file", said, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(_folder, "imports", "1")));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_stops_the_process_in_good_order(string signal)
    {
        // So many that the signal comes before the end.
        const int Comments = 20_000;
        using var folder = new KilledFolder();
        await folder.MakeAsync();
        await using (var importing = KilledServer.Start(folder.Database, "import", "auto", folder.SourceFile(Comments), "--site", "old"))
        {
            while (folder.Imported() == 0 && !importing.HasEnded)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), Cancellation);
            }

            importing.Signal(signal);

            Assert.Equal(1, await importing.EndAsync(Cancellation));
            Assert.Contains($"of {Comments:N0} comments are written, and stay.", importing.Said, StringComparison.Ordinal);
        }

        Assert.False(folder.HasOpenImport());
        Assert.InRange(folder.Imported(), 1, Comments - 1);
        folder.Check();
    }

    private static async Task<(ActedVia, CommenterKind)> StoppedByAsync(Server.Data.EmbedDbContext database)
    {
        var entry = await database.ModerationLog.Include(e => e.Actor).SingleAsync(e => e.Act == ActWord.ImportStopped, Cancellation);
        return (entry.Via, entry.Actor!.Kind);
    }

    private static async Task WriteAsync(string path, params object[] records)
    {
        await using var written = File.Create(path);
        await RecordLines.FileOf(records).CopyToAsync(written, Cancellation);
    }

    // Makes the database, and the sites that tests have.
    private async Task<EmbedApplication> ServeAsync()
    {
        var server = Prepared(EmbedApplication.On(_folder, _clock));
        await OpenAsync(server);
        return server;
    }

    private async Task AssertSaysAsync(int code, string sentence, params string[] arguments)
    {
        var (ended, said) = await RunAsync(arguments, _ => { }, [], Cancellation);
        Assert.True(code == ended && said.Contains(sentence, StringComparison.Ordinal), $"{string.Join(' ', arguments)}: {ended}, {said}");
    }

    private async Task<(int Code, string Said)> RunAsync(
        string[] arguments, Action<ImportRunner> look, Dictionary<string, string?> settings, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings).AddInMemoryCollection(new Dictionary<string, string?> { ["Embed:Database"] = Database });
        builder.AddEmbed();
        builder.Services.AddSingleton<IImportFormat, RecordLines>();
        await using var program = builder.Build();
        var runner = program.Services.GetRequiredService<ImportRunner>();
        runner.Changed += () => look(runner);
        using var output = new StringWriter();
        var code = await (TakeOverCommand.IsMeant(arguments)
            ? TakeOverCommand.RunAsync(program.Services, arguments, output, cancellationToken)
            : ImportCommand.RunAsync(program.Services, arguments, output, cancellationToken));
        return (code, output.ToString());
    }
}
