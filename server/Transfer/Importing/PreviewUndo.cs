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
    public sealed record Preview(long Comments, long Staying, IReadOnlyList<KeptRow> Named);

    // What something hangs from stays, and with it what that answers.
    private const string Sql =
        $"""
        WITH RECURSIVE ours AS (
          SELECT c."Id" AS id, c."ParentId" AS parent,
            CASE
              WHEN EXISTS (SELECT 1 FROM "Comments" AS r WHERE r."ParentId" = c."Id" AND NOT EXISTS (
                SELECT 1 FROM "ImportedItems" AS o WHERE o."ImportId" = @0 AND o."Kind" = @1 AND o."TargetId" = r."Id")) THEN @3
              ELSE {UndoGrounds.Sql}
            END AS why
          FROM "ImportedItems" AS i JOIN "Comments" AS c ON c."Id" = i."TargetId" WHERE i."ImportId" = @0 AND i."Kind" = @1),
        stays(id, parent) AS (
          SELECT id, parent FROM ours WHERE why IS NOT NULL
          UNION SELECT o.id, o.parent FROM stays AS s JOIN ours AS o ON o.id = s.parent)
        SELECT (SELECT COUNT(*) FROM ours), (SELECT COUNT(*) FROM stays),
          (SELECT json_group_array(json_array(id, why)) FROM (SELECT id, why FROM ours WHERE why IS NOT NULL ORDER BY id LIMIT @4))
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
        return new Preview((long)row[0]!, (long)row[1]!, [.. named.Select(pair => new KeptRow($"comment {pair[0]}", pair[1].GetString()!))]);
    }
}
