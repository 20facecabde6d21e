using Embed.Widget;

namespace Embed.Server.Threads;

/// <summary>
/// The order of the top level; replies are in the order of their paths. But for votes and replies nothing in it changes, so a
/// tombstone stays where the comment was.
/// </summary>
internal static class CommentOrder
{
    // The quantile of the standard normal distribution for a 95 % interval.
    private const double Z = 1.96;

    /// <summary>The order as <see cref="TopLevel"/> has it in the database.</summary>
    public static Comparison<CommentRow> Of(ThreadSort sort) => sort switch
    {
        ThreadSort.Newest => (a, b) => Oldest(b, a),
        ThreadSort.Best => (a, b) => ById(b.Score.CompareTo(a.Score), a, b),
        ThreadSort.Discussed => (a, b) => ById(b.ReplyCount.CompareTo(a.ReplyCount), a, b),
        _ => Oldest,
    };

    /// <summary>
    /// How much of the readers' approval is certain, 0 to 1 in billionths, which compare exactly: the lower bound of the Wilson
    /// score interval for the share of up-votes (E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical
    /// Inference", Journal of the American Statistical Association 22, 1927, pp. 209 to 212). One vote up proves less than ninety
    /// of a hundred.
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

    private static int Oldest(CommentRow a, CommentRow b) => ById(a.PostedAt.CompareTo(b.PostedAt), a, b);

    private static int ById(int order, CommentRow a, CommentRow b) => order != 0 ? order : a.Id.CompareTo(b.Id);
}
