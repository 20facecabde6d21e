using Embed.Server.Model;

namespace Embed.Server.Threads;

/// <summary>
/// A comment as one query reads it: what <see cref="CommentTree"/> needs, and no more. The account is the author's as
/// <see cref="Site.Moderators"/> names accounts; the HTML is the stored one, made by <c>CommentBody</c>.
/// </summary>
internal sealed record CommentRow(
    long Id,
    long? ParentId,
    int Number,
    CommentState State,
    long CommenterId,
    string AuthorName,
    string AuthorAccount,
    DateTimeOffset PostedAt,
    DateTimeOffset? EditedAt,
    string BodyHtml,
    int UpVotes,
    int DownVotes)
{
    /// <summary>Whether the text is gone and only its place may remain.</summary>
    public bool IsGone => State is CommentState.Deleted or CommentState.Rejected or CommentState.Spam;
}
