using System.Runtime.CompilerServices;
using Embed.Server.Admin.Backups;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Transfer.Backups;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Backups that nobody asks for, those that an administrator asks for, and what is said when there are none.</summary>
public sealed class BackupScheduleTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(_application.DataFolder, "backups");

    private BackupSchedule Schedule => _application.Services.GetRequiredService<BackupSchedule>();

    public ValueTask InitializeAsync()
    {
        _application.Settings["Embed:Backup:IntervalHours"] = "24";
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public async Task There_is_one_at_the_first_start_and_one_each_day()
    {
        _ = Schedule;
        await UntilAsync(() => BackupFolder.List(Folder).Count == 1);

        for (var day = 2; day <= 3; day++)
        {
            _application.Clock.Advance(TimeSpan.FromDays(1));
            await UntilAsync(() => BackupFolder.List(Folder).Count == day);
        }
    }

    [Fact]
    public async Task A_backup_of_the_future_holds_no_other_up()
    {
        _ = Schedule;
        await UntilAsync(() => BackupFolder.List(Folder).Count == 1);
        var first = BackupFolder.List(Folder)[0];

        (first.Manifest with { MadeAt = first.Manifest.MadeAt.AddYears(1), ProvedAt = first.Manifest.MadeAt.AddYears(1) }).Write(Path.ChangeExtension(first.Path, ".json"));
        Assert.Null((await ReadAsync()).LastProvedAt);
        _application.Clock.Advance(TimeSpan.FromDays(1));

        await UntilAsync(() => BackupFolder.List(Folder).Count == 2);
        var now = await ReadAsync();
        Assert.Equal(now.Kept[1].Manifest.ProvedAt, now.LastProvedAt);
        Assert.Equal(now.Kept[1].Manifest.MadeAt + Schedule.Interval, now.NextAt);
    }

    [Fact]
    public async Task What_an_interrupted_backup_left_goes_at_the_next_start()
    {
        _application.Settings["Embed:Backup:IntervalHours"] = "0";
        Directory.CreateDirectory(Folder);
        var left = Path.Combine(Folder, "embed-20291231-120000.db.partial");
        await File.WriteAllTextAsync(left, "", Cancellation);

        _ = Schedule;

        await UntilAsync(() => !File.Exists(left));
    }

    [Fact]
    public async Task Where_there_can_be_no_folder_the_page_says_so()
    {
        await File.WriteAllTextAsync(Path.Combine(_application.DataFolder, "file"), "", Cancellation);
        var folder = Path.Combine(_application.DataFolder, "file", "below", "backups");
        _application.Settings["Embed:Backup:Folder"] = folder;
        _ = Schedule;

        await UntilAsync(() => Schedule.Failure is not null);

        var overview = await ReadAsync();
        Assert.Equal(folder, overview.Folder);
        Assert.StartsWith($"The backup to {folder} failed: ", overview.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_fails_is_said_and_tried_again_a_quarter_of_an_hour_later()
    {
        Directory.CreateDirectory(Folder);
        using (FileLock.TryTake(Path.Combine(Folder, ".lock")))
        {
            await UntilAsync(() => Schedule.Failure is not null);
            Assert.Contains("under way", (await ReadAsync()).Warning, StringComparison.Ordinal);
        }

        Assert.Empty(BackupFolder.List(Folder));
        _application.Clock.Advance(BackupSchedule.RetryPause);

        await UntilAsync(() => Schedule.Failure is null);
        Assert.Single(BackupFolder.List(Folder));
        Assert.Null((await ReadAsync()).Warning);
    }

    [Fact]
    public async Task Who_asks_while_one_is_under_way_gets_that_one()
    {
        _application.Settings["Embed:Backup:IntervalHours"] = "0";
        var administrator = await AdministratorAsync();
        var backups = _application.Services.GetRequiredService<AdministerBackups>();

        var both = await Task.WhenAll(Schedule.RunAsync(), Schedule.RunAsync());
        var asked = await backups.BackUpAsync(administrator, Cancellation);

        Assert.NotNull(both[0]);
        Assert.Same(both[0], both[1]);
        Assert.NotEqual(both[0]!.Path, asked.Value!.Path);
        // Of the backups of a day the last is kept.
        Assert.Equal([asked.Value], (await ReadAsync()).Kept);
    }

    [Fact]
    public async Task Only_administrators_see_them_or_ask_for_one()
    {
        _application.Settings["Embed:Backup:IntervalHours"] = "0";
        var backups = _application.Services.GetRequiredService<AdministerBackups>();
        foreach (var role in new[] { Role.Commenter, Role.Moderator, Role.Owner })
        {
            var (somebody, _) = await _application.MakeSessionAsync(role: role);
            Assert.Equal(Refusal.NotAllowed, (await backups.ReadAsync(somebody, Cancellation)).Refusal);
            Assert.Equal(Refusal.NotAllowed, (await backups.BackUpAsync(somebody, Cancellation)).Refusal);
        }

        Assert.False(Directory.Exists(Folder));
        Assert.Equal("There is no backup, and none is scheduled.", (await ReadAsync()).Warning);
    }

    // The clock goes on a little meanwhile: the schedule may have looked at it just before it was put forward.
    private async Task UntilAsync(Func<bool> met, [CallerArgumentExpression(nameof(met))] string what = "")
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!met())
        {
            Assert.False(timeout.IsCancellationRequested, $"Not within thirty seconds: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), Cancellation);
            _application.Clock.Advance(TimeSpan.FromMinutes(1));
        }
    }

    private async Task<Commenter> AdministratorAsync()
    {
        var (commenter, _) = await _application.MakeSessionAsync(role: Role.Administrator);
        await using var database = await _application.OpenDatabaseAsync();
        return await database.Commenters.AsNoTracking().Include(c => c.Accounts).SingleAsync(c => c.Id == commenter.Id, Cancellation);
    }

    private async Task<BackupOverview> ReadAsync() =>
        (await _application.Services.GetRequiredService<AdministerBackups>().ReadAsync(await AdministratorAsync(), Cancellation)).Value!;
}
