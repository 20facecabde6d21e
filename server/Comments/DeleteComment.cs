using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Threads;

namespace Embed.Server.Comments;

/// <summary>Deletes one's own comment, at any time and for good. What moderators delete is in <c>Moderation</c>.</summary>
internal sealed class DeleteComment(WriteQueue writes, ThreadChanges changes, TimeProvider clock)
{
    /// <summary>
    /// Wipes the text, from the moderation log too. With replies a tombstone remains, without it nothing is shown. Deleting what
    /// is deleted changes nothing else and succeeds, so that a retry is safe.
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
        if (comment.CommenterId != actor.Commenter.Id)
        {
            return comment.State is CommentState.Published ? Refusal.NotAllowed : Refusal.CommentNotFound;
        }

        await LogBook.ForgetTextAsync(change.Database, [commentId]);
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
