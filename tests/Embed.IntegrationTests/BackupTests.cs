using Embed.Server.Data;
using Embed.Server.Transfer.Backups;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>Backups: of a server that writes meanwhile, proved, and thinned out.</summary>
public sealed class BackupTests : IAsyncLifetime
{
    private readonly BackupWorkshop _workshop = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(_workshop.Folder, "backups");

    public async ValueTask InitializeAsync() => await _workshop.FillAsync();

    public ValueTask DisposeAsync()
    {
        _workshop.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_backup_is_one_file_with_everything_and_its_manifest_says_what()
    {
        await using var application = _workshop.Serve();
        await BackupWorkshop.CommentAsync(application, "Still in the log");

        var made = await _workshop.BackUpAsync();

        Assert.Equal(Path.Combine(Folder, "embed-20300102-120000.db"), made.Path);
        Assert.Equal(["Comment 1", "Comment 2", "Comment 3", "Still in the log"], BackupWorkshop.Texts(made.Path));
        var manifest = BackupManifest.TryRead(Path.ChangeExtension(made.Path, ".json"))!;
        Assert.Equal(made.Manifest, manifest);
        Assert.Equal((4, 4, 4), (manifest.Comments, manifest.Threads, manifest.People));
        Assert.Equal((_workshop.Clock.GetUtcNow(), new FileInfo(made.Path).Length), (manifest.ProvedAt, manifest.Bytes));
        Assert.Equal(RestoredCopy.Sha256Of(made.Path), manifest.Sha256);
        await using var database = await application.OpenDatabaseAsync();
        Assert.Equal(database.Database.GetMigrations().Last(), manifest.Schema);
        using var copy = PlainSqlite.Open(made.Path);
        Assert.Equal(
            File.ReadAllText(Directory.GetFiles(DataFolder.KeysOf(_workshop.Database)).Single()), copy.Scalar<string>("SELECT Content FROM EmbedBackupKeys"));
        Assert.Equal("delete", copy.Scalar<string>("PRAGMA journal_mode"));
        Assert.Equal([".lock", "embed-20300102-120000.db", "embed-20300102-120000.json"], Files());
    }

    [Fact]
    public async Task Only_the_servers_own_account_reads_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes: the folder's access list is inherited.");
        await _workshop.BackUpAsync();

#pragma warning disable CA1416 // Skipped above where there are no file modes.
        Assert.All(Files(), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Folder, file))));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder));
