using Embed.Server.Comments;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Threads;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>
/// A moderator deletes a whole thread: its page begins anew, former addresses too. Comments, votes, reports and counts stay in the
/// database as they are, marked so that nobody sees them: undoing restores all of it.
/// </summary>
internal sealed class DeleteThread(WriteQueue writes, ThreadChanges changes, TimeProvider clock) : IUndoPart
{
    /// <summary>What the log keeps, for people to read.</summary>
    /// <param name="Address">Where it was.</param>
    /// <param name="Title">Its title; empty if unknown.</param>
    /// <param name="Comments">How many comments it has, in all states.</param>
    public sealed record Details(string Address, string Title, int Comments);

    public string Word => ActWord.ThreadDeleted;

    /// <summary>
    /// Deletes a selection of threads, each in a write of its own: the largest take a while. Those that are not the site's stay.
    /// </summary>
    /// <returns>The entries of the log; refused: not-allowed, too-many-entries, and server-busy if nothing was deleted.</returns>
    public async Task<Outcome<IReadOnlyList<long>>> HandleAsync(
        Actor actor, IReadOnlyCollection<long> threadIds, CancellationToken cancellationToken)
    {
        if (!actor.IsModerator)
        {
            return Refusal.NotAllowed;
        }

        if (threadIds.Count > ChangeThread.MaxThreads)
        {
            return Refusal.TooManyEntries;
        }

        var batch = new LogBatch(isSelection: threadIds.Count > 1);
        foreach (var id in threadIds.Distinct())
        {
            var done = await writes.RunAsync(write => DeleteAsync(write, actor, id, batch), cancellationToken);
            if (done.Refusal is not null && batch.Entries.Count == 0)
            {
                return done.Refusal;
            }
        }

        return batch.Entries.ToList();
    }

    /// <summary>Whether the addresses are still free: a thread that has begun there meanwhile has them.</summary>
    public async Task<UndoResult?> FindObstacleAsync(WriteScope write, ModerationLogEntry entry, bool isRedo)
    {
        var keys = KeysOf(entry).ConvertAll(keys => isRedo ? keys.Since : keys.Before);
        return await write.Database.Threads.AnyAsync(t => t.SiteId == entry.SiteId && keys.Contains(t.Key)) ? UndoResult.AddressTaken : null;
    }

    /// <summary>Shows the comments again, or hides them again.</summary>
    public Task ReverseAsync(WriteScope write, ModerationLogEntry entry, bool isRedo) =>
        MarkAsync(write, entry.SiteId!.Value, entry.ThreadId!.Value, isDeleted: isRedo, KeysOf(entry));

    private async Task<Outcome<long>> DeleteAsync(WriteScope write, Actor actor, long threadId, LogBatch batch)
    {
        var (database, now) = (write.Database, clock.GetUtcNow());
        var thread = await database.Threads
            .FirstOrDefaultAsync(t => t.Id == threadId && t.SiteId == actor.Site.Id && t.AliasOfId == null && t.DeletedAt == null);
        if (thread is null)
        {
            return threadId;
        }

        var details = new Details(
            PlannedThread.AddressOf(thread.Key, thread.PageAddress), thread.Title, await database.Comments.CountAsync(c => c.ThreadId == threadId));
        var keys = new List<(string Before, string Since)>();
        foreach (var row in await database.Threads.Where(t => t.AliasOfId == threadId).ToListAsync())
        {
            Delete(row);
        }

        Delete(thread);
        var act = new NewAct(actor.Commenter.Id, actor.Via, actor.Site.Id, Word) { ThreadId = threadId, Details = details };
        await batch.SaveAsync(database, act, now);
        await MarkAsync(write, actor.Site.Id, threadId, isDeleted: true, keys);
        return threadId;

        void Delete(CommentThread row)
        {
            keys.Add((row.Key, CommentThread.KeyOfDeleted(row.Id)));
            (row.Key, row.DeletedAt) = (CommentThread.KeyOfDeleted(row.Id), now);
        }
    }

    private async Task MarkAsync(
        WriteScope write, long siteId, long threadId, bool isDeleted, IReadOnlyCollection<(string Before, string Since)> keys)
    {
        const int Flag = (int)CommentState.InDeletedThread;
        await write.Statements.ExecuteAsync(
            isDeleted
                ? """UPDATE "Comments" SET "State" = "State" | @1 WHERE "ThreadId" = @0"""
                : """UPDATE "Comments" SET "State" = "State" & ~@1 WHERE "ThreadId" = @0""",
            threadId, Flag);
        // Whoever has one of the pages open sees it go, or come back.
        await changes.StepAsync(write, siteId, [.. keys.SelectMany(pair => new[] { pair.Before, pair.Since })]);
    }

    private static List<(string Before, string Since)> KeysOf(ModerationLogEntry entry) =>
        RowChange.Read(entry.Changes).Where(row => row.Table == "Threads")
            .Select(row => (row.Before!["Key"]!.GetValue<string>(), row.After!["Key"]!.GetValue<string>())).ToList();
}
