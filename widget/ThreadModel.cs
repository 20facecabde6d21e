using System.Collections.Immutable;

namespace Embed.Widget;

/// <summary>The order of comments that share a parent. Replies are always oldest first, so that a conversation reads on.</summary>
public enum ThreadSort
{
    /// <summary>First written first.</summary>
    Oldest = 0,

    /// <summary>Last written first.</summary>
    Newest = 1,

    /// <summary>By the lower bound of the votes' confidence interval, then oldest first.</summary>
    Best = 2,

    /// <summary>Most replies first, then oldest first.</summary>
    Discussed = 3,
}

/// <summary>Whether people may comment with a name alone.</summary>
public enum GuestPolicy
{
    /// <summary>They may not: who writes signs in first.</summary>
    NotAllowed,

    /// <summary>They may; a moderator looks at their comments first.</summary>
    Held,

    /// <summary>They may, and their comments appear at once.</summary>
    Allowed,
}

/// <summary>What closes a thread.</summary>
public enum ThreadClosing
{
    /// <summary>Somebody with power at the site.</summary>
    Moderator,

    /// <summary>The site's setting that threads of some age take no more comments.</summary>
    Age,
}

/// <summary>A thread as every reader sees it: nothing in it depends on who looks.</summary>
/// <param name="Site">The site's key.</param>
/// <param name="SiteName">The site's name, for people.</param>
/// <param name="Key">The thread's key within its site.</param>
/// <param name="PageAddress">The host page's address.</param>
/// <param name="ServerAddress">The server's own origin, without a trailing slash; links of the thread start with it.</param>
/// <param name="IsClosed">No more comments are taken.</param>
/// <param name="CommentCount">Published comments, tombstones not counted.</param>
/// <param name="Version">Steps with every visible change.</param>
/// <param name="Sort">The order of the top level.</param>
/// <param name="MaxIndent">Depth at which indentation stops.</param>
/// <param name="IsNumbered">Whether outline numbers are shown.</param>
/// <param name="EditWindow">How long authors may edit their own comment; zero: never.</param>
/// <param name="IsFromStart">Whether it begins with the first comment in this order.</param>
/// <param name="After">Where the top level goes on: the <c>after</c> of the next page; null at its end.</param>
/// <param name="Comments">The top level, in order.</param>
/// <param name="Guests">Whether people may comment here with a name alone.</param>
/// <param name="Pinned">A copy of the comment shown first, without its replies: its place is among <paramref name="Comments"/>; null for none.</param>
/// <param name="Note">What the moderators say at the top, as sanitised HTML; null for nothing.</param>
/// <param name="SlowModeMinutes">One comment of each person in so many minutes; 0: as many as they like.</param>
/// <param name="ClosedBy">What has closed it; null where it is open, or that is not known.</param>
public sealed record ThreadModel(
    string Site,
    string SiteName,
    string Key,
    string PageAddress,
    string ServerAddress,
    bool IsClosed,
    int CommentCount,
    long Version,
    ThreadSort Sort,
    int MaxIndent,
    bool IsNumbered,
    TimeSpan EditWindow,
    bool IsFromStart,
    string? After,
    ImmutableArray<CommentModel> Comments,
    GuestPolicy Guests = GuestPolicy.NotAllowed,
    CommentModel? Pinned = null,
    CommentHtml? Note = null,
    int SlowModeMinutes = 0,
    ThreadClosing? ClosedBy = null)
{
    /// <summary>Whether a comment is among those shown.</summary>
    public bool Has(long commentId) => Find(commentId) is not null;

    /// <summary>A comment among those shown; null if it is none of them.</summary>
    public CommentModel? Find(long commentId) => Find(Comments, commentId);

    /// <summary>The same thread made of an earlier drawing's comments where they have not changed: who drew those need not again.</summary>
    public ThreadModel Since(ThreadModel? earlier)
    {
        if (earlier is null)
        {
            return this;
        }

        var known = new Dictionary<long, CommentModel>();
        Collect(earlier.Comments, known);
        return this with
        {
            Comments = [.. Comments.Select(comment => comment.Since(known))],
            Pinned = Pinned == earlier.Pinned ? earlier.Pinned : Pinned,
        };
    }

    // As deep as markup is nested.
    private static CommentModel? Find(ImmutableArray<CommentModel> comments, long commentId)
    {
        foreach (var comment in comments)
        {
            if ((comment.Id == commentId ? comment : Find(comment.Replies, commentId)) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static void Collect(ImmutableArray<CommentModel> comments, Dictionary<long, CommentModel> into)
    {
        foreach (var comment in comments)
        {
            into[comment.Id] = comment;
            Collect(comment.Replies, into);
        }
    }
}

/// <summary>Replies of a branch that are not shown, because a page of a thread is limited.</summary>
/// <param name="Count">How many.</param>
/// <param name="After">The comment they follow in reading order: the <c>replies</c> of the next page.</param>
public sealed record MoreReplies(int Count, long After);

/// <summary>One comment with its replies.</summary>
/// <param name="Id">Its lasting id; the element is <c>comment-{Id}</c>.</param>
/// <param name="ParentId">The comment it answers; null at top level.</param>
/// <param name="ParentAuthor">Shown name of that comment's author, empty as <paramref name="AuthorName"/> is; null at top level or where the parent is a tombstone.</param>
/// <param name="Depth">0 at top level.</param>
/// <param name="Outline">Its outline number, such as <c>1.2.1</c>.</param>
/// <param name="Standing">What a viewer sees it as.</param>
/// <param name="Author">The commenter's id; 0 for a tombstone.</param>
/// <param name="AuthorName">The commenter's shown name; empty for a tombstone, and where the author has deleted their account.</param>
/// <param name="IsByModerator">Whether a moderator of the site wrote it.</param>
/// <param name="PostedAt">When it was written (UTC).</param>
/// <param name="EditedAt">When it was last edited (UTC), or null.</param>
/// <param name="Body">Its sanitised HTML; empty for a tombstone.</param>
/// <param name="UpVotes">How many found it good.</param>
/// <param name="DownVotes">How many did not.</param>
/// <param name="Replies">Its replies, oldest first.</param>
/// <param name="More">At top level: the rest of its branch; null where all is shown.</param>
/// <param name="IsByGuest">Whether its author gave a name and did not sign in.</param>
/// <param name="Picture">The path of its author's picture on our origin; null where one is made of the name.</param>
/// <param name="Reason">Of a tombstone: why a moderator removed it; null where none says.</param>
/// <param name="IsPinned">Whether it is the thread's <see cref="ThreadModel.Pinned"/> comment.</param>
public sealed record CommentModel(
    long Id,
    long? ParentId,
    string? ParentAuthor,
    int Depth,
    string Outline,
    CommentStanding Standing,
    long Author,
    string AuthorName,
    bool IsByModerator,
    DateTimeOffset PostedAt,
    DateTimeOffset? EditedAt,
    CommentHtml Body,
    int UpVotes,
    int DownVotes,
    ImmutableArray<CommentModel> Replies,
    MoreReplies? More = null,
    bool IsByGuest = false,
    string? Picture = null,
    string? Reason = null,
    bool IsPinned = false)
{
    internal CommentModel Since(Dictionary<long, CommentModel> known)
    {
        var replies = Replies.IsEmpty ? Replies : [.. Replies.Select(reply => reply.Since(known))];
        if (known.TryGetValue(Id, out var earlier) && replies.SequenceEqual(earlier.Replies, ReferenceEquals)
            && this with { Replies = earlier.Replies } == earlier)
        {
            return earlier;
        }

        return this with { Replies = replies };
    }
}

/// <summary>How a comment stands towards whoever looks at it.</summary>
public enum CommentStanding
{
    /// <summary>Everyone sees it.</summary>
    Published,

    /// <summary>Only its author and the site's moderators see it, until one of them decides.</summary>
    Pending,

    /// <summary>Deleted, but held in place by its replies.</summary>
    Tombstone,
}

/// <summary>
/// HTML that passed the sanitiser. A type of its own, so that nothing else can be drawn as markup: only the server's
/// <c>CommentBody</c> makes one, and only <see cref="CommentMarkup"/> draws it.
/// </summary>
public sealed record CommentHtml
{
    /// <summary>No text.</summary>
    public static readonly CommentHtml Empty = new("");

    internal CommentHtml(string sanitised) => Value = sanitised;

    /// <summary>The markup.</summary>
    public string Value { get; }
}

/// <summary>The person a live thread is drawn for: what only they see, and what they may do.</summary>
/// <param name="Commenter">Their id.</param>
/// <param name="Name">Their shown name.</param>
/// <param name="IsModerator">Whether they moderate this site.</param>
/// <param name="Votes">Their votes in this thread, by comment id: +1 or -1.</param>
/// <param name="IsGuest">Whether they gave a name and did not sign in.</param>
/// <param name="HasOwnWayIn">Whether they can sign in on our own origin, or are; else the page's session must lead them there.</param>
public sealed record Viewer(
    long Commenter, string Name, bool IsModerator, ImmutableDictionary<long, int> Votes, bool IsGuest = false, bool HasOwnWayIn = true)
{
    /// <summary>What they have reported to the moderators.</summary>
    public ImmutableHashSet<long> Flagged { get; init; } = [];

    /// <summary>Whether slow mode is for others alone.</summary>
    public bool IsNotSlowed { get; init; }

    /// <summary>What moderators see besides; null for everybody else.</summary>
    public ModeratorView? Moderation { get; init; }

    /// <summary>The earlier one's votes where they are the same, so that nothing is drawn again because of them.</summary>
    public Viewer Since(Viewer? earlier) =>
        earlier is not null && Votes.Count == earlier.Votes.Count
        && Votes.All(vote => earlier.Votes.GetValueOrDefault(vote.Key) == vote.Value) ? this with { Votes = earlier.Votes } : this;
}

/// <summary>A refusal to show: its code names the sentence in <see cref="WidgetText"/>.</summary>
/// <param name="Code">The stable code, kebab-case.</param>
/// <param name="Number">The number its sentence names: a limit, or seconds to wait; null where there is none.</param>
/// <param name="Until">When it ends, where it does and that is known.</param>
/// <param name="Reason">What the site says itself, where it does: its sentence quotes it, as text.</param>
public sealed record ThreadRefusal(string Code, long? Number, DateTimeOffset? Until = null, string? Reason = null);
