using System.Collections.Concurrent;

namespace Embed.Server.Threads;

/// <summary>
/// Says "this thread has a newer version" to everyone in this process who follows it. Never content, so nothing held can
/// leak; the listener reads again with its own rights.
/// </summary>
internal sealed class ThreadFeed
{
    private readonly ConcurrentDictionary<(long SiteId, string Key), Listeners> _threads = new();
    private readonly ConcurrentDictionary<long, long> _changes = new();

    /// <summary>How many changes of a site's threads were announced since the start: what is made from all of them is new with each.</summary>
    public long ChangesOf(long siteId) => _changes.GetValueOrDefault(siteId);

    /// <summary>
    /// Calls <paramref name="changed"/>, on any thread, after each change. Writing waits for it, so it must return at once.
    /// Dispose the result to stop.
    /// </summary>
    public IDisposable Follow(long siteId, string key, Action<long> changed)
    {
        while (true)
        {
            var listeners = _threads.GetOrAdd((siteId, key), _ => new Listeners());
            if (listeners.TryAdd(changed))
            {
                return new Following(() => Leave((siteId, key), listeners, changed));
            }
        }
    }

    /// <summary>Announces a committed version.</summary>
    public void Announce(long siteId, string key, long version)
    {
        _changes.AddOrUpdate(siteId, 1, (_, changes) => changes + 1);
        if (_threads.TryGetValue((siteId, key), out var listeners))
        {
            // A copy, called outside the lock: a listener may take its time or leave.
            foreach (var changed in listeners.Copy())
            {
                changed(version);
            }
        }
    }

    private void Leave((long SiteId, string Key) thread, Listeners listeners, Action<long> changed)
    {
        if (listeners.RemoveAndCloseIfEmpty(changed))
        {
            _threads.TryRemove(KeyValuePair.Create(thread, listeners));
        }
    }

    private sealed class Listeners
    {
        private readonly Lock _lock = new();
        private readonly List<Action<long>> _list = [];
        private bool _isClosed;

        public bool TryAdd(Action<long> listener)
        {
            lock (_lock)
            {
                if (!_isClosed)
                {
                    _list.Add(listener);
                }

                return !_isClosed;
            }
        }

        public bool RemoveAndCloseIfEmpty(Action<long> listener)
        {
            lock (_lock)
            {
                _list.Remove(listener);
                return _isClosed = _list.Count == 0;
            }
        }

        public Action<long>[] Copy()
        {
            lock (_lock)
            {
                return [.. _list];
            }
        }
    }

    private sealed class Following(Action leave) : IDisposable
    {
        private Action? _leave = leave;

        public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
    }
}
