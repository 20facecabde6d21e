using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Threads;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Comments;

/// <summary>Deletes a comment: one's own at any time, anyone's as a moderator.</summary>
internal sealed class DeleteComment(IDbContextFactory<EmbedDbContext> databases, ThreadChanges changes, TimeProvider clock)
{
    /// <summary>
    /// Wipes the text. With replies a tombstone remains, without it nothing is shown. Deleting what is deleted changes
    /// nothing and succeeds, so that a retry is safe.
    /// </summary>
    /// <returns>The comment's id; refused: comment-not-found, not-allowed.</returns>
    public async Task<Outcome<long>> HandleAsync(Actor actor, long commentId, CancellationToken cancellationToken)
    {
        await using var change = await CommentChange.OpenAsync(databases, changes, actor, commentId, cancellationToken);
        if (change is null)
        {
            return Refusal.CommentNotFound;
        }

        var comment = change.Comment;
        if (comment.CommenterId != actor.Commenter.Id && !actor.IsModerator)
        {
            return comment.State is CommentState.Published ? Refusal.NotAllowed : Refusal.CommentNotFound;
        }

        if (comment.State == CommentState.Deleted)
        {
            return commentId;
        }

        var wasCounted = comment.State == CommentState.Published;
        comment.Delete(clock.GetUtcNow());
        await change.CommitAsync(actor, wasCounted ? -1 : 0, cancellationToken);
        return commentId;
    }
}
