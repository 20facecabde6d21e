using Embed.Server.Model;

namespace Embed.Server.Transfer.Importing;

/// <summary>Why a comment stays that an import made, when the import is taken back: somebody has built on it.</summary>
internal static class UndoGrounds
{
    /// <summary>Of a comment that is answered by one that stays.</summary>
    public const string Replies = "Replies hang from it.";

    /// <summary>
    /// SQL for the ground of a comment <c>c</c> apart from its replies; null for none. <c>@2</c> is when the import began. What a
    /// later import updated may be newer, too: that edit was made there, whatever else was decided on the comment here.
    /// </summary>
    public const string Sql =
        $"""
        CASE
          WHEN EXISTS (SELECT 1 FROM "Votes" WHERE "CommentId" = c."Id") THEN 'Readers have voted on it.'
          WHEN EXISTS (SELECT 1 FROM "Flags" WHERE "CommentId" = c."Id") THEN 'Readers have reported it.'
          WHEN EXISTS (SELECT 1 FROM "Threads" WHERE "Id" = c."ThreadId" AND "PinnedCommentId" = c."Id") AND EXISTS (
            SELECT 1 FROM "ModerationLog" WHERE "CommentId" = c."Id" AND "Act" = '{ActWord.CommentPinned}' AND "UndoneAt" IS NULL)
            THEN 'A moderator has pinned it.'
          WHEN c."EditedAt" >= @2 AND NOT {ImportedRevision.IsUntouched} AND NOT EXISTS (
            SELECT 1 FROM "ImportUpdates" AS u, json_each(u."Changes") AS e
            WHERE u."Kind" = 0 AND u."TargetId" = c."Id" AND json_extract(e.value, '$.after.EditedAt') = c."EditedAt") THEN 'It was edited here.'
        END
        """;

    /// <summary>SQL for whether a reply <c>r</c> was deleted: nothing of it is left but its place (4 is deleted, 8 the mark of a deleted thread).</summary>
    public const string IsTombstone = """((r."State" & ~8) = 4)""";

    /// <summary>SQL for whether an import brought a reply <c>r</c>: what becomes of it is that import's.</summary>
    public const string IsImported =
        """
        EXISTS (SELECT 1 FROM "ImportedItems" AS o
          WHERE o."ImportId" IN (SELECT "Id" FROM "Imports" WHERE "SiteId" = r."SiteId") AND o."Kind" = 0 AND o."TargetId" = r."Id")
        """;
}
