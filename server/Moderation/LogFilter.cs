using System.Globalization;
using Embed.Server.Model;

namespace Embed.Server.Moderation;

/// <summary>Which entries of the log somebody wants to see. What is not set does not matter.</summary>
internal sealed record LogFilter
{
    /// <summary>Of one site; null for all that may be seen.</summary>
    public long? SiteId { get; init; }

    /// <summary>These entries.</summary>
    public IReadOnlyList<long> Entries { get; init; } = [];

    /// <summary>Who did it.</summary>
    public long? ActorId { get; init; }

    /// <summary>What was done: any of these words.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    public long? CommentId { get; init; }

    public long? ThreadId { get; init; }

    /// <summary>Whom it concerns.</summary>
    public long? CommenterId { get; init; }

    /// <summary>From this moment on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before this moment.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Whether it was taken back.</summary>
    public bool? IsUndone { get; init; }

    public ActedVia? Via { get; init; }

    /// <summary>The query parameters it is read from.</summary>
    public static readonly IReadOnlyList<string> Names = ["entry", "who", "what", "comment", "thread", "whom", "from", "to", "undone", "via"];

    /// <summary>Reads it from query parameters: entry, who, what, comment, thread, whom, from, to, undone (yes, no), via (admin, api, thread).</summary>
    /// <param name="get">A parameter's value; null or empty if it is not there.</param>
    /// <param name="zone">Where dates without a time of day begin and end.</param>
    /// <returns>The filter; refused: log-filter-invalid.</returns>
    public static Outcome<LogFilter> Read(Func<string, string?> get, TimeZoneInfo zone)
    {
        var isValid = true;
        var filter = new LogFilter
        {
            Entries = Id("entry") is { } entry ? [entry] : [],
            ActorId = Id("who"),
            Words = Parse("what", text => ActGroup.WordsOf(text) is { Count: > 0 } words ? words : null) ?? [],
            CommentId = Id("comment"),
            ThreadId = Id("thread"),
            CommenterId = Id("whom"),
            From = Parse("from", text => Moment(text, zone, isEnd: false)),
            To = Parse("to", text => Moment(text, zone, isEnd: true)),
            IsUndone = Parse("undone", text => text switch { "yes" => true, "no" => false, _ => (bool?)null }),
            Via = Parse("via", text => Enum.TryParse<ActedVia>(text, ignoreCase: true, out var via) && !char.IsAsciiDigit(text[0]) ? via : (ActedVia?)null),
        };
        return isValid ? filter : Refusal.LogFilterInvalid;

        long? Id(string name) => Parse(name, text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : (long?)null);

        T? Parse<T>(string name, Func<string, T?> parse)
        {
            if (get(name)?.Trim() is not { Length: > 0 } text)
            {
                return default;
            }

            var value = parse(text);
            isValid &= value is not null;
            return value;
        }
    }

    // A day, both ends included; or a moment with its offset.
    private static DateTimeOffset? Moment(string text, TimeZoneInfo zone, bool isEnd)
    {
        if (LocalDays.Parse(text) is { } day)
        {
            return LocalDays.StartOf(isEnd ? day.AddDays(1) : day, zone);
        }

        return DateTimeOffset.TryParseExact(
            text, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.fffK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment : null;
    }
}
