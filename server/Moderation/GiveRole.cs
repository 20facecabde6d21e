using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Embed.Server.Moderation;

/// <summary>
/// Gives somebody a role at a site, or makes them administrator; changes it, or takes it away. What configuration and the site's
/// settings say of accounts is not changed here.
/// </summary>
internal sealed class GiveRole(WriteQueue writes, SiteDirectory sites, IOptions<EmbedOptions> options, TimeProvider clock)
{
    /// <summary>What the log says of it.</summary>
    /// <param name="Role">The role since.</param>
    /// <param name="Before">The role before.</param>
    public sealed record Details(SiteRole Role, SiteRole Before);

    /// <summary>Sets the role. The same role again changes nothing.</summary>
    /// <param name="by">Who gives it.</param>
    /// <param name="commenterId">To whom.</param>
    /// <param name="role">The role; <see cref="SiteRole.None"/> takes it away.</param>
    /// <param name="cancellationToken">Gives up the place in the queue.</param>
    /// <returns>The entry of the log, 0 if nothing changed; refused: not-allowed, commenter-not-found, last-administrator, server-busy.</returns>
    public Task<Outcome<long>> HandleAsync(Authority by, long commenterId, SiteRole role, CancellationToken cancellationToken) =>
        MayBe(by, role)
            ? writes.RunAsync(write => SetAsync(write, by, commenterId, role), cancellationToken)
            : Task.FromResult<Outcome<long>>(Refusal.NotAllowed);

    /// <summary>Whether somebody may give a role here at all: a site has no administrators of its own, and the server has no other role.</summary>
    public static bool MayBe(Authority by, SiteRole role) =>
        Enum.IsDefined(role) && by.MostGiven > SiteRole.None && role <= by.MostGiven
        && (role == SiteRole.None || by.Site is null == (role == SiteRole.Administrator));

    private async Task<Outcome<long>> SetAsync(WriteScope write, Authority by, long commenterId, SiteRole role)
    {
        var database = write.Database;
        // A guest is whoever has the token: nobody to give power to.
        if (await by.FindAsync(database, commenterId) is not { Kind: CommenterKind.Person } commenter)
        {
            return Refusal.CommenterNotFound;
        }

        var siteId = by.Site?.Id;
        var grant = await database.RoleGrants.FirstOrDefaultAsync(g => g.CommenterId == commenter.Id && g.SiteId == siteId);
        var before = grant?.Role ?? SiteRole.None;
        // Nor may what those above gave be taken by those below.
        if (before > by.MostGiven)
        {
            return Refusal.NotAllowed;
        }

        if (before == role)
        {
            return 0L;
        }

        if (before == SiteRole.Administrator && await LastAdministrator.IsAsync(database, options.Value, commenterId))
        {
            return Refusal.LastAdministrator;
        }

        Set(database, grant, commenterId, siteId, role, by.Commenter.Id, clock.GetUtcNow());
        var entry = await LogBook.SaveAsync(
            database, by.Act(role == SiteRole.None ? ActWord.RoleTaken : ActWord.RoleGiven, commenterId, new Details(role, before)), clock.GetUtcNow());
        await RedrawAsync(write, commenterId);
        return entry!.Id;
    }

    /// <summary>Changes the tracked grant, or makes or removes one.</summary>
    internal static void Set(
        EmbedDbContext database, RoleGrant? grant, long commenterId, long? siteId, SiteRole role, long? givenById, DateTimeOffset now)
    {
        if (grant is null)
        {
            database.RoleGrants.Add(new RoleGrant { CommenterId = commenterId, SiteId = siteId, Role = role, GivenById = givenById, GivenAt = now });
        }
        else if (role == SiteRole.None)
        {
            database.RoleGrants.Remove(grant);
        }
        else
        {
            (grant.Role, grant.GivenById, grant.GivenAt) = (role, givenById, now);
        }
    }

    // Threads mark what moderators write.
    private async Task RedrawAsync(WriteScope write, long commenterId)
    {
        await RecordCommenter.RedrawAsync(write.Database, commenterId, CancellationToken.None);
        write.AfterCommit(sites, sites.Forget);
    }
}
