using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Embed.Server.Threads;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>What acts on whole threads have in common: who may, where they begin, and how they end.</summary>
internal sealed class ThreadActs(
    IDbContextFactory<EmbedDbContext> databases, WriteQueue writes, ThreadPlaces places, ThreadChanges changes, SiteDirectory sites,
    Standings standings, TimeProvider clock)
{
    public ThreadPlaces Places => places;

    public ThreadChanges Changes => changes;

    public SiteDirectory Sites => sites;

    public TimeProvider Clock => clock;

    /// <summary>Runs an act on a thread, if this person owns its site.</summary>
    /// <param name="actor">Who acts.</param>
    /// <param name="threadId">The thread.</param>
    /// <param name="isDry">Whether it is only to be planned: then nobody who writes waits for it.</param>
    /// <param name="run">The act.</param>
    /// <param name="cancellationToken">Stops it before its turn to write, never after it.</param>
    public async Task<ThreadActResult> RunAsync(
        Commenter actor, long threadId, bool isDry, Func<ThreadAct, Task<ThreadActResult>> run, CancellationToken cancellationToken)
    {
        if (!await MayAsync(actor, threadId, cancellationToken))
        {
            return Refusal.NotAllowed;
        }

        if (!isDry)
        {
            var done = await writes.RunAsync<ThreadActResult>(
                async write => await run(new ThreadAct(this, write.Database, write, actor, CancellationToken.None)), cancellationToken);
            return done.Refusal is { } refusal ? refusal : done.Value!;
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        // This level begins a deferred transaction in Microsoft.Data.Sqlite: one snapshot, and no write lock.
        await using var snapshot = await database.Database.BeginTransactionAsync(
            System.Data.IsolationLevel.ReadUncommitted, cancellationToken);
        return await run(new ThreadAct(this, database, null, actor, cancellationToken));
    }

    // What is nowhere belongs to no site: who asks for it learns no more than who may not.
    private async Task<bool> MayAsync(Commenter actor, long threadId, CancellationToken cancellationToken)
    {
        if (await standings.IsAdministratorAsync(actor, cancellationToken))
        {
            return true;
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Threads.Where(t => t.Id == threadId).Select(t => (long?)t.SiteId).FirstOrDefaultAsync(cancellationToken) is { } siteId
            && await sites.FindAsync(siteId, cancellationToken) is { } site
            && await standings.FindAsync(actor, site, cancellationToken) is { Ban: null, Role: >= SiteRole.Owner };
    }
}

/// <summary>One act on threads, open: the frame that merging, moving, splitting and undoing share.</summary>
/// <param name="acts">What all acts use.</param>
/// <param name="database">The database.</param>
/// <param name="write">The write it is; null while it is only planned.</param>
/// <param name="actor">Who acts.</param>
/// <param name="cancellationToken">Stops the planning.</param>
internal sealed class ThreadAct(
    ThreadActs acts, EmbedDbContext database, WriteScope? write, Commenter actor, CancellationToken cancellationToken)
{
    public EmbedDbContext Database => database;

    public CancellationToken Cancellation => cancellationToken;

    public DateTimeOffset Now { get; } = acts.Clock.GetUtcNow();

    /// <summary>A thread that has comments of its own, with its site; null if there is none of this id, or none any more.</summary>
    public async Task<(CommentThread Thread, Site Site)?> FindAsync(long threadId) =>
        await database.Threads.AsNoTracking().FirstOrDefaultAsync(t => t.Id == threadId && t.AliasOfId == null && t.DeletedAt == null, cancellationToken) is { } thread
        && await acts.Sites.FindAsync(thread.SiteId, cancellationToken) is { } site
            ? (thread, site)
            : null;

    /// <summary>A page as people name it: by its address, or by <c>#</c> and the id its snippet gives.</summary>
    public static PageUrl? Read(string? typed, CommentThread thread, Site site) =>
        typed?.Trim() is ['#', .. var id] ? PageUrl.Parse(thread.PageAddress, id, site) : PageUrl.Parse(typed, null, site);

    /// <summary>The thread at a page, aliases followed; null if nobody has commented there.</summary>
    public Task<CommentThread?> ThreadAtAsync(Site site, PageUrl page) =>
        ThreadPlaces.FindThreadAsync(database, new ThreadPlace(site, page), cancellationToken);

    /// <summary>The thread at a page, aliases followed; begun if there is none.</summary>
    public Task<CommentThread> BeginThreadAtAsync(Site site, PageUrl page, string title) =>
        acts.Places.FindOrBeginAsync(write!, new ThreadPlace(site, page), title);

    /// <summary>Adds to a thread's count of published comments.</summary>
    public Task CountAsync(long threadId, int comments) =>
        database.Threads.Where(t => t.Id == threadId)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.CommentCount, t => t.CommentCount + comments), cancellationToken);

    /// <summary>Logs the act and, once it is on disk, tells everyone who follows a thread concerned.</summary>
    /// <param name="site">The site.</param>
    /// <param name="word">The act's word.</param>
    /// <param name="details">What undoing it needs.</param>
    /// <param name="keys">The keys of all threads concerned, as they were and as they are.</param>
    public async Task<ModerationLogEntry> CommitAsync(Site site, string word, ThreadActDetails details, params string[] keys)
    {
        var entry = await LogBook.AddAsync(
            database, new NewAct(actor.Id, ActedVia.Admin, site.Id, word) { ThreadId = details.Threads[0], Details = details }, [], Now);
        await acts.Changes.StepAsync(write!, site.Id, keys);
        return entry;
    }
}
