using Embed.Server.Data;
using Embed.Server.Markup;
using Embed.Server.Model;
using Embed.Server.PreModeration;
using Embed.Server.Threads;
using Embed.Widget;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Comments;

/// <summary>Posts a comment or a reply.</summary>
internal sealed class PostComment(
    IDbContextFactory<EmbedDbContext> databases, ThreadPlaces places, ThreadChanges changes, CommenterPace pace, TimeProvider clock)
{
    /// <summary>What the client sends; everything else about a comment is the server's to say.</summary>
    /// <param name="Page">The host page.</param>
    /// <param name="Thread">An explicit thread id, or null.</param>
    /// <param name="Title">The host page's title, kept when the thread begins; at most 200 characters.</param>
    /// <param name="ParentId">The comment answered; null for a top-level comment.</param>
    /// <param name="Body">Markdown, at most 10,000 UTF-16 units.</param>
    /// <param name="DraftId">Made by the client when the draft began. The same again returns the first result.</param>
    /// <param name="Canonical">The host page's canonical address, where it states another than <paramref name="Page"/>.</param>
    public sealed record Draft(
        string? Page, string? Thread, string? Title, long? ParentId, string? Body, Guid DraftId, string? Canonical = null);

    /// <summary>The posted comment.</summary>
    public sealed record Posted(long Id, CommentState State);

    /// <summary>
    /// Writes the comment, the thread's count and its version in one transaction, begins the thread with its first
    /// comment, and tells whoever follows it.
    /// </summary>
    /// <returns>
    /// The comment; refused: page-invalid, title-too-long, draft-id-missing, body-empty, body-too-long, body-too-nested,
    /// too-many, thread-closed, parent-gone.
    /// </returns>
    public async Task<Outcome<Posted>> HandleAsync(Actor actor, Draft draft, CancellationToken cancellationToken)
    {
        if (await places.FindAsync(actor.Site, draft.Page, draft.Canonical, draft.Thread, cancellationToken) is not { } place)
        {
            return Refusal.PageInvalid;
        }

        if (draft.Title is { Length: > CommentThread.MaxTitleCharacters })
        {
            return Refusal.TitleTooLong;
        }

        if (draft.DraftId == Guid.Empty)
        {
            return Refusal.DraftIdMissing;
        }

        var body = CommentBody.Render(draft.Body);
        return body.Refusal is null
            ? await WriteAsync(actor, draft, place, body.Value!, cancellationToken)
            : body.Refusal;
    }

    private async Task<Outcome<Posted>> WriteAsync(
        Actor actor, Draft draft, ThreadPlace place, CommentHtml html, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        // SQLite takes its one write lock here: what is read below cannot change before the commit.
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var earlier = await database.Comments.AsNoTracking()
            .FirstOrDefaultAsync(c => c.CommenterId == actor.Commenter.Id && c.DraftId == draft.DraftId, cancellationToken);
        if (earlier is not null)
        {
            return new Posted(earlier.Id, earlier.State);
        }

        if (pace.Post(actor) is { } tooMany)
        {
            return tooMany;
        }

        var thread = await places.FindOrBeginThreadAsync(database, place, draft.Title, cancellationToken);
        if (thread.IsClosed)
        {
            return Refusal.ThreadClosed;
        }

        var parent = draft.ParentId is { } parentId
            ? await database.Comments.AsNoTracking().FirstOrDefaultAsync(
                c => c.Id == parentId && c.ThreadId == thread.Id && c.State == CommentState.Published, cancellationToken)
            : null;
        if (draft.ParentId is not null && parent is null)
        {
            return Refusal.ParentGone;
        }

        var comment = await AddAsync(database, actor, draft, thread, parent, html, cancellationToken);
        await ThreadChanges.CountAsync(database, comment, comment.State == CommentState.Published ? 1 : 0, cancellationToken);
        await changes.CommitAsync(database, transaction, ThreadPlace.Of(actor.Site, thread), thread.Id, cancellationToken);
        return new Posted(comment.Id, comment.State);
    }

    private async Task<Comment> AddAsync(
        EmbedDbContext database, Actor actor, Draft draft, CommentThread thread, Comment? parent, CommentHtml html,
        CancellationToken cancellationToken)
    {
        var last = await database.Comments
            .Where(c => c.ThreadId == thread.Id && c.ParentId == draft.ParentId)
            .MaxAsync(c => (int?)c.Number, cancellationToken) ?? 0;
        var comment = new Comment
        {
            SiteId = thread.SiteId,
            ThreadId = thread.Id,
            ParentId = parent?.Id,
            RootId = parent is null ? null : parent.RootId ?? parent.Id,
            Path = parent is null ? "" : ReplyPath.Of(parent, last + 1),
            Depth = parent is null ? 0 : parent.Depth + 1,
            Number = last + 1,
            CommenterId = actor.Commenter.Id,
            DraftId = draft.DraftId,
            PostedAt = clock.GetUtcNow(),
        }.Write(draft.Body!, html.Value, FirstState.Of(actor.Site, actor.IsModerator));
        database.Comments.Add(comment);
        await database.SaveChangesAsync(cancellationToken);
        return comment;
    }
}
