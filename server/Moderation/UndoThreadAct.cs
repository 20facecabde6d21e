using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>An owner of the site takes back a merge, a move or a split. What was written since is kept.</summary>
internal sealed class UndoThreadAct(ThreadActs acts)
{
    /// <summary>Undoes the act of a log entry, unless a later one builds on it: that must be undone first.</summary>
    public Task<ThreadActResult> HandleAsync(Commenter actor, long entryId, CancellationToken cancellationToken) =>
        acts.UndoAsync(actor, entryId, act => ActAsync(act, entryId), cancellationToken);

    private static async Task<ThreadActResult> ActAsync(ThreadAct act, long entryId)
    {
        var entry = await act.Database.ModerationLog.FirstOrDefaultAsync(e => e.Id == entryId, act.Cancellation);
        if (entry is null || ThreadActDetails.Of(entry) is not { } details)
        {
            return ThreadFault.EntryNotFound;
        }

        if (entry.UndoneAt is not null)
        {
            return ThreadFault.UndoneAlready;
        }

        if (await LaterActAsync(act, entry, details) is { } later)
        {
            return new ThreadActResult(Fault: ThreadFault.LaterActFirst, BlockedBy: later);
        }

        var keys = details switch
        {
            MergeThreads.Details merge => await MergeThreads.UndoAsync(act, merge),
            MoveThread.Details move => await MoveThread.UndoAsync(act, move),
            SplitBranch.Details split => await SplitBranch.UndoAsync(act, split),
            _ => throw new InvalidOperationException($"Nothing says how to undo {entry.Act}."),
        };
        return await act.CommitUndoAsync(entry, keys);
    }

    /// <summary>An act in force that concerns a thread of this one and came after it, to be undone first.</summary>
    private static async Task<ModerationLogEntry?> LaterActAsync(ThreadAct act, ModerationLogEntry entry, ThreadActDetails details)
    {
        var later = act.Database.ModerationLog.AsNoTracking()
            .Where(e => e.SiteId == entry.SiteId && e.Id > entry.Id && e.UndoneAt == null && ThreadActDetails.Words.Contains(e.Act))
            .OrderByDescending(e => e.Id);
        // A deleted thread is where nothing can be put back.
        if (await act.Database.Threads.Where(t => details.Threads.Contains(t.Id) && t.DeletedAt != null)
            .Select(t => t.AliasOfId ?? t.Id).FirstOrDefaultAsync(act.Cancellation) is not 0 and var deleted)
        {
            return await act.Database.ModerationLog.AsNoTracking()
                .Where(e => e.SiteId == entry.SiteId && e.Act == ActWord.ThreadDeleted && e.ThreadId == deleted && e.UndoneAt == null)
                .OrderByDescending(e => e.Id).FirstAsync(act.Cancellation);
        }

        await foreach (var candidate in later.AsAsyncEnumerable().WithCancellation(act.Cancellation))
        {
            if (ThreadActDetails.Of(candidate)!.Threads.Intersect(details.Threads).Any())
            {
                return candidate;
            }
        }

        return null;
    }
}
