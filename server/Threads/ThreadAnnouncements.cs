namespace Embed.Server.Threads;

/// <summary>
/// Tells readers of committed versions: of votes at most once a second for each thread, so that a busy thread is still drawn
/// once for many; of everything else at once, and of the votes before it.
/// </summary>
/// <remarks>
/// In the database the version steps with each vote. So the same version never means two states of a thread, and after a
/// crash no reader's copy passes for the present one.
/// </remarks>
internal sealed class ThreadAnnouncements(ThreadVersions versions, ThreadFeed feed, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan VoteInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();

    // Threads told of a vote within the last second; bounded by how fast votes are written.
    private readonly Dictionary<(long SiteId, string Key), Pause> _pauses = [];

    private sealed record Pause(ITimer Timer)
    {
        public long? Waiting { get; set; }
    }

    /// <summary>Tells of a version at once.</summary>
    public void Announce(long siteId, string key, long version)
    {
        versions.Of(siteId, key).Raise(version);
        feed.Announce(siteId, key, version);
    }

    /// <summary>Tells of a vote: at once, or when a second has passed since the last one.</summary>
    public void AnnounceVote(long siteId, string key, long version)
    {
        lock (_lock)
        {
            if (_pauses.TryGetValue((siteId, key), out var pause))
            {
                pause.Waiting = version;
                // Whoever reads the thread as it is now, as voters do, sees it.
                versions.Of(siteId, key).Note(version);
                return;
            }

            var timer = clock.CreateTimer(_ => EndPause(siteId, key), null, VoteInterval, Timeout.InfiniteTimeSpan);
            _pauses.Add((siteId, key), new Pause(timer));
        }

        Announce(siteId, key, version);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var pause in _pauses.Values)
            {
                pause.Timer.Dispose();
            }

            _pauses.Clear();
        }
    }

    private void EndPause(long siteId, string key)
    {
        long waiting;
        lock (_lock)
        {
            if (!_pauses.TryGetValue((siteId, key), out var pause))
            {
                return;
            }

            if (pause.Waiting is not { } version)
            {
                _pauses.Remove((siteId, key));
                pause.Timer.Dispose();
                return;
            }

            (waiting, pause.Waiting) = (version, null);
            pause.Timer.Change(VoteInterval, Timeout.InfiniteTimeSpan);
        }

        // Another change may have told of a newer one meanwhile.
        if (versions.Of(siteId, key).Version < waiting)
        {
            Announce(siteId, key, waiting);
        }
    }
}
