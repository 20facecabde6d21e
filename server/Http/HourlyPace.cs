using System.Net;
using System.Threading.RateLimiting;

namespace Embed.Server.Http;

/// <summary>How often one network address may do one thing an hour (<see cref="AddressPace.NetworkOf"/>).</summary>
/// <param name="mostPerHour">How often; 0: no limit.</param>
internal sealed class HourlyPace(int mostPerHour) : IDisposable
{
    private readonly PartitionedRateLimiter<IPAddress> _limiter = PartitionedRateLimiter.Create<IPAddress, IPAddress>(network => mostPerHour == 0
        ? RateLimitPartition.GetNoLimiter(network)
        : RateLimitPartition.GetFixedWindowLimiter(network, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = mostPerHour,
            Window = TimeSpan.FromHours(1),
            QueueLimit = 0,
        }));

    /// <summary>Counts one time; false beyond the limit.</summary>
    public bool Allows(IPAddress network)
    {
        using var lease = _limiter.AttemptAcquire(network);
        return lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();
}
