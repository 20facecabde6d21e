using System.Text.Json.Serialization;
using Embed.Server.Comments;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Threads;

namespace Embed.Server.Moderation;

/// <summary>A moderator publishes or rejects a comment that waits.</summary>
internal sealed class JudgeComment(WriteQueue writes, ThreadChanges changes)
{
    /// <summary>Publish, or reject. Required: nothing said must not reject.</summary>
    public sealed record Verdict([property: JsonRequired] bool Publish);

    /// <summary>Decides on a pending comment. The same verdict again changes nothing.</summary>
    /// <returns>The comment's id; refused: comment-not-found (also to everyone but moderators), server-busy.</returns>
    public Task<Outcome<long>> HandleAsync(
        Actor actor, long commentId, Verdict verdict, CancellationToken cancellationToken) =>
        // The same answer as for a comment that does not exist: what waits must not show.
        actor.IsModerator
            ? writes.RunAsync(write => JudgeAsync(write, actor, commentId, verdict), cancellationToken)
            : Task.FromResult<Outcome<long>>(Refusal.CommentNotFound);

    private async Task<Outcome<long>> JudgeAsync(WriteScope write, Actor actor, long commentId, Verdict verdict)
    {
        var change = await CommentChange.OpenAsync(write, changes, actor, commentId);
        var wanted = verdict.Publish ? CommentState.Published : CommentState.Rejected;
        if (change?.Comment.State == wanted)
        {
            return commentId;
        }

        if (change is not { Comment.State: CommentState.Pending })
        {
            return Refusal.CommentNotFound;
        }

        if (verdict.Publish)
        {
            change.Comment.Publish();
        }
        else
        {
            change.Comment.Reject();
        }

        await change.SaveAsync(actor, verdict.Publish ? 1 : 0);
        return commentId;
    }
}
