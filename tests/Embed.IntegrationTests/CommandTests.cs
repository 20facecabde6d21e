using Embed.IntegrationTests.Kills;
using Embed.Server.Hosting;
using Embed.Server.Transfer.Backups;

namespace Embed.IntegrationTests;

/// <summary>Commands in a process of their own, beside a server or alone.</summary>
public sealed class CommandTests : IAsyncLifetime
{
    private readonly BackupWorkshop _workshop = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _workshop.FillAsync();

    public ValueTask DisposeAsync()
    {
        _workshop.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Beside_a_server_a_backup_is_made_and_a_restore_is_refused()
    {
        var folder = Path.Combine(_workshop.Folder, "elsewhere");
        await using (var application = _workshop.Serve())
        {
            await BackupWorkshop.CommentAsync(application, "Meanwhile");

            // As shells complete it; the folder is made.
            var (code, said) = await RunAsync("backup", folder + Path.DirectorySeparatorChar);

            var made = Assert.Single(BackupFolder.List(folder));
            Assert.True(code == 0, said);
            Assert.Contains($"{made.Path} (", said, StringComparison.Ordinal);
            Assert.Contains("has 4 comments, 4 threads and 4 people. Restored into a scratch copy", said, StringComparison.Ordinal);
            (code, said) = await RunAsync("restore", made.Path);
            Assert.Equal((Command.Failed, $"A server or another command runs on {_workshop.Database}. Stop it, restore, then start the server again."), (code, said));
        }

        BackupWorkshop.Run(_workshop.Database, "DELETE FROM Comments");
        var (restored, saying) = await RunAsync("restore", BackupFolder.List(folder)[0].Path);
        Assert.True(restored == 0, saying);
        Assert.Contains($"{_workshop.Database} has 4 comments, 4 threads and 4 people now, from {folder}", saying, StringComparison.Ordinal);
        Assert.Contains($"What was there is {_workshop.Database}.before-", saying, StringComparison.Ordinal);
        Assert.Equal(4, BackupWorkshop.Texts(_workshop.Database).Count);
    }

    [Fact]
    public async Task Beside_a_server_an_export_is_made_and_a_new_database_takes_it_over_also_after_it_was_killed()
    {
        var file = Path.Combine(_workshop.Folder, "all.json");
        await using (var application = _workshop.Serve())
        {
            await BackupWorkshop.CommentAsync(application, "Meanwhile");

            var (made, told) = await RunAsync("export", file);

            Assert.True(made == 0, told);
            Assert.Contains($"{file} has the export, ", told, StringComparison.Ordinal);
            Assert.Equal(
                (Command.Failed, $"A server or another command runs on {_workshop.Database}. Stop it, take the export over, then start it again."), await RunAsync("import", "embed", file));
        }

        var (code, said) = await RunAsync("import", "embed", file);
        Assert.Equal(Command.Failed, code);
        Assert.Contains("This server has sites already", said, StringComparison.Ordinal);
        var fresh = Path.Combine(Directory.CreateDirectory(Path.Combine(_workshop.Folder, "fresh")).FullName, "embed.db");
        await using (var killed = KilledServer.Start(fresh, "import", "embed", file))
        {
            while (!killed.Said.Contains("Reading threads", StringComparison.Ordinal) && !killed.HasEnded)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), Cancellation);
            }

