using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Commenters;

/// <summary>One-time codes on their way from the popup to the page that opened it.</summary>
internal sealed class SignInCodes(IDbContextFactory<EmbedDbContext> factory, TimeProvider clock)
{
    /// <summary>How long a code can be redeemed: the opener does so at once, so this only has to cover a slow network.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    // Expired rows removed with each new one: more than one new one adds, so the table cannot grow.
    private const int PurgeBatch = 100;

    /// <summary>Issues a code for the commenter, bound to site, origin and challenge.</summary>
    public async Task<string> IssueAsync(
        long commenterId, long siteId, string origin, string challenge, CancellationToken cancellationToken)
    {
        var code = Secret.Create();
        var now = clock.GetUtcNow();
        await using var database = await factory.CreateDbContextAsync(cancellationToken);
        await database.SignInCodes.Where(c => c.ExpiresAt <= now).OrderBy(c => c.ExpiresAt).Take(PurgeBatch)
            .ExecuteDeleteAsync(cancellationToken);
        database.SignInCodes.Add(new SignInCode
        {
            CodeHash = Secret.HashOf(code),
            Challenge = challenge,
            CommenterId = commenterId,
            SiteId = siteId,
            Origin = origin,
            ExpiresAt = now + Lifetime,
        });
        await database.SaveChangesAsync(cancellationToken);
        return code;
    }

    /// <summary>
    /// Takes the code out of the world, whatever comes of it: a code that was tried once with the wrong verifier or from
    /// the wrong origin has been seen by somebody it was not meant for.
    /// </summary>
    /// <returns>The commenter's id; null if the code is unknown, used, expired, or was issued to another site, origin or verifier.</returns>
    public async Task<long?> RedeemAsync(
        string? code, string? verifier, long? siteId, string? origin, CancellationToken cancellationToken)
    {
        if (!Secret.IsWellFormed(code))
        {
            return null;
        }

        var hash = Secret.HashOf(code!);
        await using var database = await factory.CreateDbContextAsync(cancellationToken);
        var issued = await database.SignInCodes.AsNoTracking().SingleOrDefaultAsync(c => c.CodeHash == hash, cancellationToken);
        // Of two requests at once only one deletes the row.
        var taken = await database.SignInCodes.Where(c => c.CodeHash == hash).ExecuteDeleteAsync(cancellationToken) == 1;
        var holds = issued is not null && taken
            && issued.ExpiresAt > clock.GetUtcNow()
            && issued.SiteId == siteId
            && string.Equals(issued.Origin, origin, StringComparison.Ordinal)
            && Secret.Verifies(verifier, issued.Challenge);
        return holds ? issued!.CommenterId : null;
    }
}
