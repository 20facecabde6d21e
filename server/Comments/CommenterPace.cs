using System.Threading.RateLimiting;
using Embed.Server.Model;
using Microsoft.Extensions.Options;

namespace Embed.Server.Comments;

/// <summary>
/// How fast one commenter may write and vote, by whatever way they come, counted by the minute. Moderators have
/// a queue to clear and are not slowed.
/// </summary>
internal sealed class CommenterPace(IOptions<EmbedOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<long> _posts = Limiter(options.Value.Limits.PostsPerCommenter);
    private readonly PartitionedRateLimiter<long> _votes = Limiter(options.Value.Limits.VotesPerCommenter);

    /// <summary>Counts a comment or edit.</summary>
    /// <returns>The refusal too-many, or null.</returns>
    public Refusal? Post(Actor actor) => Take(_posts, actor);

    /// <summary>Counts a vote.</summary>
    /// <returns>The refusal too-many, or null.</returns>
    public Refusal? Vote(Actor actor) => Take(_votes, actor);

    public void Dispose()
    {
        _posts.Dispose();
        _votes.Dispose();
    }

    private static Refusal? Take(PartitionedRateLimiter<long> limiter, Actor actor)
    {
        if (actor.IsModerator)
        {
            return null;
        }

        using var lease = limiter.AttemptAcquire(actor.Commenter.Id);
        return lease.IsAcquired
            ? null
            : Refusal.TooMany(lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromMinutes(1));
    }

    private static PartitionedRateLimiter<long> Limiter(int perMinute) =>
        PartitionedRateLimiter.Create<long, long>(commenter => perMinute == 0
            ? RateLimitPartition.GetNoLimiter(commenter)
            : RateLimitPartition.GetFixedWindowLimiter(commenter, _ => new FixedWindowRateLimiterOptions
            {
                PermitLimit = perMinute,
                Window = TimeSpan.FromMinutes(1),
                QueueLimit = 0,
            }));
}
