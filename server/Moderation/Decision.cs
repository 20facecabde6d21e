using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>What was last done with a comment.</summary>
/// <param name="Act">A word of the moderation log, or <see cref="EditedByAuthor"/> or <see cref="DeletedByAuthor"/>.</param>
/// <param name="By">Who did it; empty for somebody who is not here any more.</param>
/// <param name="At">When.</param>
public sealed record Decision(string Act, string By, DateTimeOffset At)
{
    /// <summary>Its author changed the text.</summary>
    public const string EditedByAuthor = "edited-by-author";

    /// <summary>Its author deleted it.</summary>
    public const string DeletedByAuthor = "deleted-by-author";

    /// <summary>Finds what was last done with each of some comments; those with which nothing was are left out.</summary>
    internal static async Task<Dictionary<long, Decision>> FindAsync(
        EmbedDbContext database, IReadOnlyCollection<long> comments, CancellationToken cancellationToken)
    {
        // Pins are about the thread.
        var last = await database.ModerationLog.AsNoTracking()
            .Where(e => comments.Contains(e.CommentId!.Value) && e.Act != ActWord.CommentPinned && e.Act != ActWord.CommentUnpinned)
            .GroupBy(e => e.CommentId).Select(group => group.Max(e => e.Id)).ToListAsync(cancellationToken);
        var entries = await database.ModerationLog.AsNoTracking().Where(e => last.Contains(e.Id))
            .Select(e => new { Comment = e.CommentId!.Value, e.Act, e.Actor!.Name, e.At }).ToListAsync(cancellationToken);
        var decisions = entries.ToDictionary(e => e.Comment, e => new Decision(e.Act, e.Name, e.At));
        var authors = await database.Comments.AsNoTracking().Where(c => comments.Contains(c.Id) && (c.EditedAt != null || c.DeletedAt != null))
            .Select(c => new { c.Id, c.Commenter!.Name, c.EditedAt, c.DeletedAt }).ToListAsync(cancellationToken);
        foreach (var own in authors)
        {
            // A moderator's edit and deletion have the time of their entry, and nothing of a comment is edited once it is deleted.
            var (act, at) = own.DeletedAt is { } deleted ? (DeletedByAuthor, deleted) : (EditedByAuthor, own.EditedAt!.Value);
            if (!decisions.TryGetValue(own.Id, out var decision) || decision.At < at)
            {
                decisions[own.Id] = new Decision(act, own.Name, at);
            }
        }

        return decisions;
    }
}
