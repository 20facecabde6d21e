using System.Globalization;
using System.Security.Claims;
using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Commenters;

/// <summary>Who is asking, on pages of our own origin: the cookie's principal and the commenter it stands for.</summary>
internal sealed class CurrentCommenter(IDbContextFactory<EmbedDbContext> factory)
{
    /// <summary>The authentication scheme of our own origin's cookie.</summary>
    public const string Scheme = "Embed";

    private const string AccountClaim = "account";

    /// <summary>The principal that the cookie carries: id, account and name.</summary>
    public static ClaimsPrincipal PrincipalOf(Commenter commenter) => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.NameIdentifier, commenter.Id.ToString(CultureInfo.InvariantCulture)),
            new Claim(AccountClaim, commenter.Account),
            new Claim(ClaimTypes.Name, commenter.Name),
        ],
        Scheme));

    /// <summary>The commenter's id; null when nobody is signed in.</summary>
    public static long? IdOf(ClaimsPrincipal principal) =>
        long.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), CultureInfo.InvariantCulture, out var id) ? id : null;

    /// <summary>The account, as <c>Provider:subject</c>; null when nobody is signed in.</summary>
    public static string? AccountOf(ClaimsPrincipal principal) => principal.FindFirstValue(AccountClaim);

    /// <summary>
    /// The commenter as the database knows them now; null when nobody is signed in, or when the id belongs to another
    /// account, as after the database was replaced by another one while the keys stayed.
    /// </summary>
    public async Task<Commenter?> FindAsync(ClaimsPrincipal principal, CancellationToken cancellationToken)
    {
        if (IdOf(principal) is not { } id)
        {
            return null;
        }

        await using var database = await factory.CreateDbContextAsync(cancellationToken);
        var commenter = await database.Commenters.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellationToken);
        return commenter?.Account == AccountOf(principal) ? commenter : null;
    }
}
