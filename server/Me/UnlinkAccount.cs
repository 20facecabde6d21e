using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Me;

/// <summary>Takes away a way to sign in, but for the last one. Sessions go on: they are the commenter's, not the account's.</summary>
internal sealed class UnlinkAccount(WriteQueue writes, SiteDirectory sites, TimeProvider clock)
{
    /// <summary>What came of it.</summary>
    public enum Result
    {
        Unlinked,

        /// <summary>It is somebody else's, or nobody's.</summary>
        NotFound,

        /// <summary>It is the only one: without it nobody could sign in as them again.</summary>
        LastOne,

        /// <summary>They are banned somewhere: with an account that nobody knows any more they would come back.</summary>
        Banned,
    }

    public static async Task<IResult> PostAsync(long accountId, HttpContext http, UnlinkAccount handler, CancellationToken cancellationToken)
    {
        var done = await handler.HandleAsync(MePages.SessionOf(http).CommenterId, accountId, cancellationToken);
        return done.Refusal is not null ? MePages.Busy(http) : done.Value switch
        {
            Result.NotFound => MePages.NotFound(http),
            Result.LastOne or Result.Banned => MePages.Fault(http, $"Unlink{done.Value}", StatusCodes.Status409Conflict),
            _ => MePages.Done("unlinked"),
        };
    }

    /// <summary>Unlinks one of the commenter's accounts, and has the threads that show them drawn anew: a moderator's badge may go.</summary>
    /// <returns>What came of it; refused: server-busy.</returns>
    public Task<Outcome<Result>> HandleAsync(long commenterId, long accountId, CancellationToken cancellationToken) =>
        writes.RunAsync<Result>(
            async write =>
            {
                var database = write.Database;
                var accounts = await database.Accounts.Where(a => a.CommenterId == commenterId).ToListAsync();
                if (accounts.Find(account => account.Id == accountId) is not { } gone)
                {
                    return Result.NotFound;
                }

                if (accounts.Count == 1)
                {
                    return Result.LastOne;
                }

                var now = clock.GetUtcNow();
                // Who is shadowed is not to learn of it here.
                if (await database.Bans.AnyAsync(b => b.CommenterId == commenterId && !b.IsShadow && (b.Until == null || b.Until > now)))
                {
                    return Result.Banned;
                }

                database.Accounts.Remove(gone);
                var commenter = await database.Commenters.SingleAsync(c => c.Id == commenterId);
                if (gone.PictureHash is not null && commenter.PictureHash == gone.PictureHash)
                {
                    commenter.PictureHash = accounts.Find(a => a != gone && a.PictureHash == gone.PictureHash)?.PictureHash;
                }

                // No account that is left names anybody any more: the name shown now is theirs.
                commenter.IsNameChosen |= accounts.TrueForAll(a => a == gone || a.Provider == MailSignIn.Provider);
                await database.SaveChangesAsync();
                await RecordPicture.DeleteUnusedAsync(database, [gone.PictureHash], CancellationToken.None);
                await RecordCommenter.RedrawAsync(database, commenterId, CancellationToken.None);
                write.AfterCommit(sites, sites.Forget);
                return Result.Unlinked;
            },
            cancellationToken);
}
