namespace Embed.Server.Model;

/// <summary>By what way somebody acted. Values are stored; never renumber.</summary>
internal enum ActedVia
{
    /// <summary>The pages below <c>/admin</c>.</summary>
    Admin = 0,

    /// <summary>The HTTP API.</summary>
    Api = 1,

    /// <summary>The thread on a page.</summary>
    Thread = 2,

    /// <summary>A command of the server's program.</summary>
    Command = 3,
}

/// <summary>
/// One act of somebody with power: who, what, when, what was so before and after. Never changed but to say that it was undone,
/// and to forget the text of a comment that its author has deleted.
/// </summary>
internal sealed class ModerationLogEntry
{
    /// <summary>Longest <see cref="Act"/>, in characters.</summary>
    public const int MaxActCharacters = 40;

    public long Id { get; init; }

    /// <summary>Where; null for what concerns the whole server.</summary>
    public long? SiteId { get; init; }

    /// <summary>Who did it.</summary>
    public long ActorId { get; set; }

    public Commenter? Actor { get; init; }

    /// <summary>What was done: a stable kebab-case word, such as <c>threads-merged</c>.</summary>
    public required string Act { get; init; }

    public ActedVia Via { get; init; }

    /// <summary>The comment it concerns; null for none or several.</summary>
    public long? CommentId { get; init; }

    /// <summary>The thread it concerns.</summary>
    public long? ThreadId { get; init; }

    /// <summary>The person it concerns: the comment's author, or who was banned or given a role.</summary>
    public long? CommenterId { get; set; }

    /// <summary>The first entry of several that were one act on a selection; null for a single act.</summary>
    public long? BatchId { get; set; }

    /// <summary>The entry that this one takes back; null for an act of its own.</summary>
    public long? UndoesId { get; init; }

    /// <summary>JSON: what else there is to say of it, such as the reason given.</summary>
    public required string Details { get; init; }

    /// <summary>JSON: the rows changed, each as it was and as it is since (<c>RowChange</c>); <c>[]</c> where the act undoes itself otherwise.</summary>
    public string Changes { get; set; } = "[]";

    public DateTimeOffset At { get; init; }

    /// <summary>When it was taken back; null while it holds.</summary>
    public DateTimeOffset? UndoneAt { get; set; }

    /// <summary>Who took it back.</summary>
    public long? UndoneById { get; set; }
}
