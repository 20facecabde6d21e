using Embed.Server.Data;
using Embed.Server.Markup;
using Embed.Server.Model;
using Embed.Server.PreModeration;
using Embed.Server.Threads;

namespace Embed.Server.Comments;

/// <summary>Posts a comment or a reply.</summary>
internal sealed class PostComment(
    WriteQueue writes, ThreadPlaces places, ThreadChanges changes, CommenterPace pace, PreModerate preModerate, TimeProvider clock)
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
    public sealed record Posted(long Id, CommentState State)
    {
        /// <summary>Whether its author is told that it waits. Of what was taken for spam they are told no more.</summary>
        public bool IsWaiting => State is CommentState.Pending or CommentState.Spam;
    }

    /// <summary>Where a comment goes.</summary>
    private sealed record Spot(CommentThread Thread, Comment? Parent);

    /// <summary>
    /// Writes the comment, the thread's count and its version in one transaction, begins the thread with its first
    /// comment, and tells whoever follows it.
    /// </summary>
    /// <returns>
    /// The comment; refused: page-invalid, title-too-long, draft-id-missing, body-empty, body-too-long, body-too-nested,
    /// guests-not-allowed, too-many, thread-closed, parent-gone, slow-mode, rule-refused, server-busy.
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
        if (body.Refusal is not null)
        {
            return body.Refusal;
        }

        // Services elsewhere are not asked about what is there already, or would be refused all the same.
        if (PreModerate.MayAskOutside(actor)
            && await writes.RunAsync(write => LookAsync(write, actor, draft, place), cancellationToken) is { } early && early != default)
        {
            return early;
        }

        var written = new PreModerate.Written(draft.Body!, body.Value!.Value, RuleText.HashOf(draft.Body!), draft.DraftId);
        var judgement = await preModerate.PostAsync(actor, place, written, cancellationToken);
        return await writes.RunAsync(write => WriteAsync(write, actor, draft, place, written, judgement), cancellationToken);
    }

    private async Task<Outcome<Posted>> WriteAsync(
        WriteScope write, Actor actor, Draft draft, ThreadPlace place, PreModerate.Written written, Judgement judgement)
    {
        if (await FindEarlierAsync(write, actor, draft) is { } earlier)
        {
            return earlier;
        }

        var found = await FindSpotAsync(write, actor, draft, place, pace.Post);
        if ((found.Refusal ?? judgement.Refusal) is { } refusal)
        {
            return refusal;
        }

        var (thread, parent) = found.Value!;
        var comment = await NewAsync(write, actor, draft, thread.Id, parent, written, judgement);
        var commentId = await write.Statements.InsertAsync(comment);
        await ThreadChanges.CountAsync(write, comment, comment.State == CommentState.Published ? 1 : 0);
        await changes.StepAsync(write, ThreadPlace.Of(actor.Site, thread), thread.Id);
        return new Posted(commentId, comment.State);
    }

    // What is found when it is written, too; nothing of it is kept, and its place in the pace is not taken.
    private async Task<Outcome<Posted>> LookAsync(WriteScope write, Actor actor, Draft draft, ThreadPlace place)
    {
        if (await FindEarlierAsync(write, actor, draft) is { } earlier)
        {
            return earlier;
        }

        Refusal? refusal = null;
        await write.TryPartAsync(async () =>
        {
            refusal = (await FindSpotAsync(write, actor, draft, place, pace.AskPost)).Refusal;
            return false;
        });
        return new Outcome<Posted>(null, refusal);
    }

    private static async Task<Posted?> FindEarlierAsync(WriteScope write, Actor actor, Draft draft) =>
        await write.Statements.RowAsync(
            $"""SELECT "Id", "State" FROM "Comments" WHERE "CommenterId" = @0 AND "DraftId" = @1 AND {EmbedModel.HasDraft}""", actor.Commenter.Id, draft.DraftId)
            is [long id, long state] ? new Posted(id, (CommentState)state) : null;

    private async Task<Outcome<Spot>> FindSpotAsync(
        WriteScope write, Actor actor, Draft draft, ThreadPlace place, Func<Actor, Refusal?> findTooMany)
    {
        if (actor.Commenter.Kind == CommenterKind.Guest && !actor.Site.AllowsGuests)
        {
            return Refusal.GuestsNotAllowed;
        }

        if (findTooMany(actor) is { } tooMany)
        {
            return tooMany;
        }

        var thread = await places.FindOrBeginAsync(write, place, draft.Title);
        if (!thread.TakesComments(actor.Site, clock.GetUtcNow()))
        {
            return Refusal.ThreadClosed;
        }

        var parent = draft.ParentId is { } parentId ? await FindParentAsync(write, actor, parentId, thread.Id) : null;
        if (draft.ParentId is not null && parent is null)
        {
            return Refusal.ParentGone;
        }

        return await SlowMode.FindRefusalAsync(write, actor, thread.Id, clock.GetUtcNow()) is { } tooSoon ? tooSoon : new Spot(thread, parent);
    }

    private static async Task<Comment?> FindParentAsync(WriteScope write, Actor actor, long parentId, long threadId)
    {
        var known = await write.Statements.RowAsync(
            """
            SELECT "RootId", "Path", "Depth", "State" FROM "Comments"
            WHERE "Id" = @0 AND "ThreadId" = @1 AND ("State" = @2 OR ("State" = @3 AND "CommenterId" = @4))
            """,
            parentId, threadId, (int)CommentState.Published, (int)CommentState.Shadowed, actor.Commenter.Id);
        return known is null
            ? null
            : new Comment { Id = parentId, RootId = (long?)known[0], Path = (string)known[1]!, Depth = (int)(long)known[2]! }
                .Write("", "", (CommentState)(long)known[3]!);
    }

    private async Task<Comment> NewAsync(
        WriteScope write, Actor actor, Draft draft, long threadId, Comment? parent, PreModerate.Written written, Judgement judgement)
    {
        // Each is one look at the end of an index.
        var last = (int)(parent is null
            ? await write.Statements.NumberAsync(
                """SELECT COALESCE(MAX("Number"), 0) FROM "Comments" WHERE "ThreadId" = @0 AND "ParentId" IS NULL""", threadId)
            : await write.Statements.NumberAsync(
                """SELECT COALESCE(MAX("Number"), 0) FROM "Comments" WHERE "ParentId" = @0""", parent.Id));
        return new Comment
        {
            SiteId = actor.Site.Id,
            ThreadId = threadId,
            ParentId = parent?.Id,
            RootId = parent is null ? null : parent.RootId ?? parent.Id,
            Path = parent is null ? "" : ReplyPath.Of(parent, last + 1),
            Depth = parent is null ? 0 : parent.Depth + 1,
            Number = last + 1,
            CommenterId = actor.Commenter.Id,
            DraftId = draft.DraftId,
            PostedAt = clock.GetUtcNow(),
            HeldFor = judgement.HeldFor,
            TextHash = written.TextHash,
        }.Write(written.Body, written.BodyHtml, StateFor(actor, parent, judgement.State));
    }

    // What would be published, of somebody under a shadow ban or below what only they see. What waits does: seen at once where others
    // wait, it would give the ban away.
    private static CommentState StateFor(Actor actor, Comment? parent, CommentState first) =>
        first == CommentState.Published && (actor.IsShadowed || parent?.State == CommentState.Shadowed) ? CommentState.Shadowed : first;
}
