using Embed.Server.Data;
using Embed.Server.Model;

namespace Embed.Server.Transfer.Importing;

/// <summary>What a source says of a comment by now, in the way it is kept here.</summary>
/// <param name="State">Its state; deleted where there is nothing to show.</param>
/// <param name="PostedAt">When it was written, in Unix milliseconds; null if unknown.</param>
/// <param name="EditedAt">When it was edited last; null if never.</param>
internal sealed record SaidOfComment(
    CommentState State, string Body, string Html, long TextHash, long? PostedAt, long? EditedAt, int UpVotes, int DownVotes)
{
    /// <summary>What holds it back, as <see cref="Comment.HeldFor"/> has it.</summary>
    public string HeldFor => State is CommentState.Pending or CommentState.Spam ? PreModeration.HeldFor.Import : "";
}

/// <summary>A column of a row that changes, with its values as SQLite keeps them.</summary>
internal readonly record struct ChangedCell(string Column, object? Before, object? After)
{
    public bool IsChange => !StoredValue.Same(Before, After);
}

/// <summary>A comment that an earlier import brought, as it is here.</summary>
internal sealed class KnownComment
{
    private const string Sql =
        $"""
        SELECT "Body", "BodyHtml", "TextHash", "PostedAt", "EditedAt", "DeletedAt", "HeldFor", "State", {ImportedRevision.IsUntouched}, "CommenterId", "ThreadId", "ParentId",
          "RootId", "Path", "Depth", "UpVotes", "DownVotes",
          (SELECT COUNT(*) FROM "Votes" WHERE "CommentId" = c."Id" AND NOT "IsShadowed" AND "Value" > 0),
          (SELECT COUNT(*) FROM "Votes" WHERE "CommentId" = c."Id" AND NOT "IsShadowed" AND "Value" < 0)
        FROM "Comments" AS c WHERE "Id" = @0
        """;

    private readonly object?[] _row;

    private KnownComment(long id, object?[] row)
    {
        _row = row;
        Placed = new Comment
        {
            Id = id,
            ThreadId = (long)row[10]!,
            ParentId = (long?)row[11],
            RootId = (long?)row[12],
            Path = (string)row[13]!,
            Depth = (int)(long)row[14]!,
        };
    }

    /// <summary>Its place; nothing else of it.</summary>
    public Comment Placed { get; }

    /// <summary>Its state, with the mark of a deleted thread.</summary>
    public CommentState State => (CommentState)(long)_row[7]!;

    /// <summary>Whether no moderator has decided on it, and nobody has edited or deleted it here.</summary>
    public bool IsUntouched => (long)_row[8]! != 0;

    public long CommenterId => (long)_row[9]!;

    /// <summary>A comment; null if it is not here any more.</summary>
    public static async Task<KnownComment?> FindAsync(Statements site, long id) =>
        await site.RowAsync(Sql, id) is { } row ? new KnownComment(id, row) : null;

    /// <summary>The columns that a source speaks of, as they are and as it has them. Whose it is here is not the source's to say again.</summary>
    public IReadOnlyList<ChangedCell> Against(SaidOfComment said)
    {
        var isGone = said.State == CommentState.Deleted;
        var postedAt = said.PostedAt ?? (long)_row[3]!;
        return
        [
            new("Body", _row[0], said.Body), new("BodyHtml", _row[1], said.Html), new("TextHash", _row[2], said.TextHash), new("PostedAt", _row[3], postedAt),
            new("EditedAt", _row[4], isGone ? null : said.EditedAt), new("DeletedAt", _row[5], isGone ? said.EditedAt ?? postedAt : null),
            new("HeldFor", _row[6], said.HeldFor), new("State", _row[7], (long)(said.State | (State & CommentState.InDeletedThread))),
        ];
    }

    /// <summary>
    /// What of a comment is another here than in an export of this very site, in words; none for nothing. Its HTML was read again and may
    /// be spelt otherwise; a tombstone there has nothing else to compare.
    /// </summary>
    public List<string> OtherThan(SaidOfComment said)
    {
        // An export has what a shadow ban hides for rejected as soon as it is read.
        var (state, isGone) = (State.Own() == CommentState.Shadowed ? CommentState.Rejected : State.Own(), said.State == CommentState.Deleted);
        var isEdited = ((string)_row[0]! != said.Body && (string)_row[1]! != said.Html) || (!isGone && (long?)_row[4] != said.EditedAt);
        var hasOtherVotes = !isGone && ((long)_row[15]! != said.UpVotes || (long)_row[16]! != said.DownVotes);
        List<string> others = isEdited ? ["text"] : [];
        others.AddRange(state == said.State ? [] : ["state"]);
        others.AddRange(hasOtherVotes ? ["votes"] : []);
        others.AddRange(said.PostedAt is { } postedAt && postedAt != (long)_row[3]! ? ["time"] : []);
        return others;
    }

    /// <summary>By how many the votes differ that it has from readers here and from the source.</summary>
    public (int Up, int Down) VotesAgainst(SaidOfComment said) =>
        (said.UpVotes + (int)(long)_row[17]! - (int)(long)_row[15]!, said.DownVotes + (int)(long)_row[18]! - (int)(long)_row[16]!);
}
