using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Transfer.Claims;

/// <summary>The claims to imported comments that wait for an administrator.</summary>
internal sealed class ListClaims(IDbContextFactory<EmbedDbContext> databases, TimeProvider clock)
{
    /// <summary>Most that are shown at once: the oldest.</summary>
    public const int Most = 100;

    /// <summary>One claim.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="SiteKey">The site of the comments.</param>
    /// <param name="PersonName">The name they came under.</param>
    /// <param name="Comments">How many comments they are.</param>
    /// <param name="CommenterId">Who would get them.</param>
    /// <param name="CommenterName">Their name.</param>
    /// <param name="Account">The account they signed in with, as configuration names it.</param>
    /// <param name="IsBanned">Whether a ban of theirs is in force, at any site.</param>
    /// <param name="Ground">Why it may be theirs.</param>
    /// <param name="MadeAt">When they first signed in.</param>
    public sealed record Item(
        long Id, string SiteKey, string PersonName, int Comments, long CommenterId, string CommenterName, string Account, bool IsBanned,
        ClaimGround Ground, DateTimeOffset MadeAt);

    /// <summary>The claims that wait, the oldest first, at most <see cref="Most"/>; refused: not-allowed.</summary>
    public async Task<Outcome<IReadOnlyList<Item>>> HandleAsync(Authority by, CancellationToken cancellationToken)
    {
        if (by is not { Site: null, Role: SiteRole.Administrator })
        {
            return Refusal.NotAllowed;
        }

        var now = clock.GetUtcNow();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.ImportClaims.AsNoTracking().Where(claim => claim.DecidedAt == null).OrderBy(claim => claim.Id).Take(Most)
            .Join(database.ImportedPeople, claim => claim.PersonId, person => person.CommenterId, (claim, person) => new
            {
                claim.Id,
                SiteKey = database.Sites.Where(site => site.Id == person.SiteId).Select(site => site.Key).First(),
                PersonName = database.Commenters.Where(c => c.Id == person.CommenterId).Select(c => c.Name).First(),
                Comments = database.Comments.Count(c => c.CommenterId == person.CommenterId),
                Commenter = database.Commenters.Include(c => c.Accounts).First(c => c.Id == claim.CommenterId),
                IsBanned = database.Bans.Any(ban => ban.CommenterId == claim.CommenterId && (ban.Until == null || ban.Until > now)),
                claim.Ground,
                claim.MadeAt,
            })
            .ToListAsync(cancellationToken);
        return rows.ConvertAll(row => new Item(
            row.Id, row.SiteKey, row.PersonName, row.Comments, row.Commenter.Id, row.Commenter.Name, row.Commenter.AccountKeys, row.IsBanned, row.Ground, row.MadeAt));
    }

    /// <summary>How many wait.</summary>
    public async Task<int> CountAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.ImportClaims.CountAsync(claim => claim.DecidedAt == null, cancellationToken);
    }
}
