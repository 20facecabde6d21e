using System.Globalization;
using System.Runtime.InteropServices;
using Embed.Widget;

namespace Embed.Server.Threads;

/// <summary>
/// A place between two top-level comments: the sort key and id of the one before it. Reading goes on from the key, so it does
/// not matter what was added or voted on meanwhile, nor how many comments come before.
/// </summary>
/// <param name="Key">What the order sorts by: Unix milliseconds, billionths of the score, or replies.</param>
/// <param name="Id">The comment's id, which settles ties.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ThreadCursor(long Key, long Id)
{
    /// <summary>The place after a comment.</summary>
    public static ThreadCursor After(CommentRow row, ThreadSort sort) => new(KeyOf(row, sort), row.Id);

    /// <summary>The place before a comment.</summary>
    public static ThreadCursor Before(CommentRow row, ThreadSort sort) =>
        new(KeyOf(row, sort), sort == ThreadSort.Newest ? row.Id + 1 : row.Id - 1);

    /// <summary>Reads what <see cref="ToString"/> wrote; null for anything else.</summary>
    public static ThreadCursor? Parse(string text) =>
        text.Split('-') is [var key, var id]
        && long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var k) && k <= MaxKey
        && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var i) && i < long.MaxValue
            ? new ThreadCursor(k, i)
            : null;

    /// <summary>How it stands in addresses, such as <c>1767355200000-42</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Key}-{Id}");

    // The year 9999: what lies beyond is no time that could be compared with.
    private const long MaxKey = 253_402_300_799_999;

    private static long KeyOf(CommentRow row, ThreadSort sort) => sort switch
    {
        ThreadSort.Best => row.Score,
        ThreadSort.Discussed => row.ReplyCount,
        _ => row.PostedAt.ToUnixTimeMilliseconds(),
    };
}
