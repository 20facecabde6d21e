namespace Embed.Server.Model;

/// <summary>Why a reader reports a comment. Values are stored; never renumber.</summary>
internal enum FlagReason
{
    /// <summary>None of the others; the note says more.</summary>
    Other = 0,

    /// <summary>Advertising.</summary>
    Spam = 1,

    /// <summary>Insults, threats or hatred.</summary>
    Abuse = 2,

    /// <summary>Nothing to do with the page.</summary>
    OffTopic = 3,

    /// <summary>Somebody's private data, or against the law.</summary>
    Unlawful = 4,
}

/// <summary>A reader's report of a comment: one of each person at most. Only moderators see it.</summary>
internal sealed class Flag
{
    /// <summary>Longest <see cref="Note"/>, in characters.</summary>
    public const int MaxNoteCharacters = 500;

    public long CommentId { get; init; }

    public long CommenterId { get; init; }

    public FlagReason Reason { get; set; }

    /// <summary>What else they say; often empty.</summary>
    public required string Note { get; set; }

    public DateTimeOffset At { get; set; }

    /// <summary>When a moderator had seen it and decided; null while it is open.</summary>
    public DateTimeOffset? SettledAt { get; set; }
}
