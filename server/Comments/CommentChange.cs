using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Threads;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Embed.Server.Comments;

/// <summary>One existing comment, opened to be changed: the frame that edit, delete, vote and moderation share.</summary>
internal sealed class CommentChange : IAsyncDisposable
{
    private readonly ThreadChanges _changes;
    private readonly IDbContextTransaction _transaction;

    private CommentChange(ThreadChanges changes, EmbedDbContext database, IDbContextTransaction transaction, Comment comment) =>
        (_changes, Database, _transaction, Comment) = (changes, database, transaction, comment);

    public EmbedDbContext Database { get; }

    /// <summary>The comment, with its thread; tracked.</summary>
    public Comment Comment { get; }

    /// <summary>Opens a comment of the actor's site.</summary>
    /// <returns>The change, or null if the site has no such comment: other sites' look the same as none.</returns>
    public static async Task<CommentChange?> OpenAsync(
        IDbContextFactory<EmbedDbContext> databases, ThreadChanges changes, Actor actor, long commentId,
        CancellationToken cancellationToken)
    {
        var database = await databases.CreateDbContextAsync(cancellationToken);
        IDbContextTransaction? transaction = null;
        try
        {
            transaction = await database.Database.BeginTransactionAsync(cancellationToken);
            var comment = await database.Comments.Include(c => c.Thread)
                .FirstOrDefaultAsync(c => c.Id == commentId && c.Thread!.SiteId == actor.Site.Id, cancellationToken);
            if (comment is not null)
            {
                return new CommentChange(changes, database, transaction, comment);
            }
        }
        catch
        {
            await CloseAsync(database, transaction);
            throw;
        }

        await CloseAsync(database, transaction);
        return null;
    }

    /// <summary>Saves, counts, steps the thread's version, commits and announces.</summary>
    /// <param name="actor">Who changes it.</param>
    /// <param name="comments">1 if it is published now and was not before, -1 the other way round, else 0.</param>
    /// <param name="cancellationToken">Stops before the commit, never after it.</param>
    public async Task CommitAsync(Actor actor, int comments, CancellationToken cancellationToken)
    {
        await Database.SaveChangesAsync(cancellationToken);
        var thread = Comment.Thread!;
        var place = ThreadPlace.Of(actor.Site, thread);
        await ThreadChanges.CountAsync(Database, Comment, comments, cancellationToken);
        await _changes.CommitAsync(Database, _transaction, place, thread.Id, cancellationToken);
    }

    public ValueTask DisposeAsync() => CloseAsync(Database, _transaction);

    // The transaction holds SQLite's one write lock: left open by a request that went away, it would stop all writing.
    private static async ValueTask CloseAsync(EmbedDbContext database, IDbContextTransaction? transaction)
    {
        if (transaction is not null)
        {
            await transaction.DisposeAsync();
        }

        await database.DisposeAsync();
    }
}
