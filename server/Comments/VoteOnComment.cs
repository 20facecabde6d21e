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
        if (change is not { Comment.State: CommentState.Published })
        {
            return Refusal.CommentNotFound;
        }

        if (change.Comment.CommenterId == actor.Commenter.Id)
        {
            return Refusal.OwnComment;
        }

        var vote = await change.Database.Votes.FirstOrDefaultAsync(
            v => v.CommentId == commentId && v.CommenterId == actor.Commenter.Id);
        var before = vote?.Value ?? 0;
        if (before == ballot.Value)
        {
            return commentId;
        }

        if (pace.Vote(actor) is { } tooMany)
        {
            return tooMany;
        }

        Set(change.Database, vote, actor, commentId, ballot.Value);
        // Writes run one after another: nobody else counts in between.
        var up = change.Comment.UpVotes + Counts(ballot.Value, 1) - Counts(before, 1);
        var down = change.Comment.DownVotes + Counts(ballot.Value, -1) - Counts(before, -1);
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
            database.Votes.Add(new Vote { CommentId = commentId, CommenterId = actor.Commenter.Id, Value = value });
        }
        else if (value == 0)
        {
            database.Votes.Remove(vote);
        }
        else
        {
            vote.Value = value;
        }
    }

    private static int Counts(int vote, int side) => vote == side ? 1 : 0;
}
