using Embed.Server.Comments;
using Embed.Server.Data;
using Embed.Server.Markup;
using Embed.Server.Model;
using Embed.Server.PreModeration;
using Embed.Server.Threads;
using Embed.Widget;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>
/// A moderator acts on comments, one or a selection, wherever they see them: in the queue, in the thread on a page, by HTTP. Each
/// act is an entry of the log and can be taken back. Any verdict may follow on any other; only what is deleted must be taken back.
/// </summary>
internal sealed class ModerateComments(
    WriteQueue writes, ThreadChanges changes, DeleteComment own, TeachOutsideChecks lessons, TimeProvider clock)
{
    /// <summary>Most comments at once: about a tenth of a second's work.</summary>
    public const int MaxComments = 100;

    /// <summary>A comment as whoever decides has seen it.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="Revision">Its <see cref="Comment.Revision"/> then; null where that is not known: then a verdict is only for what waits.</param>
    public sealed record Seen(long Id, int? Revision = null);

    /// <summary>What came of the act for one comment.</summary>
    /// <param name="Id">The comment.</param>
    /// <param name="Entry">The entry of the log; null where nothing had to change.</param>
    /// <param name="Revision">Its revision since; 0 if there is no such comment.</param>
    /// <param name="Refusal">comment-not-found, decided-already, comment-deleted, comment-unpublished; null if it is as asked.</param>
    /// <param name="Decided">With decided-already: what was decided, if that is known.</param>
    public sealed record Item(long Id, long? Entry, int Revision, Refusal? Refusal = null, Decision? Decided = null);

    /// <summary>Acts on each of the comments; one that is refused does not keep the others.</summary>
    /// <returns>
    /// What came of each; refused as a whole: not-allowed, too-many-comments, reason-too-long, server-busy and the body's refusals.
    /// </returns>
    public async Task<Outcome<IReadOnlyList<Item>>> HandleAsync(
        Actor actor, IReadOnlyCollection<Seen> comments, CommentAct act, CancellationToken cancellationToken)
    {
        if (!actor.IsModerator)
        {
            return Refusal.NotAllowed;
        }

        if (comments.Count is 0 or > MaxComments)
        {
            return Refusal.TooManyComments;
        }

        if (act is CommentAct.Delete { Reason.Length: > Comment.MaxReasonCharacters })
        {
            return Refusal.ReasonTooLong;
        }

        var body = act is CommentAct.Edit edit ? CommentBody.Render(edit.Body) : CommentHtml.Empty;
        if (body.Refusal is not null)
        {
            return body.Refusal;
        }

        var done = await writes.RunAsync<IReadOnlyList<Item>>(
            async write => await new Run(write, changes, actor, act, body.Value!, clock.GetUtcNow()).ActAsync(comments), cancellationToken);
        if (act is CommentAct.Approve or CommentAct.MarkSpam)
        {
            foreach (var item in done.Value?.Where(item => item.Entry is not null) ?? [])
            {
                lessons.Note(item.Id, isSpam: act is CommentAct.MarkSpam);
            }
        }

        return done;
    }

    /// <summary>Acts on one comment without saying what of it was seen.</summary>
    /// <returns>Its id; refused: comment-not-found (also to everyone but moderators: what waits must not show), and as above.</returns>
    public async Task<Outcome<long>> HandleAsync(Actor actor, long commentId, CommentAct act, CancellationToken cancellationToken)
    {
        if (!actor.IsModerator)
        {
            return Refusal.CommentNotFound;
        }

        var items = await HandleAsync(actor, [new Seen(commentId)], act, cancellationToken);
        return items.Value is not { } done ? items.Refusal!
            : done[0].Refusal is { } refusal ? refusal
            : commentId;
    }

    /// <summary>Deletes a comment as whoever they are: their own for good, anybody's as a moderator.</summary>
    /// <returns>Its id; refused: comment-not-found, not-allowed, server-busy.</returns>
    public async Task<Outcome<long>> DeleteAsync(Actor actor, long commentId, CancellationToken cancellationToken)
    {
        var deleted = await own.HandleAsync(actor, commentId, cancellationToken);
        return deleted.Refusal == Refusal.NotAllowed || deleted.Refusal == Refusal.CommentNotFound
            ? actor.IsModerator ? await HandleAsync(actor, commentId, new CommentAct.Delete(), cancellationToken) : deleted
            : deleted;
    }

    /// <summary>One act in its turn to write.</summary>
    private sealed class Run(WriteScope write, ThreadChanges changes, Actor actor, CommentAct act, CommentHtml html, DateTimeOffset now)
    {
        private readonly EmbedDbContext _database = write.Database;
        private readonly HashSet<CommentThread> _threads = [];
        private long? _batch;

        public async Task<List<Item>> ActAsync(IReadOnlyCollection<Seen> seen)
        {
            var ids = seen.Select(one => one.Id).ToHashSet();
            var comments = await _database.Comments.Include(c => c.Thread)
                .Where(c => ids.Contains(c.Id) && c.SiteId == actor.Site.Id && c.State < CommentState.InDeletedThread).ToDictionaryAsync(c => c.Id);
            List<Item> items = [];
            foreach (var one in seen.DistinctBy(one => one.Id))
            {
                items.Add(comments.TryGetValue(one.Id, out var comment)
                    ? await ActOnAsync(comment, one, isBatch: ids.Count > 1)
                    : new Item(one.Id, null, 0, Refusal.CommentNotFound));
            }

            foreach (var thread in _threads)
            {
                await changes.StepAsync(write, ThreadPlace.Of(actor.Site, thread), thread.Id);
            }

            return items;
        }

        private async Task<Item> ActOnAsync(Comment comment, Seen seen, bool isBatch)
        {
            if (seen.Revision is { } revision && revision != comment.Revision)
            {
                var decided = await Decision.FindAsync(_database, [comment.Id], CancellationToken.None);
                return new Item(comment.Id, null, comment.Revision, Refusal.DecidedAlready, decided.GetValueOrDefault(comment.Id));
            }

            if (Refuse(comment, seen) is { } refusal)
            {
                return new Item(comment.Id, null, comment.Revision, refusal);
            }

            var wasPublished = comment.State == CommentState.Published;
            var word = act is CommentAct.Edit or CommentAct.Pin or CommentAct.Unpin ? Change(comment) : await DecideAsync(comment, seen);
            var entry = word is null ? null : await LogBook.SaveAsync(
                _database,
                new NewAct(actor.Commenter.Id, actor.Via, actor.Site.Id, word)
                {
                    CommentId = comment.Id,
                    ThreadId = comment.ThreadId,
                    CommenterId = comment.CommenterId,
                    BatchId = _batch,
                    Details = comment.RemovalReason.Length > 0 ? new { Reason = comment.RemovalReason } : null,
                },
                now);
            if (entry is null)
            {
                return new Item(comment.Id, null, comment.Revision);
            }

            if (isBatch && _batch is null)
            {
                _batch = entry.Id;
                await LogBook.MarkFirstAsync(_database, entry.Id);
            }

            await ThreadChanges.CountAsync(write, comment, (comment.State == CommentState.Published ? 1 : 0) - (wasPublished ? 1 : 0));
            _threads.Add(comment.Thread!);
            return new Item(comment.Id, entry.Id, comment.Revision);
        }

        private Refusal? Refuse(Comment comment, Seen seen) => act switch
        {
            CommentAct.Delete => null,
            _ when comment.State == CommentState.Deleted => seen.Revision is null ? Refusal.CommentNotFound : Refusal.CommentDeleted,
            CommentAct.Pin when comment.State != CommentState.Published => Refusal.CommentUnpublished,
            CommentAct.Pin or CommentAct.Unpin or CommentAct.Edit => null,
            // A verdict is never overturned by somebody who has not seen it.
            _ when seen.Revision is null && comment.State != CommentState.Pending && comment.State != Wanted => Refusal.CommentNotFound,
            _ => null,
        };

        private CommentState Wanted => act switch
        {
            CommentAct.Approve => CommentState.Published,
            CommentAct.Reject => CommentState.Rejected,
            CommentAct.MarkSpam => CommentState.Spam,
            CommentAct.Delete => CommentState.Deleted,
            _ => throw new InvalidOperationException($"{act.GetType().Name} is no verdict."),
        };

        // The word to log; null if nothing has to change.
        private string? Change(Comment comment)
        {
            var thread = comment.Thread!;
            switch (act)
            {
                case CommentAct.Edit { Body: var body }:
                    if (comment.Body == body)
                    {
                        return null;
                    }

                    comment.Edit(body!, html.Value, now);
                    comment.TextHash = RuleText.HashOf(body!);
                    return ActWord.CommentEdited;
                case CommentAct.Pin:
                    thread.PinnedCommentId = comment.Id;
                    return ActWord.CommentPinned;
                default:
                    thread.PinnedCommentId = thread.PinnedCommentId == comment.Id ? null : thread.PinnedCommentId;
                    return ActWord.CommentUnpinned;
            }
        }

        private async Task<string?> DecideAsync(Comment comment, Seen seen)
        {
            var hasFlags = comment.OpenFlags > 0 && seen.Revision is not null;
            if (comment.State == Wanted && !hasFlags)
            {
                return null;
            }

            await SettleFlagsAsync(comment);
            if (comment.State == Wanted)
            {
                comment.Revision++;
                return ActWord.FlagsDismissed;
            }

            if (act is not CommentAct.Approve && comment.Thread!.PinnedCommentId == comment.Id)
            {
                comment.Thread.PinnedCommentId = null;
            }

            switch (act)
            {
                case CommentAct.Approve:
                    comment.Publish();
                    return ActWord.CommentApproved;
                case CommentAct.Reject:
                    comment.Reject();
                    return ActWord.CommentRejected;
                case CommentAct.MarkSpam:
                    comment.MarkSpam();
                    return ActWord.CommentMarkedSpam;
                default:
                    comment.Delete(now);
                    comment.RemovalReason = ((CommentAct.Delete)act).Reason?.Trim() ?? "";
                    return ActWord.CommentDeleted;
            }
        }

        // Whoever decides has seen what was reported.
        private async Task SettleFlagsAsync(Comment comment)
        {
            if (comment.OpenFlags > 0)
            {
                comment.OpenFlags = 0;
                await _database.Flags.Where(f => f.CommentId == comment.Id && f.SettledAt == null).ForEachAsync(flag => flag.SettledAt = now);
            }
        }
    }
}
