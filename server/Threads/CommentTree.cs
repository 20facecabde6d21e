using System.Collections.Immutable;
using System.Globalization;
using Embed.Server.Commenters;
using Embed.Server.Markup;
using Embed.Server.Model;
using Embed.Widget;

namespace Embed.Server.Threads;

/// <summary>
/// Flat rows to the tree that is drawn. Linear but for sorting siblings, and without recursion: a chain of a hundred
/// thousand replies is data like any other.
/// </summary>
internal static class CommentTree
{
    /// <summary>
    /// Levels that carry an outline number. A number names all its ancestors, so the numbers of a chain of n replies would
    /// together be of length n²; and beyond a hundred nobody reads them.
    /// </summary>
    public const int MaxOutlineLevels = 100;

    /// <summary>
    /// Shapes the comments of one thread. Gone comments (deleted, rejected, spam) become tombstones where something
    /// visible hangs from them, and are left out where nothing does. From <see cref="Site.MaxIndent"/> on, descendants
    /// follow their ancestor as its siblings, depth first and with their true depth, so that markup nests no deeper.
    /// </summary>
    /// <param name="rows">
    /// All rows whose text the viewer may see (pending ones only if they may), and all gone ones, in any order. A row whose
    /// parent is not among them is shown at top level, and of a cycle one row is: neither can be stored, but losing what
    /// somebody wrote would be worse than showing it out of place.
    /// </param>
    /// <param name="site">The thread's site.</param>
    /// <param name="sort">The order of the top level; replies are always oldest first.</param>
    /// <returns>The top level, in order.</returns>
    public static ImmutableArray<CommentModel> Build(IReadOnlyCollection<CommentRow> rows, Site site, ThreadSort sort)
    {
        var nodes = rows.ToDictionary(row => row.Id, row => new Node(row));
        var ordered = InReadingOrder(TopLevel(nodes, sort), nodes.Count);
        KeepWhatShows(ordered);
        var top = Arrange(ordered, site.MaxIndent);
        for (var i = ordered.Count - 1; i >= 0; i--)
        {
            // What a comment holds comes after it, so from the end on it is ready.
            if (ordered[i].IsShown)
            {
                ordered[i].Model = Draw(ordered[i], site);
            }
        }

        return Models(top);
    }

    /// <summary>Hangs every node on its parent, sorts siblings and finds the top level.</summary>
    private static List<Node> TopLevel(Dictionary<long, Node> nodes, ThreadSort sort)
    {
        var top = new List<Node>();
        foreach (var node in nodes.Values)
        {
            if (node.Row.ParentId is { } parentId && nodes.TryGetValue(parentId, out node.Parent))
            {
                node.Parent.Replies.Add(node);
            }
            else
            {
                top.Add(node);
            }
        }

        CutCycles(nodes, top);
        foreach (var node in nodes.Values)
        {
            node.Replies.Sort((a, b) => CommentOrder.Replies(a.Row, b.Row));
        }

        var order = CommentOrder.TopLevel(sort);
        top.Sort((a, b) => order(a.Row, b.Row));
        return top;
    }

    /// <summary>Brings what hangs together in a circle to the top level, so that every row is reached from there once.</summary>
    private static void CutCycles(Dictionary<long, Node> nodes, List<Node> top)
    {
        var reached = InReadingOrder(top, nodes.Count).ToHashSet();
        foreach (var node in nodes.Values.Where(node => !reached.Contains(node)))
        {
            node.Parent!.Replies.Remove(node);
            node.Parent = null;
            top.Add(node);
            reached.UnionWith(InReadingOrder([node], capacity: 1));
        }
    }

    private static List<Node> InReadingOrder(List<Node> top, int capacity)
    {
        var ordered = new List<Node>(capacity);
        var open = new Stack<Node>(capacity);
        Push(top);
        while (open.TryPop(out var node))
        {
            ordered.Add(node);
            Push(node.Replies);
        }

        return ordered;

        void Push(List<Node> siblings)
        {
            for (var i = siblings.Count - 1; i >= 0; i--)
            {
                open.Push(siblings[i]);
            }
        }
    }

    /// <summary>Marks what is not gone, and every gone comment above it.</summary>
    private static void KeepWhatShows(List<Node> ordered)
    {
        for (var i = ordered.Count - 1; i >= 0; i--)
        {
            var node = ordered[i];
            node.IsShown |= !node.Row.IsGone;
            if (node is { IsShown: true, Parent: { } parent })
            {
                parent.IsShown = true;
            }
        }
    }

    /// <summary>Gives every node its depth and outline number, and puts the shown ones where they are drawn.</summary>
    private static List<Node> Arrange(List<Node> ordered, int maxIndent)
    {
        var top = new List<Node>();
        foreach (var node in ordered.Where(node => node.IsShown))
        {
            var number = node.Row.Number.ToString(CultureInfo.InvariantCulture);
            if (node.Parent is { } parent)
            {
                node.Depth = parent.Depth + 1;
                node.Outline = node.Depth < MaxOutlineLevels ? $"{parent.Outline}.{number}" : "";
                node.DrawnIn = parent.Depth < maxIndent ? parent.Drawn : parent.DrawnIn;
            }
            else
            {
                (node.Outline, node.DrawnIn) = (number, top);
            }

            node.DrawnIn.Add(node);
        }

        return top;
    }

    private static CommentModel Draw(Node node, Site site)
    {
        var row = node.Row;
        var parent = node.Parent?.Row;
        var place = new CommentModel(
            row.Id,
            parent?.Id,
            parent is { IsGone: false } ? parent.AuthorName : null,
            node.Depth,
            node.Outline,
            CommentStanding.Tombstone,
            Author: 0,
            AuthorName: "",
            IsByModerator: false,
            row.PostedAt,
            EditedAt: null,
            CommentHtml.Empty,
            UpVotes: 0,
            DownVotes: 0,
            Models(node.Drawn));
        return row.IsGone
            ? place
            : place with
            {
                Standing = row.State == CommentState.Pending ? CommentStanding.Pending : CommentStanding.Published,
                Author = row.CommenterId,
                AuthorName = row.AuthorName,
                IsByModerator = Administrators.IsListed(site.Moderators, row.AuthorAccount),
                EditedAt = row.EditedAt,
                Body = CommentBody.FromStored(row.BodyHtml),
                UpVotes = row.UpVotes,
                DownVotes = row.DownVotes,
            };
    }

    private static ImmutableArray<CommentModel> Models(List<Node> nodes) =>
        nodes.Count == 0 ? [] : [.. nodes.Select(node => node.Model!)];

    /// <summary>A row and what is found out about it.</summary>
    private sealed class Node(CommentRow row)
    {
        public readonly CommentRow Row = row;
        public readonly List<Node> Replies = [];

        /// <summary>What is drawn within it: its shown replies, and at the deepest indentation nothing.</summary>
        public readonly List<Node> Drawn = [];

        public Node? Parent;
        public bool IsShown;
        public int Depth;
        public string Outline = "";

        /// <summary>Where it is drawn: its parent's <see cref="Drawn"/>, an ancestor's, or the top level.</summary>
        public List<Node> DrawnIn = [];

        public CommentModel? Model;
    }
}
