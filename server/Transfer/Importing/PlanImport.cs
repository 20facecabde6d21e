using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Transfer.Importing;

/// <summary>Works out what an import would do, from what was read and from the site as it is. Changes nothing of the site.</summary>
internal sealed class PlanImport(IDbContextFactory<EmbedDbContext> databases, TimeProvider clock)
{
    /// <summary>Writes the plan into the working file and what becomes of each row into the report.</summary>
    /// <returns>How many rows have which outcome.</returns>
    public async Task<ImportCounts> HandleAsync(
        Import import, Site site, ScratchFile stage, ReportFile report, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await database.Database.OpenConnectionAsync(cancellationToken);
        await using var statements = new Statements(database);
        stage.Execute("INSERT INTO planned_at (stamp) VALUES (@0)", await StampAsync(statements, import));
        var known = new KnownItems(statements, import, IsOf(stage, site));
        await new PlanThreads(stage, statements, known, site, ImportOptions.Of(import).Rewrites).RunAsync(cancellationToken);
        var comments = new PlanComments(stage, statements, known, clock.GetUtcNow(), cancellationToken);
        var turns = await comments.RunAsync();
        await new PlanFollowing(stage, statements, known, site.Id).RunAsync(ImportOptions.Of(import).KeepsPrivate, turns);
        await new PlanReport(stage, report, statements, known, comments).WriteAsync();
        return report.Count() with { Turns = turns };
    }

    /// <summary>Whether another import of the site was written or taken back since a plan was made: what it found here may not be there.</summary>
    public async Task<bool> IsOutOfDateAsync(Import import, ImportFolder folder, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await database.Database.OpenConnectionAsync(cancellationToken);
        await using var statements = new Statements(database);
        var stamp = await StampAsync(statements, import);
        using var stage = ScratchFile.OpenFast(folder.Stage, Stage.Schema);
        return stage.Number("SELECT EXISTS (SELECT 1 FROM planned_at WHERE stamp = @0)", stamp) == 0;
    }

    // Ids and keys are the same on many servers, the moment is not.
    private static bool IsOf(ScratchFile stage, Site site) => stage.Number(
        "SELECT EXISTS (SELECT 1 FROM sites WHERE id = @0 AND key = @1 AND created = @2)", site.Id, site.Key, site.CreatedAt.ToUnixTimeMilliseconds()) != 0;

    // The site's other imports, as far as they have written anything.
    private static async Task<string> StampAsync(Statements statements, Import import) => (string)(await statements.RowAsync(
        """
        SELECT json_group_array(json_array("Id", "State", "Position", "EndedAt")) FROM (
          SELECT * FROM "Imports" WHERE "SiteId" = @0 AND "Id" <> @1 AND ("Position" > 0 OR "State" IN (@2, @3, @4, @5)) ORDER BY "Id")
        """,
        import.SiteId, import.Id, (int)ImportState.Writing, (int)ImportState.Done, (int)ImportState.Undoing, (int)ImportState.Undone))![0]!;
}
