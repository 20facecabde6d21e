using Embed.Server.Data;
using Embed.Server.Transfer.Backups;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Embed.IntegrationTests;

/// <summary>Restoring: all of a backup, or nothing.</summary>
public sealed class RestoreTests : IAsyncLifetime
{
    // In the order in which they are set aside.
    private static readonly string[] Parts = ["-wal", "-shm", ""];

    private readonly BackupWorkshop _workshop = new();
    private string _backup = "";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _workshop.FillAsync();
        _backup = (await _workshop.BackUpAsync()).Path;
        BackupWorkshop.Run(_workshop.Database, "UPDATE Comments SET Body = 'Changed since'");
    }

    public ValueTask DisposeAsync()
    {
        _workshop.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_restored_database_is_the_one_that_was_backed_up_and_a_server_runs_on_it()
    {
        var keys = DataFolder.KeysOf(_workshop.Database);
        var key = File.ReadAllText(Directory.GetFiles(keys).Single());
        Directory.Delete(keys, recursive: true);

        var result = await _workshop.Restore.HandleAsync(_backup, Cancellation);

        Assert.Equal(new ContentCounts(3, 3, 3), result.Counts);
        Assert.Equal((_workshop.Database + ".before-20300102-120000", 1), (result.Aside, result.NewKeys));
        Assert.All(BackupWorkshop.Texts(result.Aside!), text => Assert.Equal("Changed since", text));
        Assert.Equal(key, File.ReadAllText(Directory.GetFiles(keys).Single()));
        await using var application = _workshop.Serve();
        await BackupWorkshop.CommentAsync(application, "After");
        Assert.Equal(["Comment 1", "Comment 2", "Comment 3", "After"], BackupWorkshop.Texts(_workshop.Database));
        await using var database = await application.OpenDatabaseAsync();
        Assert.Equal(0, await database.Database.SqlQuery<long>($"SELECT COUNT(*) AS Value FROM sqlite_schema WHERE name LIKE 'EmbedBackup%'").SingleAsync(Cancellation));
        Assert.Equal("wal", await database.Database.SqlQuery<string>($"SELECT journal_mode AS Value FROM pragma_journal_mode").SingleAsync(Cancellation));
    }

    [Fact]
    public async Task It_comes_back_where_there_is_nothing_any_more()
    {
        using var empty = new BackupWorkshop();

        var result = await empty.Restore.HandleAsync(_backup, Cancellation);

        Assert.Null(result.Aside);
        Assert.Equal(["Comment 1", "Comment 2", "Comment 3"], BackupWorkshop.Texts(empty.Database));
        Assert.Equal(
            Directory.GetFiles(DataFolder.KeysOf(_workshop.Database)).Select(Path.GetFileName), Directory.GetFiles(DataFolder.KeysOf(empty.Database)).Select(Path.GetFileName));
    }

    [Fact]
    public async Task While_a_server_runs_it_is_refused_and_says_what_to_do()
    {
        await using (var application = _workshop.Serve())
        {
            _ = application.Services;
            Assert.Equal($"A server or another command runs on {_workshop.Database}. Stop it, restore, then start the server again.", await _workshop.RefusedAsync(_backup));
            Assert.Equal("Changed since", BackupWorkshop.Texts(_workshop.Database)[0]);
        }

        await _workshop.Restore.HandleAsync(_backup, Cancellation);
    }

    [Fact]
    public async Task While_it_is_restored_no_server_starts()
    {
        await using var application = _workshop.Serve();
        using var alone = FileLock.TryTake(DatabaseLock.PathOf(_workshop.Database));

        var fault = Assert.ThrowsAny<Exception>(() => application.Services);

        Assert.Contains("A restore or an import is under way", fault.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing", "There is no file")]
    [InlineData("empty", "none of Embed's")]
    [InlineData("text", "is damaged or no database")]
    [InlineData("truncated", "is damaged")]
    [InlineData("overwritten", "is damaged")]
    [InlineData("another program's", "none of Embed's")]
    [InlineData("newer", "newer version of Embed (schema 99990101000000_Future). Update the server first.")]
    [InlineData("bit rot", "is not the file that was backed up")]
    [InlineData("row gone", "rows lack what they refer to")]
    [InlineData("itself", "is the database itself")]
    public async Task What_cannot_be_restored_is_refused_with_a_reason_and_nothing_changes(string what, string sentence)
    {
        var file = Path.Combine(Path.GetDirectoryName(_backup)!, "given.db");
        Prepare(what, ref file);
        var before = _workshop.Snapshot();

        var said = await _workshop.RefusedAsync(file);

        Assert.Contains(sentence, said, StringComparison.Ordinal);
        Assert.Equal(before, _workshop.Snapshot());
    }

    [Fact]
    public async Task A_backup_of_the_first_version_is_brought_up_to_date()
    {
        var old = Path.Combine(_workshop.Folder, "old.db");
        var options = new DbContextOptionsBuilder<EmbedDbContext>()
            .UseSqlite(new SqliteConnectionStringBuilder { DataSource = old, Pooling = false }.ConnectionString).AddInterceptors(new SqlitePragmas()).Options;
        await using (var database = new EmbedDbContext(options))
        {
            await database.GetService<IMigrator>().MigrateAsync("20261123162747_Initial", Cancellation);
            await database.Database.ExecuteSqlAsync($"INSERT INTO Commenters (Id, Provider, Subject, Name, CreatedAt) VALUES (3, 'GitHub', '1', 'Ada', 0)", Cancellation);
        }

        var result = await _workshop.Restore.HandleAsync(old, Cancellation);

        Assert.Equal(new ContentCounts(0, 0, 1), result.Counts);
        await using var application = _workshop.Serve();
        await using var restored = await application.OpenDatabaseAsync();
        Assert.Equal("Ada", (await restored.Commenters.SingleAsync(Cancellation)).Name);
    }

    [Fact]
    public async Task A_database_copied_as_it_lay_there_comes_with_its_log()
    {
        var copy = Path.Combine(_workshop.Folder, "copy.db");
        using (var open = PlainSqlite.Open(_workshop.Database))
        {
            open.Run("PRAGMA wal_checkpoint(TRUNCATE); UPDATE Comments SET Body = 'In the log alone'");
            File.Copy(_workshop.Database, copy);
            File.Copy(_workshop.Database + "-wal", copy + "-wal");
        }

        BackupWorkshop.Run(_workshop.Database, "UPDATE Comments SET Body = 'Lost'");
        await _workshop.Restore.HandleAsync(copy, Cancellation);

        Assert.All(BackupWorkshop.Texts(_workshop.Database), text => Assert.Equal("In the log alone", text));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Cut_off_at_any_step_of_its_end_the_next_start_ends_it(int steps)
    {
        // What lies there when the process died: everything is decided by the pending name, then log, index and file are set aside.
        var pending = _workshop.Database + ".restored-20300101-000000";
        await RestoredCopy.MakeAsync(_backup, pending, Cancellation);
        using (var open = PlainSqlite.Open(_workshop.Database))
        {
            open.Run("UPDATE Comments SET Body = 'In the log alone'");
            foreach (var part in Parts.Take(steps))
            {
                File.Move(_workshop.Database + part, _workshop.Database + ".before-20300101-000000" + part);
            }

            // A kill closes nothing: what the last connection would have cleared away stays.
            PendingRestore.Finish(_workshop.Database);
        }

        await using var application = _workshop.Serve();
        await BackupWorkshop.CommentAsync(application, "After");
        Assert.Equal(["Comment 1", "Comment 2", "Comment 3", "After"], BackupWorkshop.Texts(_workshop.Database));
        Assert.All(BackupWorkshop.Texts(_workshop.Database + ".before-20300101-000000"), text => Assert.Equal("In the log alone", text));
        Assert.False(File.Exists(pending));
    }

    [Fact]
    public async Task What_a_killed_restore_left_goes_at_the_next_start()
    {
        foreach (var left in new[] { ".restoring", ".restoring-wal" })
        {
            await File.WriteAllTextAsync(_workshop.Database + left, "half", Cancellation);
        }

        await using var application = _workshop.Serve();
        _ = application.Services;

        Assert.Empty(Directory.GetFiles(_workshop.Folder, "*.restoring*"));
    }

    [Fact]
    public async Task A_key_that_names_another_place_is_not_written()
    {
        var hostile = Path.Combine(_workshop.Folder, "hostile.db");
        File.Copy(_backup, hostile);
        BackupWorkshop.Run(hostile, "INSERT INTO EmbedBackupKeys VALUES ('../key-1.xml', 'x'), ('key-1.txt', 'x'), ('key-2.xml', 'x')");

        var result = await _workshop.Restore.HandleAsync(hostile, Cancellation);

        Assert.Equal(1, result.NewKeys);
        Assert.False(File.Exists(Path.Combine(_workshop.Folder, "key-1.xml")));
    }

    private void Prepare(string what, ref string file)
    {
        switch (what)
        {
            case "missing":
                break;
            case "empty":
                File.WriteAllBytes(file, []);
                break;
            case "text":
                File.WriteAllText(file, new string('x', 10_000));
                break;
            case "truncated":
                File.WriteAllBytes(file, File.ReadAllBytes(_backup)[..^20_000]);
                break;
            case "overwritten":
                var bytes = File.ReadAllBytes(_backup);
                Array.Fill(bytes, (byte)0xA5, 8_192, 40_000);
                File.WriteAllBytes(file, bytes);
                break;
            case "another program's":
                OwnersFile.Make(file);
                BackupWorkshop.Run(file, "CREATE TABLE Comments (Id INTEGER)");
                break;
            case "newer":
                File.Copy(_backup, file);
                BackupWorkshop.Run(file, "INSERT INTO __EFMigrationsHistory VALUES ('99990101000000_Future', '99.0.0')");
                break;
            case "bit rot":
                BackupWorkshop.Run(_backup, "UPDATE Comments SET Body = 'Comment 4' WHERE Body = 'Comment 3'");
                file = _backup;
                break;
            case "row gone":
                File.Copy(_backup, file);
                BackupWorkshop.Run(file, "PRAGMA foreign_keys = OFF; DELETE FROM Threads");
                break;
            case "itself":
                file = _workshop.Database;
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(what));
        }
    }
}
