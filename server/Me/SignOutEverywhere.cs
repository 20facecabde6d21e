using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Pages;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Me;

/// <summary>Signs out at every site, in every browser, and here.</summary>
internal sealed class SignOutEverywhere(IDbContextFactory<EmbedDbContext> databases, CommenterSessions sessions)
{
    public static async Task<IResult> PostAsync(
        HttpContext http, SignOutEverywhere handler, CurrentCommenter current, CancellationToken cancellationToken)
    {
        await handler.HandleAsync(MePages.SessionOf(http).CommenterId, keptSession: 0, cancellationToken);
        await current.SignOutAsync(http);
        return new SeeOther($"/signin?return={MePages.Home}");
    }

    /// <summary>Ends the commenter's sessions, and the sign-ins that are about to become one.</summary>
    /// <param name="commenterId">Whose.</param>
    /// <param name="keptSession">The one that goes on; 0 for none.</param>
    /// <param name="cancellationToken">Gives up before anything is done.</param>
    public async Task HandleAsync(long commenterId, long keptSession, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        // Codes first: one redeemed in between would be a session that nobody ended.
        await database.SignInCodes.Where(c => c.CommenterId == commenterId).ExecuteDeleteAsync(cancellationToken);
        await sessions.EndAsync(s => s.CommenterId == commenterId && s.Id != keptSession, cancellationToken);
    }
}
