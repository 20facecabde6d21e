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
internal sealed class ErasePerson(TouchedThreads threads, SiteDirectory sites, ErasedAccounts erased, TimeProvider clock)
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
        await ClaimedPeople.ForgetAsync(database, commenterId);
        if (await LetGoOfCommentsAsync(write, commenter, now) || await TakeVotesBackAsync(write, commenterId)
            || await TakeFlagsBackAsync(write, commenterId))
        {
            return false;
        }

        var isBanned = await KeepBansAsync(database, commenterId, now);
        // The log keeps what was done, not what was written of somebody while they were here. Bans in force can still be undone.
        await LogBook.ForgetAboutAsync(database, commenterId, keepsBans: isBanned);
        if (isBanned)
        {
            return true;
        }

        var former = await FormerAsync(write, now);
        await database.Imports.Where(i => i.StartedById == commenterId).ExecuteUpdateAsync(set => set.SetProperty(i => i.StartedById, former));
        await LogPeople.ForgetAsync(database, commenterId, former);
        await database.Commenters.Where(c => c.Id == commenterId).ExecuteDeleteAsync();
        return true;
    }

    /// <summary>
    /// Of somebody banned a bare row stays, until the last of their bans ends: its accounts are hashes by now. It is deleted then, in
    /// the same way.
    /// </summary>
    /// <returns>Whether one is in force.</returns>
    private static async Task<bool> KeepBansAsync(EmbedDbContext database, long commenterId, DateTimeOffset now)
    {
        var ends = await database.Bans.Where(b => b.CommenterId == commenterId && (b.Until == null || b.Until > now)).Select(b => b.Until).ToListAsync();
        if (ends.Count == 0)
        {
            return false;
        }

        await database.RoleGrants.Where(g => g.CommenterId == commenterId).ExecuteDeleteAsync();
        await database.Invitations.Where(i => i.MadeById == commenterId).ExecuteDeleteAsync();
        await database.PersonNotes.Where(n => n.CommenterId == commenterId).ExecuteDeleteAsync();
        await database.PersonNotes.Where(n => n.AuthorId == commenterId).ExecuteUpdateAsync(set => set.SetProperty(n => n.AuthorId, (long?)null));
        var last = ends.Contains(null) ? null : ends.Max();
        await database.Commenters.Where(c => c.Id == commenterId).ExecuteUpdateAsync(set => set
            .SetProperty(c => c.Name, "").SetProperty(c => c.IsNameChosen, false).SetProperty(c => c.IsPictureChosen, false)
            .SetProperty(c => c.DeletionKeepsComments, false).SetProperty(c => c.DeletionDueAt, last));
        return true;
    }

    private async Task ShutOutAsync(WriteScope write, Commenter commenter)
    {
        var (database, id) = (write.Database, commenter.Id);
        await database.SignInCodes.Where(c => c.CommenterId == id).ExecuteDeleteAsync();
        await database.Sessions.Where(s => s.CommenterId == id).ExecuteDeleteAsync();
        var now = clock.GetUtcNow();
        await database.Bans.Where(b => b.CommenterId == id && b.Until <= now).ExecuteDeleteAsync();
        if (commenter.PictureHash is null && commenter.Accounts.TrueForAll(account => account.Provider == ErasedAccounts.Provider))
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

        await LogPeople.ForgetAccountsAsync(database, commenter.Accounts.ConvertAll(account => account.Key));
        var pictures = commenter.Accounts.Select(account => account.PictureHash).Append(commenter.PictureHash).ToList();
        commenter.PictureHash = null;
        await ForgetAccountsAsync(database, commenter, now);
        await RecordPicture.DeleteUnusedAsync(database, pictures, CancellationToken.None);
        await RecordCommenter.RedrawAsync(database, id, CancellationToken.None);
        write.AfterCommit(sites, sites.Forget);
    }

    private async Task ForgetAccountsAsync(EmbedDbContext database, Commenter commenter, DateTimeOffset now)
    {
        var known = commenter.Accounts.Where(account => account.Provider != ErasedAccounts.Provider).ToList();
        database.Accounts.RemoveRange(known);
        if (await database.Bans.AnyAsync(b => b.CommenterId == commenter.Id))
        {
            database.Accounts.AddRange(known.Select(account => new CommenterAccount
            {
                CommenterId = commenter.Id,
                Provider = ErasedAccounts.Provider,
                Subject = erased.HashOf(account.Provider, account.Subject),
                Name = "",
                LinkedAt = now,
                UsedAt = now,
            }));
        }

        await database.SaveChangesAsync();
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
            var state = comment.State.Own();
            var wasPublished = state == CommentState.Published;
            if (state != CommentState.Deleted && !(wasPublished && commenter.DeletionKeepsComments))
            {
                comment.Delete(now);
                await ThreadChanges.CountAsync(write, comment, wasPublished ? -1 : 0);
            }
        }

        await write.Database.SaveChangesAsync();
        await LogBook.ForgetTextAsync(
            write.Database, comments.Where(comment => comment.State.Own() == CommentState.Deleted).Select(comment => comment.Id).ToList());
        foreach (var comment in comments)
        {
            // Draft ids are unique within a commenter: these are no longer of use to any client.
            await write.Statements.ExecuteAsync(
                """UPDATE "Comments" SET "CommenterId" = @1, "DraftId" = @2 WHERE "Id" = @0""", comment.Id, former, Guid.Empty);
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
