using System.Threading.RateLimiting;

namespace Embed.Server.Http;

/// <summary>How often each of many may do one thing within a window that begins with their first time.</summary>
/// <param name="most">How often; 0: no limit.</param>
/// <param name="window">The window.</param>
internal sealed class Pace<TKey>(int most, TimeSpan window) : IDisposable
    where TKey : notnull
{
    private readonly PartitionedRateLimiter<TKey> _limiter = PartitionedRateLimiter.Create<TKey, TKey>(key => most == 0
        ? RateLimitPartition.GetNoLimiter(key)
        : RateLimitPartition.GetFixedWindowLimiter(
            key, _ => new FixedWindowRateLimiterOptions { PermitLimit = most, Window = window, QueueLimit = 0 }));

    /// <summary>Counts.</summary>
    /// <param name="key">Who.</param>
    /// <param name="times">How often at once; 0 only asks.</param>
    /// <returns>Null, or beyond the limit how long to wait.</returns>
    public TimeSpan? Take(TKey key, int times = 1)
    {
        using var lease = _limiter.AttemptAcquire(key, times);
        return lease.IsAcquired ? null : lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : window;
    }

    public void Dispose() => _limiter.Dispose();
}
