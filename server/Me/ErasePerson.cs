using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Embed.Server.Threads;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Me;

/// <summary>
/// Deletes a person for good, in steps of bounded length: first all that lets them act, so that nothing is added any more; then
/// comments and votes, some at a time; in the end the row itself.
/// </summary>
internal sealed class ErasePerson(TouchedThreads threads, SiteDirectory sites, TimeProvider clock)
{
    // As long as a handful of posts.
    private const int RowsAStep = 50;

    /// <summary>Does the next step of what is left to do.</summary>
    /// <param name="write">The write it is.</param>
    /// <param name="commenterId">Whose account; nothing is done unless its time has come.</param>
    /// <returns>Whether that was the last one.</returns>
    public async Task<Outcome<bool>> StepAsync(WriteScope write, long commenterId)
    {
        var (database, now) = (write.Database, clock.GetUtcNow());
        var commenter = await database.Commenters.Include(c => c.Accounts)
            .FirstOrDefaultAsync(c => c.Id == commenterId && c.DeletionDueAt <= now);
        if (commenter is null)
        {
            return true;
        }

        await ShutOutAsync(write, commenter);
        if (await LetGoOfCommentsAsync(write, commenter, now) || await TakeVotesBackAsync(write, commenterId)
            || await TakeFlagsBackAsync(write, commenterId))
        {
            return false;
        }

        await JoinCommenters.RepointLogAsync(database, commenterId, await FormerAsync(write, now));
        await database.Commenters.Where(c => c.Id == commenterId).ExecuteDeleteAsync();
        return true;
    }

    private async Task ShutOutAsync(WriteScope write, Commenter commenter)
    {
        var (database, id) = (write.Database, commenter.Id);
        await database.SignInCodes.Where(c => c.CommenterId == id).ExecuteDeleteAsync();
        await database.Sessions.Where(s => s.CommenterId == id).ExecuteDeleteAsync();
        await database.Bans.Where(b => b.CommenterId == id).ExecuteDeleteAsync();
        if (commenter.Accounts.Count == 0 && commenter.PictureHash is null)
        {
            return;
        }

        var subjects = commenter.Accounts.ConvertAll(account => account.Subject);
        await database.MailedCodes.Where(c => subjects.Contains(c.Mailbox)).ExecuteDeleteAsync();
        foreach (var site in await database.Sites.ToListAsync())
        {
            if (site.Moderators.RemoveAll(listed => Administrators.IsListed([listed], commenter)) > 0)
            {
                site.Revision++;
            }
        }

        var pictures = commenter.Accounts.Select(account => account.PictureHash).Append(commenter.PictureHash).ToList();
        commenter.PictureHash = null;
        database.Accounts.RemoveRange(commenter.Accounts);
        await database.SaveChangesAsync();
        await RecordPicture.DeleteUnusedAsync(database, pictures, CancellationToken.None);
        await RecordCommenter.RedrawAsync(database, id, CancellationToken.None);
        write.AfterCommit(sites, sites.Forget);
    }

    /// <summary>
    /// Makes some of the comments tombstones, or nobody's. What nobody else has seen is deleted in any case: it was never said.
    /// Rows stay where they are, because replies hang from them; whose they were is forgotten.
    /// </summary>
    /// <returns>Whether there were any.</returns>
    private async Task<bool> LetGoOfCommentsAsync(WriteScope write, Commenter commenter, DateTimeOffset now)
    {
        var comments = await write.Database.Comments.Where(c => c.CommenterId == commenter.Id).OrderBy(c => c.Id).Take(RowsAStep).ToListAsync();
        if (comments.Count == 0)
        {
            return false;
        }

        var former = await FormerAsync(write, now);
        foreach (var comment in comments)
        {
            var wasPublished = comment.State == CommentState.Published;
            if (comment.State != CommentState.Deleted && !(wasPublished && commenter.DeletionKeepsComments))
            {
                comment.Delete(now);
                await ThreadChanges.CountAsync(write, comment, wasPublished ? -1 : 0);
            }
        }

        await write.Database.SaveChangesAsync();
        await LogBook.ForgetTextAsync(write.Database, comments.ConvertAll(comment => comment.Id));
        foreach (var comment in comments)
        {
            // Draft ids are unique within a commenter, and made by clients: these are no longer of use to any.
            await write.Statements.ExecuteAsync(
                """UPDATE "Comments" SET "CommenterId" = @1, "DraftId" = @2 WHERE "Id" = @0""", comment.Id, former, Guid.NewGuid());
        }

        await threads.StepAsync(write, [.. comments.Select(comment => comment.ThreadId).Distinct()]);
        return true;
    }

    private async Task<bool> TakeVotesBackAsync(WriteScope write, long commenterId)
    {
        var votes = await write.Database.Votes.AsNoTracking().Where(v => v.CommenterId == commenterId).OrderBy(v => v.CommentId)
            .Take(RowsAStep).ToListAsync();
        await threads.TakeBackAsync(write, votes);
        return votes.Count > 0;
    }

    private static async Task<bool> TakeFlagsBackAsync(WriteScope write, long commenterId)
    {
        var flags = await write.Database.Flags.AsNoTracking().Where(f => f.CommenterId == commenterId).OrderBy(f => f.CommentId)
            .Take(RowsAStep).ToListAsync();
        await TouchedThreads.TakeFlagsBackAsync(write, flags);
        return flags.Count > 0;
    }

    /// <summary>The one commenter that stands for all who are gone; made for the first of them.</summary>
    private static async Task<long> FormerAsync(WriteScope write, DateTimeOffset now) =>
        await write.Database.Commenters.Where(c => c.Kind == CommenterKind.Former).Select(c => (long?)c.Id).FirstOrDefaultAsync()
        ?? await write.Statements.InsertAsync(new Commenter { Kind = CommenterKind.Former, Name = "", CreatedAt = now });
}
