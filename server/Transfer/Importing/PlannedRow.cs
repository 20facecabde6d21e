using Embed.Server.Model;
using Microsoft.Data.Sqlite;

namespace Embed.Server.Transfer.Importing;

/// <summary>The place that a planned comment belongs to.</summary>
/// <param name="N">Its number in the working file.</param>
/// <param name="Target">The thread here; null until it is made.</param>
internal sealed record PlannedPlace(long N, string Key, string Address, string Title, bool IsClosed, long? Created, long? Target);

/// <summary>A comment whose turn it is.</summary>
/// <param name="Turn">Which.</param>
/// <param name="N">Its number in the working file.</param>
/// <param name="Key">What it is known by.</param>
/// <param name="PostedAt">When it was written, in Unix milliseconds.</param>
/// <param name="Target">The comment here that it updates; null for a new one.</param>
/// <param name="Parent">The number of the comment it answers; null at top level.</param>
/// <param name="ParentTarget">That comment here; null if it is written in the same batch.</param>
/// <param name="Place">The thread it belongs to.</param>
/// <param name="Person">Its author; null if unknown.</param>
internal sealed record PlannedRow(
    long Turn, long N, string Key, long PostedAt, long? Target, long? Parent, long? ParentTarget, PlannedPlace Place, StagedPerson? Person)
{
    public CommentState State { get; init; }

    public long? EditedAt { get; init; }

    public int UpVotes { get; init; }

    public int DownVotes { get; init; }

    public bool IsPinned { get; init; }

    public long Hash { get; init; }

    public string Body { get; init; } = "";

    public string BodyHtml { get; init; } = "";

    public long TextHash { get; init; }

    /// <summary>What the source says of the comment.</summary>
    public SaidOfComment Said => new(State, Body, BodyHtml, TextHash, PostedAt == 0 ? null : PostedAt, EditedAt, UpVotes, DownVotes);

    // A batch of what is longest must not fill the memory.
    private const int MostCharacters = 4_000_000;

    private const string Query =
        """
        SELECT p.p, p.n, p.key, p.posted, p.is_update, p.target, p.parent, pp.target,
          s.n, s.key, s.address, s.title, s.closed, s.created, s.target,
          e.n, e.key, e.name, e.github, e.login, e.login_hash, e.mailbox, e.website, e.email,
          c.state, c.edited, c.up, c.down, c.pinned, c.hash, t.body, t.html, t.hash,
          e.github_provider
        FROM plan AS p JOIN places AS s ON s.n = p.place LEFT JOIN plan AS pp ON pp.n = p.parent
        LEFT JOIN comments AS c ON c.n = p.n LEFT JOIN texts AS t ON t.n = p.n LEFT JOIN people AS e ON e.id = c.person
        WHERE p.p >= @0 ORDER BY p.p LIMIT @1
        """;

    /// <summary>The next rows; none at the end.</summary>
    public static List<PlannedRow> Read(ScratchFile stage, long turn, int most)
    {
        var (rows, characters) = (new List<PlannedRow>(most), 0);
        foreach (var row in stage.Rows(Query, turn, most))
        {
            rows.Add(Of(row));
            characters += rows[^1].Body.Length + rows[^1].BodyHtml.Length;
            if (characters > MostCharacters)
            {
                break;
            }
        }

        return rows;
    }

    private static PlannedRow Of(SqliteDataReader row)
    {
        var place = new PlannedPlace(
            row.GetInt64(8), row.GetString(9), row.GetString(10), row.GetString(11), row.IsTrue(12), row.NumberOrNull(13), row.NumberOrNull(14));
        var person = row.IsDBNull(15) ? null : new StagedPerson(
            row.GetInt64(15), row.GetString(16), row.GetString(17), row.NumberOrNull(18), row.TextOrNull(19), row.TextOrNull(20), row.TextOrNull(21),
            row.TextOrNull(22), row.TextOrNull(23), row.TextOrNull(33));
        // A tombstone that stands for a missing parent has no row of its own in the source.
        var isMade = row.IsDBNull(24);
        var planned = new PlannedRow(
            row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetInt64(3), row.IsTrue(4) ? row.NumberOrNull(5) : null, row.NumberOrNull(6), row.NumberOrNull(7), place,
            person)
        {
            State = CommentState.Deleted,
        };
        return isMade ? planned : planned with
        {
            // What shows nothing is a tombstone, whatever it was.
            State = row.GetString(31).Length == 0 ? CommentState.Deleted : (CommentState)row.GetInt32(24),
            EditedAt = row.NumberOrNull(25),
            UpVotes = row.GetInt32(26),
            DownVotes = row.GetInt32(27),
            IsPinned = row.IsTrue(28),
            Hash = row.GetInt64(29),
            Body = row.GetString(30),
            BodyHtml = row.GetString(31),
            TextHash = row.GetInt64(32),
        };
    }
}