#pragma warning restore CA1416
    }

    [Fact]
    public async Task Who_writes_while_it_copies_does_not_wait_and_is_not_in_it()
    {
        // Several steps of the copying.
        BackupWorkshop.Run(_workshop.Database, "CREATE TABLE Filler (Bytes BLOB); INSERT INTO Filler VALUES (zeroblob(40000000))");
        await using var application = _workshop.Serve();
        using var person = await Person.SignInAsync(application);
        List<double> steps = [];

        var made = await _workshop.Make.HandleAsync(null, progress =>
        {
            if (progress.Step == BackupStep.Copying)
            {
                // Copying goes on when the comment has been answered: it cannot have waited for the end.
                person.PostAsync(EmbedApplication.NewPage(), $"Meanwhile {steps.Count}").GetAwaiter().GetResult();
                steps.Add(progress.Done);
            }
        }, Cancellation);

        Assert.True(steps.Count > 3);
        Assert.Equal(steps.Order(), steps);
        // What was answered before the first page was copied.
        Assert.Equal(["Comment 1", "Comment 2", "Comment 3", "Meanwhile 0"], BackupWorkshop.Texts(made.Path));
        Assert.Equal(3 + steps.Count, BackupWorkshop.Texts(_workshop.Database).Count);
    }

    [Fact]
    public async Task Old_ones_go_and_nothing_that_is_no_backup_of_ours()
    {
        _workshop.Options.Backup.KeepDaily = 2;
        _workshop.Options.Backup.KeepWeekly = 0;
        Directory.CreateDirectory(Folder);
        foreach (var name in new[] { "embed-20200101-000000.db", "embed-old.db", "notes.json", "embed-20200101-000000.db.txt" })
        {
            await File.WriteAllTextAsync(Path.Combine(Folder, name), "not ours", Cancellation);
        }

        for (var day = 0; day < 4; day++)
        {
            await _workshop.BackUpAsync();
            _workshop.Clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(
            [
                ".lock", "embed-20200101-000000.db", "embed-20200101-000000.db.txt", "embed-20300104-120000.db", "embed-20300104-120000.json",
                "embed-20300105-120000.db", "embed-20300105-120000.json", "embed-old.db", "notes.json",
            ],
            Files());
    }

    [Fact]
    public async Task A_folder_that_several_servers_share_has_each_one_s_own()
    {
        using var other = new BackupWorkshop();
        other.Clock.Advance(TimeSpan.FromHours(1));
        await other.FillAsync();
        foreach (var workshop in new[] { _workshop, other })
        {
            (workshop.Options.Backup.KeepDaily, workshop.Options.Backup.KeepWeekly, workshop.Options.Backup.Folder) = (1, 0, Folder);
        }

        var first = await other.BackUpAsync();
        for (var day = 0; day < 3; day++)
        {
            await _workshop.BackUpAsync();
            _workshop.Clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(["embed-20300104-120000.db"], _workshop.Backups.Own().Select(backup => backup.Name));
        Assert.Equal([first], other.Backups.Own());
        // Whatever becomes of its folder, what was restored is the same server.
        using var moved = new BackupWorkshop();
        moved.Options.Backup.Folder = Folder;
        await moved.Restore.HandleAsync(first.Path, Cancellation);
        Assert.Equal([first], moved.Backups.Own());
    }

    [Fact]
    public async Task Backups_of_the_future_drive_out_none_that_are_made_now()
    {
        _workshop.Options.Backup.KeepDaily = 2;
        _workshop.Options.Backup.KeepWeekly = 0;
        for (var i = 0; i < 3; i++)
        {
            var made = await _workshop.BackUpAsync();
            (made.Manifest with { MadeAt = made.Manifest.MadeAt.AddYears(1).AddDays(i) }).Write(Path.ChangeExtension(made.Path, ".json"));
        }

        for (var day = 1; day <= 3; day++)
        {
            _workshop.Clock.Advance(TimeSpan.FromDays(1));
            await _workshop.BackUpAsync();
        }

        var own = _workshop.Backups.Own();
        Assert.Equal([2031, 2031, 2031, 2030, 2030], own.Select(backup => backup.Manifest.MadeAt.Year));
        Assert.Equal("embed-20300105-120000.db", BackupFolder.LatestAt(own, _workshop.Clock.GetUtcNow())!.Name);
    }

    [Fact]
    public async Task Where_no_folder_can_be_made_it_says_so()
    {
        var file = Path.Combine(_workshop.Folder, "file");
        await File.WriteAllTextAsync(file, "", Cancellation);
        _workshop.Options.Backup.Folder = Path.Combine(file, "below", "backups");

        var fault = await Assert.ThrowsAsync<BackupFault>(_workshop.BackUpAsync);

        Assert.StartsWith($"The backup to {_workshop.Options.Backup.Folder} failed: ", fault.Message, StringComparison.Ordinal);
        Assert.Empty(_workshop.Backups.Own());
    }

    [Fact]
    public async Task What_is_no_database_of_ours_is_not_backed_up()
    {
        using var another = new BackupWorkshop();
        OwnersFile.Make(another.Database);
        BackupWorkshop.Run(another.Database, "CREATE TABLE Comments (Id INTEGER)");

        var fault = await Assert.ThrowsAsync<BackupFault>(another.BackUpAsync);

        Assert.Equal($"{another.Database} is an SQLite database, but none of Embed's.", fault.Message);
        Assert.Equal([".lock"], Directory.GetFiles(Path.Combine(another.Folder, "backups")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task In_another_folder_nothing_is_deleted_and_one_second_makes_two_names()
    {
        _workshop.Options.Backup.KeepDaily = 1;
        _workshop.Options.Backup.KeepWeekly = 0;
        var elsewhere = Path.Combine(_workshop.Folder, "elsewhere");

        for (var i = 0; i < 3; i++)
        {
            await _workshop.Make.HandleAsync(elsewhere, _ => { }, Cancellation);
        }

        Assert.Equal(
            ["embed-20300102-120002.db", "embed-20300102-120001.db", "embed-20300102-120000.db"],
            Directory.GetFiles(elsewhere, "*.db").Select(Path.GetFileName).OrderDescending(StringComparer.Ordinal));
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public async Task What_a_killed_backup_left_is_no_backup_and_goes_with_the_next()
    {
        Directory.CreateDirectory(Folder);
        foreach (var left in new[] { ".db.partial", ".db.partial-journal", ".db.proof", ".db.proof-wal", ".json", ".json.partial" })
        {
            await File.WriteAllTextAsync(Path.Combine(Folder, "embed-20291231-120000" + left), "{}", Cancellation);
        }

        Assert.Empty(BackupFolder.List(Folder));
        var made = await _workshop.BackUpAsync();

        Assert.Equal([".lock", made.Name, Path.ChangeExtension(made.Name, ".json")], Files());
    }

    [Fact]
    public async Task There_are_never_two_at_once_in_one_folder()
    {
        Directory.CreateDirectory(Folder);
        using (FileLock.TryTake(Path.Combine(Folder, ".lock")))
        {
            var fault = await Assert.ThrowsAsync<BackupFault>(_workshop.BackUpAsync);
            Assert.Equal($"Another backup to {Folder} is under way.", fault.Message);
        }

        await _workshop.BackUpAsync();
    }

    [Theory]
    [InlineData("UPDATE sqlite_schema SET sql = 'nonsense' WHERE name = 'Threads'", "The backup to ")]
    [InlineData("INSERT INTO Votes (CommentId, CommenterId, Value, IsShadowed) VALUES (123456, 1, 1, 0)", "The copy could not be restored, and was thrown away. ")]
    public async Task A_copy_that_cannot_be_proved_is_no_backup_and_costs_no_other(string damage, string sentence)
    {
        var sound = await _workshop.BackUpAsync();
        _workshop.Clock.Advance(TimeSpan.FromDays(40));
        BackupWorkshop.Run(_workshop.Database, $"PRAGMA foreign_keys = OFF; PRAGMA writable_schema = ON; {damage}");

        var fault = await Assert.ThrowsAsync<BackupFault>(_workshop.BackUpAsync);

        Assert.StartsWith(sentence, fault.Message, StringComparison.Ordinal);
        Assert.Equal([sound], BackupFolder.List(Folder));
        Assert.Equal(3, Files().Count);
    }

    [Fact]
    public async Task Without_a_database_there_is_none_and_none_is_made()
    {
        using var empty = new BackupWorkshop();

        var fault = await Assert.ThrowsAsync<BackupFault>(empty.BackUpAsync);

        Assert.Contains("Embed:Database", fault.Message, StringComparison.Ordinal);
        Assert.Empty(empty.Snapshot());
    }

    [Fact]
    public async Task Stopped_it_leaves_nothing()
    {
        BackupWorkshop.Run(_workshop.Database, "CREATE TABLE Filler (Bytes BLOB); INSERT INTO Filler VALUES (zeroblob(40000000))");
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        await Assert.ThrowsAsync<OperationCanceledException>(() => _workshop.Make.HandleAsync(
            null, progress => { if (progress.Done > 0) { stopping.Cancel(); } }, stopping.Token));

        Assert.Equal([".lock"], Files());
    }

    private List<string> Files() => [.. Directory.GetFiles(Folder).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];
}
