using System.Globalization;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Me;

/// <summary>Chooses the picture shown beside one's comments: an account's, or the one made of the name.</summary>
internal sealed class ChoosePicture(WriteQueue writes, SiteDirectory sites)
{
    public static async Task<IResult> PostAsync(HttpContext http, ChoosePicture handler, CancellationToken cancellationToken)
    {
        var form = await http.Request.ReadFormAsync(cancellationToken);
        long? accountId = long.TryParse(form["account"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
        var done = await handler.HandleAsync(MePages.SessionOf(http).CommenterId, accountId, cancellationToken);
        return done.Refusal == Refusal.ServerBusy ? MePages.Busy(http)
            : done.Refusal is not null ? MePages.NotFound(http)
            : MePages.Done("picture");
    }

    /// <summary>Saves the choice, and has the threads that show it drawn anew.</summary>
    /// <param name="commenterId">Whose picture.</param>
    /// <param name="accountId">The account of theirs whose picture it is; null for the one made of the name.</param>
    /// <param name="cancellationToken">Gives up the place in the queue.</param>
    /// <returns>The commenter's id; refused: not-allowed where it is not their account, server-busy.</returns>
    public Task<Outcome<long>> HandleAsync(long commenterId, long? accountId, CancellationToken cancellationToken) =>
        writes.RunAsync<long>(
            async write =>
            {
                var account = await write.Database.Accounts.AsNoTracking()
                    .FirstOrDefaultAsync(a => a.Id == accountId && a.CommenterId == commenterId);
                if (accountId is not null && account is null)
                {
                    return Refusal.NotAllowed;
                }

                var hash = account?.PictureHash;
                await write.Database.Commenters.Where(c => c.Id == commenterId).ExecuteUpdateAsync(
                    set => set.SetProperty(c => c.PictureHash, hash).SetProperty(c => c.IsPictureChosen, true));
                await RecordCommenter.RedrawAsync(write.Database, commenterId, CancellationToken.None);
                write.AfterCommit(sites, sites.Forget);
                return commenterId;
            },
            cancellationToken);
}
