using Embed.Server.Commenters;
using Embed.Server.Pages;

namespace Embed.Server.Me;

/// <summary>Signs out somewhere: the session's token is refused from its next use on.</summary>
internal sealed class RevokeSession(CommenterSessions sessions)
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
    public async Task<bool> HandleAsync(long commenterId, long sessionId, CancellationToken cancellationToken) =>
        await sessions.EndAsync(s => s.Id == sessionId && s.CommenterId == commenterId, cancellationToken) > 0;
}
