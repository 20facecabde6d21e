using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>Where somebody who moderates can see a comment as it stands now.</summary>
internal sealed class LocateComment(IDbContextFactory<EmbedDbContext> databases, SiteDirectory sites, Standings standings)
{
    /// <summary>
    /// Its thread, if everyone sees it there; else the queue from this comment on; of what went with its thread the log, where the
    /// thread's deletion can be undone.
    /// </summary>
    /// <returns>An address on our own origin; refused: comment-not-found, also to whoever does not moderate its site.</returns>
    public async Task<Outcome<string>> HandleAsync(Commenter asking, long commentId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var comment = await database.Comments.AsNoTracking().Where(c => c.Id == commentId)
            .Select(c => new { c.SiteId, c.ThreadId, c.State }).FirstOrDefaultAsync(cancellationToken);
        if (comment is null || await sites.FindAsync(comment.SiteId, cancellationToken) is not { } site
            || (await standings.FindAsync(asking, site, cancellationToken)).Role < SiteRole.Moderator)
        {
            return Refusal.CommentNotFound;
        }

        return comment.State switch
        {
            CommentState.Published => FormattableString.Invariant($"/c/{commentId}"),
            CommentState.Pending => QueueFrom("held"),
            CommentState.Spam => QueueFrom("spam"),
            < CommentState.InDeletedThread => QueueFrom("recent"),
            _ => FormattableString.Invariant($"/admin/sites/{site.Key}/log?thread={comment.ThreadId}"),
        };

        // Newest first, a page begins below its key.
        string QueueFrom(string tab) => FormattableString.Invariant($"/admin/queue?site={site.Key}&tab={tab}&after={commentId + 1}");
    }
}