            await killed.KillAsync();
        }

        // All of it or nothing.
        if (BackupWorkshop.Texts(fresh).Count == 0)
        {
            await using var again = KilledServer.Start(fresh, "import", "embed", file);
            Assert.True(await again.EndAsync(Cancellation) == 0, again.Said);
        }

        Assert.Equal(BackupWorkshop.Texts(_workshop.Database), BackupWorkshop.Texts(fresh));
        Assert.Contains("Meanwhile", BackupWorkshop.Texts(fresh));
    }

    [Theory]
    [InlineData(Command.Misused, "Write: export <file>", "export")]
    [InlineData(Command.Misused, "takes our own export over: import embed <file>", "import")]
    [InlineData(Command.Failed, "There is no file ", "import", "embed", "no-such.json")]
    [InlineData(Command.Misused, "Write: restore <file>", "restore")]
    [InlineData(Command.Misused, "Write: backup [folder]", "backup", "one", "two")]
    [InlineData(Command.Misused, "There is no command bakcup.", "bakcup")]
    [InlineData(Command.Failed, "There is no file ", "restore", "no-such.db")]
    [InlineData(Command.Failed, "Embed:SessionDays is 0.", "backup", "--Embed:SessionDays=0")]
    [InlineData(Command.Misused, "There is no option --to. Write: backup [folder]. backup --help says more.", "backup", "--to", "x")]
    [InlineData(Command.Misused, "There is no option --force.", "restore", "x.db", "--force")]
    [InlineData(Command.Misused, "Something is missing. Write: restore <file>. restore --help says more.", "restore")]
    [InlineData(Command.Failed, ". Make it, or name another.", "backup", "no-such/folder")]
    [InlineData(Command.Failed, ". Make it, or name another.", "backup", "no-such/folder/")]
    [InlineData(Command.Failed, " is a file. Name a folder.", "backup", "DATABASE")]
    [InlineData(Command.Failed, ". Make it, or name another file.", "export", "no-such/all.json")]
    [InlineData(Command.Failed, " is a folder. Name a file in it.", "export", "FOLDER")]
    [InlineData(Command.Failed, " is a folder. Name the backup in it, embed-….db.", "restore", "FOLDER")]
    [InlineData(Command.Failed, ".json is no backup, but may say what one has.", "restore", "MANIFEST")]
    [InlineData(0, "  restore  Puts a backup", "--help")]
    [InlineData(0, "dotnet run --project server -- backup /mnt/usb", "backup", "--help")]
    [InlineData(0, "set aside, and not deleted", "restore", "x", "-h")]
    [InlineData(0, "--email         with --wxr", "help", "export")]
    [InlineData(0, ", giscus, utterances.", "import", "auto", "--help")]
    public async Task What_is_wrong_is_said_in_a_sentence(int code, string sentence, params string[] arguments)
    {
        var before = _workshop.Snapshot();

        var (ended, said) = await RunAsync([.. arguments.Select(argument => argument switch
        {
            "FOLDER" => _workshop.Folder,
            "DATABASE" => _workshop.Database,
            "MANIFEST" => Path.Combine(AppContext.BaseDirectory, "Embed.Server.runtimeconfig.json"),
            _ => argument,
        })]);

        Assert.True(code == ended, said);
        Assert.Contains(sentence, said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        Assert.Equal(before, _workshop.Snapshot());
    }

    [Theory]
    [InlineData("export", "all.json")]
    [InlineData("backup")]
    public async Task What_is_no_database_is_said_in_a_sentence_and_left_as_it_is(params string[] arguments)
    {
        using var empty = new BackupWorkshop();
        await File.WriteAllTextAsync(empty.Database, new string('x', 10_000), Cancellation);

        await using var process = KilledServer.Start(empty.Database, [.. arguments.Select(argument => argument.Replace("all.json", Path.Combine(empty.Folder, "all.json"), StringComparison.Ordinal))]);
        var code = await process.EndAsync(Cancellation);

        Assert.True(code == Command.Failed, process.Said);
        Assert.Contains("file is not a database", process.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", process.Said, StringComparison.Ordinal);
        Assert.Equal(new string('x', 10_000), await File.ReadAllTextAsync(empty.Database, Cancellation));
    }

    private async Task<(int Code, string Said)> RunAsync(params string[] arguments)
    {
        await using var process = KilledServer.Start(_workshop.Database, arguments);
        var code = await process.EndAsync(Cancellation);
        return (code, process.Said);
    }
}
