using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Transfer.Importing;

/// <summary>The imports there are, newest first.</summary>
internal sealed class ListImports(ImportAccess access, ImportChoices choices, ImportRunner runner, IDbContextFactory<EmbedDbContext> databases)
{
    /// <summary>Imports on a page.</summary>
    public const int PageSize = 50;

    /// <summary>An import as the list shows it.</summary>
    /// <param name="Import">The import.</param>
    /// <param name="Site">The site's key.</param>
    /// <param name="StartedBy">Who started it.</param>
    /// <param name="Counts">How many rows have which outcome.</param>
    /// <param name="Progress">How far it is; null unless it runs now.</param>
    /// <param name="CanGoOn">Whether it can be written: it is planned, or was stopped on its way.</param>
    /// <param name="CanPlanAgain">Whether it can be planned otherwise.</param>
    /// <param name="CanCancel">Whether it can be stopped.</param>
    /// <param name="CanThrowAway">Whether it can be thrown away.</param>
    /// <param name="CanUndo">Whether it can be taken back.</param>
    public sealed record Item(
        Import Import, string Site, string StartedBy, ImportCounts Counts, ImportProgress? Progress, bool CanGoOn, bool CanPlanAgain, bool CanCancel,
        bool CanThrowAway, bool CanUndo);

    /// <param name="actor">Who asks.</param>
    /// <param name="siteId">Only of this site; null for all.</param>
    /// <param name="state">Only in this state; null for all.</param>
    /// <param name="before">Only those with a smaller id; null for the newest.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>At most <see cref="PageSize"/>; refused: not-allowed.</returns>
    public async Task<Outcome<IReadOnlyList<Item>>> HandleAsync(
        Commenter actor, long? siteId, ImportState? state, long? before, CancellationToken cancellationToken)
    {
        if (!await access.MayAsync(actor, cancellationToken))
        {
            return Refusal.NotAllowed;
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await ReadAsync(
            database,
            database.Imports.Where(i => (siteId == null || i.SiteId == siteId) && (state == null || i.State == state) && (before == null || i.Id < before)),
            cancellationToken);
    }

    /// <summary>One import.</summary>
    /// <returns>The import; refused: not-allowed, import-not-found.</returns>
    public async Task<Outcome<Item>> FindAsync(Commenter actor, long importId, CancellationToken cancellationToken)
    {
        if (!await access.MayAsync(actor, cancellationToken))
        {
            return Refusal.NotAllowed;
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return (await ReadAsync(database, database.Imports.Where(i => i.Id == importId), cancellationToken)) is [var found] ? found : Refusal.ImportNotFound;
    }

    private async Task<List<Item>> ReadAsync(EmbedDbContext database, IQueryable<Import> imports, CancellationToken cancellationToken)
    {
        var rows = await imports.AsNoTracking().OrderByDescending(i => i.Id).Take(PageSize)
            .Select(i => new
            {
                Import = i,
                Site = database.Sites.Where(s => s.Id == i.SiteId).Select(s => s.Key).First(),
                StartedBy = database.Commenters.Where(c => c.Id == i.StartedById).Select(c => c.Name).First(),
            }).ToListAsync(cancellationToken);
        var progress = runner.Progress;
        return rows.ConvertAll(row => new Item(
            row.Import, row.Site, row.StartedBy, ImportCounts.Of(row.Import), progress?.ImportId == row.Import.Id ? progress : null,
            choices.CanGoOn(row.Import), choices.CanPlanAgain(row.Import), ImportChoices.CanCancel(row.Import), choices.CanThrowAway(row.Import),
            ImportChoices.CanUndo(row.Import)));
    }
}
