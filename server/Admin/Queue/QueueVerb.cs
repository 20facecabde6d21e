namespace Embed.Server.Admin.Queue;

/// <summary>What a moderator can ask for beside a comment.</summary>
public enum QueueVerb
{
    /// <summary>Let everyone see it; of what everyone sees, settle the reports.</summary>
    Approve,

    /// <summary>Let nobody see it.</summary>
    Reject,

    /// <summary>Let nobody see it, as spam.</summary>
    Spam,

    /// <summary>Delete it, after a question.</summary>
    Delete,

    /// <summary>Write another text.</summary>
    Edit,

    /// <summary>Answer it.</summary>
    Reply,

    /// <summary>Show it first in its thread, or not any more.</summary>
    Pin,

    /// <summary>Ban its author, after a question.</summary>
    Ban,
}
