namespace Embed.Server.Model;

/// <summary>
/// What an import changed of something that was here before it: a comment, thread or person that an earlier one brought. Undoing the
/// import puts it back.
/// </summary>
internal sealed class ImportUpdate
{
    /// <summary>In the order of the changes.</summary>
    public long Id { get; init; }

    public long ImportId { get; init; }

    public ImportedKind Kind { get; init; }

    /// <summary>The comment, thread or commenter; it may be gone.</summary>
    public long TargetId { get; init; }

    /// <summary>Whose the comment was before; null where it stayed theirs, and once they are gone.</summary>
    public long? AuthorId { get; init; }

    /// <summary>How many votes for it came with the change; less than 0 where they went.</summary>
    public int UpVotes { get; init; }

    /// <summary>How many votes against it came with the change; less than 0 where they went.</summary>
    public int DownVotes { get; init; }

    /// <summary>JSON: the rows as they were and as they are since, in the way of <see cref="ModerationLogEntry.Changes"/>.</summary>
    public required string Changes { get; init; }
}
