using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Embed.Demo;

/// <summary>Random keys that stand for something for a while; kept in memory.</summary>
internal sealed class Tickets<T>(TimeSpan lifetime)
    where T : class
{
    private readonly ConcurrentDictionary<string, (T Value, DateTimeOffset Expiry)> _issued = new(StringComparer.Ordinal);

    /// <summary>A new key for the value.</summary>
    public string Issue(T value)
    {
        var now = TimeProvider.System.GetUtcNow();
        foreach (var (old, issued) in _issued)
        {
            if (issued.Expiry <= now)
            {
                _issued.TryRemove(old, out _);
            }
        }

        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
        _issued[key] = (value, now + lifetime);
        return key;
    }

    /// <summary>What the key stands for; null if unknown or expired.</summary>
    public T? Find(string key) =>
        _issued.TryGetValue(key, out var issued) && issued.Expiry > TimeProvider.System.GetUtcNow() ? issued.Value : null;

    /// <summary>The same, and the key holds no longer.</summary>
    public T? Take(string key) =>
        _issued.TryRemove(key, out var issued) && issued.Expiry > TimeProvider.System.GetUtcNow() ? issued.Value : null;
}
