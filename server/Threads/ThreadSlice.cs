using System.Globalization;
using System.Runtime.InteropServices;

namespace Embed.Server.Threads;

/// <summary>Which part of a thread an address asks for; each is about <see cref="SliceQuery.MaxComments"/> comments.</summary>
/// <param name="After">The top-level comments after this place; null for those from the start.</param>
/// <param name="Replies">The replies that follow this comment in its branch; 0 for none.</param>
/// <param name="Around">The comment that must be among what is shown; 0 for none.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ThreadSlice(ThreadCursor? After = null, long Replies = 0, long Around = 0)
{
    /// <summary>The beginning of the thread.</summary>
    public static readonly ThreadSlice First;

    /// <summary>Reads the parameters of an address, of which the first that is there counts.</summary>
    /// <param name="after">A cursor.</param>
    /// <param name="replies">A comment's id.</param>
    /// <param name="comment">A comment's id; one that cannot be read means the beginning, as one that is not there does.</param>
    /// <returns>Null where a place is named that no thread has.</returns>
    public static ThreadSlice? Parse(string? after, string? replies, string? comment)
    {
        if (!string.IsNullOrEmpty(after))
        {
            return ThreadCursor.Parse(after) is { } cursor ? new ThreadSlice(After: cursor) : null;
        }

        return string.IsNullOrEmpty(replies) ? new ThreadSlice(Around: Id(comment))
            : Id(replies) is > 0 and var id ? new ThreadSlice(Replies: id)
            : null;
    }

    private static long Id(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
}
