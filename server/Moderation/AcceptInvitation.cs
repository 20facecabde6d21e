using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Secret = Embed.Server.Commenters.Secret;

namespace Embed.Server.Moderation;

/// <summary>An invitation as whoever opened its link sees it.</summary>
/// <param name="Role">What it gives.</param>
/// <param name="Site">Where; null for the whole server.</param>
/// <param name="MadeBy">The name of who made it.</param>
/// <param name="ExpiresAt">Until when.</param>
internal sealed record OpenInvitation(SiteRole Role, Site? Site, string MadeBy, DateTimeOffset ExpiresAt);

/// <summary>What somebody has accepted.</summary>
internal sealed record Accepted(SiteRole Role, Site? Site);

/// <summary>The first person who opens an invitation's link, signs in and accepts has its role.</summary>
internal sealed class AcceptInvitation(
    IDbContextFactory<EmbedDbContext> databases, WriteQueue writes, SiteDirectory sites, Standings standings,
    IDataProtectionProvider protection, TimeProvider clock)
{
    /// <summary>How long a browser that has shown the secret may take to sign in.</summary>
    public static readonly TimeSpan TicketLifetime = TimeSpan.FromMinutes(30);

    private readonly Tickets<Ticket> _tickets = new(protection, "Embed.Invitation.Ticket", TicketLifetime);

    private sealed record Ticket(byte[] Hash);

    /// <summary>What a browser that has shown the secret keeps; null if no open invitation has it.</summary>
    public async Task<string?> RedeemAsync(string? secret, CancellationToken cancellationToken) =>
        Secret.IsWellFormed(secret) && Secret.HashOf(secret!) is var hash && await FindAsync(hash, cancellationToken) is not null
            ? _tickets.Write(new Ticket(hash)) : null;

    /// <summary>The invitation of a ticket; null if it is used, revoked or over, or there never was one.</summary>
    public async Task<OpenInvitation?> ShowAsync(string? ticket, CancellationToken cancellationToken)
    {
        if (_tickets.Read(ticket) is not { } read || await FindAsync(read.Hash, cancellationToken) is not { } open)
        {
            return null;
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var name = await database.Commenters.Where(c => c.Id == open.MadeById).Select(c => c.Name).FirstAsync(cancellationToken);
        return new OpenInvitation(open.Role, await SiteOfAsync(open, cancellationToken), name, open.ExpiresAt);
    }

    /// <summary>Accepts: the invitation is used up, and the role holds.</summary>
    /// <returns>The role and where; refused: invitation-not-found, role-held-already, banned, not-allowed (a guest), server-busy.</returns>
    public async Task<Outcome<Accepted>> HandleAsync(Commenter commenter, string? ticket, CancellationToken cancellationToken) =>
        commenter is not { Kind: CommenterKind.Person, DeletionDueAt: null } ? Refusal.NotAllowed
        : _tickets.Read(ticket) is { } read ? await writes.RunAsync(write => AcceptAsync(write, commenter, read.Hash), cancellationToken)
        : Refusal.InvitationNotFound;

    private async Task<Outcome<Accepted>> AcceptAsync(WriteScope write, Commenter commenter, byte[] hash)
    {
        var (database, now) = (write.Database, clock.GetUtcNow());
        var open = await database.Invitations.FirstOrDefaultAsync(i => i.SecretHash == hash && i.UsedAt == null && i.ExpiresAt > now);
        if (open is null || !await MayStillAsync(database, open, CancellationToken.None))
        {
            return Refusal.InvitationNotFound;
        }

        var site = await SiteOfAsync(open, CancellationToken.None);
        var standing = site is null ? null : await standings.FindAsync(commenter, site, CancellationToken.None);
        if (standing?.Refusal is { } banned)
        {
            return banned;
        }

        if (standing is null ? await standings.IsAdministratorAsync(commenter, CancellationToken.None) : standing.Role >= open.Role)
        {
            // For somebody else: it stays open.
            return Refusal.RoleHeldAlready;
        }

        // Asked of this connection, too: who accepts two at once has the first by now, and nobody else sees it yet.
        var grant = await database.RoleGrants.FirstOrDefaultAsync(g => g.CommenterId == commenter.Id && g.SiteId == open.SiteId);
        if (grant?.Role >= open.Role)
        {
            return Refusal.RoleHeldAlready;
        }

        // Saved before what is logged: undoing takes the role away, and does not make the link good again.
        (open.UsedById, open.UsedAt) = (commenter.Id, now);
        await database.SaveChangesAsync();
        GiveRole.Set(database, grant, commenter.Id, open.SiteId, open.Role, open.MadeById, now);
        await LogBook.SaveAsync(
            database,
            new NewAct(commenter.Id, ActedVia.Admin, open.SiteId, ActWord.InvitationAccepted)
            {
                CommenterId = commenter.Id,
                Details = new Invite.Details(open.Id, open.Role, open.Note),
            },
            now);
        await RecordCommenter.RedrawAsync(database, commenter.Id, CancellationToken.None);
        write.AfterCommit(sites, sites.Forget);
        return new Accepted(open.Role, site);
    }

    private async Task<Invitation?> FindAsync(byte[] hash, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var open = await database.Invitations.AsNoTracking().FirstOrDefaultAsync(i => i.SecretHash == hash && i.UsedAt == null && i.ExpiresAt > now, cancellationToken);
        return open is not null && await MayStillAsync(database, open, cancellationToken) ? open : null;
    }

    // Whoever may not give the role any more has not invited anybody to it either.
    private async Task<bool> MayStillAsync(EmbedDbContext database, Invitation open, CancellationToken cancellationToken)
    {
        var maker = await database.Commenters.AsNoTracking().Include(c => c.Accounts).FirstAsync(c => c.Id == open.MadeById, cancellationToken);
        var site = await SiteOfAsync(open, cancellationToken);
        var role = site is not null ? (await standings.FindAsync(maker, site, cancellationToken)) is { Ban: null } standing ? standing.Role : SiteRole.None
            : await standings.IsAdministratorAsync(maker, cancellationToken) ? SiteRole.Administrator : SiteRole.None;
        return GiveRole.MayBe(new Authority(maker, site, role, ActedVia.Admin), open.Role);
    }

    private async Task<Site?> SiteOfAsync(Invitation open, CancellationToken cancellationToken) =>
        open.SiteId is { } id ? await sites.FindAsync(id, cancellationToken) : null;
}
