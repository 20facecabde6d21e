using System.Linq.Expressions;
using Embed.Server.Model;

namespace Embed.Server.Threads;

/// <summary>
/// A comment as one query reads it: what <see cref="CommentTree"/> needs, and no more. The HTML is the stored one, made by
/// <c>CommentBody</c>.
/// </summary>
internal sealed record CommentRow(
    long Id,
    long? ParentId,
    long? RootId,
    string Path,
    int Depth,
    int Number,
    int ReplyCount,
    CommentState State,
    long CommenterId,
    string AuthorName,
    CommenterKind AuthorKind,
    string? AuthorPicture,
    DateTimeOffset PostedAt,
    DateTimeOffset? EditedAt,
    string BodyHtml,
    int UpVotes,
    int DownVotes,
    int Score)
{
    /// <summary>How it is read.</summary>
    public static readonly Expression<Func<Comment, CommentRow>> Of = c => new CommentRow(
        c.Id, c.ParentId, c.RootId, c.Path, c.Depth, c.Number, c.ReplyCount, c.State, c.CommenterId, c.Commenter!.Name,
        c.Commenter.Kind, c.Commenter.PictureHash, c.PostedAt, c.EditedAt, c.BodyHtml, c.UpVotes, c.DownVotes, c.Score)
    {
        RemovalReason = c.RemovalReason,
    };

    /// <summary>What every reader sees: what is published, and the place of what is not where something published hangs from it.</summary>
    public static readonly Expression<Func<Comment, bool>> IsShown =
        c => c.State == CommentState.Published || c.ReplyCount > 0;

    /// <summary>What a moderator says to readers about its removal; empty for nothing.</summary>
    public string RemovalReason { get; init; } = "";

    /// <summary>Whether it waits for a moderator and is read for somebody who sees it all the same: its author or a moderator.</summary>
    public bool IsWaiting { get; init; }

    /// <summary>The top-level comment of its branch: itself at top level.</summary>
    public long Branch => RootId ?? Id;

    /// <summary>Whether there is no text to be seen and only its place may remain.</summary>
    public bool IsGone => State != CommentState.Published && !IsWaiting;
}
