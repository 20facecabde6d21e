using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Threads;

namespace Embed.Server.Transfer.Importing;

/// <summary>Has comments that earlier imports brought say what the source says of them by now, and notes what they were.</summary>
internal sealed class CommentUpdates(WriteScope write, Import import, ScratchFile stage, ReportFile report, ImportedPeople people, ThreadCounts counts)
{
    /// <summary>The source says something else by now: so does the comment, unless it was changed here after it was planned.</summary>
    /// <returns>The thread it is in; null if it was.</returns>
    public async Task<long?> WriteAsync(PlannedRow row, long id)
    {
        if (await KnownComment.FindAsync(write.Statements, id) is not { IsUntouched: true } known)
        {
            report.Leave(ReportKind.Comment, row.N, "It was changed here meanwhile.");
            return null;
        }

        var said = row.Said;
        var (cells, votes) = (known.Against(said), known.VotesAgainst(said));
        var state = known.State.Own();
        // Its author stays: they may have been erased, or have claimed it. Only a tombstone gets one, and what becomes one loses its own.
        var author = said.State != state && (said.State == CommentState.Deleted || state == CommentState.Deleted) ? await people.AuthorOfAsync(row) : null;
        await SetAsync(id, cells, author?.CommenterId);
        await UndoneRows.CountFlagsAsync(write.Statements, id);
        if (cells.Any(cell => cell.IsChange))
        {
            await ImportedRevision.StepAsync(write.Statements, id);
        }

        await ImportUpdates.AddVotesAsync(write.Statements, id, votes.Up, votes.Down);
        var item = await SetItemAsync(row, author?.PersonId);
        await write.Statements.InsertAsync(
            new ImportUpdate
            {
                ImportId = import.Id,
                Kind = ImportedKind.Comment,
                TargetId = id,
                AuthorId = author is null || author.CommenterId == known.CommenterId ? null : known.CommenterId,
                UpVotes = votes.Up,
                DownVotes = votes.Down,
                Changes = RowChange.Write([.. ImportUpdates.ChangeOf("Comments", [("Id", id)], cells, always: "State"), .. item]),
            });
        counts.Add(known.Placed, (said.State == CommentState.Published ? 1 : 0) - (state == CommentState.Published ? 1 : 0));
        return known.Placed.ThreadId;
    }

    private Task SetAsync(long id, IReadOnlyList<ChangedCell> cells, long? author) => write.Statements.ExecuteAsync(
        $"""
         UPDATE "Comments" SET {string.Join(", ", cells.Select((cell, i) => $"\"{cell.Column}\" = @{i + 2}"))}, "CommenterId" = COALESCE(@1, "CommenterId")
         WHERE "Id" = @0
         """,
        [id, author, .. cells.Select(cell => cell.After)]);

    // It is known by what the source calls it, from now on also where a tombstone was made before that was known.
    private async Task<IEnumerable<RowChange>> SetItemAsync(PlannedRow row, long? person)
    {
        var key = SourceKey.Of(row.Key);
        var before = stage.Rows("SELECT key FROM healed WHERE n = @0", row.N).Select(healed => healed.GetString(0)).FirstOrDefault() ?? key;
        var item = await write.Statements.RowAsync(
            """SELECT "ContentHash", "PersonId" FROM "ImportedItems" WHERE "SiteId" = @0 AND "Source" = @1 AND "Kind" = @2 AND "SourceKey" = @3""",
            import.SiteId, import.Format, (int)ImportedKind.Comment, before);
        await write.Statements.ExecuteAsync(
            """
            UPDATE "ImportedItems" SET "ContentHash" = @4, "PersonId" = @5, "SourceKey" = @6
            WHERE "SiteId" = @0 AND "Source" = @1 AND "Kind" = @2 AND "SourceKey" = @3
            """,
            import.SiteId, import.Format, (int)ImportedKind.Comment, before, row.Hash, person ?? item![1], key);
        return ImportUpdates.ChangeOf(
            "ImportedItems", [("SiteId", import.SiteId), ("Source", import.Format), ("Kind", (long)ImportedKind.Comment), ("SourceKey", key)],
            [new("SourceKey", before, key), new("ContentHash", item![0], row.Hash), new("PersonId", item[1], person ?? item[1])]);
    }
}
