using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Threads;

namespace Embed.Server.Transfer.Importing;

/// <summary>Has threads and people that are here follow the source as it was planned, and notes what they were.</summary>
internal sealed class FollowUpdates(WriteScope write, Import import, Site site, ScratchFile stage, ReportFile report, ThreadChanges changes)
{
    private const int RowsAtOnce = 50;

    /// <summary>A thread or person whose turn it is.</summary>
    /// <param name="Turn">Which.</param>
    /// <param name="Kind">Which of the two.</param>
    /// <param name="Source">The number of the place or person in the working file.</param>
    /// <param name="Target">What it is here.</param>
    /// <param name="Closes">Whether the thread is closed from now on; null where that stays.</param>
    /// <param name="Pin">The number of the comment that is pinned from now on, 0 for none; null where that stays.</param>
    /// <param name="WasPin">The comment that was pinned when it was planned; null for none.</param>
    public sealed record Row(long Turn, ImportedKind Kind, long Source, long Target, bool? Closes, long? Pin, long? WasPin);

    /// <summary>The next rows; none at the end.</summary>
    public static IReadOnlyList<Row> Read(ScratchFile stage, long turn) =>
    [
        .. stage.Rows("SELECT p, kind, source, target, closes, pin, was_pin FROM follows WHERE p >= @0 ORDER BY p LIMIT @1", turn, RowsAtOnce)
            .Select(row => new Row(
                row.GetInt64(0), (ImportedKind)row.GetInt32(1), row.GetInt64(2), row.GetInt64(3), row.NumberOrNull(4) is { } closes ? closes != 0 : null,
                row.NumberOrNull(5), row.NumberOrNull(6))),
    ];

    /// <summary>Writes them.</summary>
    public async Task WriteAsync(IReadOnlyList<Row> rows)
    {
        foreach (var row in rows)
        {
            await (row.Kind == ImportedKind.Person ? FillAsync(row) : FollowAsync(row));
        }

        await write.Statements.ExecuteAsync("""UPDATE "Imports" SET "Position" = @1 WHERE "Id" = @0""", import.Id, rows[^1].Turn + 1);
    }

    private async Task FollowAsync(Row row)
    {
        var found = await write.Statements.RowAsync(
            """
            SELECT "Key", "PageAddress", "IsClosed", "StaysOpen", "PinnedCommentId" FROM "Threads"
            WHERE "Id" = @0 AND "AliasOfId" IS NULL AND "DeletedAt" IS NULL
            """,
            row.Target);
        var isAsPlanned = found is [string, string, long isClosed, long stays, var pin]
            && (row.Closes is { } closes ? (isClosed != 0, stays != 0) == (!closes, !closes) : pin is null ? row.WasPin is null : (long)pin == row.WasPin);
        var cells = found is null ? [] : row.Closes is { } closing ? Closing(found, closing) : await PinningAsync(row, found);
        if (!isAsPlanned || cells.Count == 0)
        {
            Tell(row, found, isAsPlanned);
            return;
        }

        await write.Statements.ExecuteAsync(
            $"""UPDATE "Threads" SET {string.Join(", ", cells.Select((cell, i) => $"\"{cell.Column}\" = @{i + 1}"))} WHERE "Id" = @0""",
            [row.Target, .. cells.Select(cell => cell.After)]);
        await AddAsync(row, "Threads", "Id", cells);
        await changes.StepAsync(write, new ThreadPlace(site, new PageUrl((string)found![0]!, (string)found[1]!)), row.Target, isForModerators: false);
    }

    private static IReadOnlyList<ChangedCell> Closing(object?[] found, bool closes)
    {
        var wanted = closes ? 1L : 0L;
        return [new("IsClosed", found[2], wanted), new("StaysOpen", found[3], wanted)];
    }

    // None where the comment is not there, or not to be shown.
    private async Task<IReadOnlyList<ChangedCell>> PinningAsync(Row row, object?[] found)
    {
        if (row.Pin == 0)
        {
            return [new("PinnedCommentId", found[4], null)];
        }

        return stage.Number("SELECT target FROM plan WHERE n = @0", row.Pin) is { } comment && await write.Statements.RowAsync(
            """SELECT 1 FROM "Comments" WHERE "Id" = @0 AND "ThreadId" = @1 AND "State" = @2""", comment, row.Target, (int)CommentState.Published) is not null
            ? [new("PinnedCommentId", found[4], comment)]
            : [];
    }

    private void Tell(Row row, object?[]? found, bool isAsPlanned)
    {
        if (row.Closes is not null)
        {
            foreach (var thread in stage.Rows("SELECT n FROM threads WHERE site_place = @0", row.Source))
            {
                report.Leave(ReportKind.Thread, thread.GetInt64(0), "It was changed here meanwhile.");
            }
        }
        else if (row.Pin is > 0 and { } comment && !(isAsPlanned || found?[4] is long pin && pin == stage.Number("SELECT target FROM plan WHERE n = @0", comment)))
        {
            report.Note(comment, "It is pinned there; here another comment of its thread has been pinned meanwhile.");
        }
    }

    /// <summary>Gives somebody the private details that they have here not yet.</summary>
    private async Task FillAsync(Row row)
    {
        var found = await write.Statements.RowAsync("""SELECT "Mailbox", "Email", "NetworkAddress" FROM "ImportedPeople" WHERE "CommenterId" = @0""", row.Target);
        var said = stage.Rows("SELECT mailbox, email FROM people WHERE n = @0", row.Source).Select(person => (person.TextOrNull(0), person.TextOrNull(1))).Single();
        if (found is null)
        {
            report.Leave(ReportKind.Person, row.Source, "They have gone meanwhile.");
            return;
        }

        ChangedCell[] cells =
        [
            new("Mailbox", found[0], found[0] ?? said.Item1), new("Email", found[1], found[1] ?? said.Item2),
            new("NetworkAddress", found[2], found[2] ?? ImportedPeople.LastNetwork(stage, row.Source)),
        ];
        await write.Statements.ExecuteAsync(
            """UPDATE "ImportedPeople" SET "Mailbox" = @1, "Email" = @2, "NetworkAddress" = @3 WHERE "CommenterId" = @0""",
            [row.Target, .. cells.Select(cell => cell.After)]);
        await AddAsync(row, "ImportedPeople", "CommenterId", cells);
    }

    private async Task AddAsync(Row row, string table, string key, IReadOnlyList<ChangedCell> cells)
    {
        var changed = ImportUpdates.ChangeOf(table, [(key, row.Target)], cells).ToList();
        if (changed.Count > 0)
        {
            await write.Statements.InsertAsync(new ImportUpdate { ImportId = import.Id, Kind = row.Kind, TargetId = row.Target, Changes = RowChange.Write(changed) });
        }
    }
}
