using System.Collections.Immutable;
using Embed.Server.Markup;
using Embed.Widget;

namespace Embed.Server.Admin.Sites;

/// <summary>A made-up thread that shows what a site's settings do to a real one.</summary>
internal static class SampleThread
{
    // As deep as shows where indentation stops, at most; a conversation between two.
    private const int Depth = 8;

    /// <summary>The thread under these settings.</summary>
    /// <param name="settings">How threads are drawn.</param>
    /// <param name="siteName">The site's name.</param>
    /// <param name="server">The server's own origin.</param>
    /// <param name="now">The time of drawing.</param>
    public static ThreadModel Of(ThreadLook settings, string siteName, string server, DateTimeOffset now)
    {
        var long_ = Comment(1, null, "Ada", now.AddDays(-2), "The crust came out well, but the crumb is dense. What do you do about it?", votes: 1) with
        {
            Replies = [Reply(2, 1, now.AddDays(-2))],
        };
        var liked = Comment(20, null, "Cleo", now.AddDays(-1), "Let it rest for *twelve* hours instead of eight.", votes: 9);
        var newest = Comment(30, null, "Ben", now.AddHours(-1), "Thank you, this worked at once.", votes: 4) with
        {
            Replies = [Comment(31, "Ben", "Cleo", now.AddMinutes(-30), "Glad to hear it!", votes: 0) with { Depth = 1, ParentId = 30 }],
        };
        ImmutableArray<CommentModel> comments = settings.Sort switch
        {
            ThreadSort.Newest => [newest, liked, long_],
            ThreadSort.Best => [liked, newest, long_],
            ThreadSort.Discussed => [long_, newest, liked],
            _ => [long_, liked, newest],
        };
        // An outline number is given once, in the order of writing.
        var numbers = new Dictionary<long, string> { [1] = "1", [20] = "2", [30] = "3" };
        return new ThreadModel(
            "sample", siteName, "#sample", $"{server}/", server, IsClosed: false, CommentCount: Depth + 4, Version: 1, settings.Sort,
            settings.MaxIndent, settings.IsNumbered, settings.EditWindow, IsFromStart: true, After: null,
            [.. comments.Select(comment => Numbered(comment, numbers[comment.Id]))], settings.Guests);
    }

    private static CommentModel Reply(long id, int depth, DateTimeOffset at)
    {
        var (author, parent) = depth % 2 == 1 ? ("Ben", "Ada") : ("Ada", "Ben");
        return Comment(id, parent, author, at.AddMinutes(10 * depth), $"A reply, {depth} deep.", votes: 0) with
        {
            ParentId = id - 1,
            Depth = depth,
            Replies = depth < Depth ? [Reply(id + 1, depth + 1, at)] : [],
        };
    }

    private static CommentModel Comment(long id, string? parent, string author, DateTimeOffset at, string text, int votes) => new(
        id, ParentId: null, parent, Depth: 0, Outline: "", CommentStanding.Published, Author: author[0], author, IsByModerator: author == "Cleo",
        at, EditedAt: null, CommentBody.Render(text).Value!, votes, DownVotes: 0, Replies: []);

    private static CommentModel Numbered(CommentModel comment, string outline) => comment with
    {
        Outline = outline,
        Replies = [.. comment.Replies.Select((reply, i) => Numbered(reply, $"{outline}.{i + 1}"))],
    };
}

/// <summary>The settings that say how threads are drawn.</summary>
/// <param name="Sort">The order of the top level.</param>
/// <param name="MaxIndent">Depth at which indentation stops.</param>
/// <param name="IsNumbered">Whether outline numbers are shown.</param>
/// <param name="EditWindow">How long authors may edit.</param>
/// <param name="Guests">Whether people may comment with a name alone.</param>
public sealed record ThreadLook(ThreadSort Sort, int MaxIndent, bool IsNumbered, TimeSpan EditWindow, GuestPolicy Guests);
