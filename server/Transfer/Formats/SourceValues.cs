using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Embed.Server.Transfer.Formats;

/// <summary>Reads values as sources write them, and says what had to be mended.</summary>
internal static partial class SourceValues
{
    public const string MadeId = "It had no id; one was made from its author, time and text.";

    public const string LostCharacters = "It has characters that could not be read; each became \uFFFD.";

    /// <summary>No comment on the web is older; what says so, such as year 0 or 1970, means that the time is not known.</summary>
    private const int FirstYear = 1990;

    private const int LastYear = 2100;

    private const int LongestId = 200;
    private const int LongestQuote = 40;

    private static readonly string[] TimeFormats =
        ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd' 'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd"];

    /// <summary>Without blanks around it; null if nothing is left.</summary>
    public static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();

    /// <summary>An id; a very long one as its hash. Null if there is none.</summary>
    public static string? Id(string? value) => Text(value) is not { } id ? null : id.Length > LongestId ? Hash(id) : id;

    /// <summary>Yes or no; null for anything else.</summary>
    public static bool? Flag(string? value) => value?.Trim().ToUpperInvariant() switch
    {
        "TRUE" or "1" => true,
        "FALSE" or "0" => false,
        _ => null,
    };

    /// <summary>A time in ISO 8601 or SQL's way, in UTC unless it says otherwise; null if it cannot be one.</summary>
    public static DateTimeOffset? Time(string? value) =>
        DateTimeOffset.TryParseExact(
            MoreThanTicks().Replace(value?.Trim() ?? "", "${ticks}"), TimeFormats, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? Plausible(time)
            : null;

    /// <summary>Seconds since 1970, exact to the millisecond; null if they cannot be a time.</summary>
    public static DateTimeOffset? Time(double seconds)
    {
        var milliseconds = Math.Round(seconds * 1000);
        return Math.Abs(milliseconds) < 1e15 ? Plausible(DateTimeOffset.UnixEpoch.AddTicks((long)milliseconds * TimeSpan.TicksPerMillisecond)) : null;
    }

    /// <summary>An id for what has none, the same each time it is read.</summary>
    public static string Hash(params ReadOnlySpan<string?> of) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u001f', of)))[..16]);

    /// <summary>An id for somebody whom their source knows only by what they wrote beside a comment; null for nobody.</summary>
    public static string? Guest(string? name, string? email, string? website = null) =>
        name is null && email is null ? null : $"guest-{Hash(name, email?.ToUpperInvariant(), email is null ? website : null)}";

    /// <summary>The sentence for a time that cannot be read.</summary>
    public static string BadTime(string? value) => $"Its time, {Quote(value)}, cannot be read.";

    /// <summary>Whether any of it has characters that were lost on the way.</summary>
    public static bool HasLostCharacters(params ReadOnlySpan<string?> values)
    {
        foreach (var value in values)
        {
            if (value?.Contains('\uFFFD', StringComparison.Ordinal) == true)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What a source says, short enough for a report.</summary>
    public static string Quote(string? value) => Text(value) switch
    {
        null => "which is missing",
        { Length: > LongestQuote } text => $"“{text[..LongestQuote]}…”",
        var text => $"“{text}”",
    };

    /// <summary>Nothing of a deleted comment but its place, time and votes.</summary>
    public static SourceComment Emptied(this SourceComment comment) =>
        comment with { Text = "", Markup = SourceMarkup.PlainText, PersonId = null, NetworkAddress = null };

    private static DateTimeOffset? Plausible(DateTimeOffset time) => time.Year is >= FirstYear and < LastYear ? time : null;

    /// <summary>Digits after the seventh of a second: more than a tick.</summary>
    [GeneratedRegex(@"(?<ticks>\.[0-9]{7})[0-9]+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex MoreThanTicks();
}

/// <summary>
/// Remembers what was told lately, so that a reader does not tell of the same person with each comment. It forgets all when it is
/// full: telling twice does no harm.
/// </summary>
internal sealed class ToldLately
{
    private const int Most = 50_000;

    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    /// <summary>Whether an id is new, as far as remembered.</summary>
    public bool Add(string id)
    {
        if (_ids.Count == Most)
        {
            _ids.Clear();
        }

        return _ids.Add(id);
    }
}
