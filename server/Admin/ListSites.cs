using Embed.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Admin;

/// <summary>A site in the list.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Name">Its name.</param>
/// <param name="Origins">Its origins, the home first.</param>
/// <param name="Threads">Pages somebody has commented on.</param>
/// <param name="Comments">Published comments, tombstones not counted.</param>
public sealed record ListedSite(string Key, string Name, IReadOnlyList<string> Origins, int Threads, int Comments);

/// <summary>All sites with their counts.</summary>
internal sealed class ListSites(IDbContextFactory<EmbedDbContext> databases)
{
    /// <summary>By name. There are few sites: nothing is paged.</summary>
    public async Task<IReadOnlyList<ListedSite>> HandleAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var sites = await database.Sites.AsNoTracking().ToListAsync(cancellationToken);
        var counts = await database.Threads.Where(t => t.AliasOfId == null && t.DeletedAt == null).GroupBy(t => t.SiteId)
            .Select(threads => new { SiteId = threads.Key, Threads = threads.Count(), Comments = threads.Sum(t => t.CommentCount) })
            .ToDictionaryAsync(c => c.SiteId, cancellationToken);
        return [.. sites.OrderBy(site => site.Name, StringComparer.OrdinalIgnoreCase).Select(site => new ListedSite(
            site.Key, site.Name, site.Origins, counts.GetValueOrDefault(site.Id)?.Threads ?? 0, counts.GetValueOrDefault(site.Id)?.Comments ?? 0))];
    }
}
