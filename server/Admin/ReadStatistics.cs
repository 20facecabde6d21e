using System.Text.Json;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Admin;

/// <summary>What waits for moderators.</summary>
/// <param name="Held">Comments that wait for a decision.</param>
/// <param name="Flagged">Comments with reports that nobody has looked at.</param>
/// <param name="Spam">Comments taken for spam.</param>
public sealed record WaitingWork(int Held, int Flagged, int Spam);

/// <summary>A day.</summary>
/// <param name="Day">Which, where whoever asks is.</param>
/// <param name="Comments">Comments written that day that readers see.</param>
/// <param name="Held">Comments written that day that readers do not see: they wait, were rejected or are spam.</param>
/// <param name="Flags">Reports by readers.</param>
/// <param name="Commenters">People of whose comments at least one is seen.</param>
public sealed record DayOfComments(DateOnly Day, int Comments, int Held, int Flags, int Commenters);

/// <summary>A page that was discussed.</summary>
/// <param name="ThreadId">Its thread.</param>
/// <param name="Title">Its title, or its address.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Site">The site's key.</param>
/// <param name="Comments">Comments in the time looked at.</param>
public sealed record DiscussedPage(long ThreadId, string Title, string Address, string Site, int Comments);

/// <summary>What has happened at some sites.</summary>
/// <param name="Days">The days, the last one today.</param>
/// <param name="Pages">The pages most discussed in them.</param>
public sealed record SiteStatistics(IReadOnlyList<DayOfComments> Days, IReadOnlyList<DiscussedPage> Pages);

