using Embed.Server.Commenters;
using Embed.Server.Model;
using Embed.Server.Transfer.Backups;
using Microsoft.Extensions.Options;

namespace Embed.Server.Admin.Backups;

/// <summary>The backups there are, and what is to come.</summary>
/// <param name="Folder">Where they lie, on the server.</param>
/// <param name="Kept">This server's that are there, the latest first.</param>
/// <param name="LastProvedAt">When a restore was last proved; null for never.</param>
/// <param name="Interval">How often there is one; null for never.</param>
/// <param name="NextAt">When the next one is due; null for never.</param>
/// <param name="KeepDaily">Days kept.</param>
/// <param name="KeepWeekly">Weeks kept.</param>
/// <param name="Failure">What came of the last attempt, if that was nothing.</param>
/// <param name="Warning">What is wrong with all this; null if nothing is.</param>
internal sealed record BackupOverview(
    string Folder, IReadOnlyList<KeptBackup> Kept, DateTimeOffset? LastProvedAt, TimeSpan? Interval, DateTimeOffset? NextAt, int KeepDaily,
    int KeepWeekly, BackupFailure? Failure, string? Warning)
{
    /// <summary>What is wrong; null if nothing is. Before a server's first backup nothing is.</summary>
    /// <param name="failure">What came of the last attempt, if that was nothing.</param>
    /// <param name="interval">How often there is one; null for never.</param>
    /// <param name="provedAt">When the last one was proved; null for never.</param>
    /// <param name="now">Now.</param>
    public static string? WarningOf(BackupFailure? failure, TimeSpan? interval, DateTimeOffset? provedAt, DateTimeOffset now) => failure?.Sentence ?? (
        interval is null && provedAt is null ? "There is no backup, and none is scheduled."
        : provedAt < now - (2 * interval) ? "The last proved backup is older than two intervals. The server’s log says why there is no newer one."
        : null);
}

/// <summary>Backups, for administrators.</summary>
internal sealed class AdministerBackups(
    BackupSchedule schedule, BackupFolder backups, Standings standings, IOptions<EmbedOptions> options, TimeProvider clock)
{
    /// <summary>How things are.</summary>
    /// <returns>The overview; refused: not-allowed.</returns>
    public async Task<Outcome<BackupOverview>> ReadAsync(Commenter asking, CancellationToken cancellationToken)
    {
        if (!await standings.IsAdministratorAsync(asking, cancellationToken))
        {
            return Refusal.NotAllowed;
        }

        var (kept, fault) = List();
        var last = BackupFolder.LatestAt(kept, clock.GetUtcNow())?.Manifest;
        // Somebody may have made one by hand since.
        var failure = schedule.Failure is { } failed && failed.At > (last?.MadeAt ?? DateTimeOffset.MinValue) ? failed : null;
        return new BackupOverview(
            backups.Path, kept, last?.ProvedAt, schedule.Interval, schedule.NextAt(last?.MadeAt), options.Value.Backup.KeepDaily,
            options.Value.Backup.KeepWeekly, failure, fault ?? BackupOverview.WarningOf(failure, schedule.Interval, last?.ProvedAt, clock.GetUtcNow()));
    }

    /// <summary>Backs up now, or waits for the backup that is under way.</summary>
    /// <returns>The backup, null if it failed (the overview says why); refused: not-allowed.</returns>
    public async Task<Outcome<KeptBackup?>> BackUpAsync(Commenter asking, CancellationToken cancellationToken) =>
        await standings.IsAdministratorAsync(asking, cancellationToken) ? await schedule.RunAsync() : Refusal.NotAllowed;

    private (IReadOnlyList<KeptBackup> Kept, string? Fault) List()
    {
        try
        {
            return (backups.Own(), null);
        }
        catch (Exception fault) when (BackupFault.IsExpected(fault))
        {
            return ([], $"The folder cannot be read: {fault.Message}");
        }
    }
}
