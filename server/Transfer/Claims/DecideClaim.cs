using System.Text.Json;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Transfer.Claims;

/// <summary>
/// An administrator says whether imported comments are those of somebody who signed in. Undoing a yes gives back exactly the comments
/// that were imported; what they have written since stays theirs.
/// </summary>
internal sealed class DecideClaim(WriteQueue writes, SiteDirectory sites, TimeProvider clock) : IUndoPart
{
    public string Word => ActWord.ClaimAccepted;

    /// <summary>What the log says of it.</summary>
    /// <param name="Person">The name the comments came under.</param>
    /// <param name="PersonId">The <see cref="ImportedPerson"/>.</param>
    /// <param name="Comments">How many comments.</param>
    internal sealed record Details(string Person, long PersonId, int Comments);

    /// <summary>Decides; other claims to the same comments fall with a yes.</summary>
    /// <returns>The entry of the log; refused: not-allowed, claim-not-found, claim-decided, claim-banned, server-busy.</returns>
    public Task<Outcome<long>> HandleAsync(Authority by, long claimId, bool accepts, CancellationToken cancellationToken) =>
        by is { Site: null, Role: SiteRole.Administrator }
            ? writes.RunAsync(write => DecideAsync(write, by, claimId, accepts), cancellationToken)
            : Task.FromResult<Outcome<long>>(Refusal.NotAllowed);

    private async Task<Outcome<long>> DecideAsync(WriteScope write, Authority by, long claimId, bool accepts)
    {
        var (database, now) = (write.Database, clock.GetUtcNow());
        if (await database.ImportClaims.FirstOrDefaultAsync(c => c.Id == claimId) is not { } claim
            || await database.ImportedPeople.FirstOrDefaultAsync(p => p.CommenterId == claim.PersonId) is not { } person)
        {
            return Refusal.ClaimNotFound;
        }

        if (claim.DecidedAt is not null || person.ClaimedById is not null)
        {
            return Refusal.ClaimDecided;
        }

        if (accepts && await database.Bans.AnyAsync(ban => ban.CommenterId == person.CommenterId && (ban.Until == null || ban.Until > now)))
        {
            // It would be a way around it.
            return Refusal.ClaimBanned;
        }

        var comments = await database.Comments.CountAsync(c => c.CommenterId == person.CommenterId);
        (claim.DecidedAt, claim.DecidedById, claim.IsAccepted) = (now, by.Commenter.Id, accepts);
        if (accepts)
        {
            person.ClaimedById = claim.CommenterId;
            foreach (var other in await database.ImportClaims.Where(c => c.PersonId == person.CommenterId && c.Id != claimId && c.DecidedAt == null).ToListAsync())
            {
                (other.DecidedAt, other.DecidedById) = (now, by.Commenter.Id);
            }
        }

        var name = await database.Commenters.Where(c => c.Id == person.CommenterId).Select(c => c.Name).FirstAsync();
        var act = new NewAct(by.Commenter.Id, by.Via, person.SiteId, accepts ? ActWord.ClaimAccepted : ActWord.ClaimRefused)
        {
            CommenterId = claim.CommenterId,
            Details = new Details(name, person.CommenterId, comments),
        };
        var entry = await LogBook.SaveAsync(database, act, now);
        if (accepts)
        {
            await MoveAsync(write, person.CommenterId, person.CommenterId, claim.CommenterId);
        }

        return entry!.Id;
    }

    /// <inheritdoc/>
    public async Task ReverseAsync(WriteScope write, ModerationLogEntry entry, bool isRedo)
    {
        var details = JsonSerializer.Deserialize<Details>(entry.Details, JsonSerializerOptions.Web)!;
        var claimer = entry.CommenterId!.Value;
        await (isRedo ? MoveAsync(write, details.PersonId, details.PersonId, claimer) : MoveAsync(write, details.PersonId, claimer, details.PersonId));
    }

    // Votes and reports stay as they are: undoing could not tell which were taken back.
    private async Task MoveAsync(WriteScope write, long personId, long fromId, long intoId)
    {
        // Before and after: either may be named at sites where the other is not.
        await RecordCommenter.RedrawAsync(write.Database, fromId, CancellationToken.None);
        await write.Statements.ExecuteAsync(
            """
            UPDATE "Comments" SET "CommenterId" = @2
            WHERE "CommenterId" = @1 AND "Id" IN (SELECT "TargetId" FROM "ImportedItems" WHERE "PersonId" = @0 AND "Kind" = @3)
            """,
            personId, fromId, intoId, (int)ImportedKind.Comment);
        await RecordCommenter.RedrawAsync(write.Database, intoId, CancellationToken.None);
        write.AfterCommit(sites, sites.Forget);
    }
}
