using System.Collections.Concurrent;
using Microsoft.Extensions.Caching.Memory;

namespace Embed.Server.Threads;

/// <summary>
/// The current version of each thread, in memory, so that a cached fragment is served without asking the database.
/// Versions only grow, in any order of arrival; a forgotten entry costs one query.
/// </summary>
internal sealed class ThreadVersions : IDisposable
{
    // Bounded in bytes, roughly: page addresses come from outside, and there is no end of them.
    private const long MaxBytes = 32 * 1024 * 1024;
    private const int EntryBytes = 400;

    private readonly MemoryCache _heads = new(new MemoryCacheOptions { SizeLimit = MaxBytes });

    /// <summary>The entry of a thread, known or not.</summary>
    public ThreadHead Of(long siteId, string key) =>
        _heads.TryGetValue((siteId, key), out ThreadHead? head)
            ? head!
            : _heads.GetOrCreate((siteId, key), entry =>
            {
                entry.Size = EntryBytes + (2 * key.Length);
                return new ThreadHead();
            })!;

    public void Dispose() => _heads.Dispose();
}

/// <summary>What is known of one thread's present.</summary>
internal sealed class ThreadHead
{
    private long _version = -1;
    private long _newest = -1;
    private readonly ConcurrentDictionary<string, WeakReference<SharedThread>> _shared = new(StringComparer.Ordinal);

    /// <summary>Admits one reader of the database at a time, so that many who miss at once cause one query.</summary>
    public SemaphoreSlim Reading { get; } = new(1, 1);

    /// <summary>
    /// The newest version that readers have been told of; -1 before the first, 0 for a thread without comments. What is drawn
    /// for all is kept by it: votes step it at most once a second (<see cref="ThreadAnnouncements"/>).
    /// </summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>The newest version heard of.</summary>
    public long Newest => Volatile.Read(ref _newest);

    /// <summary>What live threads of the newest version show, as long as some circuit holds it.</summary>
    /// <param name="window">What is shown, by name.</param>
    /// <param name="siteRevision">The site's present revision: a new one may change names that it holds.</param>
    public SharedThread? Shared(string window, long siteRevision) =>
        _shared.TryGetValue(window, out var weak) && weak.TryGetTarget(out var shared)
        && shared.Rows.Version >= Newest && shared.Rows.SiteRevision == siteRevision ? shared : null;

    /// <summary>What live threads showed last, of any version, as long as some circuit holds it.</summary>
    public SharedThread? Earlier(string window) =>
        _shared.TryGetValue(window, out var weak) && weak.TryGetTarget(out var shared) ? shared : null;

    /// <summary>Readers are told of this version.</summary>
    public void Raise(long version)
    {
        Note(version);
        Raise(ref _version, version);
    }

    /// <summary>This version is in the database. Readers are told of it only where they know of none.</summary>
    public void Note(long version)
    {
        Raise(ref _newest, version);
        Interlocked.CompareExchange(ref _version, version, -1);
    }

    public void Share(string window, SharedThread shared)
    {
        foreach (var (name, weak) in _shared)
        {
            if (!weak.TryGetTarget(out _))
            {
                _shared.TryRemove(KeyValuePair.Create(name, weak));
            }
        }

        _shared[window] = new WeakReference<SharedThread>(shared);
    }

    private static void Raise(ref long known, long version)
    {
        var seen = Volatile.Read(ref known);
        while (seen < version)
        {
            var before = Interlocked.CompareExchange(ref known, version, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
