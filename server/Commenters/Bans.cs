using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Commenters;

/// <summary>
/// Who may not take part. Asked by the gate of every act, and wherever somebody is about to be signed in at a site; reading stays.
/// </summary>
internal sealed class Bans(SharedReader reader, TimeProvider clock)
{
    // Every act asks: translated once. Of several the one that ends last, if it ends.
    private static readonly Func<EmbedDbContext, long, long, DateTimeOffset, Task<Ban?>> InForce =
        EF.CompileAsyncQuery((EmbedDbContext database, long commenterId, long siteId, DateTimeOffset now) =>
            database.Bans.AsNoTracking()
                .Where(b => b.CommenterId == commenterId && (b.SiteId == null || b.SiteId == siteId) && (b.Until == null || b.Until > now))
                .OrderByDescending(b => b.Until == null).ThenByDescending(b => b.Until)
                .FirstOrDefault());

    /// <summary>The refusal banned if the commenter may not take part at the site now, or null.</summary>
    public async Task<Refusal?> FindAsync(long commenterId, long siteId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var ban = await reader.ReadAsync(database => InForce(database, commenterId, siteId, now), cancellationToken);
        return ban is null ? null : Refusal.Banned(ban.Until);
    }
}
