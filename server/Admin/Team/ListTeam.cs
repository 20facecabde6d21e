using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Embed.Server.Admin.Team;

/// <summary>A role somebody was given.</summary>
internal sealed record GivenRole(long CommenterId, string Name, string Accounts, SiteRole Role, DateTimeOffset GivenAt, string? GivenBy);

/// <summary>An account that configuration or the site's settings name.</summary>
/// <param name="Account">The account, as written there.</param>
/// <param name="Role">What it makes.</param>
/// <param name="CommenterId">Whose it is; null if it never signed in.</param>
/// <param name="Name">Their name.</param>
internal sealed record ConfiguredRole(string Account, SiteRole Role, long? CommenterId, string? Name);

/// <summary>An invitation nobody has accepted yet.</summary>
internal sealed record ListedInvitation(long Id, SiteRole Role, string Note, string MadeBy, DateTimeOffset MadeAt, DateTimeOffset ExpiresAt);

/// <summary>Who has power at a site, or over the server.</summary>
internal sealed record TeamList(
    IReadOnlyList<GivenRole> Given, IReadOnlyList<ConfiguredRole> Configured, IReadOnlyList<ListedInvitation> Invitations);

/// <summary>Who has which role, since when and by whom. Teams are small: nothing is paged but trusted commenters, of whom the latest are shown.</summary>
internal sealed class ListTeam(IDbContextFactory<EmbedDbContext> databases, IOptions<EmbedOptions> options, TimeProvider clock)
{
    /// <summary>Most given roles that are shown; trusted commenters beyond them are found among the people.</summary>
    public const int MaxShown = 200;

    /// <summary>The team of a site; of the server without one.</summary>
    public async Task<TeamList> HandleAsync(Site? site, CancellationToken cancellationToken)
    {
        var (siteId, now) = (site?.Id, clock.GetUtcNow());
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var grants = await database.RoleGrants.AsNoTracking().Include(g => g.Commenter!.Accounts).Where(g => g.SiteId == siteId)
            .OrderByDescending(g => g.Role).ThenByDescending(g => g.Id).Take(MaxShown).ToListAsync(cancellationToken);
        var givers = grants.Select(grant => grant.GivenById).OfType<long>().Distinct().ToList();
        var names = await database.Commenters.Where(c => givers.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.Name, cancellationToken);
        List<(string Account, SiteRole Role)> listed =
        [
            .. site is null ? options.Value.Administrators.Select(account => (account.Trim(), SiteRole.Administrator))
                : site.Moderators.Select(account => (account.Trim(), SiteRole.Moderator)),
        ];
        var subjects = listed.Select(entry => Account.SubjectOf(entry.Account)).ToList();
        var accounts = await database.Accounts.AsNoTracking().Where(a => subjects.Contains(a.Subject))
            .Join(database.Commenters, a => a.CommenterId, c => c.Id, (a, c) => new { Account = a, c.Id, c.Name }).ToListAsync(cancellationToken);
        var invitations = await database.Invitations.AsNoTracking().Where(i => i.SiteId == siteId && i.UsedAt == null && i.ExpiresAt > now)
            .OrderByDescending(i => i.Id)
            .Select(i => new ListedInvitation(
                i.Id, i.Role, i.Note, database.Commenters.Where(c => c.Id == i.MadeById).Select(c => c.Name).First(), i.MadeAt, i.ExpiresAt))
            .ToListAsync(cancellationToken);
        return new TeamList(
            [.. grants.Select(grant => new GivenRole(
                grant.CommenterId, grant.Commenter!.Name, grant.Commenter.AccountKeys, grant.Role, grant.GivenAt,
                grant.GivenById is { } by ? names.GetValueOrDefault(by) : null))],
            [.. listed.Select(entry =>
            {
                var known = accounts.Find(row => Administrators.IsListed([entry.Account], row.Account.Key));
                return new ConfiguredRole(entry.Account, entry.Role, known?.Id, known?.Name);
            })],
            invitations);
    }
}
