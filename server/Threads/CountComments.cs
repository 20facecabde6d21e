using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Threads;

/// <summary>A page, as asked for, and the count of its published comments.</summary>
internal sealed record PageCount(string Page, int Count);

/// <summary>An explicit thread id, as asked for, and the count of its published comments.</summary>
internal sealed record ThreadCount(string Thread, int Count);

/// <summary>Counts in the order asked for; pages that are not the site's and ids that cannot be one are left out.</summary>
internal sealed record CommentCounts(IReadOnlyList<PageCount> Counts, IReadOnlyList<ThreadCount> Threads);

/// <summary>How many published comments pages and threads of a site have: one query for all.</summary>
internal sealed class CountComments(IDbContextFactory<EmbedDbContext> databases)
{
    public async Task<CommentCounts> HandleAsync(
        Site site, IReadOnlyCollection<string> pages, IReadOnlyCollection<string> threads, CancellationToken cancellationToken)
    {
        var ofPages = pages.Select(page => (Asked: page, PageUrl.Parse(page, null, site)?.Key)).Where(p => p.Key is not null).ToList();
        var ofThreads = threads.Select(thread => (Asked: thread, Key: PageUrl.KeyOf(thread))).Where(t => t.Key is not null).ToList();
        var wanted = ofPages.Concat(ofThreads).Select(p => p.Key).Distinct().ToList();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var counts = wanted.Count == 0 ? [] : await database.Threads
            .Where(t => t.SiteId == site.Id && wanted.Contains(t.Key) && t.DeletedAt == null)
            .Select(t => new { t.Key, Count = database.Threads.Where(held => held.Id == (t.AliasOfId ?? t.Id) && held.DeletedAt == null).Select(held => held.CommentCount).FirstOrDefault() })
            .ToDictionaryAsync(t => t.Key, t => t.Count, cancellationToken);
        return new CommentCounts(
            ofPages.ConvertAll(p => new PageCount(p.Asked, counts.GetValueOrDefault(p.Key!))),
            ofThreads.ConvertAll(t => new ThreadCount(t.Asked, counts.GetValueOrDefault(t.Key!))));
    }
}
