using Embed.Widget;

namespace Embed.Server.Threads;

/// <summary>
/// The order of comments that share a parent. Nothing in it changes when a comment is deleted, so a tombstone stays where
/// the comment was.
/// </summary>
internal static class CommentOrder
{
    // The quantile of the standard normal distribution for a 95 % interval.
    private const double Z = 1.96;

    /// <summary>Replies: as they were numbered.</summary>
    public static int Replies(CommentRow a, CommentRow b) =>
        a.Number != b.Number ? a.Number.CompareTo(b.Number) : a.Id.CompareTo(b.Id);

    /// <summary>The top level.</summary>
    public static Comparison<CommentRow> TopLevel(ThreadSort sort) => sort switch
    {
        ThreadSort.Newest => (a, b) => Oldest(b, a),
        ThreadSort.Best => Best,
        _ => Oldest,
    };

    /// <summary>
    /// How much of the readers' approval is certain, 0 to 1 in billionths, which compare exactly: the lower bound of the Wilson score interval for the share of
    /// up-votes (E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the
    /// American Statistical Association 22, 1927, pp. 209 to 212). One vote up proves less than ninety of a hundred.
    /// </summary>
    public static int Score(int up, int down)
    {
        var n = (double)up + down;
        if (n == 0)
        {
            return 0;
        }

        var share = up / n;
        var square = Z * Z;
        var margin = Z * Math.Sqrt(((share * (1 - share)) + (square / (4 * n))) / n);
        return (int)Math.Round(1e9 * Math.Max(0, (share + (square / (2 * n)) - margin) / (1 + (square / n))));
    }

    private static int Oldest(CommentRow a, CommentRow b) =>
        a.PostedAt != b.PostedAt ? a.PostedAt.CompareTo(b.PostedAt) : Replies(a, b);

    private static int Best(CommentRow a, CommentRow b)
    {
        var byScore = Score(b.UpVotes, b.DownVotes).CompareTo(Score(a.UpVotes, a.DownVotes));
        return byScore != 0 ? byScore : Oldest(a, b);
    }
}
