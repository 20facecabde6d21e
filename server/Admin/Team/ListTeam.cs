using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Embed.Server.Admin.Team;

/// <summary>Somebody with a role: one that was given, or that configuration or the site's settings say.</summary>
/// <param name="CommenterId">Who; null for an account that never signed in.</param>
/// <param name="Name">Their name.</param>
/// <param name="Account">Their accounts; where configuration or settings say the role, the one they name, as written there.</param>
/// <param name="Role">The role.</param>
/// <param name="GivenAt">When it was given; null where configuration or settings say it.</param>
/// <param name="GivenBy">Who gave it; null for the set-up.</param>
internal sealed record TeamMember(long? CommenterId, string? Name, string Account, SiteRole Role, DateTimeOffset? GivenAt, string? GivenBy)
{
    /// <summary>What tells it from all others of the team.</summary>
    public string Key => GivenAt is null ? Account : $"{CommenterId}";
}

/// <summary>An invitation nobody has accepted yet.</summary>
internal sealed record ListedInvitation(long Id, SiteRole Role, string Note, string MadeBy, DateTimeOffset MadeAt, DateTimeOffset ExpiresAt);

/// <summary>Who has power at a site, or over the server.</summary>
/// <param name="Members">Who was found, in the order asked for.</param>
/// <param name="IsCutShort">Whether more were given a role than are looked at.</param>
/// <param name="Invitations">The open invitations, the latest first.</param>
internal sealed record TeamList(IReadOnlyList<TeamMember> Members, bool IsCutShort, IReadOnlyList<ListedInvitation> Invitations);

/// <summary>Which members of a team are wanted.</summary>
/// <param name="Search">A part of a name or an account; empty for all.</param>
/// <param name="Role">With this role only; null for all.</param>
/// <param name="Sort">One of <see cref="Columns"/>, with a hyphen before it for the other way round.</param>
internal sealed record TeamQuery(string Search = "", SiteRole? Role = null, string Sort = "-role")
{
    /// <summary>What a team can be sorted by.</summary>
    public static readonly string[] Columns = ["name", "role", "since", "by"];
}

/// <summary>Who has which role, since when and by whom. Teams are small, and sorted in memory; trusted commenters alone may be many.</summary>
internal sealed class ListTeam(IDbContextFactory<EmbedDbContext> databases, IOptions<EmbedOptions> options, TimeProvider clock)
{
    /// <summary>Most given roles that are looked at: the highest, and of these the latest. A search or a role finds the others.</summary>
    public const int MaxGiven = 1_000;

    /// <summary>The team of a site; of the server without one.</summary>
    public async Task<TeamList> HandleAsync(Site? site, TeamQuery query, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var given = await GivenAsync(database, site?.Id, query, cancellationToken);
        var configured = (await ConfiguredAsync(database, site, cancellationToken)).Where(member => (query.Role is null || member.Role == query.Role)
            && (member.Account.Contains(query.Search, StringComparison.OrdinalIgnoreCase)
                || member.Name?.Contains(query.Search, StringComparison.CurrentCultureIgnoreCase) == true));
        return new TeamList(
            Sorted([.. given.Take(MaxGiven), .. configured], query.Sort), given.Count > MaxGiven,
            await InvitationsAsync(database, site?.Id, cancellationToken));
    }

    private static List<TeamMember> Sorted(IEnumerable<TeamMember> members, string sort)
    {
        var sorted = sort.TrimStart('-') switch
        {
            "name" => members.OrderBy(member => member.Name ?? member.Account, StringComparer.CurrentCultureIgnoreCase),
            "since" => members.OrderBy(member => member.GivenAt),
            "by" => members.OrderBy(member => member.GivenBy, StringComparer.CurrentCultureIgnoreCase),
            _ => members.OrderBy(member => member.Role).ThenBy(member => member.GivenAt),
        };
        // Ties by key, so that a page begins where the one before ended.
        sorted = sorted.ThenBy(member => member.Key, StringComparer.Ordinal);
        return [.. sort.StartsWith('-') ? sorted.Reverse() : sorted];
    }

    // One more than are looked at, where there are more.
    private static async Task<List<TeamMember>> GivenAsync(EmbedDbContext database, long? siteId, TeamQuery query, CancellationToken cancellationToken)
    {
        var grants = database.RoleGrants.AsNoTracking().Where(g => g.SiteId == siteId && (query.Role == null || g.Role == query.Role));
        if (query.Search.Length > 0)
        {
            var pattern = LikePattern.Containing(query.Search);
            grants = grants.Where(g => EF.Functions.Like(g.Commenter!.Name, pattern, LikePattern.Escape)
                || g.Commenter.Accounts.Any(a => EF.Functions.Like(a.Provider + ":" + a.Subject, pattern, LikePattern.Escape)));
        }

        var found = await grants.Include(g => g.Commenter!.Accounts).OrderByDescending(g => g.Role).ThenByDescending(g => g.Id).Take(MaxGiven + 1)
            .ToListAsync(cancellationToken);
        var givers = found.Select(grant => grant.GivenById).OfType<long>().Distinct().ToList();
        var names = await database.Commenters.Where(c => givers.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.Name, cancellationToken);
        return found.ConvertAll(grant => new TeamMember(
            grant.CommenterId, grant.Commenter!.Name, grant.Commenter.AccountKeys, grant.Role, grant.GivenAt,
            grant.GivenById is { } by ? names.GetValueOrDefault(by) : null));
    }

    private async Task<IEnumerable<TeamMember>> ConfiguredAsync(EmbedDbContext database, Site? site, CancellationToken cancellationToken)
    {
        List<(string Account, SiteRole Role)> listed =
        [
            .. site is null ? options.Value.Administrators.Select(account => (account.Trim(), SiteRole.Administrator))
                : site.Moderators.Select(account => (account.Trim(), SiteRole.Moderator)),
        ];
        var subjects = listed.Select(entry => Account.SubjectOf(entry.Account)).ToList();
        var accounts = await database.Accounts.AsNoTracking().Where(a => subjects.Contains(a.Subject))
            .Join(database.Commenters, a => a.CommenterId, c => c.Id, (a, c) => new { Account = a, c.Id, c.Name }).ToListAsync(cancellationToken);
        // Settings may name one account twice.
        return listed.DistinctBy(entry => entry.Account, StringComparer.Ordinal).Select(entry =>
        {
            var known = accounts.Find(row => Administrators.IsListed([entry.Account], row.Account.Key));
            return new TeamMember(known?.Id, known?.Name, entry.Account, entry.Role, null, null);
        });
    }

    private async Task<List<ListedInvitation>> InvitationsAsync(EmbedDbContext database, long? siteId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return await database.Invitations.AsNoTracking().Where(i => i.SiteId == siteId && i.UsedAt == null && i.ExpiresAt > now)
            .OrderByDescending(i => i.Id)
            .Select(i => new ListedInvitation(
                i.Id, i.Role, i.Note, database.Commenters.Where(c => c.Id == i.MadeById).Select(c => c.Name).First(), i.MadeAt, i.ExpiresAt))
            .ToListAsync(cancellationToken);
    }
}
