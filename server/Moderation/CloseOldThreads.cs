using System.Threading.Channels;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Embed.Server.Threads;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>
/// Closes threads that have come of age (<see cref="Site.ClosesAfterDays"/>), every hour and when a site changes that setting; and
/// opens those again that a changed setting lets grow older, unless a moderator has decided (<see cref="CommentThread.StaysOpen"/>).
/// It is nobody's act, so the log has none of it. In between posts are refused already.
/// </summary>
internal sealed partial class CloseOldThreads : BackgroundService
{
    // As long as a handful of posts.
    private const int ThreadsAStep = 50;

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly IDbContextFactory<EmbedDbContext> _databases;
    private readonly WriteQueue _writes;
    private readonly ThreadChanges _changes;
    private readonly SiteDirectory _sites;
    private readonly TimeProvider _clock;
    private readonly ILogger<CloseOldThreads> _logger;
    // One word for all that comes while a run is due.
    private readonly Channel<bool> _due = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    // By site: the setting that its threads are in line with. Sites change for other reasons, too, which are none to look through all threads.
    private readonly Dictionary<long, int> _done = [];

    public CloseOldThreads(
        IDbContextFactory<EmbedDbContext> databases, WriteQueue writes, ThreadChanges changes, SiteDirectory sites, TimeProvider clock,
        ILogger<CloseOldThreads> logger)
    {
        (_databases, _writes, _changes, _sites, _clock, _logger) = (databases, writes, changes, sites, clock, logger);
        _sites.Changed += Wake;
    }

    /// <summary>Closes what has come of age, and opens what its age closes no more.</summary>
    /// <param name="isChangedOnly">Whether only sites are looked at whose setting is another than last time.</param>
    /// <param name="cancellationToken">Stops it between two steps.</param>
    /// <returns>How many threads were closed or opened.</returns>
    public async Task<int> RunAsync(bool isChangedOnly, CancellationToken cancellationToken)
    {
        var changed = 0;
        foreach (var site in await _sites.AllAsync(cancellationToken))
        {
            // Not known before the first run, which the start of the server sets off.
            var (days, before) = (site.ClosesAfterDays, _done.TryGetValue(site.Id, out var known) ? known : (int?)null);
            if (days == before && (isChangedOnly || days == 0))
            {
                continue;
            }

            var now = _clock.GetUtcNow();
            // What is younger than the setting before was not closed by its age, whatever its row says.
            var opened = before is > 0 and var earlier && (days == 0 || days > earlier)
                ? await SetAsync(site, isClosed: false, now.AddDays(-earlier), days == 0 ? DateTimeOffset.UnixEpoch : now.AddDays(-days), cancellationToken)
                : 0;
            var closed = days > 0 ? await SetAsync(site, isClosed: true, now.AddDays(-days), DateTimeOffset.UnixEpoch, cancellationToken) : 0;
            // More to write than the server can: next hour will do.
            if (opened is not null && closed is not null)
            {
                _done[site.Id] = days;
            }

            changed += (opened ?? 0) + (closed ?? 0);
        }

        return changed;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _sites.Changed -= Wake;
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isHourly = false;
        using var timer = _clock.CreateTimer(
            _ =>
            {
                Volatile.Write(ref isHourly, true);
                Wake();
            },
            null, Interval, Interval);
        try
        {
            while (true)
            {
                await _due.Reader.ReadAsync(stoppingToken);
                await TryRunAsync(isChangedOnly: !Interlocked.Exchange(ref isHourly, false), stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Whoever stops it, the server or a test, need not hear of it.
        }
    }

    private async Task TryRunAsync(bool isChangedOnly, CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(isChangedOnly, stoppingToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // The server goes on, and so does this, next time.
            Log.Failed(_logger, fault);
        }
    }

    private void Wake() => _due.Writer.TryWrite(true);

    /// <summary>Closes or opens the threads that began up to a time and after another, as far as their age says so.</summary>
    /// <returns>How many; null if the server was too busy.</returns>
    private async Task<int?> SetAsync(Site site, bool isClosed, DateTimeOffset upTo, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        var (changed, after) = (0, 0L);
        while (true)
        {
            var ids = await database.Threads
                .Where(t => t.SiteId == site.Id && t.Id > after && t.IsClosed != isClosed && !t.StaysOpen && t.AliasOfId == null && t.DeletedAt == null
                    && t.CreatedAt <= upTo && t.CreatedAt > since)
                .OrderBy(t => t.Id).Take(ThreadsAStep).Select(t => t.Id).ToListAsync(cancellationToken);
            if (ids.Count == 0)
            {
                return changed;
            }

            // One short write after another, so that others get their turn in between.
            var step = await _writes.RunAsync(write => SetAsync(write, site.Id, isClosed, ids), cancellationToken);
            if (step.Refusal is not null)
            {
                return null;
            }

            (changed, after) = (changed + step.Value, ids[^1]);
        }
    }

    // Whatever has changed since they were found: the setting, or what a moderator did.
    private async Task<Outcome<int>> SetAsync(WriteScope write, long siteId, bool isClosed, List<long> ids)
    {
        var site = await write.Database.Sites.AsNoTracking().FirstAsync(s => s.Id == siteId);
        var now = _clock.GetUtcNow();
        var threads = (await write.Database.Threads
            .Where(t => ids.Contains(t.Id) && t.IsClosed != isClosed && !t.StaysOpen && t.DeletedAt == null).ToListAsync())
            .Where(thread => thread.IsOverAge(site, now) == isClosed).ToList();
        threads.ForEach(thread => thread.IsClosed = isClosed);
        await write.Database.SaveChangesAsync();
        foreach (var thread in threads)
        {
            await _changes.StepAsync(write, ThreadPlace.Of(site, thread), thread.Id);
        }

        return threads.Count;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Could not close or open threads by their age; will try again")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}
