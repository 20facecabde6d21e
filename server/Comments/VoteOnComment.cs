using System.Text.Json.Serialization;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Threads;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Comments;

/// <summary>Votes a comment up or down, or takes the vote back.</summary>
internal sealed class VoteOnComment(WriteQueue writes, ThreadChanges changes, CommenterPace pace)
{
    /// <summary>+1, -1, or 0 to take the vote back. Required: nothing said must not take a vote back.</summary>
    public sealed record Ballot([property: JsonRequired] int Value);

    /// <summary>Sets the vote and steps the counts. The same vote again changes nothing.</summary>
    /// <returns>The comment's id; refused: vote-invalid, guest-vote, comment-not-found, own-comment, too-many, server-busy.</returns>
    public Task<Outcome<long>> HandleAsync(
        Actor actor, long commentId, Ballot ballot, CancellationToken cancellationToken) =>
        ballot.Value is < -1 or > 1 ? Task.FromResult<Outcome<long>>(Refusal.VoteInvalid)
            // A name costs nothing: whoever makes up another could vote again.
            : actor.Commenter.Kind == CommenterKind.Guest ? Task.FromResult<Outcome<long>>(Refusal.GuestVote)
            : writes.RunAsync(write => VoteAsync(write, actor, commentId, ballot), cancellationToken);

    private async Task<Outcome<long>> VoteAsync(WriteScope write, Actor actor, long commentId, Ballot ballot)
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

        var vote = await change.Database.Votes.FirstOrDefaultAsync(
            v => v.CommentId == commentId && v.CommenterId == actor.Commenter.Id);
        // One cast under a shadow ban that has ended since counts when it is cast again.
        if ((vote?.Value ?? 0) == ballot.Value && (vote is not { IsShadowed: true } || actor.IsShadowed))
        {
            return commentId;
        }

        if (pace.Vote(actor) is { } tooMany)
        {
            return tooMany;
        }

        var before = vote is { IsShadowed: false } ? vote.Value : 0;
        var now = actor.IsShadowed ? 0 : ballot.Value;
        Set(change.Database, vote, actor, commentId, ballot.Value);
        // Writes run one after another: nobody else counts in between.
        var up = change.Comment.UpVotes + Counts(now, 1) - Counts(before, 1);
        var down = change.Comment.DownVotes + Counts(now, -1) - Counts(before, -1);
        await change.Database.Comments.Where(c => c.Id == commentId).ExecuteUpdateAsync(
            set => set
                .SetProperty(c => c.UpVotes, up)
                .SetProperty(c => c.DownVotes, down)
                .SetProperty(c => c.Score, CommentOrder.Score(up, down)));
        await change.SaveAsync(actor, comments: 0, isVote: true);
        return commentId;
    }

    private static void Set(EmbedDbContext database, Vote? vote, Actor actor, long commentId, int value)
    {
        if (vote is null)
        {
            database.Votes.Add(new Vote { CommentId = commentId, CommenterId = actor.Commenter.Id, Value = value, IsShadowed = actor.IsShadowed });
        }
        else if (value == 0)
        {
            database.Votes.Remove(vote);
        }
        else
        {
            (vote.Value, vote.IsShadowed) = (value, actor.IsShadowed);
        }
    }

    private static int Counts(int vote, int side) => vote == side ? 1 : 0;
}
