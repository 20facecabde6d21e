using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Threads;

/// <summary>What every change of a thread does besides: counts and version step in its transaction, and after the commit all are told.</summary>
internal sealed class ThreadChanges(ThreadVersions versions, ThreadPlaces places, ThreadAnnouncements announcements, QueueFeed queue)
{
    /// <summary>Counts a comment in its thread and its branch.</summary>
    /// <param name="write">The write that changes it.</param>
    /// <param name="comment">The comment, saved.</param>
    /// <param name="comments">1 if it is published now and was not before, -1 the other way round, 0 for neither.</param>
    public static Task CountAsync(WriteScope write, Comment comment, int comments)
    {
        var counts = new ThreadCounts();
        counts.Add(comment, comments);
        return counts.WriteAsync(write.Statements);
    }

    /// <summary>Steps the version, and tells of it after the commit.</summary>
    /// <param name="write">The write that changes the thread.</param>
    /// <param name="place">The thread's place.</param>
    /// <param name="threadId">The thread.</param>
    /// <param name="isVote">Whether nothing but votes changed.</param>
    /// <param name="isForModerators">Whether moderators are told, too, that there may be something to look at.</param>
    public async Task StepAsync(WriteScope write, ThreadPlace place, long threadId, bool isVote = false, bool isForModerators = true)
    {
        var version = await write.Statements.NumberAsync(
            """UPDATE "Threads" SET "Version" = "Version" + 1 WHERE "Id" = @0 RETURNING "Version" """, threadId);
        var (siteId, key) = (place.Site.Id, place.Page.Key);
        write.AfterCommit(
            (siteId, key, isVote),
            isVote
                ? () => announcements.AnnounceVote(siteId, key, version)
                : () => announcements.Announce(siteId, key, version));
        if (!isVote && isForModerators)
        {
            queue.AfterCommit(write, siteId);
        }
    }

    /// <summary>
    /// Gives several threads, whose addresses or comments change, one version that none of the addresses has had, and tells of it
    /// at each after the commit.
    /// </summary>
    /// <param name="write">The write that changes them, its own changes saved.</param>
    /// <param name="siteId">The site.</param>
    /// <param name="keys">The keys concerned, also those that lead elsewhere now or nowhere.</param>
    public async Task StepAsync(WriteScope write, long siteId, IReadOnlyCollection<string> keys)
    {
        var threads = write.Database.Threads.Where(t => t.SiteId == siteId && keys.Contains(t.Key));
        var stored = await threads.MaxAsync(t => (long?)t.Version) ?? 0;
        var version = Math.Max(stored, keys.Max(key => versions.Of(siteId, key).Version)) + 1;
        await threads.ExecuteUpdateAsync(set => set.SetProperty(t => t.Version, version));
        queue.AfterCommit(write, siteId);
        write.AfterCommit((siteId, string.Join('\n', keys)), () =>
        {
            places.Forget();
            foreach (var key in keys)
            {
                announcements.Announce(siteId, key, version);
            }
        });
    }
}
