using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Embed.Server.Threads;

namespace Embed.Server.Transfer.Importing;

/// <summary>
/// Writes what is planned, some hundred comments at a time, in turn with everybody else who writes. With each batch the database
/// notes how far it is, so whoever goes on after a kill begins with the first comment that is not there.
/// </summary>
internal sealed class WriteImport(
    WriteQueue writes, SiteDirectory sites, ThreadVersions versions, ThreadChanges changes, QueueFeed queue, ErasedAccounts erased, TimeProvider clock)
{
    /// <summary>Comments in one write: about as long as a hundredth of a second for each hundred.</summary>
    public const int BatchSize = 1_000;

    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Writes from where the import is to its end.</summary>
    /// <param name="import">The import.</param>
    /// <param name="stage">Its working file.</param>
    /// <param name="report">Its report: what comes out otherwise than planned is noted there.</param>
    /// <param name="progress">Told the turns that are over.</param>
    /// <param name="cancellationToken">Stops it between two batches.</param>
    public async Task HandleAsync(Import import, ScratchFile stage, ReportFile report, Action<long> progress, CancellationToken cancellationToken)
    {
        await erased.PrepareAsync(cancellationToken);
        Forget(stage, import.Position);
        var turn = import.Position;
        var rows = PlannedRow.Read(stage, turn, BatchSize);
        while (rows.Count > 0)
        {
            turn = rows[^1].Turn + 1;
            rows = await WriteAsync(import, stage, report, rows, cancellationToken);
            progress(turn);
        }

        // Threads and people have their turns when all comments have had theirs.
        while (FollowUpdates.Read(stage, turn) is { Count: > 0 } follows)
        {
            await WriteAsync(import, (write, site) => new FollowUpdates(write, import, site, stage, report, changes).WriteAsync(follows), cancellationToken);
            turn = follows[^1].Turn + 1;
        }

        // Once for all of it: what waits is there to be looked at.
        await writes.RunAsync<bool>(
            write =>
            {
                queue.AfterCommit(write, import.SiteId);
                return Task.FromResult<Outcome<bool>>(true);
            },
            cancellationToken);
    }

    /// <summary>Writes a batch; the rows after it are read while the disk takes it.</summary>
    private async Task<List<PlannedRow>> WriteAsync(
        Import import, ScratchFile stage, ReportFile report, List<PlannedRow> rows, CancellationToken cancellationToken)
    {
        var next = Task.FromResult<List<PlannedRow>>([]);
        try
        {
            await WriteAsync(
                import,
                async (write, site) =>
                {
                    await new ImportBatch(write, import, site, stage, report, versions, changes, erased, clock.GetUtcNow()).WriteAsync(rows);
                    next = Task.Run(() => PlannedRow.Read(stage, rows[^1].Turn + 1, BatchSize), CancellationToken.None);
                },
                cancellationToken);
        }
        finally
        {
            // Whatever became of the batch: nobody reads the working file after this.
            await next;
        }

        return await next;
    }

    private async Task WriteAsync(Import import, Func<WriteScope, Site, Task> work, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var site = (await sites.FindAsync(import.SiteId, cancellationToken))!;
            var isDone = await writes.RunAsync<bool>(
                async write =>
                {
                    await work(write, site);
                    return true;
                },
                cancellationToken);
            if (isDone.Refusal is null)
            {
                return;
            }

            // More to write than the server can: those who wait for an answer come first.
            await Task.Delay(BusyPause, clock, cancellationToken);
        }
    }

    // What the working file knows of turns that the database does not.
    private static void Forget(ScratchFile stage, long turn)
    {
        stage.Execute("UPDATE plan SET target = NULL, target_p = NULL WHERE target_p >= @0", turn);
        stage.Execute("UPDATE places SET target = NULL, target_p = NULL WHERE target_p >= @0", turn);
    }
}
