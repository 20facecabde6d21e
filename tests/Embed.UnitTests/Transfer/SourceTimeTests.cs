using System.Globalization;
using Embed.Server.Transfer.Formats;

namespace Embed.UnitTests.Transfer;

/// <summary>Times as other systems write them.</summary>
public sealed class SourceTimeTests
{
    [Theory]
    [InlineData("2021-03-17T12:09:47Z", "2021-03-17T12:09:47.0000000+00:00", null)]
    [InlineData("2021-03-17T12:09:47.722181Z", "2021-03-17T12:09:47.7221810+00:00", null)]
    [InlineData("2021-03-17T12:09:47.722181199Z", "2021-03-17T12:09:47.7221811+00:00", null)]
    [InlineData("2021-03-17T13:09:47+01:00", "2021-03-17T12:09:47.0000000+00:00", null)]
    [InlineData("2021-10-28 20:50:15 +0800", "2021-10-28T12:50:15.0000000+00:00", null)]
    [InlineData("2021-10-28 20:50:15 +0800 +0800", "2021-10-28T12:50:15.0000000+00:00", null)]
    [InlineData("2021-10-28 20:50:15 -0500 -05", "2021-10-29T01:50:15.0000000+00:00", null)]
    [InlineData("2021-10-28 20:50:15.25 +0800 CST m=+0.000123", "2021-10-28T12:50:15.2500000+00:00", null)]
    [InlineData("2021-10-28 20:50:15.5 +0800 CST", "2021-10-28T12:50:15.5000000+00:00", null)]
    [InlineData("2021-10-28 20:50:15 UTC", "2021-10-28T20:50:15.0000000+00:00", null)]
    [InlineData("2021/10/28 20:50", "2021-10-28T20:50:00.0000000+00:00", SourceTime.NoZone)]
    [InlineData("2021-10-28 20:50:15", "2021-10-28T20:50:15.0000000+00:00", SourceTime.NoZone)]
    [InlineData("2021-10-28", "2021-10-28T00:00:00.0000000+00:00", SourceTime.NoZone)]
    [InlineData("0001-01-01T00:00:00Z", null, null)]
    [InlineData("0001-01-01T00:00:00.000Z", null, null)]
    [InlineData("0000-00-00 00:00:00", null, SourceTime.Unreadable)]
    [InlineData("0000-01-01T00:00:00Z", null, SourceTime.Unreadable)]
    [InlineData("1970-01-01T00:00:00Z", null, SourceTime.Unreadable)]
    [InlineData("2021-02-30T00:00:00Z", null, SourceTime.Unreadable)]
    [InlineData("2021-01-01T25:00:00Z", null, SourceTime.Unreadable)]
    [InlineData("2021-01-01T00:00:00+99:00", null, SourceTime.Unreadable)]
    [InlineData("12/31/2021", null, SourceTime.Unreadable)]
    [InlineData("yesterday", null, SourceTime.Unreadable)]
    [InlineData("-1", null, SourceTime.Unreadable)]
    [InlineData("", null, SourceTime.Unreadable)]
    public void A_text_is_a_time_in_UTC_or_none(string text, string? time, string? repair) =>
        Assert.Equal((time, repair), Written(SourceTime.Of(text)));

    [Theory]
    [InlineData(1_635_425_415_123, "2021-10-28T12:50:15.1230000+00:00", null)]
    [InlineData(1_635_425_415, "2021-10-28T12:50:15.0000000+00:00", null)]
    [InlineData(1_635_425_415.25, "2021-10-28T12:50:15.2500000+00:00", null)]
    [InlineData(0, null, SourceTime.Unreadable)]
    [InlineData(-5, null, SourceTime.Unreadable)]
    [InlineData(1e300, null, SourceTime.Unreadable)]
    [InlineData(double.NaN, null, SourceTime.Unreadable)]
    public void A_number_counts_seconds_or_milliseconds(double number, string? time, string? repair) =>
        Assert.Equal((time, repair), Written(SourceTime.Of(number)));

    private static (string?, string?) Written((DateTimeOffset? Time, string? Repair) read) =>
        (read.Time?.ToString("O", CultureInfo.InvariantCulture), read.Repair);
}
