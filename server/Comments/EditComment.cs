using Embed.Server.Data;
using Embed.Server.Markup;
using Embed.Server.Model;
using Embed.Server.PreModeration;
using Embed.Server.Threads;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Comments;

/// <summary>Replaces the text of one's own comment, within the site's edit window.</summary>
internal sealed class EditComment(
    WriteQueue writes, IDbContextFactory<EmbedDbContext> databases, ThreadChanges changes, CommenterPace pace, PreModerate preModerate,
    TimeProvider clock)
{
    /// <summary>The new text: Markdown, at most 10,000 UTF-16 units.</summary>
    public sealed record Edit(string? Body);

    /// <summary>
    /// Writes the new text and marks the comment as edited. It is judged like a new one: what is not published waits for a moderator
    /// again, or is put with the spam; what waits already goes on waiting. The same text again changes nothing.
    /// </summary>
    /// <returns>
    /// The comment's id; refused: comment-not-found, not-allowed, thread-closed, edit-window-over, too-many, rule-refused,
    /// server-busy and the body's refusals.
    /// </returns>
    public async Task<Outcome<long>> HandleAsync(Actor actor, long commentId, Edit edit, CancellationToken cancellationToken)
    {
        var body = CommentBody.Render(edit.Body);
        if (body.Refusal is not null)
        {
            return body.Refusal;
        }

        // Before services elsewhere are asked about it.
        var source = await ReadSourceAsync(actor, commentId, asModerator: false, cancellationToken);
        if ((source.Refusal ?? (source.Value == edit.Body ? null : pace.AskPost(actor))) is { } refusal)
        {
            return refusal;
        }

        var written = new PreModerate.Written(edit.Body!, body.Value!.Value, RuleText.HashOf(edit.Body!), CommentId: commentId);
        var judgement = await preModerate.EditAsync(actor, written, cancellationToken);
        return await writes.RunAsync(write => WriteAsync(write, actor, written, judgement), cancellationToken);
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

    private async Task<Outcome<long>> WriteAsync(WriteScope write, Actor actor, PreModerate.Written written, Judgement judgement)
    {
        var change = await CommentChange.OpenAsync(write, changes, actor, written.CommentId);
        if (MayEdit(actor, change?.Comment) is { } refusal)
        {
            return refusal;
        }

        if (change!.Comment.Body == written.Body)
        {
            return written.CommentId;
        }

        if (pace.Post(actor) is { } tooMany)
        {
            return tooMany;
        }

        if (judgement.Refusal is { } refusedByRule)
        {
            return refusedByRule;
        }

        var wasPublished = change.Comment.State == CommentState.Published;
        change.Comment.Edit(written.Body, written.BodyHtml, clock.GetUtcNow());
        change.Comment.TextHash = written.TextHash;
        Apply(change.Comment, judgement);
        if (actor.IsShadowed && change.Comment.State == CommentState.Published)
        {
            // Nobody else is to read the new words.
            change.Comment.Shadow();
        }

        await change.SaveAsync(actor, comments: wasPublished && change.Comment.State != CommentState.Published ? -1 : 0);
        return written.CommentId;
    }

    // Only downwards: no moderator has seen the new words, and what waits was not let through by the old ones.
    private static void Apply(Comment comment, Judgement judgement)
    {
        switch (judgement.Verdict)
        {
            case RuleVerdict.Spam:
                comment.MarkSpam();
                break;
            case RuleVerdict.Hold when comment.State is CommentState.Published or CommentState.Shadowed:
                comment.Hold();
                break;
            default:
                return;
        }

        comment.HeldFor = judgement.HeldFor;
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
        return !comment.Thread!.TakesComments(actor.Site, clock.GetUtcNow()) ? Refusal.ThreadClosed
            : clock.GetUtcNow() >= comment.PostedAt.AddMinutes(actor.Site.EditWindowMinutes) ? Refusal.EditWindowOver
            : null;
    }
}
