namespace Embed.Server.Model;

/// <summary>What a moderator of a site notes about somebody, for the site's other moderators.</summary>
internal sealed class PersonNote
{
    /// <summary>Longest <see cref="Text"/>, in characters.</summary>
    public const int MaxTextCharacters = 1_000;

    public long Id { get; init; }

    public long SiteId { get; init; }

    /// <summary>Whom it is about.</summary>
    public long CommenterId { get; set; }

    /// <summary>Who wrote it; null once they are not here any more.</summary>
    public long? AuthorId { get; set; }

    public required string Text { get; set; }

    public DateTimeOffset At { get; init; }
}
