using Embed.Server.Admin.Backups;
using Embed.Server.Transfer.Backups;

namespace Embed.UnitTests;

/// <summary>When a backup is due, and when there is no room for it.</summary>
public sealed class BackupTimeTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Theory]
    [InlineData(null, null, 0)]
    [InlineData(-60, null, 23 * 60)]
    [InlineData(-25 * 60, null, -60)]
    // Tried a minute ago, and a quarter of an hour ago.
    [InlineData(null, -1, 14)]
    [InlineData(-25 * 60, -16, -1)]
    // Made since.
    [InlineData(-1, -20, (24 * 60) - 1)]
    public void It_is_due_an_interval_after_the_last_and_a_quarter_of_an_hour_after_a_failure(int? last, int? failed, int due) => Assert.Equal(
        Now.AddMinutes(due),
        BackupSchedule.DueAt(last is { } l ? Now.AddMinutes(l) : null, failed is { } f ? Now.AddMinutes(f) : null, Day, Now));

    [Fact]
    public void A_disk_that_would_be_full_is_named_with_what_is_needed()
    {
        MakeBackup.CheckSpace("/backups", 1_000_000_000, 2_100_000_000);

        var fault = Assert.Throws<BackupFault>(() => MakeBackup.CheckSpace("/backups", 1_000_000_000, 2_000_000_000));

        Assert.Equal(
            "/backups has 2.0 GB free, and a backup needs 2.1 GB for a while. Make room, or set Embed:Backup:Folder to another disk.", fault.Message);
    }

    [Theory]
    [InlineData(null, null, null, "There is no backup, and none is scheduled.")]
    [InlineData(null, null, -10_000, null)]
    [InlineData(null, 24, null, null)]
    [InlineData(null, 24, -47, null)]
    [InlineData(null, 24, -49, "The last proved backup is older than two intervals. The server’s log says why there is no newer one.")]
    [InlineData("Another backup is under way.", 24, -1, "Another backup is under way.")]
    public void What_is_wrong_is_said(string? failure, int? intervalHours, int? provedHours, string? said) => Assert.Equal(said, BackupOverview.WarningOf(
        failure is null ? null : new BackupFailure(Now, failure), intervalHours is { } hours ? TimeSpan.FromHours(hours) : null,
        provedHours is { } proved ? Now.AddHours(proved) : null, Now));
}
