using Embed.Server.Data;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Admin;

/// <summary>A thread as its page below <c>/admin</c> shows it.</summary>
/// <param name="Site">Its site's key.</param>
/// <param name="Thread">The thread.</param>
/// <param name="Former">Other addresses that lead to it.</param>
public sealed record ThreadSettings(string Site, ListedThread Thread, IReadOnlyList<string> Former);

/// <summary>One thread with the addresses that lead to it.</summary>
internal sealed class ReadThreadSettings(IDbContextFactory<EmbedDbContext> databases, SiteDirectory sites)
{
    /// <summary>The thread of this id, or the one that the address of this id leads to; null if there is none.</summary>
    public async Task<ThreadSettings?> HandleAsync(long threadId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var asked = await database.Threads.AsNoTracking().FirstOrDefaultAsync(t => t.Id == threadId, cancellationToken);
        var thread = asked?.AliasOfId is { } target
            ? await database.Threads.AsNoTracking().FirstOrDefaultAsync(t => t.Id == target, cancellationToken)
            : asked;
        if (thread is null || await sites.FindAsync(thread.SiteId, cancellationToken) is not { } site)
        {
            return null;
        }

        var former = await database.Threads.Where(t => t.AliasOfId == thread.Id).OrderBy(t => t.Id)
            .Select(t => new { t.Key, t.PageAddress }).ToListAsync(cancellationToken);
        return new ThreadSettings(
            site.Key,
            new ListedThread(thread.Id, thread.Key, thread.PageAddress, thread.Title, thread.IsClosed, thread.CommentCount),
            former.ConvertAll(row => Moderation.PlannedThread.AddressOf(row.Key, row.PageAddress)));
    }
}
