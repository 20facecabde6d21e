using System.Text.Json;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Threads;

namespace Embed.Server.Transfer.Importing;

/// <summary>Removes comments that an import made, from the last on, unless something hangs from them.</summary>
internal sealed class CommentRemoval(WriteScope write, Import import)
{
    private const string Sql =
        $"""
        SELECT c."ThreadId", c."RootId", c."Path", c."Depth", c."ParentId", c."State", t."Key", t."PageAddress",
          EXISTS (SELECT 1 FROM "Comments" WHERE "ParentId" = c."Id"), {UndoGrounds.Sql}
        FROM "Comments" AS c JOIN "Threads" AS t ON t."Id" = c."ThreadId" WHERE c."Id" = @0
        """;

    // All below a comment, as far as something stands there.
    private const string Standing =
        $"""
        WITH RECURSIVE below(id) AS (SELECT "Id" FROM "Comments" WHERE "ParentId" = @0 UNION ALL SELECT r."Id" FROM below JOIN "Comments" AS r ON r."ParentId" = below.id)
        SELECT EXISTS (SELECT 1 FROM below JOIN "Comments" AS r ON r."Id" = below.id WHERE NOT {UndoGrounds.IsTombstone} OR {UndoGrounds.IsImported})
        """;

    private const string Below =
        """
        WITH RECURSIVE below(id) AS (SELECT "Id" FROM "Comments" WHERE "ParentId" = @0 UNION ALL SELECT r."Id" FROM below JOIN "Comments" AS r ON r."ParentId" = below.id)
        SELECT json_group_array(id) FROM (SELECT id FROM below ORDER BY id DESC)
        """;

    /// <summary>What the removed ones take from counts; to be written when all are.</summary>
    public ThreadCounts Counts { get; } = new();

    /// <summary>The threads that have changed: their keys and addresses.</summary>
    public Dictionary<long, (string Key, string Address)> Threads { get; } = [];

    /// <summary>Removes a comment, and with it replies of which only tombstones are left.</summary>
    /// <returns>Why it stays; null if it is gone.</returns>
    public async Task<string?> RemoveAsync(long id)
    {
        var row = await write.Statements.RowAsync(Sql, id, UndoGrounds.Replies, import.CreatedAt.ToUnixTimeMilliseconds());
        if (row is not [long threadId, var rootId, string path, long depth, var parentId, long state, string key, string address, long hasReplies, var why])
        {
            await ForgetAsync(id);
            return null;
        }

        if (hasReplies != 0 && await write.Statements.NumberAsync(Standing, id) != 0)
        {
            return UndoGrounds.Replies;
        }

        if (why is not null)
        {
            return (string)why;
        }

        if (hasReplies != 0)
        {
            foreach (var tombstone in JsonSerializer.Deserialize<List<long>>((string)(await write.Statements.RowAsync(Below, id))![0]!)!)
            {
                await DeleteAsync(threadId, tombstone);
            }
        }

        await DeleteAsync(threadId, id);
        await ForgetAsync(id);
        Threads[threadId] = (key, address);
        Counts.Add(
            new Comment { Id = id, ThreadId = threadId, RootId = (long?)rootId, Path = path, Depth = (int)depth, ParentId = (long?)parentId },
            ((CommentState)state).Own() == CommentState.Published ? -1 : 0);
        return null;
    }

    private async Task DeleteAsync(long thread, long comment)
    {
        await write.Statements.ExecuteAsync(
            """UPDATE "Threads" SET "PinnedCommentId" = NULL WHERE "Id" = @0 AND "PinnedCommentId" = @1""", thread, comment);
        await write.Statements.ExecuteAsync("""DELETE FROM "Comments" WHERE "Id" = @0""", comment);
    }

    // Also what later imports have changed of it: there is nothing left to put back.
    private async Task ForgetAsync(long id)
    {
        await write.Statements.ExecuteAsync(
            """DELETE FROM "ImportedItems" WHERE "ImportId" = @0 AND "Kind" = @1 AND "TargetId" = @2""", import.Id, (int)ImportedKind.Comment, id);
        await ImportUpdates.ForgetAsync(write.Statements, ImportedKind.Comment, id);
    }
}
