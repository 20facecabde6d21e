using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Commenters;

/// <summary>Which tokens were used: each is good once.</summary>
internal sealed class SpentTokens(SharedReader reader, WriteQueue writes, TimeProvider clock)
{
    // Rows removed with each new one: more than one new one adds, so the table cannot grow.
    private const int PurgeBatch = 100;

    /// <summary>Whether the token was used.</summary>
    public Task<bool> ContainsAsync(long siteId, SiteClaims claims, CancellationToken cancellationToken)
    {
        var hash = Secret.HashOf(claims.Id);
        return reader.ReadAsync(database => database.SpentTokens.AnyAsync(s => s.SiteId == siteId && s.IdHash == hash), cancellationToken);
    }

    /// <summary>Uses the token up.</summary>
    /// <returns>Whether it was still good: of several who use one at once, one is told so. Refused: server-busy.</returns>
    public Task<Outcome<bool>> SpendAsync(long siteId, SiteClaims claims, CancellationToken cancellationToken)
    {
        var hash = Secret.HashOf(claims.Id);
        var now = clock.GetUtcNow();
        return writes.RunAsync<bool>(
            async write =>
            {
                var spent = write.Database.SpentTokens;
                await spent.Where(s => s.ExpiresAt <= now).OrderBy(s => s.ExpiresAt).Take(PurgeBatch).ExecuteDeleteAsync();
                // Nobody else writes meanwhile.
                if (await spent.AnyAsync(s => s.SiteId == siteId && s.IdHash == hash))
                {
                    return false;
                }

                spent.Add(new SpentToken { SiteId = siteId, IdHash = hash, ExpiresAt = claims.EndsAt });
                await write.Database.SaveChangesAsync();
                return true;
            },
            cancellationToken);
    }
}
