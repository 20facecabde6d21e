namespace Embed.Server.Model;

/// <summary>One act of somebody with power over a site: who, what, when, and what taking it back needs. Never changed but to say that it was undone.</summary>
internal sealed class ModerationLogEntry
{
    /// <summary>Longest <see cref="Act"/>, in characters.</summary>
    public const int MaxActCharacters = 40;

    public long Id { get; init; }

    public long SiteId { get; init; }

    /// <summary>Who did it.</summary>
    public long ActorId { get; init; }

    public Commenter? Actor { get; init; }

    /// <summary>What was done: a stable kebab-case word, such as <c>threads-merged</c>.</summary>
    public required string Act { get; init; }

    /// <summary>JSON: what was so before and what is so since, as far as undoing needs it.</summary>
    public required string Details { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>When it was taken back; null while it holds.</summary>
    public DateTimeOffset? UndoneAt { get; set; }

    /// <summary>Who took it back.</summary>
    public long? UndoneById { get; set; }
}
