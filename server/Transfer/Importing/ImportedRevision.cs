using Embed.Server.Data;
using Embed.Server.Model;

namespace Embed.Server.Transfer.Importing;

/// <summary>
/// Tells whether somebody here has changed a comment that an import brought: whoever edits, judges or deletes it steps its revision, and
/// imports note the one that they leave.
/// </summary>
internal static class ImportedRevision
{
    /// <summary>SQL for whether a comment <c>c</c> is as an import left it (0 is <see cref="ImportedKind.Comment"/>).</summary>
    public const string IsUntouched =
        """
        (c."Revision" = COALESCE((SELECT MAX(i."Revision") FROM "ImportedItems" AS i
          WHERE i."ImportId" IN (SELECT "Id" FROM "Imports" WHERE "SiteId" = c."SiteId") AND i."Kind" = 0 AND i."TargetId" = c."Id"), 0))
        """;

    /// <summary>
    /// Steps the revision of a comment that an import changes: what is on somebody's screen is not the comment any more. Untouched it
    /// stays so, and otherwise not.
    /// </summary>
    public static async Task StepAsync(Statements statements, long comment)
    {
        await statements.ExecuteAsync("""UPDATE "Comments" SET "Revision" = "Revision" + 1 WHERE "Id" = @0""", comment);
        await statements.ExecuteAsync(
            """
            UPDATE "ImportedItems" SET "Revision" = "Revision" + 1
            WHERE "ImportId" IN (SELECT i."Id" FROM "Imports" AS i JOIN "Comments" AS c ON c."SiteId" = i."SiteId" WHERE c."Id" = @0)
              AND "Kind" = @1 AND "TargetId" = @0
            """,
            comment, (int)ImportedKind.Comment);
    }
}
