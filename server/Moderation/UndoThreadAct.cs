using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>How a merge, a move or a split is taken back: what was written since is kept. <see cref="UndoAct"/> is the way in.</summary>
internal static class UndoThreadAct
{
    private static readonly IReadOnlyList<string> Words = [.. ThreadActDetails.Words, ActWord.ThreadChanged, ActWord.ThreadDeleted];

    /// <summary>Takes it back.</summary>
    /// <returns>The keys of the threads concerned.</returns>
    public static Task<IReadOnlyCollection<string>> ReverseAsync(ThreadAct act, ModerationLogEntry entry, ThreadActDetails details) => details switch
    {
        MergeThreads.Details merge => MergeThreads.UndoAsync(act, merge),
        MoveThread.Details move => MoveThread.UndoAsync(act, move),
        SplitBranch.Details split => SplitBranch.UndoAsync(act, split),
        _ => throw new InvalidOperationException($"Nothing says how to undo {entry.Act}."),
    };

    /// <summary>The last act in force that came after it and builds on it: that must be undone first.</summary>
    public static async Task<long?> LaterActAsync(ThreadAct act, ModerationLogEntry entry, ThreadActDetails details)
    {
        var later = act.Database.ModerationLog.AsNoTracking()
            .Where(e => e.SiteId == entry.SiteId && e.Id > entry.Id && e.UndoneAt == null && Words.Contains(e.Act))
            .OrderByDescending(e => e.Id);
        await foreach (var candidate in later.AsAsyncEnumerable().WithCancellation(act.Cancellation))
        {
            if (ThreadsOf(candidate).Intersect(details.Threads).Any())
            {
                return candidate.Id;
            }
        }

        return null;
    }

    // Threads that an act has taken to another place, or away. A new title or note stands in nobody's way.
    private static IEnumerable<long> ThreadsOf(ModerationLogEntry entry) =>
        ThreadActDetails.Of(entry)?.Threads
        ?? RowChange.Read(entry.Changes)
            .Where(row => row.Table == "Threads" && (row.Has(nameof(CommentThread.Key)) || row.Has(nameof(CommentThread.DeletedAt))))
            .Select(row => row.Id);
}
