using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Pictures;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Commenters;

/// <summary>Takes over the picture shown at an account's provider now, as <see cref="RecordCommenter"/> does the name.</summary>
internal sealed class RecordPicture(IDbContextFactory<EmbedDbContext> databases, SiteDirectory sites, TimeProvider clock)
{
    /// <summary>
    /// Gives the account its picture, and its commenter too unless they chose one themselves. Where that changes what threads show,
    /// they are drawn anew.
    /// </summary>
    /// <param name="accountId">The account; it may be gone by now.</param>
    /// <param name="picture">Its picture; null if it has none.</param>
    /// <param name="cancellationToken">Stops it; then nothing has changed.</param>
    public async Task HandleAsync(long accountId, EncodedPicture? picture, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        // From the first look on, so that two sign-ins at once come one after the other.
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (await database.Accounts.FindAsync([accountId], cancellationToken) is not { } account)
        {
            return;
        }

        var commenter = await database.Commenters.SingleAsync(c => c.Id == account.CommenterId, cancellationToken);
        var (before, now) = (account.PictureHash, picture?.Hash);
        account.PictureHash = now;
        // An account without a picture takes only its own away, not that of another account of the same person.
        var shownBefore = commenter.PictureHash;
        var isShown = !commenter.IsPictureChosen && (now is not null || shownBefore == before);
        commenter.PictureHash = isShown ? now : shownBefore;
        if (picture is not null && !await database.Pictures.AnyAsync(p => p.Hash == now, cancellationToken))
        {
            database.Pictures.Add(new Picture { Hash = picture.Hash, Bytes = picture.Bytes, CreatedAt = clock.GetUtcNow() });
        }

        await database.SaveChangesAsync(cancellationToken);
        await DeleteUnusedAsync(database, [before, shownBefore], cancellationToken);
        if (commenter.PictureHash == shownBefore)
        {
            await transaction.CommitAsync(CancellationToken.None);
            return;
        }

        await RecordCommenter.RedrawAsync(database, commenter.Id, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        sites.Forget();
    }

    /// <summary>Deletes those of the pictures that no account and no commenter has any more, as part of the caller's transaction.</summary>
    public static async Task DeleteUnusedAsync(EmbedDbContext database, IEnumerable<string?> hashes, CancellationToken cancellationToken)
    {
        var candidates = hashes.OfType<string>().ToList();
        if (candidates.Count > 0)
        {
            await database.Pictures
                .Where(p => candidates.Contains(p.Hash)
                    && !database.Accounts.Any(a => a.PictureHash == p.Hash) && !database.Commenters.Any(c => c.PictureHash == p.Hash))
                .ExecuteDeleteAsync(cancellationToken);
        }
    }
}
