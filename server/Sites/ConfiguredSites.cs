using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Embed.Server.Sites;

/// <summary>The sites that configuration names: made where the database does not have them, and the database's own from then on.</summary>
internal sealed partial class ConfiguredSites(
    IDbContextFactory<EmbedDbContext> databases, SiteDirectory sites, IOptions<EmbedOptions> options, TimeProvider clock, ILogger<ConfiguredSites> logger)
{
    /// <summary>Makes those that are missing, in a database that is up to date.</summary>
    public async Task MakeAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        foreach (var wanted in options.Value.Sites)
        {
            if (!await database.Sites.AnyAsync(site => site.Key == wanted.Key, cancellationToken))
            {
                database.Sites.Add(new Site
                {
                    Key = wanted.Key,
                    Name = wanted.Name ?? wanted.Key,
                    Origins = [.. wanted.Origins.Select(origin => SiteOrigins.Normalise(origin)!)],
                    Moderators = [.. wanted.Moderators],
                    IsNumbered = wanted.IsNumbered,
                    AllowsGuests = wanted.AllowsGuests,
                    AllowsMail = wanted.AllowsMail,
                    CreatedAt = clock.GetUtcNow(),
                });
                Log.SiteMade(logger, wanted.Key);
            }
        }

        await database.SaveChangesAsync(cancellationToken);
        sites.Forget();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Made site {Key} from configuration; change it at /admin from now on")]
        public static partial void SiteMade(ILogger logger, string key);
    }
}
