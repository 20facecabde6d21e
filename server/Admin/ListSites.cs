using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Admin;

/// <summary>A site in the list.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Name">Its name.</param>
/// <param name="Origins">Its origins, the home first.</param>
/// <param name="Threads">Pages somebody has commented on.</param>
/// <param name="Comments">Published comments, tombstones not counted.</param>
/// <param name="Held">Comments that wait for a moderator.</param>
/// <param name="MayChange">Whether who asks may change its settings.</param>
public sealed record ListedSite(string Key, string Name, IReadOnlyList<string> Origins, int Threads, int Comments, int Held, bool MayChange);

/// <summary>The sites somebody moderates, with their counts.</summary>
internal sealed class ListSites(IDbContextFactory<EmbedDbContext> databases, SiteDirectory sites, Standings standings)
{
    /// <summary>By name. There are few sites: nothing is paged.</summary>
    public async Task<IReadOnlyList<ListedSite>> HandleAsync(Commenter actor, CancellationToken cancellationToken)
    {
        var moderated = await standings.ModeratedAsync(actor, await sites.AllAsync(cancellationToken), cancellationToken);
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var counts = await database.Threads.Where(t => t.AliasOfId == null && t.DeletedAt == null).GroupBy(t => t.SiteId)
            .Select(threads => new { SiteId = threads.Key, Threads = threads.Count(), Comments = threads.Sum(t => t.CommentCount) })
            .ToDictionaryAsync(c => c.SiteId, cancellationToken);
        var held = await database.Comments.Where(c => c.State == CommentState.Pending).GroupBy(c => c.SiteId)
            .Select(comments => new { SiteId = comments.Key, Count = comments.Count() }).ToDictionaryAsync(c => c.SiteId, c => c.Count, cancellationToken);
        return
        [
            .. moderated.OrderBy(pair => pair.Site.Name, StringComparer.OrdinalIgnoreCase).Select(pair => new ListedSite(
                pair.Site.Key, pair.Site.Name, pair.Site.Origins, counts.GetValueOrDefault(pair.Site.Id)?.Threads ?? 0,
                counts.GetValueOrDefault(pair.Site.Id)?.Comments ?? 0, held.GetValueOrDefault(pair.Site.Id), pair.Role >= SiteRole.Owner)),
        ];
    }
}
