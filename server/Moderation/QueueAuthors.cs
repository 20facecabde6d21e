using System.Text.Json;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>What the authors of a page of comments are at their sites, in a few queries for all of them.</summary>
internal sealed class QueueAuthors(Administrators administrators, TimeProvider clock)
{
    /// <summary>Somebody at a site.</summary>
    /// <param name="SiteId">Where.</param>
    /// <param name="CommenterId">Who.</param>
    public sealed record Key(long SiteId, long CommenterId);

    /// <summary>What somebody is at a site, and has written there.</summary>
    public sealed record Facts(SiteRole Role, bool IsBanned, bool IsShadowed, History History);

    /// <summary>What somebody has written at a site: numbers up to <see cref="ReadQueue.MostOfAuthor"/>.</summary>
    public sealed class History
    {
        public long SiteId { get; init; }

        public long CommenterId { get; init; }

        public int Pending { get; init; }

        public int Published { get; init; }

        public int Rejected { get; init; }

        public int Spam { get; init; }

        public int Deleted { get; init; }

        /// <summary>When they first wrote there: Unix milliseconds.</summary>
        public long? First { get; init; }
    }

    // Each number is one short range of an index: of somebody who has written much, no more is counted.
    private static readonly string Histories = $$"""
        SELECT p.value ->> 0 AS "SiteId", p.value ->> 1 AS "CommenterId", {{Count(0)}} AS "Pending", {{Count(1)}} AS "Published",
        {{Count(2)}} AS "Rejected", {{Count(3)}} AS "Spam", {{Count(4)}} AS "Deleted",
        (SELECT c."PostedAt" FROM "Comments" AS c WHERE c."CommenterId" = p.value ->> 1 AND c."SiteId" = p.value ->> 0
        ORDER BY c."Id" LIMIT 1) AS "First"
        FROM json_each({0}) AS p
        """;

    public async Task<Dictionary<Key, Facts>> FindAsync(
        EmbedDbContext database, IReadOnlyCollection<Key> keys, IReadOnlyCollection<Site> sites, CancellationToken cancellationToken)
    {
        var ids = keys.Select(key => key.CommenterId).Distinct().ToList();
        var now = clock.GetUtcNow();
        var bans = await database.Bans.AsNoTracking().Where(b => ids.Contains(b.CommenterId) && (b.Until == null || b.Until > now))
            .ToListAsync(cancellationToken);
        var grants = await database.RoleGrants.AsNoTracking().Where(g => ids.Contains(g.CommenterId)).ToListAsync(cancellationToken);
        var accounts = (await database.Accounts.AsNoTracking().Where(a => ids.Contains(a.CommenterId)).ToListAsync(cancellationToken))
            .ToLookup(account => account.CommenterId, account => account.Key);
        var histories = await database.Database.SqlQueryRaw<History>(
            Histories, JsonSerializer.Serialize(keys.Select(key => new[] { key.SiteId, key.CommenterId }))).ToListAsync(cancellationToken);
        var byId = sites.ToDictionary(site => site.Id);
        return histories.ToDictionary(history => new Key(history.SiteId, history.CommenterId), history =>
        {
            var own = accounts[history.CommenterId].ToList();
            var role = grants.Where(g => g.CommenterId == history.CommenterId && (g.SiteId is null || g.SiteId == history.SiteId)).Select(g => g.Role)
                .Append(own.Exists(administrators.Contains) ? SiteRole.Administrator : SiteRole.None)
                .Append(own.Exists(account => Administrators.IsListed(byId[history.SiteId].Moderators, account)) ? SiteRole.Moderator : SiteRole.None)
                .Max();
            var here = bans.Where(b => b.CommenterId == history.CommenterId && (b.SiteId is null || b.SiteId == history.SiteId)).ToList();
            return new Facts(role, here.Exists(b => !b.IsShadow), here.Exists(b => b.IsShadow), history);
        });
    }

    private static string Count(int state) =>
        $"(SELECT COUNT(*) FROM (SELECT 1 FROM \"Comments\" AS c WHERE c.\"SiteId\" = p.value ->> 0 AND c.\"CommenterId\" = p.value ->> 1 "
        + $"AND c.\"State\" = {state} LIMIT {ReadQueue.MostOfAuthor}))";
}
