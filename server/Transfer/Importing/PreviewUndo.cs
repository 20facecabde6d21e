using System.Text.Json;
using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Transfer.Importing;

/// <summary>Says what would stay if an import were undone now. Changes nothing.</summary>
internal sealed class PreviewUndo(ImportAccess access, IDbContextFactory<EmbedDbContext> databases)
{
    /// <summary>Most that are named.</summary>
    public const int MostNamed = 5;

    /// <summary>What would come of it.</summary>
    /// <param name="Comments">Comments that the import made and that are still here.</param>
    /// <param name="Staying">How many of them would stay.</param>
    /// <param name="Named">Some of those, and why.</param>
    /// <param name="Updates">What the import changed of what was here before: put back, as far as nobody has changed it here since.</param>
    /// <param name="Claimed">How many of those that go are comments of people who sign in here: by their number at GitHub, or by a claim.</param>
    /// <param name="UpdatedLater">Comments it made that a later import changed.</param>
    public sealed record Preview(long Comments, long Staying, IReadOnlyList<KeptRow> Named, long Updates, long UpdatedLater, long Claimed);

    // What something hangs from stays, and with it what that answers.
    private const string Sql =
        $"""
        WITH RECURSIVE ours AS MATERIALIZED (
          SELECT c."Id" AS id, c."ParentId" AS parent, c."ThreadId" AS thread, c."CommenterId" AS author, {UndoGrounds.Sql} AS why
          FROM "ImportedItems" AS i JOIN "Comments" AS c ON c."Id" = i."TargetId" WHERE i."ImportId" = @0 AND i."Kind" = @1),
        others AS MATERIALIZED (
          SELECT r."Id" AS id, r."ParentId" AS parent FROM "Comments" AS r
          WHERE r."ThreadId" IN (SELECT thread FROM ours) AND (NOT {UndoGrounds.IsTombstone} OR {UndoGrounds.IsImported})
            AND NOT EXISTS (SELECT 1 FROM "ImportedItems" AS i WHERE i."ImportId" = @0 AND i."Kind" = @1 AND i."TargetId" = r."Id")),
        stays(id, parent) AS MATERIALIZED (
          SELECT id, parent FROM ours WHERE why IS NOT NULL
          UNION SELECT id, parent FROM others
          UNION SELECT c."Id", c."ParentId" FROM stays AS s JOIN "Comments" AS c ON c."Id" = s.parent),
        named AS MATERIALIZED (
          SELECT id, CASE WHEN id IN (SELECT parent FROM stays WHERE id NOT IN (SELECT id FROM ours)) THEN @3 ELSE why END AS why
          FROM ours WHERE id IN (SELECT id FROM stays))
        SELECT (SELECT COUNT(*) FROM ours), (SELECT COUNT(*) FROM named),
          (SELECT json_group_array(json_array(id, why)) FROM (SELECT id, why FROM named WHERE why IS NOT NULL ORDER BY id LIMIT @4)),
          (SELECT COUNT(*) FROM "ImportUpdates" WHERE "ImportId" = @0),
          (SELECT COUNT(DISTINCT "TargetId") FROM "ImportUpdates" WHERE "Kind" = @1 AND "TargetId" IN (SELECT id FROM ours)),
          (SELECT COUNT(*) FROM ours WHERE id NOT IN (SELECT id FROM stays) AND author IN (SELECT "CommenterId" FROM "Accounts" WHERE "UsedAt" > 0))
        """;

    /// <returns>The preview; refused: not-allowed, import-not-found.</returns>
    public async Task<Outcome<Preview>> HandleAsync(Commenter actor, long importId, CancellationToken cancellationToken)
    {
        if (!await access.MayAsync(actor, cancellationToken))
        {
            return Refusal.NotAllowed;
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await database.Database.OpenConnectionAsync(cancellationToken);
        if (await database.Imports.AsNoTracking().FirstOrDefaultAsync(i => i.Id == importId, cancellationToken) is not { } import)
        {
            return Refusal.ImportNotFound;
        }

        await using var statements = new Statements(database);
        var row = await statements.RowAsync(
            Sql, importId, (int)ImportedKind.Comment, import.CreatedAt.ToUnixTimeMilliseconds(), UndoGrounds.Replies, MostNamed);
        var named = JsonSerializer.Deserialize<List<JsonElement[]>>((string)row![2]!)!;
        List<KeptRow> kept = [];
        foreach (var pair in named)
        {
            kept.Add(new KeptRow((await KeptText.FindAsync(statements, ImportedKind.Comment, pair[0].GetInt64()))!, pair[1].GetString()!));
        }

        return new Preview((long)row[0]!, (long)row[1]!, kept, (long)row[3]!, (long)row[4]!, (long)row[5]!);
    }
}