/// <summary>
/// The figures of the dashboards, for those who moderate the sites. Days are those of the time zone that is given. Comments are
/// counted from an index that has all that is asked; what a busy site's year costs is kept for a minute.
/// </summary>
internal sealed class ReadStatistics(
    IDbContextFactory<EmbedDbContext> databases, SiteDirectory sites, Standings standings, TimeProvider clock)
{
    /// <summary>Over how many days one can look.</summary>
    public static readonly IReadOnlyList<int> Periods = [7, 30, 90, 365];

    /// <summary>The largest number of <see cref="WaitingWork"/>: the queue's own.</summary>
    public const int MostCounted = ReadQueue.MostCounted;

    /// <summary>Most pages that are named as most discussed.</summary>
    public const int MostPages = 10;

    // Offsets from UTC, and changes of them, are multiples of it.
    private const long QuarterOfAnHour = 900_000;

    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);

    private readonly Lock _changing = new();
    private readonly Dictionary<string, (DateTimeOffset Until, Task<SiteStatistics> Read)> _kept = new(StringComparer.Ordinal);

    private sealed record CountedDay(int Day, int Comments, int Held, int Commenters);

    private sealed record CountedQuarter(long Quarter, int Flags);

    private sealed record CountedThread(long ThreadId, int Comments);

    /// <summary>What waits now.</summary>
    /// <returns>The work; refused: not-allowed.</returns>
    public async Task<Outcome<WaitingWork>> ReadWorkAsync(Commenter asking, long? siteId, CancellationToken cancellationToken)
    {
        var ids = await SitesOfAsync(asking, siteId, cancellationToken);
        if (ids.Count == 0 && siteId is not null)
        {
            return Refusal.NotAllowed;
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var counts = await QueueIndex.CountAsync(database, ids, MostCounted, cancellationToken);
        return new WaitingWork(counts.Held, counts.Flagged, counts.Spam);
    }

    /// <summary>What has happened.</summary>
    /// <param name="asking">Who asks.</param>
    /// <param name="siteId">At which site; null for all that they moderate.</param>
    /// <param name="days">Over how many days: one of <see cref="Periods"/>.</param>
    /// <param name="zone">Whose days.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The statistics; refused: not-allowed.</returns>
    public async Task<Outcome<SiteStatistics>> HandleAsync(
        Commenter asking, long? siteId, int days, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var ids = await SitesOfAsync(asking, siteId, cancellationToken);
        if ((ids.Count == 0 && siteId is not null) || !Periods.Contains(days))
        {
            return Refusal.NotAllowed;
        }

        return await Kept(ids, days, zone).WaitAsync(cancellationToken);
    }

    private async Task<List<long>> SitesOfAsync(Commenter asking, long? siteId, CancellationToken cancellationToken) =>
        [.. (await standings.ModeratedAsync(asking, await sites.AllAsync(cancellationToken), cancellationToken))
            .Select(pair => pair.Site.Id).Where(id => siteId is null || id == siteId).Order()];

    private Task<SiteStatistics> Kept(List<long> siteIds, int days, TimeZoneInfo zone)
    {
        var now = clock.GetUtcNow();
        var last = LocalDays.DayOf(now, zone);
        var key = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{string.Join(',', siteIds)} {days} {zone.Id} {last.DayNumber}");
        lock (_changing)
        {
            foreach (var stale in _kept.Where(pair => pair.Value.Until <= now || pair.Value.Read.IsFaulted).Select(pair => pair.Key).ToList())
            {
                _kept.Remove(stale);
            }

            if (!_kept.TryGetValue(key, out var kept))
            {
                // For all who ask meanwhile, so none of them stops it.
                _kept[key] = kept = (now + KeptFor, Task.Run(() => ReadAsync(siteIds, last.AddDays(1 - days), days, zone)));
            }

            return kept.Read;
        }
    }

    private async Task<SiteStatistics> ReadAsync(List<long> siteIds, DateOnly first, int count, TimeZoneInfo zone)
    {
        var starts = Enumerable.Range(0, count + 1).Select(i => LocalDays.StartOf(first.AddDays(i), zone).ToUnixTimeMilliseconds()).ToList();
        var places = JsonSerializer.Serialize(siteIds);
        var spans = JsonSerializer.Serialize(starts.Zip(starts.Skip(1), (from, to) => new[] { from, to }));
        await using var database = await databases.CreateDbContextAsync(CancellationToken.None);
        // Each day of each site is a range of the index, in the order written here.
        var comments = await database.Database.SqlQuery<CountedDay>(
            $"""
            SELECT d."key" AS "Day", SUM(c."State" = 1) AS "Comments", SUM(c."State" IN (0, 2, 3)) AS "Held",
              COUNT(DISTINCT CASE WHEN c."State" = 1 THEN c."CommenterId" END) AS "Commenters"
            FROM json_each({spans}) AS d CROSS JOIN json_each({places}) AS s CROSS JOIN "Comments" AS c
            WHERE c."SiteId" = s."value" AND c."PostedAt" >= d."value" ->> 0 AND c."PostedAt" < d."value" ->> 1
            GROUP BY d."key"
            """).ToDictionaryAsync(day => day.Day);
        var flags = (await database.Database.SqlQuery<CountedQuarter>(
            $"""
            SELECT f."At" / {QuarterOfAnHour} AS "Quarter", COUNT(*) AS "Flags" FROM "Flags" AS f CROSS JOIN "Comments" AS c ON c."Id" = f."CommentId"
            WHERE f."At" >= {starts[0]} AND f."At" < {starts[^1]} AND c."SiteId" IN (SELECT "value" FROM json_each({places}))
            GROUP BY 1
            """).ToListAsync()).ToLookup(quarter => DayOf(starts, quarter.Quarter * QuarterOfAnHour), quarter => quarter.Flags);
        var days = Enumerable.Range(0, count).Select(i => comments.GetValueOrDefault(i, new CountedDay(i, 0, 0, 0)))
            .Select(day => new DayOfComments(first.AddDays(day.Day), day.Comments, day.Held, flags[day.Day].Sum(), day.Commenters));
        return new SiteStatistics([.. days], await PagesAsync(database, places, starts[0]));
    }

    private static async Task<IReadOnlyList<DiscussedPage>> PagesAsync(EmbedDbContext database, string places, long from)
    {
        var counted = await database.Database.SqlQuery<CountedThread>(
            $"""
            SELECT c."ThreadId" AS "ThreadId", COUNT(*) AS "Comments" FROM json_each({places}) AS s CROSS JOIN "Comments" AS c
            WHERE c."SiteId" = s."value" AND c."PostedAt" >= {from} AND c."State" = 1
            GROUP BY 1 ORDER BY 2 DESC, 1 DESC LIMIT {MostPages}
            """).ToListAsync();
        var ids = counted.ConvertAll(thread => thread.ThreadId);
        var threads = await database.Threads.AsNoTracking().Include(t => t.Site).Where(t => ids.Contains(t.Id)).ToDictionaryAsync(t => t.Id);
        return [.. counted.Select(found => (found.Comments, Thread: threads[found.ThreadId])).Select(found => new DiscussedPage(
            found.Thread.Id, found.Thread.Title.Length > 0 ? found.Thread.Title : found.Thread.PageAddress, found.Thread.PageAddress,
            found.Thread.Site!.Key, found.Comments))];
    }

    private static int DayOf(List<long> starts, long moment) => starts.BinarySearch(moment) is >= 0 and var exact ? exact : ~starts.BinarySearch(moment) - 1;
}
