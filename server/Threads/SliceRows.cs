using System.Collections.Immutable;
using Embed.Widget;

namespace Embed.Server.Threads;

/// <summary>What a part of a thread holds.</summary>
/// <param name="Comments">The comments, in no order.</param>
/// <param name="From">The place it begins at; null for the start of the thread.</param>
/// <param name="After">The place that reading goes on from; null at the end.</param>
/// <param name="Branches">The branches shown in part.</param>
/// <param name="More">Where branches go on, by their top-level comment.</param>
/// <param name="Parents">The authors of published comments that are answered here and are not here themselves.</param>
/// <param name="Moderators">Those of the authors who moderate the site.</param>
internal sealed record SliceRows(
    IReadOnlyList<CommentRow> Comments,
    ThreadCursor? From,
    ThreadCursor? After,
    ImmutableSortedDictionary<long, BranchRange> Branches,
    IReadOnlyDictionary<long, MoreReplies> More,
    ImmutableDictionary<long, string> Parents,
    ImmutableHashSet<long> Moderators)
{
    /// <summary>No comments.</summary>
    public static readonly SliceRows Empty = new(
        [], null, null, ImmutableSortedDictionary<long, BranchRange>.Empty, ImmutableDictionary<long, MoreReplies>.Empty,
        ImmutableDictionary<long, string>.Empty, []);

    /// <summary>The same part with comments that only one viewer sees there. Others see of one that waits at most its place.</summary>
    public SliceRows With(SliceRows own) => own.Comments.Count == 0 ? this : this with
    {
        Comments = [.. own.Comments.UnionBy(Comments, row => row.Id)],
        Parents = Parents.SetItems(own.Parents),
        Moderators = Moderators.Union(own.Moderators),
    };
}
