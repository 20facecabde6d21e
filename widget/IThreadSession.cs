namespace Embed.Widget;

/// <summary>
/// What the live thread may ask of its host. One session serves one <c>CommentsElement</c>; members are called on the
/// circuit's dispatcher. Every argument is hostile: any script on any page can start a circuit with any values.
/// </summary>
public interface IThreadSession : IDisposable
{
    /// <summary>Raised on any thread when the open thread has a newer version; call <see cref="ReadAsync"/>.</summary>
    event Action? Changed;

    /// <summary>Chooses the thread and says who asks; may be called again when either changes.</summary>
    /// <returns>The thread, or why it cannot be shown.</returns>
    Task<SessionResult> OpenAsync(ThreadRequest request, CancellationToken cancellationToken);

    /// <summary>The open thread as it is now, for whoever asked.</summary>
    Task<SessionResult> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Shows more from now on: the replies after a comment in its branch, or (0) the next top-level comments. Then read again.</summary>
    Task<ActResult> MoreAsync(long repliesAfter, CancellationToken cancellationToken);

    /// <summary>Shows the thread from its start, where it was opened around a comment. Then read again.</summary>
    Task FromStartAsync(CancellationToken cancellationToken);

    /// <summary>Posts a comment or reply. The same <paramref name="draftId"/> again returns the first result.</summary>
    Task<ActResult> PostAsync(long? parentId, string body, Guid draftId, CancellationToken cancellationToken);

    /// <summary>Replaces the text of the viewer's own comment.</summary>
    Task<ActResult> EditAsync(long commentId, string body, CancellationToken cancellationToken);

    /// <summary>The Markdown source of a comment the viewer may edit, as its author or as a moderator; null if they may not.</summary>
    Task<string?> ReadSourceAsync(long commentId, CancellationToken cancellationToken);

    /// <summary>Deletes the viewer's own comment, or any as a moderator.</summary>
    Task<ActResult> DeleteAsync(long commentId, CancellationToken cancellationToken);

    /// <summary>Sets the viewer's vote: +1, -1, or 0 to take it back.</summary>
    Task<ActResult> VoteAsync(long commentId, int value, CancellationToken cancellationToken);

    /// <summary>Reports a comment to the moderators; null for a reason takes the report back.</summary>
    Task<ActResult> FlagAsync(long commentId, string? reason, string note, CancellationToken cancellationToken);

    /// <summary>Does what a moderator may: decide on a comment, ban its author, change the thread.</summary>
    Task<ActResult> ModerateAsync(ModeratorAct act, CancellationToken cancellationToken);

    /// <summary>Takes an act of <see cref="ModerateAsync"/> back, by its <see cref="ActResult.Entry"/>.</summary>
    Task<ActResult> UndoAsync(long entry, CancellationToken cancellationToken);

    /// <summary>Renders Markdown as it would be published, without keeping it.</summary>
    /// <returns>The HTML, or why the text would be refused.</returns>
    Task<PreviewResult> PreviewAsync(string body, CancellationToken cancellationToken);
}

/// <summary>Which thread, in which order and language, and who asks.</summary>
/// <param name="Site">The site's key.</param>
/// <param name="Page">The host page's address.</param>
/// <param name="Thread">An explicit thread id in place of the page's address; null for none.</param>
/// <param name="Title">The host page's title, used when the thread begins.</param>
/// <param name="Sort">The order wanted; null for the site's.</param>
/// <param name="Token">The session token; null when signed out.</param>
/// <param name="Around">A comment that must be among what is shown; 0 for none.</param>
/// <param name="Expanded">What was read on from there, in order: <c>after:{cursor}</c> and <c>replies:{id}</c>, separated by spaces; null for nothing.</param>
/// <param name="Canonical">The host page's canonical address, where it states another than <paramref name="Page"/>.</param>
public sealed record ThreadRequest(
    string Site, string Page, string? Thread, string? Title, ThreadSort? Sort, string? Token, long Around = 0, string? Expanded = null,
    string? Canonical = null);

/// <summary>A thread to draw, or the reason there is none.</summary>
/// <param name="Thread">The thread with what this viewer may see.</param>
/// <param name="Viewer">Who looks; null when signed out or when the token no longer holds.</param>
/// <param name="Refusal">Why nothing can be shown.</param>
/// <param name="HasTokenEnded">Whether a token was given that signs nobody in any more: the page should forget it.</param>
public sealed record SessionResult(ThreadModel? Thread, Viewer? Viewer, ThreadRefusal? Refusal, bool HasTokenEnded = false);

/// <summary>What became of an act.</summary>
/// <param name="CommentId">The comment it concerned or made; null when refused or about the thread.</param>
/// <param name="IsPending">Whether a new comment waits for a moderator.</param>
/// <param name="Refusal">Why it was refused; null when it was done.</param>
/// <param name="Entry">What a moderator's act is taken back by; 0 for none.</param>
public sealed record ActResult(long? CommentId, bool IsPending, ThreadRefusal? Refusal, long Entry = 0);

/// <summary>A rendered preview, or why the text would be refused.</summary>
public sealed record PreviewResult(CommentHtml Html, ThreadRefusal? Refusal);
