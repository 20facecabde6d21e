using System.Text;
using System.Text.Json.Nodes;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Transfer.Export;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests.Export;

/// <summary>Exporting and taking over from the command line.</summary>
public sealed class ExportCommandTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string NewFile => Path.Combine(application.DataFolder, $"{Guid.NewGuid():N}.json");

    [Fact]
    public async Task A_file_is_written_that_only_its_owner_reads_and_that_an_empty_server_takes_over()
    {
        using var ada = await Person.SignInAsync(application);
        await ada.PostAsync(EmbedApplication.NewPage(), "Text");
        var file = NewFile;
        await File.WriteAllTextAsync(file, "before", Cancellation);

        Assert.Equal((0, true), await RunAsync("private data", file));

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        Assert.Empty(Directory.GetFiles(application.DataFolder, "*.partial"));
        await using var empty = ExportWorkshop.EmptyServer();
        var output = new StringWriter();
        Assert.Equal(0, await TakeOverCommand.RunAsync(empty.Services, ["embed", file], output, Cancellation));
        Assert.Contains("2 sites", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(await File.ReadAllBytesAsync(file, Cancellation), await empty.ExportBytesAsync());
        Assert.Equal(1, await TakeOverCommand.RunAsync(empty.Services, ["embed", file], output, Cancellation));
        Assert.Contains("has sites already", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, await TakeOverCommand.RunAsync(empty.Services, ["embed", NewFile], output, Cancellation));
        Assert.Equal(2, await TakeOverCommand.RunAsync(empty.Services, [file], output, Cancellation));
    }

    [Fact]
    public async Task What_an_export_to_the_same_file_left_that_was_killed_goes_and_nothing_else()
    {
        _ = application.Services;
        var file = NewFile;
        string[] others = [$"{file}.partial", $"{file}.notes.partial", $"{file}x.{Guid.NewGuid():N}.partial"];
        var (killed, running) = ($"{file}.{Guid.NewGuid():N}.partial", $"{file}.{Guid.NewGuid():N}.partial");
        foreach (var left in (string[])[.. others, killed, running])
        {
            await File.WriteAllTextAsync(left, "half", Cancellation);
        }

        using (FileLock.TryTake(running))
        {
            Assert.Equal((0, true), await RunAsync("private data", file));
        }

        Assert.Equal([.. others.Append(running).Append(file).Order(StringComparer.Ordinal)], Directory.GetFiles(application.DataFolder, $"{Path.GetFileName(file)}*").Order(StringComparer.Ordinal));
        // The class's other tests want none.
        others.Append(running).ToList().ForEach(File.Delete);
    }

    [Fact]
    public async Task It_is_in_the_log_as_the_command_line_s()
    {
        Assert.Equal((0, true), await RunAsync("private data", NewFile, "--site", EmbedApplication.Site));

        await using var database = await application.OpenDatabaseAsync();
        var entry = await database.ModerationLog.AsNoTracking().Include(e => e.Actor).OrderByDescending(e => e.Id).FirstAsync(Cancellation);
        Assert.Equal((ActWord.Exported, ActedVia.Command, CommenterKind.Server), (entry.Act, entry.Via, entry.Actor!.Kind));
        Assert.Equal(await application.SiteIdAsync(), entry.SiteId);
    }

    [Fact]
    public async Task The_part_that_is_asked_for_is_exported()
    {
        var (json, wxr) = (NewFile, NewFile);

        Assert.Equal((0, true), await RunAsync("private data", json, "--site", EmbedApplication.OtherSite));
        Assert.Equal((0, true), await RunAsync("private data", "--wxr", "--email", "--site", EmbedApplication.Site, wxr));

        Assert.Equal(EmbedApplication.OtherSite, (string?)JsonNode.Parse(await File.ReadAllTextAsync(json, Cancellation))!["site"]);
        Assert.Contains("<rss", await File.ReadAllTextAsync(wxr, Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "Write: export <file>")]
    [InlineData(2, "Write: export <file>", "one", "two")]
    [InlineData(2, "Write: export <file>", "one", "--what")]
    [InlineData(2, "Write: export <file>", "one", "--site")]
    [InlineData(2, "Behind --site there must be the key of a site.", "one", "--site=")]
    [InlineData(2, "There is no option --wxr=x. Write: export <file>", "--wxr=x")]
    [InlineData(2, "Write: export <file>", "one", "--email")]
    [InlineData(1, "There is no site nowhere. There is: other, test.", "one", "--site", "nowhere")]
    [InlineData(1, "Name the site, with --site. There is: other, test.", "one", "--wxr")]
    public async Task What_cannot_be_done_is_said_and_no_file_is_written(int code, string says, params string[] arguments)
    {
        // A start makes the database.
        var services = application.Services;
        var before = Directory.GetFiles(application.DataFolder);

        Assert.NotNull(services);
        Assert.Equal((code, true), await RunAsync(says, [.. arguments.Select(argument => argument is "one" or "two" ? Path.Combine(application.DataFolder, argument) : argument)]));

        Assert.Equal(before, Directory.GetFiles(application.DataFolder));
    }

    private async Task<(int Code, bool Says)> RunAsync(string says, params string[] arguments)
    {
        var output = new StringBuilder();
        var code = await ExportCommand.RunAsync(application.Services, arguments, new StringWriter(output), Cancellation);
        return (code, output.ToString().Contains(says, StringComparison.Ordinal));
    }
}
