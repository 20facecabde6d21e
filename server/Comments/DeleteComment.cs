using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Threads;

namespace Embed.Server.Comments;

/// <summary>Deletes a comment: one's own at any time, anyone's as a moderator.</summary>
internal sealed class DeleteComment(WriteQueue writes, ThreadChanges changes, TimeProvider clock)
{
    /// <summary>
    /// Wipes the text. With replies a tombstone remains, without it nothing is shown. Deleting what is deleted changes
    /// nothing and succeeds, so that a retry is safe.
    /// </summary>
    /// <returns>The comment's id; refused: comment-not-found, not-allowed, server-busy.</returns>
    public Task<Outcome<long>> HandleAsync(Actor actor, long commentId, CancellationToken cancellationToken) =>
        writes.RunAsync(write => DeleteAsync(write, actor, commentId), cancellationToken);

    private async Task<Outcome<long>> DeleteAsync(WriteScope write, Actor actor, long commentId)
    {
        var change = await CommentChange.OpenAsync(write, changes, actor, commentId);
        if (change is null)
        {
            return Refusal.CommentNotFound;
        }

        var comment = change.Comment;
        if (comment.CommenterId != actor.Commenter.Id && !actor.IsModerator)
        {
            return comment.State is CommentState.Published ? Refusal.NotAllowed : Refusal.CommentNotFound;
        }

        if (comment.CommenterId == actor.Commenter.Id)
        {
            // For good: neither a moderator's edit nor a removal that is undone brings it back.
            await LogBook.ForgetTextAsync(write.Database, [commentId]);
        }

        if (comment.State == CommentState.Deleted)
        {
            return commentId;
        }

        var wasCounted = comment.State == CommentState.Published;
        comment.Delete(clock.GetUtcNow());
        await change.SaveAsync(actor, wasCounted ? -1 : 0);
        return commentId;
    }
}
