using System.Net;
using System.Threading.RateLimiting;
using Embed.Server.Model;
using Microsoft.Extensions.Options;

namespace Embed.Server.Http;

/// <summary>
/// How many connections that stay open one network address, and all together, may hold: live threads, and event streams of
/// readers, each counted for itself.
/// </summary>
internal sealed class OpenConnections : IDisposable
{
    private readonly PartitionedRateLimiter<IPAddress> _circuits;
    private readonly PartitionedRateLimiter<IPAddress> _streams;

    public OpenConnections(IOptions<EmbedOptions> options)
    {
        var limits = options.Value.Limits;
        _circuits = Limit(limits.CircuitsPerAddress, limits.Circuits);
        _streams = Limit(limits.StreamsPerAddress, limits.Streams);
    }

    /// <summary>Counts one live thread; dispose the lease when it ends.</summary>
    /// <returns>The lease, or null with the refusal circuits-full.</returns>
    public RateLimitLease? TryOpenCircuit(IPAddress network, out Refusal? refusal) => TryOpen(_circuits, network, Refusal.CircuitsFull, out refusal);

    /// <summary>Counts one event stream; dispose the lease when it ends.</summary>
    /// <returns>The lease, or null with the refusal streams-full.</returns>
    public RateLimitLease? TryOpenStream(IPAddress network, out Refusal? refusal) => TryOpen(_streams, network, Refusal.StreamsFull, out refusal);

    public void Dispose()
    {
        _circuits.Dispose();
        _streams.Dispose();
    }

    private static RateLimitLease? TryOpen(PartitionedRateLimiter<IPAddress> limiter, IPAddress network, Refusal full, out Refusal? refusal)
    {
        var lease = limiter.AttemptAcquire(network);
        refusal = lease.IsAcquired ? null : full;
        if (lease.IsAcquired)
        {
            return lease;
        }

        lease.Dispose();
        return null;
    }

    private static PartitionedRateLimiter<IPAddress> Limit(int mostPerAddress, int most) => PartitionedRateLimiter.CreateChained(
        Limit<IPAddress>(network => network, mostPerAddress), Limit<string>(_ => "all", most));

    private static PartitionedRateLimiter<IPAddress> Limit<TKey>(Func<IPAddress, TKey> key, int most)
        where TKey : notnull =>
        PartitionedRateLimiter.Create<IPAddress, TKey>(network => most == 0
            ? RateLimitPartition.GetNoLimiter(key(network))
            : RateLimitPartition.GetConcurrencyLimiter(key(network), _ => new ConcurrencyLimiterOptions { PermitLimit = most, QueueLimit = 0 }));
}
