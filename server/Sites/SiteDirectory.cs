using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Sites;

/// <summary>Sites by the key of their snippet.</summary>
internal sealed class SiteDirectory(IDbContextFactory<EmbedDbContext> factory)
{
    /// <summary>The site, not tracked; null if there is none of that key.</summary>
    public async ValueTask<Site?> FindAsync(string key, CancellationToken cancellationToken)
    {
        await using var database = await factory.CreateDbContextAsync(cancellationToken);
        return await database.Sites.AsNoTracking().SingleOrDefaultAsync(site => site.Key == key, cancellationToken);
    }
}
