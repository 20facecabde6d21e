using Embed.Server.Moderation;

namespace Embed.UnitTests;

public sealed class LocalDaysTests
{
    [Theory]
    [InlineData("UTC", "2030-01-02", "2030-01-02T00:00:00Z")]
    [InlineData("Europe/Berlin", "2030-01-02", "2030-01-01T23:00:00Z")]
    // The clock is put forward at two, and back at three.
    [InlineData("Europe/Berlin", "2030-04-01", "2030-03-31T22:00:00Z")]
    [InlineData("Asia/Kolkata", "2030-01-02", "2030-01-01T18:30:00Z")]
    // There is no midnight on the day that the clock is put forward at midnight.
    [InlineData("Africa/Cairo", "2024-04-26", "2024-04-25T22:00:00Z")]
    // Here it comes twice; the day has both.
    [InlineData("America/Havana", "2024-11-03", "2024-11-03T04:00:00Z")]
    public void A_day_begins_where_people_say_so(string zone, string day, string begins) => Assert.Equal(
        DateTimeOffset.Parse(begins, System.Globalization.CultureInfo.InvariantCulture),
        LocalDays.StartOf(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture), TimeZoneInfo.FindSystemTimeZoneById(zone)));

    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("Africa/Cairo")]
    [InlineData("America/Havana")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Asia/Kathmandu")]
    public void Every_moment_belongs_to_the_day_that_has_begun_last(string id)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(id);
        for (var day = new DateOnly(2024, 1, 1); day.Year == 2024; day = day.AddDays(1))
        {
            var start = LocalDays.StartOf(day, zone);
            Assert.Equal(day, LocalDays.DayOf(start, zone));
            Assert.Equal(day.AddDays(-1), LocalDays.DayOf(start.AddMilliseconds(-1), zone));
            Assert.Equal(0, start.ToUnixTimeMilliseconds() % 900_000);
        }
    }
}
