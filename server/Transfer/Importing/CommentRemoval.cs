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
          t."PinnedCommentId" IS NOT NULL AND t."PinnedCommentId" = c."Id",
          CASE WHEN EXISTS (SELECT 1 FROM "Comments" WHERE "ParentId" = c."Id") THEN @1 ELSE {UndoGrounds.Sql} END
        FROM "Comments" AS c JOIN "Threads" AS t ON t."Id" = c."ThreadId" WHERE c."Id" = @0
        """;

    /// <summary>What the removed ones take from counts; to be written when all are.</summary>
    public ThreadCounts Counts { get; } = new();

    /// <summary>The threads that have changed: their keys and addresses.</summary>
    public Dictionary<long, (string Key, string Address)> Threads { get; } = [];

    /// <summary>Removes a comment.</summary>
    /// <returns>Why it stays; null if it is gone.</returns>
    public async Task<string?> RemoveAsync(long id)
    {
        var row = await write.Statements.RowAsync(Sql, id, UndoGrounds.Replies, import.CreatedAt.ToUnixTimeMilliseconds());
        if (row is not [long threadId, var rootId, string path, long depth, var parentId, long state, string key, string address, long isPinned, var why])
        {
            await ForgetAsync(id);
            return null;
        }

        if (why is not null)
        {
            return (string)why;
        }

        if (isPinned != 0)
        {
            await write.Statements.ExecuteAsync("""UPDATE "Threads" SET "PinnedCommentId" = NULL WHERE "Id" = @0""", threadId);
        }

        await write.Statements.ExecuteAsync("""DELETE FROM "Comments" WHERE "Id" = @0""", id);
        await ForgetAsync(id);
        Threads[threadId] = (key, address);
        Counts.Add(
            new Comment { Id = id, ThreadId = threadId, RootId = (long?)rootId, Path = path, Depth = (int)depth, ParentId = (long?)parentId },
            ((CommentState)state).Own() == CommentState.Published ? -1 : 0);
        return null;
    }

    private Task ForgetAsync(long id) => write.Statements.ExecuteAsync(
        """DELETE FROM "ImportedItems" WHERE "ImportId" = @0 AND "Kind" = @1 AND "TargetId" = @2""", import.Id, (int)ImportedKind.Comment, id);
}
