using Embed.Server.Moderation;
using Embed.Widget;

namespace Embed.Server.Admin.Queue;

/// <summary>A comment on the screen of somebody who moderates.</summary>
/// <param name="comment">The comment.</param>
public sealed class QueueItem(QueuedComment comment)
{
    /// <summary>The comment as it was last read.</summary>
    public QueuedComment Comment { get; set; } = comment;

    /// <summary>Why the last act on it was refused; null if it was not.</summary>
    public ThreadRefusal? Refusal { get; set; }

    /// <summary>What somebody else has done with it since it came to the screen; null if nobody has.</summary>
    public Decision? Others { get; set; }

    /// <summary>Whether there is no such comment any more.</summary>
    public bool IsGone { get; set; }

    /// <summary>Whether an act on it is under way: another one would be about what is not seen yet.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Whether it belongs to a tab now.</summary>
    public bool IsIn(QueueTab tab) => tab switch
    {
        QueueTab.Held => Comment.State == "pending",
        QueueTab.Flagged => Comment.OpenFlags > 0,
        QueueTab.Spam => Comment.State == "spam",
        _ => true,
    };
}
