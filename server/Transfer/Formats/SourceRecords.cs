using Embed.Server.Model;

namespace Embed.Server.Transfer.Formats;

/// <summary>What a source's text is written in.</summary>
internal enum SourceMarkup
{
    Markdown,
    Html,

    /// <summary>HTML in which a line break stands for one, as in WordPress.</summary>
    HtmlWithLineBreaks,
    PlainText,
}

/// <summary>The site that our own export is of. No other has all three, on whatever server.</summary>
/// <param name="Id">Its id there.</param>
/// <param name="Key">Its key.</param>
/// <param name="CreatedAt">When it was made, in Unix milliseconds.</param>
internal sealed record SourceSite(long Id, string Key, long CreatedAt);

/// <summary>A thread as a source tells of it. Nothing in it is trusted or checked yet.</summary>
/// <param name="Id">What comments of the same source call it.</param>
/// <param name="Place">Where it stands in the source, for people: <c>line 12</c>, <c>row 7</c>.</param>
internal sealed record SourceThread(string Id, string Place)
{
    /// <summary>Its page: an absolute address, or a path below the site's home; null where the source does not know.</summary>
    public string? Address { get; init; }

    /// <summary>The id that the page's snippet gave, where it did and there may be no address.</summary>
    public string? ExplicitId { get; init; }

    public string? Title { get; init; }

    public bool IsClosed { get; init; }

    /// <summary>When it began; null if unknown.</summary>
    public DateTimeOffset? CreatedAt { get; init; }
}

/// <summary>Somebody as a source tells of them. Of several with one id the first counts.</summary>
/// <param name="Id">What comments of the same source call them; made of name and address where the source has no people.</param>
/// <param name="Place">Where they stand in the source.</param>
internal sealed record SourcePerson(string Id, string Place)
{
    public string? Name { get; init; }

    /// <summary>The GitHub that number, login name and hash are of: the host of a server of a firm's own; null for github.com.</summary>
    public string? GitHubHost { get; init; }

    /// <summary>GitHub's lasting number of their account: whoever signs in with it is them.</summary>
    public long? GitHubId { get; init; }

    public string? GitHubLogin { get; init; }

    /// <summary>SHA-1 of their login name at GitHub, in hexadecimal.</summary>
    public string? GitHubLoginHash { get; init; }

    public string? Website { get; init; }

    /// <summary>Their mail address. Private.</summary>
    public string? Email { get; init; }
}

/// <summary>A comment as a source tells of it. Parents, threads and people may come after it, or never.</summary>
/// <param name="Id">What replies of the same source call it.</param>
/// <param name="ThreadId">The <see cref="SourceThread"/> it is of.</param>
/// <param name="Place">Where it stands in the source.</param>
internal sealed record SourceComment(string Id, string ThreadId, string Place)
{
    /// <summary>
    /// What tells it from all other comments that files of this format may ever bring: the id, or, where ids begin anew in each
    /// database, the id with the time it was written.
    /// </summary>
    public string Key { get; init; } = Id;

    /// <summary>The comment it answers; null at top level.</summary>
    public string? ParentId { get; init; }

    /// <summary>Its author; null if unknown.</summary>
    public string? PersonId { get; init; }

    public string Text { get; init; } = "";

    public SourceMarkup Markup { get; init; }

    /// <summary>One of pending, published, rejected, spam and deleted.</summary>
    public CommentState State { get; init; } = CommentState.Published;

    /// <summary>When it was written; null where that cannot be read.</summary>
    public DateTimeOffset? PostedAt { get; init; }

    /// <summary>When it was last edited; null if never.</summary>
    public DateTimeOffset? EditedAt { get; init; }

    public int UpVotes { get; init; }

    public int DownVotes { get; init; }

    public bool IsPinned { get; init; }

    /// <summary>The network address it was sent from. Private.</summary>
    public string? NetworkAddress { get; init; }

    /// <summary>What the reader had to mend, a sentence each.</summary>
    public IReadOnlyList<string> Repairs { get; init; } = [];
}

/// <summary>Takes what a format reads, in the source's order, each as soon as it is read.</summary>
internal interface IImportSink
{
    /// <summary>Which site the source is of; only our own export says it. Comments of that very site are known by their ids.</summary>
    void Add(SourceSite site)
    {
    }

    void Add(SourceThread thread);

    void Add(SourcePerson person);

    void Add(SourceComment comment);

    /// <summary>A row that cannot or must not be imported. It stands in the report.</summary>
    /// <param name="place">Where it stands in the source.</param>
    /// <param name="what">What it is, such as <c>comment 17</c>: the first word counts it with the comments, threads or people.</param>
    /// <param name="why">Why not, as a sentence.</param>
    /// <param name="id">Of a comment: its id, as <see cref="SourceComment.ParentId"/> has it; null where it is not known.</param>
    void Skip(string place, string what, string why, string? id = null);
}

/// <summary>
/// One system's files. Reads once from beginning to end with little memory, and says what it finds; what belongs together is found
/// out afterwards, from the ids.
/// </summary>
internal interface IImportFormat
{
    /// <summary>Lower-case name, as on the command line; also what its ids are remembered under.</summary>
    string Name { get; }

    /// <summary>The system's name, for people.</summary>
    string Title { get; }

    /// <summary>Whether a file that begins like this is one of its.</summary>
    bool Recognises(ImportHead head);

    /// <summary>Reads all of a file.</summary>
    /// <exception cref="ImportFileException">The file cannot be read any further.</exception>
    void Read(ImportSource source, IImportSink sink, CancellationToken cancellationToken);
}

/// <summary>The beginning of a file, unpacked.</summary>
/// <param name="Bytes">As many as were asked for, if there are so many.</param>
/// <param name="Text">The same as text, by its byte order mark or by how it begins.</param>
internal sealed record ImportHead(ReadOnlyMemory<byte> Bytes, string Text)
{
    /// <summary>Why there is no more of it, where it cannot be unpacked any further.</summary>
    public ImportFileException? Fault { get; init; }
}

/// <summary>A file that cannot be read: its message says where and why, and what to do, in sentences for people.</summary>
internal sealed class ImportFileException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether an archive cannot be unpacked any further: only whoever reads what came out of it knows how far that was.</summary>
    public bool IsOfArchive { get; init; }

    /// <summary>The same, with what was read before: <c>line 12</c>, <c>row 7 of comments</c>.</summary>
    public ImportFileException After(string where) => new($"{Message} It was read up to {where}.", this);
}
