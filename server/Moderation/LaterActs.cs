using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>Which act stands in the way of undoing an earlier one.</summary>
internal static class LaterActs
{
    // Of one comment, thread or person nobody does more in a row.
    private const int MostLookedAt = 100;

    /// <summary>The last act in force that changed the same columns of a row later; null if there is none, or no moderator did it.</summary>
    public static async Task<long?> FindAsync(EmbedDbContext database, ModerationLogEntry entry, IReadOnlyList<RowChange> rows)
    {
        var isAboutNone = entry is { CommentId: null, ThreadId: null, CommenterId: null };
        var later = await database.ModerationLog.AsNoTracking()
            .Where(e => e.Id > entry.Id && e.UndoneAt == null && e.SiteId == entry.SiteId && e.Changes != "[]"
                && ((e.CommentId != null && e.CommentId == entry.CommentId) || (e.ThreadId != null && e.ThreadId == entry.ThreadId)
                    || (e.CommenterId != null && e.CommenterId == entry.CommenterId)
                    || (isAboutNone && e.CommentId == null && e.ThreadId == null && e.CommenterId == null)))
            .OrderByDescending(e => e.Id).Take(MostLookedAt).Select(e => new { e.Id, e.Act, e.Changes }).ToListAsync();
        // A deleted thread has its comments with it.
        return later.FirstOrDefault(candidate => candidate.Act == ActWord.ThreadDeleted || RowChange.Read(candidate.Changes).Exists(row => rows.Any(other => Overlap(row, other))))?.Id;
    }

    private static bool Overlap(RowChange one, RowChange other) =>
        one.Table == other.Table && one.Key.ToJsonString() == other.Key.ToJsonString()
        && (one.After ?? one.Before)!.Any(cell => other.Has(cell.Key));
}
