using Embed.Widget;

namespace Embed.Server.Moderation;

/// <summary>A part of what moderators look at.</summary>
public enum QueueTab
{
    /// <summary>What waits for a moderator.</summary>
    Held,

    /// <summary>What readers have reported, and no moderator has looked at since.</summary>
    Flagged,

    /// <summary>What was taken for spam.</summary>
    Spam,

    /// <summary>All comments.</summary>
    Recent,
}

/// <summary>A page of a tab.</summary>
/// <param name="Comments">Its comments, in order.</param>
/// <param name="Next">The id that the next page begins after; null if there is none.</param>
public sealed record QueuePage(IReadOnlyList<QueuedComment> Comments, long? Next);

/// <summary>How much there is to do: numbers up to <see cref="ReadQueue.MostCounted"/>, which stands for more.</summary>
/// <param name="Held">Comments that wait.</param>
/// <param name="Flagged">Comments with open reports.</param>
/// <param name="Spam">Comments taken for spam.</param>
public sealed record QueueCounts(int Held, int Flagged, int Spam);

/// <summary>A comment, and what a moderator wants to know about it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Revision">What whoever decides says they have seen.</param>
/// <param name="Site">The site's key.</param>
/// <param name="State"><c>pending</c>, <c>published</c>, <c>rejected</c>, <c>spam</c>, <c>deleted</c> or <c>shadowed</c>.</param>
/// <param name="HeldFor">Why it waits or waited, or was taken for spam; empty where nothing held it.</param>
/// <param name="Body">Its text as readers see it; empty once deleted.</param>
/// <param name="Source">Its Markdown.</param>
/// <param name="PostedAt">When it was written.</param>
/// <param name="EditedAt">When it was last edited; null if never.</param>
/// <param name="RemovalReason">What readers are told about its removal; empty for nothing.</param>
/// <param name="Thread">Where it is.</param>
/// <param name="Parent">What it answers; null at top level.</param>
/// <param name="Author">Who wrote it.</param>
/// <param name="OpenFlags">Reports that no moderator has seen yet.</param>
/// <param name="Flags">The latest of them.</param>
/// <param name="Decided">What was last done with it; null if nothing was.</param>
public sealed record QueuedComment(
    long Id,
    int Revision,
    string Site,
    string State,
    string HeldFor,
    CommentHtml Body,
    string Source,
    DateTimeOffset PostedAt,
    DateTimeOffset? EditedAt,
    string RemovalReason,
    QueuedThread Thread,
    QueuedParent? Parent,
    QueuedAuthor Author,
    int OpenFlags,
    IReadOnlyList<QueuedFlag> Flags,
    Decision? Decided);

/// <summary>The thread of a comment.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">Its title; empty if unknown.</param>
/// <param name="Key">What identifies it: for answering there.</param>
/// <param name="Address">Its page.</param>
/// <param name="IsClosed">Whether it takes no more comments.</param>
/// <param name="IsPin">Whether the comment is shown first in it.</param>
public sealed record QueuedThread(long Id, string Title, string Key, string Address, bool IsClosed, bool IsPin);

/// <summary>The comment that another answers.</summary>
/// <param name="Id">Its id.</param>
/// <param name="AuthorName">Who wrote it; empty for somebody who is not here any more.</param>
/// <param name="Excerpt">The beginning of its text, plain; empty where it is deleted.</param>
public sealed record QueuedParent(long Id, string AuthorName, string Excerpt);

/// <summary>A reader's report. Who made it is nobody's business.</summary>
/// <param name="Reason"><c>other</c>, <c>spam</c>, <c>abuse</c>, <c>offTopic</c> or <c>unlawful</c>.</param>
/// <param name="Note">What else they say; often empty.</param>
/// <param name="At">When.</param>
public sealed record QueuedFlag(string Reason, string Note, DateTimeOffset At);

/// <summary>Somebody as the moderators of a site know them.</summary>
/// <param name="Id">Their id.</param>
/// <param name="Name">Their shown name; empty for somebody who is not here any more.</param>
/// <param name="IsGuest">Whether they gave a name and nothing else.</param>
/// <param name="Picture">The path of their picture on our origin; null for none.</param>
/// <param name="Role">What they are at the site: <c>none</c>, <c>trusted</c>, <c>moderator</c>, <c>owner</c> or <c>administrator</c>.</param>
/// <param name="IsBanned">Whether they may not take part now.</param>
/// <param name="IsShadowed">Whether they are banned without knowing it.</param>
/// <param name="FirstAt">When they first wrote at the site.</param>
/// <param name="Published">Comments of theirs at the site, of each state up to <see cref="ReadQueue.MostOfAuthor"/>, which stands for more.</param>
/// <param name="Pending">Those that wait.</param>
/// <param name="Rejected">Those a moderator said no to.</param>
/// <param name="Spam">Those taken for spam.</param>
/// <param name="Deleted">Those deleted, by them or a moderator.</param>
public sealed record QueuedAuthor(
    long Id, string Name, bool IsGuest, string? Picture, string Role, bool IsBanned, bool IsShadowed, DateTimeOffset FirstAt,
    int Published, int Pending, int Rejected, int Spam, int Deleted);
