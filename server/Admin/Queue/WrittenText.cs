namespace Embed.Server.Admin.Queue;

/// <summary>What a moderator has written beside a comment.</summary>
/// <param name="Body">Markdown.</param>
/// <param name="IsReply">Whether it answers the comment; else it replaces its text.</param>
/// <param name="DraftId">The same for each attempt to send it.</param>
/// <param name="Revision">The comment's revision that it was written over.</param>
public sealed record WrittenText(string Body, bool IsReply, Guid DraftId, int Revision);
