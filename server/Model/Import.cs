namespace Embed.Server.Model;

/// <summary>How far an import is. Values are stored; never renumber.</summary>
internal enum ImportState
{
    /// <summary>Its file is read, and what it would do is found out. Nothing of the site is changed.</summary>
    Reading = 0,

    /// <summary>Waits for somebody who has seen what it would do.</summary>
    Planned = 1,

    /// <summary>Writes, batch by batch; goes on after a restart.</summary>
    Writing = 2,

    /// <summary>All of it is written.</summary>
    Done = 3,

    /// <summary>Stopped, for the reason in <see cref="Import.Message"/>; what it had written is there and can be undone.</summary>
    Failed = 4,

    /// <summary>Takes back what it wrote, batch by batch; goes on after a restart.</summary>
    Undoing = 5,

    /// <summary>Taken back, apart from what the report says stayed.</summary>
    Undone = 6,
}

/// <summary>One file, or one account of a service, brought into a site.</summary>
internal sealed class Import
{
    /// <summary>Longest <see cref="Format"/>, in characters.</summary>
    public const int MaxFormatCharacters = 40;

    /// <summary>Longest <see cref="FileName"/>, in characters; a longer one is cut.</summary>
    public const int MaxFileNameCharacters = 200;

    /// <summary>Longest <see cref="Message"/>, in characters; a longer one is cut.</summary>
    public const int MaxMessageCharacters = 1_000;

    /// <summary><see cref="Counts"/> before anything is counted.</summary>
    public const string NoCounts = "{}";

    public long Id { get; init; }

    public long SiteId { get; init; }

    /// <summary>The format's name, such as <c>disqus</c>.</summary>
    public required string Format { get; set; }

    /// <summary>What the file was called where it came from; shown, never opened.</summary>
    public required string FileName { get; init; }

    /// <summary>Who started it.</summary>
    public long StartedById { get; init; }

    public ImportState State { get; set; }

    /// <summary>JSON: what was chosen, such as the rewriting of addresses.</summary>
    public required string Options { get; init; }

    /// <summary>Comments, then threads and people that follow, whose turn to be written is over: where it goes on after a restart. Never goes back; above 0 something is written.</summary>
    public long Position { get; set; }

    /// <summary>JSON: how many rows of each kind had which outcome.</summary>
    public string Counts { get; set; } = NoCounts;

    /// <summary>Why it failed, for people; empty otherwise.</summary>
    public string Message { get; set; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its last step ended; null while one runs.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}

/// <summary>What an <see cref="ImportedItem"/> is. Values are stored; never renumber.</summary>
internal enum ImportedKind
{
    Comment = 0,
    Thread = 1,
    Person = 2,
}

/// <summary>
/// What became of one thing that a source has: so that the same file twice changes nothing, a later one adds what is new, and an
/// import can be taken back.
/// </summary>
internal sealed class ImportedItem
{
    /// <summary>Longest <see cref="SourceKey"/>, in characters; a longer one is kept as its hash.</summary>
    public const int MaxSourceKeyCharacters = 200;

    public long SiteId { get; init; }

    /// <summary>The format's name: ids of one system say nothing about those of another.</summary>
    public required string Source { get; init; }

    public ImportedKind Kind { get; init; }

    /// <summary>The source's lasting id of it.</summary>
    public required string SourceKey { get; init; }

    /// <summary>The comment, thread or commenter here.</summary>
    public long TargetId { get; init; }

    /// <summary>The import that made it; one that only found or updated it does not own it.</summary>
    public long ImportId { get; init; }

    /// <summary>Of a comment: the <see cref="ImportedPerson"/> it came under, also after somebody has claimed it; null for none.</summary>
    public long? PersonId { get; init; }

    /// <summary>A hash of what the source said of it, to see whether that has changed.</summary>
    public long ContentHash { get; set; }

    /// <summary>Of a comment: the <see cref="Comment.Revision"/> that an import left it with. It has another once somebody here has changed it.</summary>
    public int Revision { get; init; }
}

/// <summary>
/// What a source said of somebody whose comments were imported: how they can be known again, and, only if an administrator chose so,
/// private details. Shown to administrators and to whoever has claimed it; never public.
/// </summary>
internal sealed class ImportedPerson
{
    /// <summary>Longest login name, web site or mail address, in characters; longer ones are not kept.</summary>
    public const int MaxTextCharacters = 320;

    /// <summary>The commenter made for them (<see cref="CommenterKind.Imported"/>).</summary>
    public long CommenterId { get; init; }

    public long SiteId { get; init; }

    public long ImportId { get; init; }

    /// <summary>
    /// Their login name at GitHub, in lower case; behind a host and a slash, if it is another than github.com. Names change hands, so it
    /// proves nothing by itself.
    /// </summary>
    public string? GitHubLogin { get; init; }

    /// <summary>SHA-1 of that login name, in lower-case hexadecimal, where the source has no more.</summary>
    public string? GitHubLoginHash { get; init; }

    /// <summary>The keyed hash of their mail address, as an account of the provider <c>Email</c> has it for its subject.</summary>
    public string? Mailbox { get; init; }

    /// <summary>Their web site.</summary>
    public string? Website { get; init; }

    /// <summary>Their mail address. Private.</summary>
    public string? Email { get; init; }

    /// <summary>The network address they last wrote from. Private.</summary>
    public string? NetworkAddress { get; init; }

    /// <summary>Who has their comments now; null while nobody does.</summary>
    public long? ClaimedById { get; set; }
}

/// <summary>By what somebody may be an <see cref="ImportedPerson"/>. Values are stored; never renumber.</summary>
internal enum ClaimGround
{
    GitHubLogin = 0,
    GitHubLoginHash = 1,
    Mailbox = 2,
}

/// <summary>Somebody who signed in and may be an <see cref="ImportedPerson"/>: waits for an administrator's yes.</summary>
internal sealed class ImportClaim
{
    public long Id { get; init; }

    /// <summary>The <see cref="ImportedPerson"/>.</summary>
    public long PersonId { get; init; }

    /// <summary>Who signed in.</summary>
    public long CommenterId { get; init; }

    public ClaimGround Ground { get; init; }

    public DateTimeOffset MadeAt { get; init; }

    /// <summary>When an administrator decided; null while it waits.</summary>
    public DateTimeOffset? DecidedAt { get; set; }

    public long? DecidedById { get; set; }

    /// <summary>What was decided.</summary>
    public bool IsAccepted { get; set; }
}
