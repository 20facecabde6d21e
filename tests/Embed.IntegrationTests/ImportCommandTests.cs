using Embed.Server.Hosting;
using Embed.Server.Model;
using Embed.Server.Transfer;
using Embed.Server.Transfer.Formats;
using Embed.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using static Embed.IntegrationTests.ImportWorkshop;

namespace Embed.IntegrationTests;

/// <summary>Importing by the command line, without a server that runs.</summary>
public sealed class ImportCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("embed-test-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Imports_reports_and_says_what_it_wants()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2030, 1, 2, 12, 0, 0, TimeSpan.Zero));
        await using (var server = Prepared(EmbedApplication.On(_folder, clock)))
        {
            await OpenAsync(server);
            Assert.Equal((1, "A server runs on this data"), await RunAsync("A server runs on this data", "auto", "file", "--site", EmbedApplication.Site));
        }

        var (file, report) = (Path.Combine(_folder, "records.txt"), Path.Combine(_folder, "report.ndjson"));
        await using (var written = File.Create(file))
        {
            await RecordLines.FileOf(Thread("t", "https://old.example/t"), Comment("a", "t"), Comment("b", "t", "gone")).CopyToAsync(written, Cancellation);
        }

        Assert.Equal((2, "import <format|auto> <file> --site"), await RunAsync("import <format|auto> <file> --site", "auto", file));
        Assert.Equal((2, ", records."), await RunAsync(", records.", "--nonsense"));
        Assert.Equal((1, "There is no site nowhere"), await RunAsync("There is no site nowhere", "auto", file, "--site", "nowhere"));
        Assert.Equal((1, "There is no file"), await RunAsync("There is no file", "auto", file + "x", "--site", EmbedApplication.Site));
        Assert.Equal((1, "There is no format of this name"), await RunAsync("There is no format of this name", "typo", file, "--site", EmbedApplication.Site));
        Assert.Equal((0, "nothing is changed"), await RunAsync("nothing is changed", "auto", file, "--site", EmbedApplication.Site, "--dry-run"));
        Assert.Equal(
            (0, "repaired: comment b (line b)"),
            await RunAsync("repaired: comment b (line b)", "records", file, "--site", EmbedApplication.Site, "--rewrite", $"old.example={EmbedApplication.Origin}", "--report", report));
        Assert.Equal(3, (await File.ReadAllLinesAsync(report, Cancellation)).Length);

        await using var again = Prepared(EmbedApplication.On(_folder, clock));
        var workshop = await OpenAsync(again);
        Assert.Equal(["a", "b", "gone"], (await workshop.CommentsAsync()).Keys.Order(StringComparer.Ordinal));
        Assert.Equal(ActedVia.Command, (await workshop.EntryAsync(ActWord.ImportStarted)).Via);
    }

    // The exit code, and what was looked for, or all that was said if it is not in it.
    private async Task<(int Code, string Said)> RunAsync(string wanted, params string[] arguments)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Embed:Database"] = Path.Combine(_folder, "embed.db") });
        builder.AddEmbed();
        builder.Services.AddSingleton<IImportFormat, RecordLines>();
        await using var program = builder.Build();
        using var output = new StringWriter();
        var code = await ImportCommand.RunAsync(program.Services, arguments, output, Cancellation);
        return (code, output.ToString().Contains(wanted, StringComparison.Ordinal) ? wanted : output.ToString());
    }
}
