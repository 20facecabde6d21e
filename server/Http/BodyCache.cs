using System.Collections.Concurrent;
using Microsoft.Extensions.Caching.Memory;

namespace Embed.Server.Http;

/// <summary>
/// Bodies by key, each made once however many ask at once. The key holds the version of what the body is made from, so
/// nothing is evicted by hand. The ETag is made from the text itself: a change elsewhere leaves readers their copy.
/// </summary>
internal sealed class BodyCache : IDisposable
{
    // Keys hold what requests say, and there is no end of that.
    private const long MaxBytes = 16 * 1024 * 1024;

    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = MaxBytes });
    private readonly ConcurrentDictionary<string, Lazy<Task<CachedBody>>> _making = new(StringComparer.Ordinal);

    /// <summary>The body of a key.</summary>
    /// <param name="key">All that the text depends on.</param>
    /// <param name="make">Makes the text. It is not cancelled when one of those who wait for it leaves.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async ValueTask<CachedBody> GetAsync(string key, Func<Task<string>> make, CancellationToken cancellationToken)
    {
        if (_cache.TryGetValue(key, out CachedBody? known))
        {
            return known!;
        }

        var making = _making.GetOrAdd(key, k => new Lazy<Task<CachedBody>>(() => MakeAsync(k, make)));
        return await making.Value.WaitAsync(cancellationToken);
    }

    public void Dispose() => _cache.Dispose();

    private async Task<CachedBody> MakeAsync(string key, Func<Task<string>> make)
    {
        try
        {
            var text = await make();
            var body = CachedBody.From(text, identity: text);
            _cache.Set(key, body, new MemoryCacheEntryOptions { Size = body.Bytes + (2 * key.Length) });
            return body;
        }
        finally
        {
            _making.TryRemove(key, out _);
        }
    }
}
