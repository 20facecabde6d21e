using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Threads;

/// <summary>
/// Reads the latest published comments of a site or thread, newest first: one range of an index, never an offset. Those of a site are in
/// the order of their time, because what was imported today may be old; those of a thread in the order they came here.
/// </summary>
internal sealed class ReadLatest(IDbContextFactory<EmbedDbContext> databases)
{
    /// <summary>What is known of a thread besides its comments; null for a page nobody has commented on.</summary>
    public async Task<ThreadFacts?> ThreadAsync(ThreadPlace place, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var threads = database.Threads.AsNoTracking();
        return await threads.Where(t => t.SiteId == place.Site.Id && t.Key == place.Page.Key)
            .Join(threads, t => t.AliasOfId ?? t.Id, held => held.Id, (_, held) => held)
            .Where(held => held.DeletedAt == null)
            .Select(held => new ThreadFacts(held.Id, held.Key, held.PageAddress, held.Title, held.CreatedAt))
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The latest comments of a site.</summary>
    public async Task<IReadOnlyList<LatestComment>> OfSiteAsync(long siteId, int count, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await ListAsync(Latest(Published(database, siteId, null)), count, cancellationToken);
    }

    /// <summary>A page of the comments of a site, or of one of its threads.</summary>
    /// <param name="siteId">The site.</param>
    /// <param name="threadId">The thread; null for all.</param>
    /// <param name="before">Only comments with a smaller id; null for the first page.</param>
    /// <param name="size">Most comments on a page.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<LatestPage> PageAsync(long siteId, long? threadId, long? before, int size, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (threadId is null)
        {
            return await SitePageAsync(database, siteId, before, size, cancellationToken);
        }

        var published = Published(database, siteId, threadId);
        var older = before is null ? published : published.Where(c => c.Id < before);
        // One more than is shown: whether there is a next page.
        var list = await ListAsync(older.OrderByDescending(c => c.Id), size + 1, cancellationToken);
        var shown = list.Take(size).ToList();
        long? next = list.Count > size ? shown[^1].Id : null;
        if (before is null)
        {
            return new LatestPage(shown, null, HasPrevious: false, null, next);
        }

        var newer = await published.Where(c => c.Id >= before).OrderBy(c => c.Id).Select(c => c.Id).Take(size).ToListAsync(cancellationToken);
        return new LatestPage(shown, before, newer.Count > 0, newer.Count < size ? null : newer[^1] + 1, next);
    }

    // Of one moment the later id is the newer one.
    private static async Task<LatestPage> SitePageAsync(
        EmbedDbContext database, long siteId, long? before, int size, CancellationToken cancellationToken)
    {
        var published = Published(database, siteId, null);
        // The comment itself may be gone: then what came before it.
        var place = before is null ? null : await database.Comments.Where(c => c.SiteId == siteId && c.Id <= before)
            .OrderByDescending(c => c.Id).Select(c => new { c.PostedAt, c.Id }).FirstOrDefaultAsync(cancellationToken);
        if (before is not null && place is null)
        {
            return new LatestPage([], before, HasPrevious: true, null, null);
        }

        var older = place is null ? published
            : published.Where(c => c.PostedAt <= place.PostedAt && (c.PostedAt < place.PostedAt || c.Id < place.Id));
        var list = await ListAsync(Latest(older), size + 1, cancellationToken);
        var shown = list.Take(size).ToList();
        long? next = list.Count > size ? shown[^1].Id : null;
        if (place is null)
        {
            return new LatestPage(shown, null, HasPrevious: false, null, next);
        }

        var newer = await published.Where(c => c.PostedAt >= place.PostedAt && (c.PostedAt > place.PostedAt || c.Id >= place.Id))
            .OrderBy(c => c.PostedAt).ThenBy(c => c.Id).Select(c => c.Id).Take(size + 1).ToListAsync(cancellationToken);
        return new LatestPage(shown, before, newer.Count > 0, newer.Count <= size ? null : newer[^1], next);
    }

    private static IOrderedQueryable<Comment> Latest(IQueryable<Comment> comments) =>
        comments.OrderByDescending(c => c.PostedAt).ThenByDescending(c => c.Id);

    private static IQueryable<Comment> Published(EmbedDbContext database, long siteId, long? threadId) =>
        (threadId is null ? database.Comments.Where(c => c.SiteId == siteId) : database.Comments.Where(c => c.ThreadId == threadId))
        .Where(c => c.State == CommentState.Published);

    private static async Task<IReadOnlyList<LatestComment>> ListAsync(IOrderedQueryable<Comment> comments, int count, CancellationToken cancellationToken) =>
        await comments.AsNoTracking().Take(count)
            .Select(c => new LatestComment(
                c.Id, c.ParentId, c.Commenter!.Name, c.PostedAt, c.EditedAt, c.BodyHtml, c.ReplyCount,
                c.Thread!.Key, c.Thread.PageAddress, c.Thread.Title, c.CommenterId, c.Commenter.PictureHash))
            .ToListAsync(cancellationToken);
}

/// <summary>What is known of a thread besides its comments.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Key">Its key within its site.</param>
/// <param name="PageAddress">The host page.</param>
/// <param name="Title">Its title; empty if unknown.</param>
/// <param name="CreatedAt">When its first comment came.</param>
internal sealed record ThreadFacts(long Id, string Key, string PageAddress, string Title, DateTimeOffset CreatedAt);

/// <summary>A published comment outside its thread.</summary>
internal sealed record LatestComment(
    long Id, long? ParentId, string AuthorName, DateTimeOffset PostedAt, DateTimeOffset? EditedAt, string BodyHtml, int ReplyCount,
    string ThreadKey, string PageAddress, string PageTitle, long Author, string? AuthorPicture)
{
    /// <summary>The comment on its host page. It names no server of ours, so it may stand in what several requests share.</summary>
    public string Address => $"{PageAddress}#comment-{Id}";

    /// <summary>What to call the page: its title, or its address where that is unknown.</summary>
    public string PageName => PageTitle.Length > 0 ? PageTitle : Uri.UnescapeDataString(PageAddress);
}

/// <summary>A page of comments, newest first.</summary>
/// <param name="Comments">The comments.</param>
/// <param name="Before">The id it was asked with; null for the first page.</param>
/// <param name="HasPrevious">Whether there are newer ones.</param>
/// <param name="Previous">The id that the page of those is asked with; null for the first page.</param>
/// <param name="Next">The id that the page of older ones is asked with; null if there are none.</param>
internal sealed record LatestPage(IReadOnlyList<LatestComment> Comments, long? Before, bool HasPrevious, long? Previous, long? Next);
