using System.Threading.Channels;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Embed.Server.Threads;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>
/// Closes threads that have come of age (<see cref="Site.ClosesAfterDays"/>), every hour and when a site changes that setting.
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

    // By site: the setting of the last run. Sites change for other reasons, too, which are none to look through all threads.
    private Dictionary<long, int> _done = [];

    public CloseOldThreads(
        IDbContextFactory<EmbedDbContext> databases, WriteQueue writes, ThreadChanges changes, SiteDirectory sites, TimeProvider clock,
        ILogger<CloseOldThreads> logger)
    {
        (_databases, _writes, _changes, _sites, _clock, _logger) = (databases, writes, changes, sites, clock, logger);
        _sites.Changed += Wake;
    }

    /// <summary>Closes what has come of age.</summary>
    /// <param name="isChangedOnly">Whether only sites are looked at whose setting is another than last time.</param>
    /// <param name="cancellationToken">Stops it between two steps.</param>
    /// <returns>How many threads were closed.</returns>
    public async Task<int> RunAsync(bool isChangedOnly, CancellationToken cancellationToken)
    {
        var sites = (await _sites.AllAsync(cancellationToken)).Where(site => site.ClosesAfterDays > 0).ToList();
        var done = isChangedOnly ? _done : [];
        _done = sites.ToDictionary(site => site.Id, site => site.ClosesAfterDays);
        var closed = 0;
        foreach (var site in sites.Where(site => done.GetValueOrDefault(site.Id) != site.ClosesAfterDays))
        {
            closed += await CloseAsync(site, cancellationToken);
        }

        return closed;
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

    private async Task<int> CloseAsync(Site site, CancellationToken cancellationToken)
    {
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        var limit = _clock.GetUtcNow().AddDays(-site.ClosesAfterDays);
        var (closed, after) = (0, 0L);
        while (true)
        {
            var ids = await database.Threads
                .Where(t => t.SiteId == site.Id && t.Id > after && !t.IsClosed && !t.StaysOpen && t.AliasOfId == null && t.DeletedAt == null
                    && t.CreatedAt <= limit)
                .OrderBy(t => t.Id).Take(ThreadsAStep).Select(t => t.Id).ToListAsync(cancellationToken);
            if (ids.Count == 0)
            {
                return closed;
            }

            // One short write after another, so that others get their turn in between.
            var step = await _writes.RunAsync(write => CloseAsync(write, site.Id, ids), cancellationToken);
            if (step.Refusal is not null)
            {
                // More to write than the server can; next hour will do.
                return closed;
            }

            (closed, after) = (closed + step.Value, ids[^1]);
        }
    }

    // Whatever has changed since they were found: the setting, or what a moderator did.
    private async Task<Outcome<int>> CloseAsync(WriteScope write, long siteId, List<long> ids)
    {
        var site = await write.Database.Sites.AsNoTracking().FirstAsync(s => s.Id == siteId);
        var now = _clock.GetUtcNow();
        var threads = await write.Database.Threads.Where(t => ids.Contains(t.Id) && !t.IsClosed && t.DeletedAt == null).ToListAsync();
        var old = threads.Where(thread => thread.IsOverAge(site, now)).ToList();
        old.ForEach(thread => thread.IsClosed = true);
        await write.Database.SaveChangesAsync();
        foreach (var thread in old)
        {
            await _changes.StepAsync(write, ThreadPlace.Of(site, thread), thread.Id);
        }

        return old.Count;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Could not close the threads that have come of age; will try again")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}
