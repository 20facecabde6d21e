using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Embed.Server.Threads;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Me;

/// <summary>What is done to threads where a person's comments and votes change hands or go.</summary>
internal sealed class TouchedThreads(ThreadChanges changes, SiteDirectory sites)
{
    /// <summary>Steps each thread's version once, and tells of it after the commit.</summary>
    public async Task StepAsync(WriteScope write, IReadOnlyCollection<long> threadIds, bool isVote = false)
    {
        var threads = await write.Database.Threads.AsNoTracking().Where(t => threadIds.Contains(t.Id)).ToListAsync();
        foreach (var thread in threads)
        {
            var site = await sites.FindAsync(thread.SiteId, CancellationToken.None);
            await changes.StepAsync(write, ThreadPlace.Of(site!, thread), thread.Id, isVote);
        }
    }

    /// <summary>Takes reports of comments back, settled ones too.</summary>
    public static async Task TakeFlagsBackAsync(WriteScope write, IReadOnlyCollection<Flag> flags)
    {
        foreach (var flag in flags)
        {
            await write.Statements.ExecuteAsync(
                """UPDATE "Comments" SET "OpenFlags" = "OpenFlags" - @1 WHERE "Id" = @0""", flag.CommentId, flag.SettledAt is null ? 1 : 0);
            await write.Statements.ExecuteAsync(
                """DELETE FROM "Flags" WHERE "CommentId" = @0 AND "CommenterId" = @1""", flag.CommentId, flag.CommenterId);
        }
    }

    /// <summary>Takes votes back: as if they had never been cast.</summary>
    public async Task TakeBackAsync(WriteScope write, IReadOnlyCollection<Vote> votes)
    {
        var threads = new HashSet<long>();
        foreach (var vote in votes)
        {
            var counts = await write.Statements.RowAsync(
                """SELECT "UpVotes", "DownVotes", "ThreadId" FROM "Comments" WHERE "Id" = @0""", vote.CommentId);
            var up = (int)(long)counts![0]! - (vote is { Value: > 0, IsShadowed: false } ? 1 : 0);
            var down = (int)(long)counts[1]! - (vote is { Value: < 0, IsShadowed: false } ? 1 : 0);
            await write.Statements.ExecuteAsync(
                """UPDATE "Comments" SET "UpVotes" = @1, "DownVotes" = @2, "Score" = @3 WHERE "Id" = @0""",
                vote.CommentId, up, down, CommentOrder.Score(up, down));
            await write.Statements.ExecuteAsync(
                """DELETE FROM "Votes" WHERE "CommentId" = @0 AND "CommenterId" = @1""", vote.CommentId, vote.CommenterId);
            threads.Add((long)counts[2]!);
        }

        await StepAsync(write, threads, isVote: true);
    }
}
