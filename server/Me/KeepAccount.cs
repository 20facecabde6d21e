using Embed.Server.Data;
using Embed.Server.Pages;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Me;

/// <summary>Takes back the wish to have one's account deleted.</summary>
internal sealed class KeepAccount(IDbContextFactory<EmbedDbContext> databases, TimeProvider clock)
{
    public static async Task<IResult> PostAsync(HttpContext http, KeepAccount handler, CancellationToken cancellationToken)
    {
        var form = await http.Request.ReadFormAsync(cancellationToken);
        var isKept = await handler.HandleAsync(MePages.SessionOf(http).CommenterId, cancellationToken);
        // Back into a sign-in under way, if there is one.
        var address = form["return"].ToString();
        return !isKept ? MePages.Fault(http, "TooLate", StatusCodes.Status409Conflict)
            : LocalAddress.IsLocal(address) ? new SeeOther(address)
            : MePages.Done("kept");
    }

    /// <summary>Keeps the account.</summary>
    /// <returns>False if the time is over: what has begun to go cannot be kept.</returns>
    public async Task<bool> HandleAsync(long commenterId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Commenters.Where(c => c.Id == commenterId && (c.DeletionDueAt == null || c.DeletionDueAt > now)).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.DeletionDueAt, (DateTimeOffset?)null).SetProperty(c => c.DeletionKeepsComments, false), cancellationToken) > 0;
    }
}
