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
        var known = new KnownItems(statements, site.Id, import.Format);
        await new PlanThreads(stage, statements, known, site, ImportOptions.Of(import).Rewrites).RunAsync(cancellationToken);
        var comments = new PlanComments(stage, statements, known, clock.GetUtcNow(), cancellationToken);
        var turns = await comments.RunAsync();
        await new PlanReport(stage, report, statements, known, comments).WriteAsync();
        return report.Count() with { Turns = turns };
    }
}
