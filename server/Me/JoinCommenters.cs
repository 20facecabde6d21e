using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Me;

/// <summary>
/// Makes two commenters one, after somebody has proved to be both. It is one write: with half of it done nobody would be whole.
/// </summary>
internal sealed class JoinCommenters(TouchedThreads threads, SiteDirectory sites)
{
    /// <summary>
    /// Moves all that is one commenter's to another, and removes the first. Of two votes on one comment the other's stays;
    /// votes on what are own comments now go. Bans of both hold on.
    /// </summary>
    public async Task JoinAsync(WriteScope write, long fromId, long intoId)
    {
        var database = write.Database;
        // Before and after: either may have commented at sites where the other has not.
        await RecordCommenter.RedrawAsync(database, fromId, CancellationToken.None);
        await MoveCommentsAsync(write, fromId, intoId);
        await MoveVotesAsync(write, fromId, intoId);
        await database.Accounts.Where(a => a.CommenterId == fromId).ExecuteUpdateAsync(set => set.SetProperty(a => a.CommenterId, intoId));
        await database.Sessions.Where(s => s.CommenterId == fromId).ExecuteUpdateAsync(set => set.SetProperty(s => s.CommenterId, intoId));
        await database.SignInCodes.Where(c => c.CommenterId == fromId).ExecuteUpdateAsync(set => set.SetProperty(c => c.CommenterId, intoId));
        await database.Bans.Where(b => b.CommenterId == fromId).ExecuteUpdateAsync(set => set.SetProperty(b => b.CommenterId, intoId));
        await MoveStandingAsync(write, fromId, intoId);
        await ClaimedPeople.MoveAsync(database, fromId, intoId);
        await LogPeople.RepointAsync(database, fromId, intoId);
        var picture = await database.Commenters.Where(c => c.Id == fromId).Select(c => c.PictureHash).SingleAsync();
        await database.Commenters.Where(c => c.Id == fromId).ExecuteDeleteAsync();
        await RecordPicture.DeleteUnusedAsync(database, [picture], CancellationToken.None);
        await RecordCommenter.RedrawAsync(database, intoId, CancellationToken.None);
        write.AfterCommit(sites, sites.Forget);
    }

    private static async Task MoveCommentsAsync(WriteScope write, long fromId, long intoId)
    {
        // Drafts have ids that clients made: nobody but a forger has one twice, and then the other's loses its meaning.
        await write.Statements.ExecuteAsync(
            $"""
            UPDATE "Comments" AS c SET "DraftId" = @2
            WHERE "CommenterId" = @0 AND {EmbedModel.HasDraft} AND EXISTS (
              SELECT 1 FROM "Comments" AS o WHERE o."CommenterId" = @1 AND o."DraftId" = c."DraftId" AND o.{EmbedModel.HasDraft})
            """,
            fromId, intoId, Guid.Empty);
        await write.Database.Comments.Where(c => c.CommenterId == fromId).ExecuteUpdateAsync(set => set.SetProperty(c => c.CommenterId, intoId));
    }

    /// <summary>Of two roles at one place the higher stays, of two reports of one comment the other's.</summary>
    private static async Task MoveStandingAsync(WriteScope write, long fromId, long intoId)
    {
        var database = write.Database;
        var grants = await database.RoleGrants.Where(g => g.CommenterId == fromId || g.CommenterId == intoId).ToListAsync();
        foreach (var place in grants.GroupBy(grant => grant.SiteId))
        {
            var kept = place.OrderByDescending(grant => grant.Role).ThenByDescending(grant => grant.CommenterId == intoId).First();
            database.RoleGrants.RemoveRange(place.Where(grant => grant != kept));
            // Before the one that stays takes its place in the index.
            await database.SaveChangesAsync();
            kept.CommenterId = intoId;
        }

        await database.SaveChangesAsync();
        var gone = await database.Flags.AsNoTracking()
            .Where(f => (f.CommenterId == fromId && database.Flags.Any(o => o.CommentId == f.CommentId && o.CommenterId == intoId))
                || ((f.CommenterId == fromId || f.CommenterId == intoId) && database.Comments.Any(c => c.Id == f.CommentId && c.CommenterId == intoId)))
            .ToListAsync();
        await TouchedThreads.TakeFlagsBackAsync(write, gone);
        await write.Statements.ExecuteAsync("""UPDATE "Flags" SET "CommenterId" = @1 WHERE "CommenterId" = @0""", fromId, intoId);
        await database.RoleGrants.Where(g => g.GivenById == fromId).ExecuteUpdateAsync(set => set.SetProperty(g => g.GivenById, intoId));
        await database.Bans.Where(b => b.MadeById == fromId).ExecuteUpdateAsync(set => set.SetProperty(b => b.MadeById, intoId));
        await database.Invitations.Where(i => i.MadeById == fromId).ExecuteUpdateAsync(set => set.SetProperty(i => i.MadeById, intoId));
        await database.Invitations.Where(i => i.UsedById == fromId).ExecuteUpdateAsync(set => set.SetProperty(i => i.UsedById, intoId));
        await database.PersonNotes.Where(n => n.CommenterId == fromId).ExecuteUpdateAsync(set => set.SetProperty(n => n.CommenterId, intoId));
        await database.PersonNotes.Where(n => n.AuthorId == fromId).ExecuteUpdateAsync(set => set.SetProperty(n => n.AuthorId, intoId));
    }

    private async Task MoveVotesAsync(WriteScope write, long fromId, long intoId)
    {
        var database = write.Database;
        var gone = await database.Votes.AsNoTracking()
            .Where(v => (v.CommenterId == fromId && database.Votes.Any(o => o.CommentId == v.CommentId && o.CommenterId == intoId))
                || ((v.CommenterId == fromId || v.CommenterId == intoId)
                    && database.Comments.Any(c => c.Id == v.CommentId && c.CommenterId == intoId)))
            .ToListAsync();
        await threads.TakeBackAsync(write, gone);
        await write.Statements.ExecuteAsync("""UPDATE "Votes" SET "CommenterId" = @1 WHERE "CommenterId" = @0""", fromId, intoId);
    }
}
