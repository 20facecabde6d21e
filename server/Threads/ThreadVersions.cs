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
    private WeakReference<ThreadRows>? _rows;

    /// <summary>Admits one reader of the database at a time, so that many who miss at once cause one query.</summary>
    public SemaphoreSlim Reading { get; } = new(1, 1);

    /// <summary>
    /// The newest version that readers have been told of; -1 before the first, 0 for a thread without comments. What is drawn
    /// for all is kept by it: votes step it at most once a second (<see cref="ThreadAnnouncements"/>).
    /// </summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>The newest version heard of.</summary>
    public long Newest => Volatile.Read(ref _newest);

    /// <summary>
    /// The rows of the newest version, as long as some circuit holds them: a thousand circuits that hear of one change share
    /// one query, and nothing is kept for threads nobody takes part in.
    /// </summary>
    /// <param name="siteRevision">The site's present revision: a new one may change names that rows hold.</param>
    public ThreadRows? Rows(long siteRevision) =>
        Volatile.Read(ref _rows) is { } weak && weak.TryGetTarget(out var rows)
        && rows.Version >= Newest && rows.SiteRevision == siteRevision ? rows : null;

    /// <summary>Readers are told of this version.</summary>
    public void Raise(long version)
    {
        Note(version);
        Raise(ref _version, version);
    }

    /// <summary>This version is in the database.</summary>
    public void Note(long version) => Raise(ref _newest, version);

    public void Keep(ThreadRows rows)
    {
        Note(rows.Version);
        Interlocked.CompareExchange(ref _version, rows.Version, -1);
        Volatile.Write(ref _rows, new WeakReference<ThreadRows>(rows));
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

/// <summary>A thread as it is in the database: what every reader may see of it.</summary>
/// <param name="ThreadId">Its id; 0 for a page nobody has commented on.</param>
/// <param name="SiteRevision">The site's revision when it was read.</param>
/// <param name="Version">Its version; 0 for such a page.</param>
/// <param name="IsClosed">Whether it takes no more comments.</param>
/// <param name="CommentCount">Its published comments.</param>
/// <param name="PageAddress">The host page.</param>
/// <param name="Title">Its title; empty if unknown.</param>
/// <param name="Rows">All comments but pending ones.</param>
internal sealed record ThreadRows(
    long ThreadId, long SiteRevision, long Version, bool IsClosed, int CommentCount, string PageAddress, string Title,
    IReadOnlyList<CommentRow> Rows);
