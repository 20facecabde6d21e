using Embed.Server.Threads;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>Whether stored counts of votes are what the votes say.</summary>
internal static class VoteSoundness
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Fails where a count or score is another than the votes give, and where somebody has voted on their own comment.</summary>
    public static async Task AssertVotesSoundAsync(this EmbedApplication application)
    {
        await using var database = await application.OpenDatabaseAsync();
        var votes = (await database.Votes.AsNoTracking().Where(vote => !vote.IsShadowed).ToListAsync(Cancellation)).ToLookup(vote => vote.CommentId);
        var comments = await database.Comments.AsNoTracking().ToListAsync(Cancellation);
        Assert.NotEmpty(comments);
        Assert.All(comments, comment =>
        {
            var (up, down) = (votes[comment.Id].Count(vote => vote.Value == 1), votes[comment.Id].Count(vote => vote.Value == -1));
            Assert.Equal((up, down, CommentOrder.Score(up, down)), (comment.UpVotes, comment.DownVotes, comment.Score));
            Assert.DoesNotContain(votes[comment.Id], vote => vote.CommenterId == comment.CommenterId);
        });
    }
}
