using System.Collections.Immutable;
using Embed.Server.Markup;
using Embed.Server.Model;
using Embed.Server.Pictures;
using Embed.Widget;

namespace Embed.Server.Threads;

/// <summary>
/// Flat rows to the tree that is drawn. Linear but for sorting, and without recursion: a chain of a thousand replies is data like
/// any other.
/// </summary>
internal static class CommentTree
{
    /// <summary>
    /// Shapes the comments of one thread. Gone comments (deleted, rejected, spam) become tombstones: only those that hold
    /// something visible are read. From <see cref="Site.MaxIndent"/> on, descendants follow their ancestor as its siblings, depth
    /// first and with their true depth, so that markup nests no deeper.
    /// </summary>
    /// <param name="slice">
    /// What the viewer may see, in any order. A reply whose parent is not among it hangs from its nearest ancestor that is; one
    /// without any stands at top level: losing what somebody wrote would be worse than showing it out of place.
    /// </param>
    /// <param name="site">The thread's site.</param>
    /// <param name="sort">The order of the top level; replies are always oldest first.</param>
    /// <param name="pinned">The comment shown first, which is marked; 0 for none.</param>
    /// <returns>The top level, in order.</returns>
    public static ImmutableArray<CommentModel> Build(SliceRows slice, Site site, ThreadSort sort, long pinned = 0)
    {
        var byId = slice.Comments.ToDictionary(row => row.Id);
        var branches = slice.Comments.Where(row => row.RootId is not null).ToLookup(row => row.Branch);
        var tops = slice.Comments.Where(row => row.RootId is null || !byId.ContainsKey(row.Branch)).ToList();
        tops.Sort(CommentOrder.Of(sort));
        return [.. tops.Select(top =>
        {
            var nodes = Branch(top, top.RootId is null ? branches[top.Id] : [], site.MaxIndent);
            for (var i = nodes.Count - 1; i >= 0; i--)
            {
                // What a comment holds comes after it, so from the end on it is ready.
                var parent = nodes[i].Row.ParentId is { } id
                    ? byId.TryGetValue(id, out var row) ? row.IsGone ? null : row.AuthorName : slice.Parents.GetValueOrDefault(id)
                    : null;
                nodes[i].Model = Draw(nodes[i], top, parent, slice, pinned);
            }

            return nodes[0].Model! with { More = slice.More.GetValueOrDefault(top.Id) };
        })];
    }

    /// <summary>One comment by itself, without its replies and its place.</summary>
    public static CommentModel Alone(CommentRow row, SliceRows slice, long pinned) =>
        Draw(new Node(row), row, parentAuthor: null, slice, pinned) with { Depth = 0, ParentId = null, Outline = "" };

    /// <summary>A branch in reading order, each reply put where it is drawn.</summary>
    private static List<Node> Branch(CommentRow top, IEnumerable<CommentRow> replies, int maxIndent)
    {
        var root = new Node(top);
        List<Node> ordered = [root];
        // The ancestors of the reply at hand that are among the rows, outermost first.
        var above = new Stack<Node>([root]);
        foreach (var row in replies.OrderBy(row => row.Path, StringComparer.Ordinal))
        {
            while (above.Count > 1 && !ReplyPath.IsAncestor(above.Peek().Row.Path, row.Path))
            {
                above.Pop();
            }

            var node = new Node(row);
            var nearest = above.Peek();
            // A branch stays within its top-level comment even where nothing is indented.
            node.DrawnIn = nearest.DrawnIn is null || nearest.Row.Depth < maxIndent ? nearest : nearest.DrawnIn;
            node.DrawnIn.Drawn.Add(node);
            ordered.Add(node);
            above.Push(node);
        }

        return ordered;
    }

    private static CommentModel Draw(Node node, CommentRow top, string? parentAuthor, SliceRows slice, long pinned)
    {
        var row = node.Row;
        var place = new CommentModel(
            row.Id,
            row.ParentId,
            parentAuthor,
            row.Depth,
            row.RootId is null || row.RootId == top.Id ? ReplyPath.Outline(top.Number, row.Path) : "",
            CommentStanding.Tombstone,
            Author: 0,
            AuthorName: "",
            IsByModerator: false,
            row.PostedAt,
            EditedAt: null,
            CommentHtml.Empty,
            UpVotes: 0,
            DownVotes: 0,
            node.Drawn.Count == 0 ? [] : [.. node.Drawn.Select(drawn => drawn.Model!)]);
        return row.IsGone
            ? place with { Reason = row is { State: CommentState.Deleted or CommentState.Rejected, RemovalReason.Length: > 0 } ? row.RemovalReason : null }
            : place with
            {
                Standing = row.IsWaiting ? CommentStanding.Pending : CommentStanding.Published,
                Author = row.CommenterId,
                AuthorName = row.AuthorName,
                IsByModerator = slice.Moderators.Contains(row.CommenterId),
                IsByGuest = row.AuthorKind == CommenterKind.Guest,
                Picture = PictureEndpoints.PathOf(row.AuthorPicture),
                EditedAt = row.EditedAt,
                Body = CommentBody.FromStored(row.BodyHtml),
                UpVotes = row.UpVotes,
                IsPinned = row.Id == pinned,
                DownVotes = row.DownVotes,
            };
    }

    /// <summary>A row and what is found out about it.</summary>
    private sealed class Node(CommentRow row)
    {
        public readonly CommentRow Row = row;

        /// <summary>What is drawn within it: its shown replies, and at the deepest indentation nothing.</summary>
        public readonly List<Node> Drawn = [];

        /// <summary>What it is drawn within: its parent, or at the deepest indentation what that is drawn within.</summary>
        public Node? DrawnIn;

        public CommentModel? Model;
    }
}
