using Embed.Server.Model;
using Embed.Widget;

namespace Embed.Server.Threads;

/// <summary>The top level of a thread in each order, as queries that are one range of an index (<c>Data/EmbedModel.cs</c>).</summary>
internal static class TopLevel
{
    public static IOrderedQueryable<Comment> InOrder(this IQueryable<Comment> comments, ThreadSort sort) => sort switch
    {
        ThreadSort.Newest => comments.OrderByDescending(c => c.PostedAt).ThenByDescending(c => c.Id),
        ThreadSort.Best => comments.OrderByDescending(c => c.Score).ThenBy(c => c.Id),
        ThreadSort.Discussed => comments.OrderByDescending(c => c.ReplyCount).ThenBy(c => c.Id),
        _ => comments.OrderBy(c => c.PostedAt).ThenBy(c => c.Id),
    };

    /// <summary>
    /// Those of the cursor's own sort key that follow it. A query of their own: a hundred thousand comments without votes share
    /// one key, and skipping to the id needs an index with the key fixed.
    /// </summary>
    public static IQueryable<Comment> Tied(this IQueryable<Comment> comments, ThreadSort sort, ThreadCursor after) => sort switch
    {
        ThreadSort.Newest => comments.Where(c => c.PostedAt == Time(after) && c.Id < after.Id),
        ThreadSort.Best => comments.Where(c => c.Score == Number(after) && c.Id > after.Id),
        ThreadSort.Discussed => comments.Where(c => c.ReplyCount == Number(after) && c.Id > after.Id),
        _ => comments.Where(c => c.PostedAt == Time(after) && c.Id > after.Id),
    };

    /// <summary>Those of the sort keys that follow the cursor's.</summary>
    public static IQueryable<Comment> Beyond(this IQueryable<Comment> comments, ThreadSort sort, ThreadCursor after) => sort switch
    {
        ThreadSort.Newest => comments.Where(c => c.PostedAt < Time(after)),
        ThreadSort.Best => comments.Where(c => c.Score < Number(after)),
        ThreadSort.Discussed => comments.Where(c => c.ReplyCount < Number(after)),
        _ => comments.Where(c => c.PostedAt > Time(after)),
    };

    /// <summary>Those up to and with the cursor's comment.</summary>
    public static IQueryable<Comment> Until(this IQueryable<Comment> comments, ThreadSort sort, ThreadCursor last) => sort switch
    {
        ThreadSort.Newest => comments.Where(c => c.PostedAt >= Time(last) && (c.PostedAt > Time(last) || c.Id >= last.Id)),
        ThreadSort.Best => comments.Where(c => c.Score >= Number(last) && (c.Score > Number(last) || c.Id <= last.Id)),
        ThreadSort.Discussed => comments.Where(c => c.ReplyCount >= Number(last) && (c.ReplyCount > Number(last) || c.Id <= last.Id)),
        _ => comments.Where(c => c.PostedAt <= Time(last) && (c.PostedAt < Time(last) || c.Id <= last.Id)),
    };

    private static DateTimeOffset Time(ThreadCursor cursor) => DateTimeOffset.FromUnixTimeMilliseconds(cursor.Key);

    // As wide as the column: compared with a wider number the column would be cast, and its index not used.
    private static int Number(ThreadCursor cursor) => (int)Math.Min(cursor.Key, int.MaxValue);
}
