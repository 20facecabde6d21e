namespace Embed.Tests;

/// <summary>A clock on which waiting takes no time: it notes how long it would have been.</summary>
/// <param name="now">What it says.</param>
/// <param name="patience">A time that never comes, because nobody is slow.</param>
internal sealed class HastyClock(DateTimeOffset now, TimeSpan patience) : TimeProvider
{
    private DateTimeOffset _now = now;

    public List<TimeSpan> Waits { get; } = [];

    public override DateTimeOffset GetUtcNow() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != patience && dueTime != Timeout.InfiniteTimeSpan)
        {
            Waits.Add(dueTime);
            _now += dueTime;
            // Not before the caller has what it waits for.
            ThreadPool.QueueUserWorkItem(_ => callback(state));
        }

        return new NoTimer();
    }

    private sealed class NoTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
