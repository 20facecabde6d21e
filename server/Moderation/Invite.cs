using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>
/// Makes a link that gives a role to the first person who opens it, signs in and accepts; or revokes one. Only its hash is kept, so
/// the link is shown once.
/// </summary>
internal sealed class Invite(WriteQueue writes, TimeProvider clock)
{
    /// <summary>How long a link holds.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>Most open invitations of a site, and of the server.</summary>
    public const int MaxOpen = 50;

    /// <summary>What the log says of it.</summary>
    public sealed record Details(long Invitation, SiteRole Role, string Note);

    /// <summary>Makes an invitation.</summary>
    /// <param name="by">Who invites.</param>
    /// <param name="role">The role it gives.</param>
    /// <param name="note">Whom it is meant for: at most 100 characters.</param>
    /// <param name="cancellationToken">Gives up the place in the queue.</param>
    /// <returns>The link's secret; refused: not-allowed, invitation-note-too-long, too-many-invitations, server-busy.</returns>
    public async Task<Outcome<string>> HandleAsync(Authority by, SiteRole role, string note, CancellationToken cancellationToken)
    {
        if (role == SiteRole.None || !GiveRole.MayBe(by, role))
        {
            return Refusal.NotAllowed;
        }

        if (note.Trim().Length > Invitation.MaxNoteCharacters)
        {
            return Refusal.InvitationNoteTooLong;
        }

        return await writes.RunAsync<string>(
            async write =>
            {
                var (database, now, siteId, secret) = (write.Database, clock.GetUtcNow(), by.Site?.Id, Secret.Create());
                if (await database.Invitations.CountAsync(i => i.SiteId == siteId && i.UsedAt == null && i.ExpiresAt > now) >= MaxOpen)
                {
                    return Refusal.TooManyInvitations;
                }

                // Nobody will accept those that are over.
                await database.Invitations.Where(i => i.UsedAt == null && i.ExpiresAt <= now).ExecuteDeleteAsync();
                var made = new Invitation
                {
                    SecretHash = Secret.HashOf(secret),
                    SiteId = siteId,
                    Role = role,
                    Note = note.Trim(),
                    MadeById = by.Commenter.Id,
                    MadeAt = now,
                    ExpiresAt = now + Lifetime,
                };
                database.Invitations.Add(made);
                await database.SaveChangesAsync();
                // Not undone but revoked: doing it again would need the secret, which nobody has.
                await LogBook.AddAsync(database, by.Act(ActWord.InvitationMade, details: new Details(made.Id, role, made.Note)), [], now);
                return secret;
            },
            cancellationToken);
    }

    /// <summary>Revokes an open invitation of the place.</summary>
    /// <returns>Its id; refused: not-allowed, invitation-not-found, server-busy.</returns>
    public async Task<Outcome<long>> RevokeAsync(Authority by, long invitationId, CancellationToken cancellationToken) => by.MostGiven == SiteRole.None
        ? Refusal.NotAllowed
        : await writes.RunAsync<long>(
            async write =>
            {
                var siteId = by.Site?.Id;
                var open = await write.Database.Invitations.FirstOrDefaultAsync(i => i.Id == invitationId && i.SiteId == siteId && i.UsedAt == null);
                if (open is null)
                {
                    return Refusal.InvitationNotFound;
                }

                if (open.Role > by.MostGiven)
                {
                    return Refusal.NotAllowed;
                }

                write.Database.Invitations.Remove(open);
                await write.Database.SaveChangesAsync();
                await LogBook.AddAsync(
                    write.Database, by.Act(ActWord.InvitationRevoked, details: new Details(open.Id, open.Role, open.Note)), [], clock.GetUtcNow());
                return open.Id;
            },
            cancellationToken);
}
