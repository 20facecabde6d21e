using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Pages;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Me;

/// <summary>Signs out somewhere: the session's token is refused from its next use on.</summary>
internal sealed class RevokeSession(IDbContextFactory<EmbedDbContext> databases)
{
    public static async Task<IResult> PostAsync(
        long sessionId, HttpContext http, RevokeSession handler, CurrentCommenter current, CancellationToken cancellationToken)
    {
        var session = MePages.SessionOf(http);
        if (sessionId == session.Id)
        {
            await current.SignOutAsync(http);
            return new SeeOther($"/signin?return={MePages.Home}");
        }

        return await handler.HandleAsync(session.CommenterId, sessionId, cancellationToken)
            ? MePages.Done("revoked")
            : MePages.NotFound(http);
    }

    /// <summary>Ends one of the commenter's sessions.</summary>
    /// <returns>Whether they had it.</returns>
    public async Task<bool> HandleAsync(long commenterId, long sessionId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Sessions.Where(s => s.Id == sessionId && s.CommenterId == commenterId).ExecuteDeleteAsync(cancellationToken) > 0;
    }
}
