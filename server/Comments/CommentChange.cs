using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Threads;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Comments;

/// <summary>One existing comment, opened to be changed: the frame that edit, delete, vote and moderation share.</summary>
internal sealed class CommentChange
{
    private readonly WriteScope _write;
    private readonly ThreadChanges _changes;

    private CommentChange(WriteScope write, ThreadChanges changes, Comment comment) =>
        (_write, _changes, Comment) = (write, changes, comment);

    public EmbedDbContext Database => _write.Database;

    /// <summary>The comment, with its thread; tracked.</summary>
    public Comment Comment { get; }

    /// <summary>Opens a comment of the actor's site.</summary>
    /// <returns>The change, or null if the site has no such comment: other sites' and deleted threads' look the same as none.</returns>
    public static async Task<CommentChange?> OpenAsync(WriteScope write, ThreadChanges changes, Actor actor, long commentId)
    {
        var comment = await write.Database.Comments.Include(c => c.Thread)
            .FirstOrDefaultAsync(c => c.Id == commentId && c.SiteId == actor.Site.Id && c.State < CommentState.InDeletedThread);
        return comment is null ? null : new CommentChange(write, changes, comment);
    }

    /// <summary>Saves, counts, steps the thread's version, and tells of it after the commit.</summary>
    /// <param name="actor">Who changes it.</param>
    /// <param name="comments">1 if it is published now and was not before, -1 the other way round, else 0.</param>
    /// <param name="isVote">Whether nothing but votes changed.</param>
    public async Task SaveAsync(Actor actor, int comments, bool isVote = false)
    {
        await Database.SaveChangesAsync();
        var thread = Comment.Thread!;
        var place = ThreadPlace.Of(actor.Site, thread);
        await ThreadChanges.CountAsync(_write, Comment, comments);
        await _changes.StepAsync(_write, place, thread.Id, isVote);
    }
}
