using Embed.Server.Commenters;
using Embed.Server.Model;
using Embed.Server.Transfer.Backups;

namespace Embed.Server.Admin.Backups;

/// <summary>The backups there are, and what is to come.</summary>
/// <param name="Folder">Where they lie, on the server.</param>
/// <param name="Kept">All that are there, the latest first.</param>
/// <param name="Interval">How often there is one; null for never.</param>
/// <param name="NextAt">When the next one is due; null for never.</param>
/// <param name="KeepDaily">Days kept.</param>
/// <param name="KeepWeekly">Weeks kept.</param>
/// <param name="Failure">What came of the last attempt, if that was nothing.</param>
/// <param name="Warning">What is wrong with all this; null if nothing is.</param>
internal sealed record BackupOverview(
    string Folder, IReadOnlyList<KeptBackup> Kept, TimeSpan? Interval, DateTimeOffset? NextAt, int KeepDaily, int KeepWeekly,
    BackupFailure? Failure, string? Warning);

/// <summary>Backups, for administrators.</summary>
internal sealed class AdministerBackups(
    BackupSchedule schedule, BackupFolder backups, Standings standings, Microsoft.Extensions.Options.IOptions<EmbedOptions> options, TimeProvider clock)
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
        var last = kept.Count == 0 ? null : kept[0].Manifest;
        return new BackupOverview(
            backups.Path, kept, schedule.Interval, schedule.NextAt(last?.MadeAt), options.Value.Backup.KeepDaily,
            options.Value.Backup.KeepWeekly, schedule.Failure, fault ?? Warning(last));
    }

    /// <summary>Backs up now, or waits for the backup that is under way.</summary>
    /// <returns>The backup, null if it failed (the overview says why); refused: not-allowed.</returns>
    public async Task<Outcome<KeptBackup?>> BackUpAsync(Commenter asking, CancellationToken cancellationToken) =>
        await standings.IsAdministratorAsync(asking, cancellationToken) ? await schedule.RunAsync() : Refusal.NotAllowed;

    private (IReadOnlyList<KeptBackup> Kept, string? Fault) List()
    {
        try
        {
            return (BackupFolder.List(backups.Path), null);
        }
        catch (Exception fault) when (BackupFault.IsExpected(fault))
        {
            return ([], $"The folder cannot be read: {fault.Message}");
        }
    }

    private string? Warning(BackupManifest? last) => (schedule.Failure, schedule.Interval, last) switch
    {
        ({ } failure, _, _) => failure.Sentence,
        (_, { } interval, null) when schedule.Progress is null && schedule.NextAt(null) < clock.GetUtcNow() - interval => "There is no backup.",
        (_, { } interval, { } made) when made.ProvedAt < clock.GetUtcNow() - (2 * interval) =>
            "The last proved backup is older than two intervals. The server’s log says why there is no newer one.",
        (_, null, null) => "There is no backup, and none is scheduled.",
        _ => null,
    };
}
