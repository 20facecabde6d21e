using System.Security.Cryptography;
using System.Text;

namespace Embed.Server.Transfer.Formats;

/// <summary>Reads values as sources write them, and says what had to be mended.</summary>
internal static class SourceValues
{
    public const string MadeId = "It had no id; one was made from its author, time and text.";

    public const string LostCharacters = "It has characters that could not be read; each became \uFFFD.";

    private const int LongestId = 200;
    private const int LongestQuote = 40;

    /// <summary>Without blanks around it; null if nothing is left.</summary>
    public static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();

    /// <summary>An id; a very long one as its hash. Null if there is none.</summary>
    public static string? Id(string? value) => Text(value) is not { } id ? null : id.Length > LongestId ? Hash(id) : id;

    /// <summary>Yes or no; null for anything else.</summary>
    public static bool? Flag(string? value)
    {
        var word = value.AsSpan().Trim();
        return word is "1" || word.Equals("true", StringComparison.OrdinalIgnoreCase) ? true
            : word is "0" || word.Equals("false", StringComparison.OrdinalIgnoreCase) ? false
            : null;
    }

    /// <summary>A time in ISO 8601 or SQL's way, in UTC unless it says otherwise; null if it cannot be one.</summary>
    public static DateTimeOffset? Time(string? value) => value is null ? null : SourceTime.Of(value).Time;

    /// <summary>An id for what has none, the same each time it is read.</summary>
    public static string Hash(params ReadOnlySpan<string?> of) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u001f', of)))[..16]);

    /// <summary>An id for somebody whom their source knows only by what they wrote beside a comment; null for nobody.</summary>
    public static string? Guest(string? name, string? email, string? website = null) =>
        name is null && email is null ? null : $"guest-{Hash(name, email?.ToUpperInvariant(), email is null ? website : null)}";

    /// <summary>The sentence for a time that cannot be read.</summary>
    public static string BadTime(string? value) => Text(value) is null ? "Its time is missing." : $"Its time, {Quote(value)}, cannot be read.";

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
        null => "nothing",
        { Length: > LongestQuote } text => $"“{text[..LongestQuote]}…”",
        var text => $"“{text}”",
    };

    /// <summary>Nothing of a deleted comment but its place, time and votes.</summary>
    public static SourceComment Emptied(this SourceComment comment) =>
        comment with { Text = "", Markup = SourceMarkup.PlainText, PersonId = null, NetworkAddress = null };
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
