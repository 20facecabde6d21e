using Embed.Server.Model;

namespace Embed.Server.Moderation;

/// <summary>What a moderator does with comments: one of the records in it.</summary>
internal abstract record CommentAct
{
    /// <summary>Everyone sees it, and what readers reported of it is settled. Of a published comment only the latter is left to do.</summary>
    public sealed record Approve : CommentAct;

    /// <summary>Nobody sees it.</summary>
    public sealed record Reject : CommentAct;

    /// <summary>Nobody sees it, and it is taken for advertising or abuse.</summary>
    public sealed record MarkSpam : CommentAct;

    /// <summary>Takes the text away; the log keeps it, so that undoing gives it back.</summary>
    /// <param name="Reason">What readers are told where its place stays; at most <see cref="Comment.MaxReasonCharacters"/> characters.</param>
    public sealed record Delete(string? Reason = null) : CommentAct;

    /// <summary>Replaces the text, and marks the comment as edited.</summary>
    /// <param name="Body">Markdown, as its author would write it.</param>
    public sealed record Edit(string? Body) : CommentAct;

    /// <summary>Shows it first in its thread, in place of what was.</summary>
    public sealed record Pin : CommentAct;

    /// <summary>Shows it in its own place again.</summary>
    public sealed record Unpin : CommentAct;
}
