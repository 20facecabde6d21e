using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Commenters;

/// <summary>What somebody is at a site, apart from being signed in.</summary>
/// <param name="Role">What they may do there.</param>
/// <param name="Ban">The ban in force that they are told of; null if there is none.</param>
/// <param name="IsShadowed">Whether a shadow ban is in force: what they write is seen by themselves alone.</param>
internal sealed record Standing(SiteRole Role, Ban? Ban, bool IsShadowed)
{
    /// <summary>The refusal banned, or null.</summary>
    public Refusal? Refusal => Ban is null ? null : Refusal.Banned(Ban.Until);
}

/// <summary>
/// Who may do what where, and who may not take part. Asked by the gate of every act, and wherever somebody is about to be signed
/// in at a site; reading stays. Roles come from configuration, from the site's settings and from <see cref="RoleGrant"/>; the
/// highest counts.
/// </summary>
internal sealed class Standings(SharedReader reader, Administrators administrators, TimeProvider clock)
{
    /// <summary>The authorization policy of the document at <c>/admin</c>: whoever moderates some site.</summary>
    public const string Policy = "Moderator";

    // Every act asks: translated once.
    private static readonly Func<EmbedDbContext, long, long, DateTimeOffset, IAsyncEnumerable<Ban>> BansInForce =
        EF.CompileAsyncQuery((EmbedDbContext database, long commenterId, long siteId, DateTimeOffset now) =>
            database.Bans.AsNoTracking()
                .Where(b => b.CommenterId == commenterId && (b.SiteId == null || b.SiteId == siteId) && (b.Until == null || b.Until > now)));

    private static readonly Func<EmbedDbContext, long, IAsyncEnumerable<RoleGrant>> Grants =
        EF.CompileAsyncQuery((EmbedDbContext database, long commenterId) =>
            database.RoleGrants.AsNoTracking().Where(g => g.CommenterId == commenterId));

    /// <summary>What somebody is at a site now.</summary>
    /// <param name="commenter">Who, with their accounts.</param>
    /// <param name="site">Where.</param>
    /// <param name="cancellationToken">Stops the look-up.</param>
    public async Task<Standing> FindAsync(Commenter commenter, Site site, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var (bans, grants) = await reader.ReadAsync(
            async database => (await ListAsync(BansInForce(database, commenter.Id, site.Id, now)), await ListAsync(Grants(database, commenter.Id))),
            cancellationToken);
        // Of several the one that ends last, if it ends.
        var told = bans.Where(ban => !ban.IsShadow).OrderByDescending(ban => ban.Until ?? DateTimeOffset.MaxValue).FirstOrDefault();
        var role = grants.Where(grant => grant.SiteId is null || grant.SiteId == site.Id).Select(grant => grant.Role)
            .Append(administrators.Contains(commenter) ? SiteRole.Administrator : SiteRole.None)
            .Append(Administrators.IsListed(site.Moderators, commenter) ? SiteRole.Moderator : SiteRole.None).Max();
        return new Standing(role, told, bans.Exists(ban => ban.IsShadow));
    }

    /// <summary>The refusal banned if the commenter may not take part at the site now, or null.</summary>
    public async Task<Refusal?> FindBanAsync(long commenterId, long siteId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var bans = await reader.ReadAsync(database => ListAsync(BansInForce(database, commenterId, siteId, now)), cancellationToken);
        var told = bans.Where(ban => !ban.IsShadow).OrderByDescending(ban => ban.Until ?? DateTimeOffset.MaxValue).FirstOrDefault();
        return told is null ? null : Refusal.Banned(told.Until);
    }

    /// <summary>Whether somebody administers the server: by configuration or by a grant.</summary>
    public async Task<bool> IsAdministratorAsync(Commenter commenter, CancellationToken cancellationToken) =>
        administrators.Contains(commenter)
        || (await reader.ReadAsync(database => ListAsync(Grants(database, commenter.Id)), cancellationToken))
            .Exists(grant => grant.Role == SiteRole.Administrator);

    /// <summary>The sites where somebody may moderate at least, with their role.</summary>
    /// <param name="commenter">Who, with their accounts.</param>
    /// <param name="sites">The sites to look at.</param>
    /// <param name="cancellationToken">Stops the look-up.</param>
    public async Task<IReadOnlyList<(Site Site, SiteRole Role)>> ModeratedAsync(
        Commenter commenter, IEnumerable<Site> sites, CancellationToken cancellationToken)
    {
        var grants = await reader.ReadAsync(database => ListAsync(Grants(database, commenter.Id)), cancellationToken);
        var everywhere = administrators.Contains(commenter) ? SiteRole.Administrator
            : grants.Where(grant => grant.SiteId is null).Select(grant => grant.Role).Append(SiteRole.None).Max();
        return
        [
            .. sites.Select(site => (site, grants.Where(grant => grant.SiteId == site.Id).Select(grant => grant.Role).Append(everywhere)
                .Append(Administrators.IsListed(site.Moderators, commenter) ? SiteRole.Moderator : SiteRole.None).Max()))
                .Where(pair => pair.Item2 >= SiteRole.Moderator),
        ];
    }

    private static async Task<List<T>> ListAsync<T>(IAsyncEnumerable<T> rows)
    {
        var list = new List<T>();
        await foreach (var row in rows)
        {
            list.Add(row);
        }

        return list;
    }
}
