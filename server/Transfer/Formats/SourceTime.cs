using System.Globalization;
using System.Text.RegularExpressions;

namespace Embed.Server.Transfer.Formats;

/// <summary>Reads the times that other systems write.</summary>
internal static partial class SourceTime
{
    /// <summary>Of a time that names no zone.</summary>
    public const string NoZone = "Its time names no zone; it was taken as UTC.";

    /// <summary>Of something that is no time, or one before there were comments on the web.</summary>
    public const string Unreadable = "Its time cannot be read.";

    private const int MaxCharacters = 64;
    private const int FirstYear = 1990;
    private const int LastYear = 2100;

    // Above it a number counts milliseconds, below it seconds: the year 5138, or March 1973.
    private const double LeastMilliseconds = 1e11;

    /// <summary>
    /// A time as text: ISO 8601, or with a space for its T and one before the zone. Go writes the zone's name behind, or, where it has none,
    /// the zone once more (https://pkg.go.dev/time#Time.String).
    /// </summary>
    /// <returns>The time in UTC and what had to be mended. Both null for the year 1, which is Go's way to say none.</returns>
    public static (DateTimeOffset? Time, string? Repair) Of(string text)
    {
        text = text.Trim();
        // As nearly all are written: ten times as fast as by the pattern.
        if (DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var usual) && usual.Year > 1)
        {
            return Plausible(usual, null);
        }

        if (text.Length is 0 or > MaxCharacters || !Pattern().Match(text).Groups.TryGetValue("date", out var date) || !date.Success)
        {
            return (null, Unreadable);
        }

        var parts = Pattern().Match(text).Groups;
        // .NET counts in ten-millionths of a second; Go writes thousand-millionths.
        var fraction = parts["fraction"].Value;
        var zone = parts["zone"].Value is ['+' or '-', ..] given ? given.Replace(":", "", StringComparison.Ordinal).Insert(3, ":") : "+00:00";
        var clock = parts["clock"].Success ? parts["clock"].Value : "00:00";
        var seconds = parts["seconds"].Success ? parts["seconds"].Value : "00";
        var plain = $"{date.Value.Replace('/', '-')}T{clock}:{seconds}.{fraction[..Math.Min(7, fraction.Length)].PadRight(7, '0')}{zone}";
        if (!DateTimeOffset.TryParseExact(plain, "yyyy-MM-dd'T'HH:mm:ss.fffffffzzz", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time))
        {
            return (null, Unreadable);
        }

        return time.Year == 1 ? (null, null) : Plausible(time, parts["zone"].Success ? null : NoZone);
    }

    /// <summary>A time as seconds or milliseconds since 1970.</summary>
    public static (DateTimeOffset? Time, string? Repair) Of(double number)
    {
        var milliseconds = Math.Abs(number) < LeastMilliseconds ? number * 1000 : number;
        return milliseconds >= 0 && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            // A double holds milliseconds exactly for longer than there are years with four digits.
            ? Plausible(DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(milliseconds)), null)
            : (null, Unreadable);
    }

    private static (DateTimeOffset?, string?) Plausible(DateTimeOffset time, string? repair) =>
        time.Year is >= FirstYear and < LastYear ? (time, repair) : (null, Unreadable);

    [GeneratedRegex(
        """^(?<date>[0-9]{4}[-/][0-9]{2}[-/][0-9]{2})([T ](?<clock>[0-9]{2}:[0-9]{2})(:(?<seconds>[0-9]{2})([.,](?<fraction>[0-9]{1,12}))?)?)? ?(?<zone>Z|UTC|[+-][0-9]{2}:?[0-9]{2})?( [A-Z]{2,5}| [+-][0-9]{2}([0-9]{2})?)?( m=[+-][0-9.]{1,24})?$""",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Pattern();
}
