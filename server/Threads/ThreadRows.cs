using Embed.Widget;

namespace Embed.Server.Threads;

/// <summary>A part of a thread as it is in the database: what every reader may see of it.</summary>
/// <param name="ThreadId">Its id; 0 for a page nobody has commented on.</param>
/// <param name="SiteRevision">The site's revision when it was read.</param>
/// <param name="Version">Its version.</param>
/// <param name="IsClosed">Whether it takes no more comments.</param>
/// <param name="CommentCount">Its published comments, wherever they are.</param>
/// <param name="PageAddress">The host page.</param>
/// <param name="Title">Its title; empty if unknown.</param>
/// <param name="Slice">The comments read.</param>
internal sealed record ThreadRows(
    long ThreadId, long SiteRevision, long Version, bool IsClosed, int CommentCount, string PageAddress, string Title, SliceRows Slice)
{
    /// <summary>The comment shown first; null for none.</summary>
    public CommentRow? Pinned { get; init; }

    /// <summary>What moderators say at its top, as sanitised HTML; empty for nothing.</summary>
    public string NoteHtml { get; init; } = "";

    /// <summary>One comment of each person in so many minutes; 0: as many as the site lets them.</summary>
    public int SlowModeMinutes { get; init; }

    /// <summary>What has closed it; null where it is open, or that is not known any more: its site may have changed the setting since.</summary>
    public ThreadClosing? ClosedBy { get; init; }

    /// <summary>A page nobody has commented on.</summary>
    /// <param name="place">The page.</param>
    /// <param name="version">The last version heard of there; 0 unless a thread was there and has left.</param>
    public static ThreadRows None(ThreadPlace place, long version) => new(
        0, place.Site.DrawingRevision, version, IsClosed: false, 0, place.Page.Address, "", SliceRows.Empty);
}
