using System.Collections.Concurrent;
using Microsoft.Extensions.Caching.Memory;

namespace Embed.Server.Http;

/// <summary>
/// Bodies by key, each made once however many ask at once, within a bound in bytes. The key holds the version of what the body
/// is made from, so nothing is evicted by hand.
/// </summary>
/// <param name="maxBytes">The bound. Keys hold what requests say, and there is no end of that.</param>
internal sealed class BodyCache<TKey>(long maxBytes) : IDisposable
    where TKey : notnull
{
    // What an entry costs besides its body and the texts of its key, roughly.
    private const long EntryBytes = 400;

    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = maxBytes });
    private readonly ConcurrentDictionary<TKey, Lazy<Task<CachedBody>>> _making = new();

    /// <summary>The body of a key.</summary>
    /// <param name="key">All that it depends on.</param>
    /// <param name="make">
    /// Makes it, and decides by <see cref="Keep"/> what is kept. It is not cancelled when one of those who wait for it leaves.
    /// </param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public ValueTask<CachedBody> GetAsync(TKey key, Func<TKey, Task<CachedBody>> make, CancellationToken cancellationToken) =>
        _cache.TryGetValue(key, out CachedBody? known) ? ValueTask.FromResult(known!) : MakeAsync(key, make, cancellationToken);

    /// <summary>Keeps a body. It counts whole under each key: which of them lasts longest is not known.</summary>
    /// <param name="key">The key.</param>
    /// <param name="body">The body.</param>
    /// <param name="characters">Length of the texts in the key.</param>
    public CachedBody Keep(TKey key, CachedBody body, int characters) =>
        _cache.Set(key, body, new MemoryCacheEntryOptions { Size = body.Bytes + EntryBytes + (2 * characters) });

    public void Dispose() => _cache.Dispose();

    private async ValueTask<CachedBody> MakeAsync(TKey key, Func<TKey, Task<CachedBody>> make, CancellationToken cancellationToken)
    {
        var making = _making.GetOrAdd(key, k => new Lazy<Task<CachedBody>>(() => OnceAsync(k, make)));
        return await making.Value.WaitAsync(cancellationToken);
    }

    private async Task<CachedBody> OnceAsync(TKey key, Func<TKey, Task<CachedBody>> make)
    {
        try
        {
            return await make(key);
        }
        finally
        {
            _making.TryRemove(key, out _);
        }
    }
}
