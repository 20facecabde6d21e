using System.Collections.Immutable;
using Embed.Server.Markup;
using Embed.Widget;

namespace Embed.UnitTests;

/// <summary>Threads to draw.</summary>
internal static class Threads
{
    /// <summary>The time of drawing; comments are a minute old.</summary>
    public static readonly DateTimeOffset Now = new(2030, 1, 2, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A thread of these comments.</summary>
    public static ThreadModel Of(params CommentModel[] comments) => new(
        "test", "Test blog", "blog.example/page", "https://blog.example/page", "https://comments.example", IsClosed: false,
        comments.Length, Version: 7, ThreadSort.Oldest, MaxIndent: 6, IsNumbered: false, TimeSpan.FromMinutes(15), IsFromStart: true, After: null, [.. comments]);

    /// <summary>A published comment by commenter 1, called Ada.</summary>
    public static CommentModel Comment(long id, params CommentModel[] replies) => new(
        id, ParentId: null, ParentAuthor: null, Depth: 0, Outline: "1", CommentStanding.Published, Author: 1, "Ada", IsByModerator: false,
        Now.AddMinutes(-1), EditedAt: null, CommentBody.Render("Some *text*").Value!, UpVotes: 0, DownVotes: 0, [.. replies]);

    /// <summary>What a deleted comment leaves.</summary>
    public static CommentModel Tombstone(long id, params CommentModel[] replies) => Comment(id, replies) with
    {
        Standing = CommentStanding.Tombstone,
        Author = 0,
        AuthorName = "",
        Body = CommentHtml.Empty,
    };

    /// <summary>Somebody signed in.</summary>
    public static Viewer Viewer(long commenter = 2, bool isModerator = false, params (long Comment, int Vote)[] votes) =>
        new(commenter, "Ben", isModerator, votes.ToImmutableDictionary(vote => vote.Comment, vote => vote.Vote));

    /// <summary>The fragment's drawing: no viewer, nothing open.</summary>
    public static ThreadDrawing Static(ThreadModel thread, string language = "en") => new(thread, WidgetText.For(language), Now);

    /// <summary>A live drawing.</summary>
    public static ThreadDrawing Live(ThreadModel thread, Viewer? viewer = null, ThreadScreen? screen = null) =>
        new(thread, WidgetText.For("en"), Now, viewer, screen ?? ThreadScreen.Start);
}
