using Embed.Server.Data;
using Embed.Server.Markup;
using Embed.Server.Model;
using Embed.Server.PreModeration;
using Embed.Server.Threads;
using Embed.Widget;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Comments;

/// <summary>Replaces the text of one's own comment, within the site's edit window.</summary>
internal sealed class EditComment(
    WriteQueue writes, IDbContextFactory<EmbedDbContext> databases, ThreadChanges changes, CommenterPace pace, TimeProvider clock)
{
    /// <summary>The new text: Markdown, at most 10,000 UTF-16 units.</summary>
    public sealed record Edit(string? Body);

    /// <summary>Writes the new text and marks the comment as edited. Where it would be held as a new one, it waits for a moderator again. The same text
    /// again changes nothing.</summary>
    /// <returns>
    /// The comment's id; refused: comment-not-found, not-allowed, thread-closed, edit-window-over, too-many, server-busy
    /// and the body's refusals.
    /// </returns>
    public async Task<Outcome<long>> HandleAsync(Actor actor, long commentId, Edit edit, CancellationToken cancellationToken)
    {
        var body = CommentBody.Render(edit.Body);
        return body.Refusal is null
            ? await writes.RunAsync(write => WriteAsync(write, actor, commentId, edit.Body!, body.Value!), cancellationToken)
            : body.Refusal;
    }

    /// <summary>The Markdown source exactly as typed, for whoever may edit it now.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="commentId">The comment.</param>
    /// <param name="asModerator">Whether somebody who moderates may edit anybody's, at any time.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The source; refused like an edit.</returns>
    public async Task<Outcome<string>> ReadSourceAsync(
        Actor actor, long commentId, bool asModerator, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var comment = await database.Comments.AsNoTracking().Include(c => c.Thread)
            .FirstOrDefaultAsync(c => c.Id == commentId && c.Thread!.SiteId == actor.Site.Id, cancellationToken);
        return asModerator && actor.IsModerator && comment is { State: CommentState.Published or CommentState.Pending } ? comment.Body
            : MayEdit(actor, comment) is { } refusal ? refusal
            : comment!.Body;
    }

    private async Task<Outcome<long>> WriteAsync(WriteScope write, Actor actor, long commentId, string body, CommentHtml html)
    {
        var change = await CommentChange.OpenAsync(write, changes, actor, commentId);
        if (MayEdit(actor, change?.Comment) is { } refusal)
        {
            return refusal;
        }

        if (change!.Comment.Body == body)
        {
            return commentId;
        }

        if (pace.Post(actor) is { } tooMany)
        {
            return tooMany;
        }

        var wasPublished = change.Comment.State == CommentState.Published;
        change.Comment.Edit(body, html.Value, clock.GetUtcNow());
        // What a site holds waits again: no moderator has seen the new words.
        if (change.Comment.IsPublishedFor(actor.Commenter.Id)
            && FirstState.Of(actor.Site, actor.Commenter.Kind, actor.IsModerator) == CommentState.Pending)
        {
            change.Comment.Hold();
        }

        if (actor.IsShadowed && change.Comment.State == CommentState.Published)
        {
            // Nobody else is to read the new words.
            change.Comment.Shadow();
        }

        await change.SaveAsync(actor, comments: wasPublished && change.Comment.State != CommentState.Published ? -1 : 0);
        return commentId;
    }

    private Refusal? MayEdit(Actor actor, Comment? comment)
    {
        if (comment is not { State: CommentState.Published or CommentState.Pending or CommentState.Shadowed })
        {
            return Refusal.CommentNotFound;
        }

        if (comment.CommenterId != actor.Commenter.Id)
        {
            // What waits for a moderator, or nobody else sees, must look like nothing to everyone else.
            return comment.State == CommentState.Published ? Refusal.NotAllowed : Refusal.CommentNotFound;
        }

        // Short on purpose: long enough to mend a slip, too short to change what others have answered.
        return comment.Thread!.IsClosed ? Refusal.ThreadClosed
            : clock.GetUtcNow() >= comment.PostedAt.AddMinutes(actor.Site.EditWindowMinutes) ? Refusal.EditWindowOver
            : null;
    }
}
