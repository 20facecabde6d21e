using Embed.Server.Data;
using Embed.Server.Moderation;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Admin;

/// <summary>An entry of the moderation log in the list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="What">What was done, as a sentence.</param>
/// <param name="By">Who did it.</param>
/// <param name="At">When.</param>
/// <param name="CanUndo">Whether it is of a kind that can be taken back.</param>
/// <param name="UndoneAt">When it was taken back; null while it holds.</param>
/// <param name="UndoneBy">Who took it back.</param>
public sealed record LoggedAct(
    long Id, string What, string By, DateTimeOffset At, bool CanUndo, DateTimeOffset? UndoneAt, string? UndoneBy);

/// <summary>A page of the log.</summary>
/// <param name="Entries">Its entries.</param>
/// <param name="Before">Where the next page begins; 0 if there is none.</param>
public sealed record ModerationLogPage(IReadOnlyList<LoggedAct> Entries, long Before);

/// <summary>A site's moderation log, newest first.</summary>
internal sealed class ListModerationLog(IDbContextFactory<EmbedDbContext> databases)
{
    /// <summary>Entries a page.</summary>
    public const int PageSize = 50;

    /// <summary>One page of it.</summary>
    /// <param name="siteId">The site.</param>
    /// <param name="before">The id that the page before ended at; 0 for the first page.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<ModerationLogPage> HandleAsync(long siteId, long before, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.ModerationLog.AsNoTracking()
            .Where(e => e.SiteId == siteId && (before == 0 || e.Id < before))
            .OrderByDescending(e => e.Id).Take(PageSize + 1)
            .Select(e => new
            {
                Entry = e,
                By = e.Actor!.Name,
                UndoneBy = database.Commenters.Where(c => c.Id == e.UndoneById).Select(c => c.Name).FirstOrDefault(),
            })
            .ToListAsync(cancellationToken);
        var entries = rows.Take(PageSize).Select(row => new LoggedAct(
            row.Entry.Id, ThreadActText.Of(row.Entry), AdminText.NameOf(row.By), row.Entry.At, ThreadActDetails.Words.Contains(row.Entry.Act),
            row.Entry.UndoneAt, AdminText.NameOf(row.UndoneBy))).ToList();
        return new ModerationLogPage(entries, rows.Count > PageSize ? entries[^1].Id : 0);
    }
}
