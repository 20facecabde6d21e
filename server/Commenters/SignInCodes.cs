using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Commenters;

/// <summary>A one-time code about to be issued.</summary>
/// <param name="CommenterId">Who signed in.</param>
/// <param name="SiteId">At which site.</param>
/// <param name="Origin">The only origin whose pages may redeem it.</param>
/// <param name="Challenge">The S256 challenge whose verifier they keep (RFC 7636).</param>
/// <param name="IsFromPage">Whether the verifier alone redeems it (<see cref="OpenedFromPage"/>).</param>
internal sealed record NewSignInCode(long CommenterId, long SiteId, string Origin, string Challenge, bool IsFromPage = false);

/// <summary>One-time codes on their way from the popup to the page that opened it, or from such a page to our own origin.</summary>
internal sealed class SignInCodes(IDbContextFactory<EmbedDbContext> factory, TimeProvider clock)
{
    /// <summary>How long a code can be redeemed: the opener does so at once, so this only has to cover a slow network.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <summary>How long the verifier alone is enough: a phone shows the page again only when its user goes back to it.</summary>
    public static readonly TimeSpan LifetimeFromPage = TimeSpan.FromMinutes(5);

    // Expired rows removed with each new one: more than one new one adds, so the table cannot grow.
    private const int PurgeBatch = 100;

    // No verifier has this challenge, and no sign-in begins with it: the two kinds of code never meet.
    private const string HandoverChallenge = "";

    /// <summary>Issues a code for the commenter, bound to site, origin and challenge.</summary>
    public async Task<string> IssueAsync(NewSignInCode issue, CancellationToken cancellationToken)
    {
        var code = Secret.Create();
        var now = clock.GetUtcNow();
        await using var database = await factory.CreateDbContextAsync(cancellationToken);
        await database.SignInCodes.Where(c => c.ExpiresAt <= now).OrderBy(c => c.ExpiresAt).Take(PurgeBatch)
            .ExecuteDeleteAsync(cancellationToken);
        database.SignInCodes.Add(new SignInCode
        {
            CodeHash = Secret.HashOf(code),
            Challenge = issue.Challenge,
            CommenterId = issue.CommenterId,
            SiteId = issue.SiteId,
            Origin = issue.Origin,
            IsFromPage = issue.IsFromPage,
            ExpiresAt = now + (issue.IsFromPage ? LifetimeFromPage : Lifetime),
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
        var issued = await TakeAsync(code, cancellationToken);
        var holds = issued is not null
            && issued.ExpiresAt - (issued.IsFromPage ? LifetimeFromPage - Lifetime : TimeSpan.Zero) > clock.GetUtcNow()
            && issued.SiteId == siteId
            && string.Equals(issued.Origin, origin, StringComparison.Ordinal)
            && Secret.Verifies(verifier, issued.Challenge);
        return holds ? issued!.CommenterId : null;
    }

    /// <summary>
    /// Takes the sign-in of this verifier, where no code can reach the page: only one that a page of the origin was seen to
    /// open. The verifier has left that page for nobody but us, so a wrong guess burns nothing.
    /// </summary>
    /// <returns>The commenter's id; null while there is none, or no more.</returns>
    public async Task<long?> RedeemByVerifierAsync(string verifier, long siteId, string origin, CancellationToken cancellationToken)
    {
        var challenge = Secret.ChallengeOf(verifier);
        var now = clock.GetUtcNow();
        await using var database = await factory.CreateDbContextAsync(cancellationToken);
        var finished = database.SignInCodes.Where(
            c => c.Challenge == challenge && c.IsFromPage && c.SiteId == siteId && c.Origin == origin && c.ExpiresAt > now);
        // Who went round twice in the popup means what they did last.
        var last = await finished.OrderByDescending(c => c.ExpiresAt).Select(c => (long?)c.CommenterId).FirstOrDefaultAsync(cancellationToken);
        // Of two requests at once only one deletes.
        return last is not null && await finished.ExecuteDeleteAsync(cancellationToken) > 0 ? last : null;
    }

    /// <summary>
    /// Issues a code that leads from a session at the site to our own origin (<see cref="SessionHandover"/>). No verifier belongs
    /// to it, so no page can make a session at a site of it.
    /// </summary>
    public Task<string> IssueHandoverAsync(long commenterId, long siteId, string serverOrigin, CancellationToken cancellationToken) =>
        IssueAsync(new NewSignInCode(commenterId, siteId, serverOrigin, HandoverChallenge), cancellationToken);

    /// <summary>Takes such a code out of the world, whatever comes of it.</summary>
    /// <returns>The commenter's and the site's id; null if the code is unknown, used, expired, or of the other kind.</returns>
    public async Task<(long CommenterId, long SiteId)?> RedeemHandoverAsync(
        string? code, string serverOrigin, CancellationToken cancellationToken)
    {
        var issued = await TakeAsync(code, cancellationToken);
        var holds = issued is { Challenge: HandoverChallenge }
            && issued.ExpiresAt > clock.GetUtcNow()
            && string.Equals(issued.Origin, serverOrigin, StringComparison.Ordinal);
        return holds ? (issued!.CommenterId, issued.SiteId) : null;
    }

    private async Task<SignInCode?> TakeAsync(string? code, CancellationToken cancellationToken)
    {
        if (!Secret.IsWellFormed(code))
        {
            return null;
        }

        var hash = Secret.HashOf(code!);
        await using var database = await factory.CreateDbContextAsync(cancellationToken);
        var issued = await database.SignInCodes.AsNoTracking().SingleOrDefaultAsync(c => c.CodeHash == hash, cancellationToken);
        // Of two requests at once only one deletes the row.
        return await database.SignInCodes.Where(c => c.CodeHash == hash).ExecuteDeleteAsync(cancellationToken) == 1 ? issued : null;
    }
}
