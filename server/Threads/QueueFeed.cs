using System.Collections.Immutable;
using Embed.Server.Data;

namespace Embed.Server.Threads;

/// <summary>
/// Says "what moderators of the site look at has changed" to everyone in this process who follows it. Never what: the listener
/// reads again with its own rights.
/// </summary>
internal sealed class QueueFeed
{
    private ImmutableArray<Following> _followings = [];

    /// <summary>
    /// Calls <paramref name="changed"/> on the thread pool after changes at one of the sites: once for those that come before it
    /// has begun. Dispose the result to stop.
    /// </summary>
    public IDisposable Follow(IEnumerable<long> sites, Action changed)
    {
        var following = new Following(this, [.. sites], changed);
        ImmutableInterlocked.Update(ref _followings, all => all.Add(following));
        return following;
    }

    /// <summary>Tells of a change once it is on disk.</summary>
    public void AfterCommit(WriteScope write, long siteId) => write.AfterCommit((this, siteId), () => Announce(siteId));

    // The writer's thread: nothing is done here but to note it.
    private void Announce(long siteId)
    {
        foreach (var following in _followings)
        {
            following.Tell(siteId);
        }
    }

    private sealed class Following(QueueFeed feed, ImmutableHashSet<long> sites, Action changed) : IDisposable
    {
        private int _isDue;
        private volatile bool _hasLeft;

        public void Tell(long siteId)
        {
            if (sites.Contains(siteId) && Interlocked.Exchange(ref _isDue, 1) == 0)
            {
                ThreadPool.QueueUserWorkItem(_ =>
                {
                    Interlocked.Exchange(ref _isDue, 0);
                    if (!_hasLeft)
                    {
                        changed();
                    }
                });
            }
        }

        public void Dispose()
        {
            _hasLeft = true;
            ImmutableInterlocked.Update(ref feed._followings, all => all.Remove(this));
        }
    }
}
