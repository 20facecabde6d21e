using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Embed.Server.Threads;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Embed.Server.Moderation;

/// <summary>What acts on whole threads have in common: who may, where they begin, and how they end.</summary>
internal sealed class ThreadActs(
    IDbContextFactory<EmbedDbContext> databases, ThreadPlaces places, ThreadChanges changes, SiteDirectory sites,
    Administrators administrators, TimeProvider clock)
{
    public ThreadPlaces Places => places;

    public ThreadChanges Changes => changes;

    public SiteDirectory Sites => sites;

    public TimeProvider Clock => clock;

    /// <summary>Whether this person may act on threads.</summary>
    public bool May(Commenter actor) => administrators.Contains(actor.Account);

    /// <summary>Opens an act.</summary>
    /// <param name="actor">Who acts.</param>
    /// <param name="isDry">Whether it is only to be planned: then nobody who writes waits for it.</param>
    /// <param name="cancellationToken">Stops it before the commit, never after it.</param>
    public async Task<ThreadAct> OpenAsync(Commenter actor, bool isDry, CancellationToken cancellationToken)
    {
        var database = await databases.CreateDbContextAsync(cancellationToken);
        try
        {
            // This level begins a deferred transaction in Microsoft.Data.Sqlite: one snapshot, and no write lock.
            var transaction = isDry
                ? await database.Database.BeginTransactionAsync(System.Data.IsolationLevel.ReadUncommitted, cancellationToken)
                : await database.Database.BeginTransactionAsync(cancellationToken);
            return new ThreadAct(this, database, transaction, actor, cancellationToken);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }
}

/// <summary>One act on threads, open: the frame that merging, moving, splitting and undoing share.</summary>
internal sealed class ThreadAct(
    ThreadActs acts, EmbedDbContext database, IDbContextTransaction transaction, Commenter actor, CancellationToken cancellationToken)
    : IAsyncDisposable
{
    public EmbedDbContext Database => database;

    public Commenter Actor => actor;

    public CancellationToken Cancellation => cancellationToken;

    public DateTimeOffset Now { get; } = acts.Clock.GetUtcNow();

    /// <summary>A thread that has comments of its own, with its site; null if there is none of this id.</summary>
    public async Task<(CommentThread Thread, Site Site)?> FindAsync(long threadId) =>
        await database.Threads.AsNoTracking().FirstOrDefaultAsync(t => t.Id == threadId && t.AliasOfId == null, cancellationToken) is { } thread
        && await acts.Sites.FindAsync(thread.SiteId, cancellationToken) is { } site
            ? (thread, site)
            : null;

    /// <summary>A page as an administrator names it: by its address, or by <c>#</c> and the id its snippet gives.</summary>
    public static PageUrl? Read(string? typed, CommentThread thread, Site site) =>
        typed?.Trim() is ['#', .. var id] ? PageUrl.Parse(thread.PageAddress, id, site) : PageUrl.Parse(typed, null, site);

    /// <summary>The thread at a page, aliases followed; null if nobody has commented there.</summary>
    public Task<CommentThread?> ThreadAtAsync(Site site, PageUrl page) =>
        ThreadPlaces.FindThreadAsync(database, new ThreadPlace(site, page), cancellationToken);

    /// <summary>The thread at a page, aliases followed; begun if there is none.</summary>
    public Task<CommentThread> BeginThreadAtAsync(Site site, PageUrl page, string title) =>
        acts.Places.FindOrBeginThreadAsync(database, new ThreadPlace(site, page), title, cancellationToken);

    /// <summary>Adds to a thread's count of published comments.</summary>
    public Task CountAsync(long threadId, int comments) =>
        database.Threads.Where(t => t.Id == threadId)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.CommentCount, t => t.CommentCount + comments), cancellationToken);

    /// <summary>Logs the act, commits it, and tells everyone who follows a thread concerned.</summary>
    /// <param name="site">The site.</param>
    /// <param name="word">The act's word.</param>
    /// <param name="details">What undoing it needs.</param>
    /// <param name="keys">The keys of all threads concerned, as they were and as they are.</param>
    public async Task<ModerationLogEntry> CommitAsync(Site site, string word, ThreadActDetails details, params string[] keys)
    {
        var entry = new ModerationLogEntry { SiteId = site.Id, ActorId = actor.Id, Act = word, Details = details.ToJson(), At = Now };
        database.ModerationLog.Add(entry);
        await EndAsync(site.Id, keys);
        return entry;
    }

    /// <summary>Commits what undoes an act, and tells everyone who follows a thread concerned.</summary>
    public async Task<ModerationLogEntry> CommitUndoAsync(ModerationLogEntry entry, IReadOnlyCollection<string> keys)
    {
        (entry.UndoneAt, entry.UndoneById) = (Now, actor.Id);
        await EndAsync(entry.SiteId, keys);
        return entry;
    }

    public async ValueTask DisposeAsync()
    {
        // The transaction may hold SQLite's one write lock: left open, it would stop all writing.
        await transaction.DisposeAsync();
        await database.DisposeAsync();
    }

    private async Task EndAsync(long siteId, IReadOnlyCollection<string> keys)
    {
        await database.SaveChangesAsync(cancellationToken);
        await acts.Changes.CommitAsync(database, transaction, siteId, keys, cancellationToken);
    }
}
