using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.PreModeration;
using Embed.Server.Threads;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Comments;

/// <summary>A reader reports a comment to the site's moderators, or takes the report back. Who reported is never told to others.</summary>
internal sealed class FlagComment(WriteQueue writes, ThreadChanges changes, CommenterPace pace, TimeProvider clock)
{
    /// <summary>What is reported.</summary>
    /// <param name="Reason"><c>spam</c>, <c>abuse</c>, <c>offTopic</c>, <c>unlawful</c> or <c>other</c>.</param>
    /// <param name="Note">What else there is to say; at most 500 characters.</param>
    public sealed record Report(FlagReason? Reason, string? Note = null)
    {
        /// <summary>What a form says; an unknown word is no reason.</summary>
        public static Report Of(string? reason, string? note) => new(
            Enum.GetValues<FlagReason>().Cast<FlagReason?>()
                .FirstOrDefault(known => string.Equals(known.ToString(), reason, StringComparison.OrdinalIgnoreCase)), note);
    }

    /// <summary>
    /// Reports; again: changes the report while no moderator has decided on it. Reports of somebody under a shadow ban are taken and
    /// count for nothing.
    /// </summary>
    /// <returns>
    /// The comment's id; refused: reason-invalid, flag-note-too-long, guest-flag, comment-not-found, own-comment, flag-settled, too-many,
    /// server-busy.
    /// </returns>
    public Task<Outcome<long>> HandleAsync(Actor actor, long commentId, Report report, CancellationToken cancellationToken) =>
        report.Reason is not { } reason || !Enum.IsDefined(reason) ? Refused(Refusal.ReasonInvalid)
            : report.Note?.Length > Flag.MaxNoteCharacters ? Refused(Refusal.FlagNoteTooLong)
            // A name costs nothing: whoever makes up another could report again.
            : actor.Commenter.Kind == CommenterKind.Guest ? Refused(Refusal.GuestFlag)
            : writes.RunAsync(write => FlagAsync(write, actor, commentId, reason, report.Note?.Trim() ?? ""), cancellationToken);

    /// <summary>Takes the report back. Without one nothing changes.</summary>
    /// <returns>The comment's id; refused: comment-not-found, flag-settled, server-busy.</returns>
    public Task<Outcome<long>> WithdrawAsync(Actor actor, long commentId, CancellationToken cancellationToken) =>
        writes.RunAsync(write => WithdrawAsync(write, actor, commentId), cancellationToken);

    private async Task<Outcome<long>> FlagAsync(WriteScope write, Actor actor, long commentId, FlagReason reason, string note)
    {
        var change = await CommentChange.OpenAsync(write, changes, actor, commentId);
        if (change?.Comment.IsPublishedFor(actor.Commenter.Id) != true)
        {
            return Refusal.CommentNotFound;
        }

        if (change.Comment.CommenterId == actor.Commenter.Id)
        {
            return Refusal.OwnComment;
        }

        var flag = await FindAsync(change.Database, actor, commentId);
        if (flag is { SettledAt: not null } && !actor.IsShadowed)
        {
            return Refusal.FlagSettled;
        }

        if (flag is not null && (flag.Reason, flag.Note) == (reason, note))
        {
            return commentId;
        }

        if (pace.Vote(actor) is { } tooMany)
        {
            return tooMany;
        }

        var now = clock.GetUtcNow();
        if (flag is not null)
        {
            (flag.Reason, flag.Note, flag.At) = (reason, note, now);
            if (actor.IsShadowed)
            {
                change.Comment.OpenFlags -= flag.SettledAt is null ? 1 : 0;
                flag.SettledAt = now;
            }

            await change.SaveAsync(actor, comments: 0, isVote: actor.IsShadowed);
            return commentId;
        }

        // Settled from the start, it is none that a moderator finds.
        change.Database.Flags.Add(new Flag
        {
            CommentId = commentId,
            CommenterId = actor.Commenter.Id,
            Reason = reason,
            Note = note,
            At = now,
            SettledAt = actor.IsShadowed ? now : null,
        });
        change.Comment.OpenFlags += actor.IsShadowed ? 0 : 1;
        await change.SaveAsync(actor, comments: HoldAgain(actor.Site, change.Comment) ? -1 : 0, isVote: actor.IsShadowed);
        return commentId;
    }

    // Whether the site's rules have a comment with so many reports wait for a moderator again; then it does.
    private static bool HoldAgain(Site site, Comment comment)
    {
        if (comment.State != CommentState.Published || FlagRules.HoldsAt(site) is not { } limit || comment.OpenFlags < limit)
        {
            return false;
        }

        comment.Hold();
        comment.HeldFor = FlagRules.CodeOf(limit);
        return true;
    }

    private async Task<Outcome<long>> WithdrawAsync(WriteScope write, Actor actor, long commentId)
    {
        var change = await CommentChange.OpenAsync(write, changes, actor, commentId);
        var flag = change is null ? null : await FindAsync(change.Database, actor, commentId);
        if (change is null || (flag is null && !change.Comment.IsPublishedFor(actor.Commenter.Id)))
        {
            return Refusal.CommentNotFound;
        }

        if (flag is null)
        {
            return commentId;
        }

        if (flag.SettledAt is not null && !actor.IsShadowed)
        {
            return Refusal.FlagSettled;
        }

        change.Comment.OpenFlags -= flag.SettledAt is null ? 1 : 0;
        change.Database.Flags.Remove(flag);
        await change.SaveAsync(actor, comments: 0, isVote: actor.IsShadowed);
        return commentId;
    }

    private static Task<Flag?> FindAsync(EmbedDbContext database, Actor actor, long commentId) =>
        database.Flags.FirstOrDefaultAsync(flag => flag.CommentId == commentId && flag.CommenterId == actor.Commenter.Id);

    private static Task<Outcome<long>> Refused(Refusal refusal) => Task.FromResult<Outcome<long>>(refusal);
}
