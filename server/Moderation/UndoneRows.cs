using System.Text.Json.Nodes;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Embed.Server.Threads;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>
/// Puts rows back to what they were before an act, and all that follows from them: counts of comments, versions of threads, what
/// is kept in memory of sites and names.
/// </summary>
internal sealed class UndoneRows(SiteDirectory sites, ThreadChanges changes)
{
    /// <summary>Puts the rows back, from the last on.</summary>
    /// <returns>Whether each was as the act had left it; if not, what was done so far must not be kept.</returns>
    public static async Task<bool> ReverseAsync(WriteScope write, IReadOnlyList<KnownChange> rows)
    {
        foreach (var row in rows.Reverse())
        {
            if (await RowChanges.IsInForceAsync(write, row))
            {
                await RowChanges.ReverseAsync(write, row);
            }
            else if (row.Type.ClrType != typeof(Flag))
            {
                return false;
            }

            // A report is its reader's: taken back or made anew since, it stays so.
        }

        return true;
    }

    /// <summary>Brings in line what depends on the rows, after they were put back.</summary>
    public async Task FollowAsync(WriteScope write, IReadOnlyList<RowChange> rows)
    {
        var threads = new Dictionary<long, HashSet<string>>();
        foreach (var row in rows.Where(row => row is { Table: "Comments", Before: not null, After: not null }))
        {
            var comment = await write.Database.Comments.AsNoTracking().FirstAsync(c => c.Id == row.Id);
            await ThreadChanges.CountAsync(write, comment, IsPublished(row.Before!) - IsPublished(row.After!));
            await write.Statements.ExecuteAsync("""UPDATE "Comments" SET "Revision" = "Revision" + 1 WHERE "Id" = @0""", row.Id);
            threads.TryAdd(comment.ThreadId, []);
        }

        foreach (var comment in rows.Where(row => row.Table is "Comments" or "Flags").Select(CommentOf).Distinct())
        {
            await CountFlagsAsync(write.Statements, comment);
        }

        foreach (var row in rows.Where(row => row.Table == "Threads"))
        {
            threads.TryAdd(row.Id, []);
            threads[row.Id].UnionWith(new[] { row.Before, row.After }.Select(side => (string?)side?["Key"]).OfType<string>());
        }

        await StepAsync(write, threads);
        await RenewSitesAsync(write, rows);
    }

    /// <summary>Counts the reports of a comment that wait anew, once its state has changed: of a tombstone none do.</summary>
    public static Task CountFlagsAsync(Statements statements, long comment) => statements.ExecuteAsync(
        """
        UPDATE "Comments" SET "OpenFlags" = CASE WHEN "State" & 7 = @1 THEN 0
          ELSE (SELECT COUNT(*) FROM "Flags" WHERE "CommentId" = @0 AND "SettledAt" IS NULL) END WHERE "Id" = @0
        """,
        comment, (int)CommentState.Deleted);

    private async Task StepAsync(WriteScope write, Dictionary<long, HashSet<string>> threads)
    {
        var ids = threads.Keys.ToList();
        var found = await write.Database.Threads.AsNoTracking().Where(t => ids.Contains(t.Id)).Select(t => new { t.Id, t.SiteId, t.Key }).ToListAsync();
        foreach (var thread in found)
        {
            // A place may be another's by now, or have become free: whoever is there looks again.
            await changes.StepAsync(write, thread.SiteId, [.. threads[thread.Id].Append(thread.Key).Distinct()]);
        }
    }

    private async Task RenewSitesAsync(WriteScope write, IReadOnlyList<RowChange> rows)
    {
        foreach (var id in rows.Where(row => row.Table == "Sites").Select(row => row.Id).Distinct())
        {
            await write.Statements.ExecuteAsync("""UPDATE "Sites" SET "Revision" = "Revision" + 1 WHERE "Id" = @0""", id);
            write.AfterCommit(sites, sites.Forget);
        }

        foreach (var commenterId in rows.Where(row => row.Table == "RoleGrants").Select(OwnerOf).OfType<long>().Distinct())
        {
            await RecordCommenter.RedrawAsync(write.Database, commenterId, CancellationToken.None);
            write.AfterCommit(sites, sites.Forget);
        }

        // Whose grant it is, a change of the role alone does not say.
        foreach (var grantId in rows.Where(row => row.Table == "RoleGrants" && OwnerOf(row) is null).Select(row => row.Id))
        {
            var commenterId = await write.Database.RoleGrants.Where(g => g.Id == grantId).Select(g => g.CommenterId).FirstAsync();
            await RecordCommenter.RedrawAsync(write.Database, commenterId, CancellationToken.None);
            write.AfterCommit(sites, sites.Forget);
        }
    }

    private static long CommentOf(RowChange row) => row.Table == "Flags" ? row.Key["CommentId"]!.GetValue<long>() : row.Id;

    private static int IsPublished(JsonObject row) =>
        row["State"] is { } state && state.GetValue<long>() == (long)CommentState.Published ? 1 : 0;

    private static long? OwnerOf(RowChange row) => (row.Before?["CommenterId"] ?? row.After?["CommenterId"])?.GetValue<long>();
}
