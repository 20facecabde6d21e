using Embed.Server.Data;
using Embed.Server.Markup;
using Embed.Server.Model;
using Embed.Server.Threads;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Comments;

/// <summary>Replaces the text of one's own comment, within the site's edit window.</summary>
internal sealed class EditComment(
    IDbContextFactory<EmbedDbContext> databases, ThreadChanges changes, CommenterPace pace, TimeProvider clock)
{
    /// <summary>The new text: Markdown, at most 10,000 UTF-16 units.</summary>
    public sealed record Edit(string? Body);

    /// <summary>Writes the new text and marks the comment as edited. The same text again changes nothing.</summary>
    /// <returns>
    /// The comment's id; refused: comment-not-found, not-allowed, thread-closed, edit-window-over, too-many and the
    /// body's refusals.
    /// </returns>
    public async Task<Outcome<long>> HandleAsync(Actor actor, long commentId, Edit edit, CancellationToken cancellationToken)
    {
        var body = CommentBody.Render(edit.Body);
        if (body.Refusal is not null)
        {
            return body.Refusal;
        }

        await using var change = await CommentChange.OpenAsync(databases, changes, actor, commentId, cancellationToken);
        if (MayEdit(actor, change?.Comment) is { } refusal)
        {
            return refusal;
        }

        if (change!.Comment.Body == edit.Body)
        {
            return commentId;
        }

        if (pace.Post(actor) is { } tooMany)
        {
            return tooMany;
        }

        change.Comment.Edit(edit.Body!, body.Value!.Value, clock.GetUtcNow());
        await change.CommitAsync(actor, comments: 0, cancellationToken);
        return commentId;
    }

    /// <summary>The Markdown source exactly as typed, for whoever may edit it now.</summary>
    /// <returns>The source; refused like an edit.</returns>
    public async Task<Outcome<string>> ReadSourceAsync(Actor actor, long commentId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var comment = await database.Comments.AsNoTracking().Include(c => c.Thread)
            .FirstOrDefaultAsync(c => c.Id == commentId && c.Thread!.SiteId == actor.Site.Id, cancellationToken);
        return MayEdit(actor, comment) is { } refusal ? refusal : comment!.Body;
    }

    private Refusal? MayEdit(Actor actor, Comment? comment)
    {
        if (comment is not { State: CommentState.Published or CommentState.Pending })
        {
            return Refusal.CommentNotFound;
        }

        if (comment.CommenterId != actor.Commenter.Id)
        {
            // What waits for a moderator must look like nothing to everyone else.
            return comment.State == CommentState.Pending ? Refusal.CommentNotFound : Refusal.NotAllowed;
        }

        // Short on purpose: long enough to mend a slip, too short to change what others have answered.
        return comment.Thread!.IsClosed ? Refusal.ThreadClosed
            : clock.GetUtcNow() >= comment.PostedAt.AddMinutes(actor.Site.EditWindowMinutes) ? Refusal.EditWindowOver
            : null;
    }
}
