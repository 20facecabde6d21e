using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Transfer.Formats;

namespace Embed.Server.Transfer.Export;

/// <summary>What must be true of all rows of an export together, once they are written and before they are kept.</summary>
internal static class TakenChecks
{
    // The place of a reply as ReplyPath.Of makes it from its parent (p) and its number.
    private const string Path =
        """
        (CASE WHEN p."Depth" < @0 THEN p."Path"
          ELSE (CASE WHEN instr(p."Path", 'z') > 0 THEN substr(p."Path", 1, instr(p."Path", 'z') - 1) ELSE p."Path" END) || 'z' || printf('%019d', p."Id") END
          || char(96 + length(CAST(c."Number" AS TEXT))) || c."Number")
        """;

    private static readonly (string Sql, string Sentence)[] Rules =
    [
        ("""SELECT c."Id" FROM "Comments" AS c JOIN "Threads" AS t ON t."Id" = c."ThreadId" WHERE c."SiteId" <> t."SiteId" """,
            "is at another site than its thread"),
        ($"""
          SELECT c."Id" FROM "Comments" AS c JOIN "Threads" AS t ON t."Id" = c."ThreadId"
          WHERE t."AliasOfId" IS NOT NULL OR ((c."State" & {(int)CommentState.InDeletedThread}) <> 0) <> (t."DeletedAt" IS NOT NULL)
          """,
            "is in a thread that cannot have it: one whose comments are elsewhere, or that is deleted while the comment is not"),
        ("""SELECT "Id" FROM "Comments" WHERE "ParentId" IS NULL AND ("Depth" <> 0 OR "RootId" IS NOT NULL OR "Path" <> '')""",
            "answers none and has the place of a reply"),
        ($"""
          SELECT c."Id" FROM "Comments" AS c JOIN "Comments" AS p ON p."Id" = c."ParentId"
          WHERE p."ThreadId" <> c."ThreadId" OR p."Id" >= c."Id" OR c."Depth" <> p."Depth" + 1
            OR c."RootId" IS NOT COALESCE(p."RootId", p."Id") OR c."Path" <> {Path}
          """,
            "has another place than that of a reply to its parent"),
    ];

    /// <exception cref="ImportFileException">Something of it is not.</exception>
    public static async Task CheckAsync(Statements statements, ExportModel model)
    {
        foreach (var reference in model.References.Where(reference => !reference.MayBeGone))
        {
            await CheckAsync(statements, reference);
        }

        foreach (var (sql, sentence) in Rules)
        {
            // Where the statement does not ask for it, the parameter is not used.
            var row = sql.Contains("@0", StringComparison.Ordinal)
                ? await statements.RowAsync($"{sql} LIMIT 1", ReplyPath.MaxLevels)
                : await statements.RowAsync($"{sql} LIMIT 1");
            if (row is [var id])
            {
                throw new ImportFileException($"The comment {id} {sentence}.");
            }
        }

        var alias = await statements.RowAsync(
            """
            SELECT a."Id" FROM "Threads" AS a JOIN "Threads" AS t ON t."Id" = a."AliasOfId" WHERE t."AliasOfId" IS NOT NULL OR t."SiteId" <> a."SiteId" LIMIT 1
            """);
        if (alias is [var thread])
        {
            throw new ImportFileException($"The thread {thread} leads to one that leads on, or that is of another site.");
        }
    }

    private static async Task CheckAsync(Statements statements, ExportReference reference)
    {
        var (from, to) = (reference.From, reference.To);
        var row = await statements.RowAsync(
            $"""
             SELECT f.{reference.Column.SqlName}, {string.Join(", ", from.Key.Select(key => $"f.{key.SqlName}"))} FROM "{from.Table}" AS f
             WHERE f.{reference.Column.SqlName} IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM "{to.Table}" AS t WHERE t.{to.Key[0].SqlName} = f.{reference.Column.SqlName}) LIMIT 1
             """);
        if (row is not null)
        {
            var key = string.Join(", ", from.Key.Select((column, i) => $"{column.Name} {row[i + 1]}"));
            throw new ImportFileException(
                $"The row of {from.Name} with {key} has the {reference.Column.Name} {row[0]}, which is not among the {to.Name}.");
        }
    }
}
