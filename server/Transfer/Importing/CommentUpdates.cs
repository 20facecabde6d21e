using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Threads;

namespace Embed.Server.Transfer.Importing;

/// <summary>Has comments that earlier imports brought say what the source says of them by now.</summary>
internal sealed class CommentUpdates(WriteScope write, Import import, ReportFile report, ImportedPeople people, ThreadCounts counts)
{
    /// <summary>The source says something else by now: so does the comment, unless it was changed here after it was planned.</summary>
    /// <returns>The thread it is in; null if it was.</returns>
    public async Task<long?> WriteAsync(PlannedRow row, long id)
    {
        var known = await write.Statements.RowAsync(
            """
            SELECT "ThreadId", "ParentId", "RootId", "Path", "Depth", "State", "Revision",
              (SELECT COUNT(*) FROM "Votes" WHERE "CommentId" = c."Id" AND NOT "IsShadowed" AND "Value" > 0),
              (SELECT COUNT(*) FROM "Votes" WHERE "CommentId" = c."Id" AND NOT "IsShadowed" AND "Value" < 0)
            FROM "Comments" AS c WHERE "Id" = @0
            """,
            id);
        if (known is not [long threadId, var parentId, var rootId, string path, long depth, long state, 0L, long up, long down])
        {
            report.Change(row.N, ReportOutcome.AlreadyThere, "It was changed here meanwhile.");
            return null;
        }

        var flag = (CommentState)state & CommentState.InDeletedThread;
        // Whose it is here is not the source's to say again: they may have been erased, or have claimed it.
        var author = row.State == CommentState.Deleted || ((CommentState)state).Own() == CommentState.Deleted ? await people.AuthorOfAsync(row) : null;
        var (upVotes, downVotes) = (row.UpVotes + (int)up, row.DownVotes + (int)down);
        await write.Statements.ExecuteAsync(
            """
            UPDATE "Comments" SET "Body" = @1, "BodyHtml" = @2, "TextHash" = @3, "State" = @4, "EditedAt" = @5, "DeletedAt" = @6, "UpVotes" = @7,
              "DownVotes" = @8, "Score" = @9, "CommenterId" = COALESCE(@10, "CommenterId"), "HeldFor" = @11, "DraftId" = @12, "PostedAt" = CASE WHEN @13 > 0 THEN @13 ELSE "PostedAt" END
            WHERE "Id" = @0
            """,
            id, row.Body, row.BodyHtml, row.TextHash, (int)(row.State | flag), row.State == CommentState.Deleted ? null : row.EditedAt,
            row.State == CommentState.Deleted ? row.EditedAt ?? row.PostedAt : null, upVotes, downVotes, CommentOrder.Score(upVotes, downVotes),
            author?.CommenterId, row.HeldFor, Guid.CreateVersion7(), row.PostedAt);
        await write.Statements.ExecuteAsync(
            """
            UPDATE "ImportedItems" SET "ContentHash" = @4, "PersonId" = COALESCE(@5, "PersonId") WHERE "SiteId" = @0 AND "Source" = @1 AND "Kind" = @2 AND "SourceKey" = @3
            """,
            import.SiteId, import.Format, (int)ImportedKind.Comment, SourceKey.Of(row.Key), row.Hash, author?.PersonId);
        var placed = new Comment { Id = id, ThreadId = threadId, ParentId = (long?)parentId, RootId = (long?)rootId, Path = path, Depth = (int)depth };
        counts.Add(placed, (row.State == CommentState.Published ? 1 : 0) - (((CommentState)state).Own() == CommentState.Published ? 1 : 0));
        return threadId;
    }
}
