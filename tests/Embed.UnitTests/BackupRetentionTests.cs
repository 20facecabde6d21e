using Embed.Server.Transfer.Backups;

namespace Embed.UnitTests;

/// <summary>Which backups go, and which never do.</summary>
public sealed class BackupRetentionTests
{
    // A Wednesday.
    private static readonly DateTimeOffset Start = new(2030, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Daily_backups_of_half_a_year_leave_seven_days_and_the_last_day_of_four_weeks_before()
    {
        List<DateTimeOffset> kept = [];
        for (var day = 0; day < 180; day++)
        {
            kept.Add(Start.AddDays(day));
            kept = [.. kept.Except(Superfluous(kept, 7, 4))];
        }

        var last = Start.AddDays(179);
        Assert.Equal(DayOfWeek.Sunday, last.DayOfWeek);
        // Seven days make this week whole; of those before, Sundays.
        Assert.Equal(
            [.. Enumerable.Range(0, 7).Select(days => last.AddDays(-days)), .. Enumerable.Range(1, 4).Select(weeks => last.AddDays(-7 * weeks))],
            kept.OrderDescending());
    }

    [Fact]
    public void Of_several_backups_of_one_day_the_last_stays()
    {
        var day = new[] { Start, Start.AddHours(1), Start.AddHours(2) };

        Assert.Equal([Start.AddHours(1), Start], Superfluous(day, 7, 4));
    }

    [Fact]
    public void Backups_stay_however_long_there_was_no_other()
    {
        var old = Enumerable.Range(0, 7).Select(month => Start.AddMonths(-month)).ToList();

        Assert.Empty(Superfluous(old, 7, 0));
        Assert.Single(Superfluous(old, 6, 0), old[^1]);
        Assert.Empty(Superfluous(old, 3, 4));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 0)]
    [InlineData(-1, 0)]
    public void The_latest_always_stays(int days, int weeks)
    {
        var all = new[] { Start.AddDays(-1), Start, Start.AddDays(-40) };

        Assert.Equal([Start.AddDays(-1), Start.AddDays(-40)], Superfluous(all, days, weeks));
        Assert.Empty(Superfluous([Start], days, weeks));
        Assert.Empty(Superfluous([], days, weeks));
    }

    [Fact]
    public void A_week_across_the_turn_of_the_year_is_one_week()
    {
        // Monday, 31 December 2029, and Tuesday, 1 January 2030.
        var monday = new DateTimeOffset(2029, 12, 31, 1, 0, 0, TimeSpan.Zero);
        var all = new[] { Start.AddDays(30), monday, monday.AddDays(1) };

        Assert.Equal([monday], Superfluous(all, 1, 4));
    }

    private static IEnumerable<DateTimeOffset> Superfluous(IReadOnlyCollection<DateTimeOffset> all, int days, int weeks) =>
        BackupRetention.Superfluous(all, at => at, days, weeks);
}
