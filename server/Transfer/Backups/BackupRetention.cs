using System.Globalization;

namespace Embed.Server.Transfer.Backups;

/// <summary>
/// Which backups are kept: the last of each of so many days, and before those the last of each of so many weeks. Days and weeks
/// without a backup do not count, so that nothing goes because a server stood still.
/// </summary>
internal static class BackupRetention
{
    /// <summary>Those that may go.</summary>
    /// <param name="backups">What there is.</param>
    /// <param name="madeAt">When each was made. Days begin at midnight UTC, weeks on Monday (ISO 8601).</param>
    /// <param name="days">Days kept, at least 1: the latest backup always stays.</param>
    /// <param name="weeks">Weeks kept besides; 0 for none.</param>
    public static IReadOnlyList<T> Superfluous<T>(IReadOnlyCollection<T> backups, Func<T, DateTimeOffset> madeAt, int days, int weeks)
    {
        var ordered = backups.OrderByDescending(madeAt).ToList();
        var daily = ordered.DistinctBy(backup => madeAt(backup).UtcDateTime.Date).Take(Math.Max(1, days)).ToList();
        var before = daily.Count == 0 ? default : madeAt(daily[^1]).UtcDateTime.Date;
        var weekly = ordered.Where(backup => madeAt(backup).UtcDateTime.Date < before)
            .DistinctBy(backup => WeekOf(madeAt(backup).UtcDateTime)).Take(weeks);
        return [.. ordered.Except(daily.Concat(weekly))];
    }

    private static (int Year, int Week) WeekOf(DateTime day) => (ISOWeek.GetYear(day), ISOWeek.GetWeekOfYear(day));
}
