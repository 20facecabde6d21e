using System.Net;
using System.Threading.RateLimiting;
using Embed.Server.Model;
using Microsoft.Extensions.Options;

namespace Embed.Server.Http;

/// <summary>
/// How many connections that stay open (live threads and event streams) one network address, and all together, may hold.
/// </summary>
internal sealed class OpenConnections : IDisposable
{
    private readonly PartitionedRateLimiter<IPAddress> _limiter;

    public OpenConnections(IOptions<EmbedOptions> options)
    {
        var limits = options.Value.Limits;
        _limiter = PartitionedRateLimiter.CreateChained(
            Limit<IPAddress>(network => network, limits.CircuitsPerAddress),
            Limit<string>(_ => "all", limits.Circuits));
    }

    /// <summary>Counts one connection; dispose the lease when it ends.</summary>
    /// <returns>The lease, or null with the refusal circuits-full.</returns>
    public RateLimitLease? TryOpen(IPAddress network, out Refusal? refusal)
    {
        var lease = _limiter.AttemptAcquire(network);
        refusal = lease.IsAcquired ? null : Refusal.CircuitsFull;
        if (lease.IsAcquired)
        {
            return lease;
        }

        lease.Dispose();
        return null;
    }

    public void Dispose() => _limiter.Dispose();

    private static PartitionedRateLimiter<IPAddress> Limit<TKey>(Func<IPAddress, TKey> key, int most)
        where TKey : notnull =>
        PartitionedRateLimiter.Create<IPAddress, TKey>(network => most == 0
            ? RateLimitPartition.GetNoLimiter(key(network))
            : RateLimitPartition.GetConcurrencyLimiter(key(network), _ => new ConcurrencyLimiterOptions { PermitLimit = most, QueueLimit = 0 }));
}
