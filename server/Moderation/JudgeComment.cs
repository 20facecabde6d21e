using System.Text.Json.Serialization;
using Embed.Server.Comments;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Threads;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>A moderator publishes or rejects a comment that waits.</summary>
internal sealed class JudgeComment(IDbContextFactory<EmbedDbContext> databases, ThreadChanges changes)
{
    /// <summary>Publish, or reject. Required: nothing said must not reject.</summary>
    public sealed record Verdict([property: JsonRequired] bool Publish);

    /// <summary>Decides on a pending comment. The same verdict again changes nothing.</summary>
    /// <returns>The comment's id; refused: comment-not-found (also to everyone but moderators).</returns>
    public async Task<Outcome<long>> HandleAsync(
        Actor actor, long commentId, Verdict verdict, CancellationToken cancellationToken)
    {
        if (!actor.IsModerator)
        {
            // The same answer as for a comment that does not exist: what waits must not show.
            return Refusal.CommentNotFound;
        }

        await using var change = await CommentChange.OpenAsync(databases, changes, actor, commentId, cancellationToken);
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

        await change.CommitAsync(actor, verdict.Publish ? 1 : 0, cancellationToken);
        return commentId;
    }
}
