using Embed.Server.Comments;
using Embed.Server.Data;
using Embed.Server.Markup;
using Embed.Server.Model;
using Embed.Server.Pictures;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>What moderators look at, a page at a time, of one site or several that they moderate.</summary>
internal sealed class ReadQueue(IDbContextFactory<EmbedDbContext> databases, QueueAuthors people)
{
    /// <summary>Comments a page.</summary>
    public const int PageSize = 50;

    /// <summary>The largest number of <see cref="QueueCounts"/>.</summary>
    public const int MostCounted = 1_000;

    /// <summary>The largest number of comments of one author and state that is counted.</summary>
    public const int MostOfAuthor = 100;

    private const int ExcerptCharacters = 200;

    // Of all comments of a page together: enough to judge by.
    private const int MostFlags = 500;

    /// <summary>A page of a tab.</summary>
    /// <param name="by">Who looks, once for each site.</param>
    /// <param name="tab">The tab.</param>
    /// <param name="isOldestFirst">In which order; the order of ids, which is the order they came in.</param>
    /// <param name="after">Where the page before ended; null for the first.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The page; refused: not-allowed.</returns>
    public async Task<Outcome<QueuePage>> HandleAsync(
        IReadOnlyCollection<Actor> by, QueueTab tab, bool isOldestFirst, long? after, CancellationToken cancellationToken)
    {
        if (!MayRead(by))
        {
            return Refusal.NotAllowed;
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var ids = await QueueIndex.FindAsync(database, SitesOf(by), tab, isOldestFirst, after, PageSize + 1, cancellationToken);
        var shown = ids.Take(PageSize).ToList();
        return new QueuePage(await ReadAsync(database, by, shown, cancellationToken), ids.Count > PageSize ? shown[^1] : null);
    }

    /// <summary>Some comments as they are now, in the order given; those that are not at one of the sites are left out.</summary>
    /// <returns>The comments; refused: not-allowed.</returns>
    public async Task<Outcome<IReadOnlyList<QueuedComment>>> FindAsync(
        IReadOnlyCollection<Actor> by, IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        if (!MayRead(by))
        {
            return Refusal.NotAllowed;
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await ReadAsync(database, by, ids, cancellationToken);
    }

    /// <summary>How much there is to do.</summary>
    /// <returns>The numbers; refused: not-allowed.</returns>
    public async Task<Outcome<QueueCounts>> CountAsync(IReadOnlyCollection<Actor> by, CancellationToken cancellationToken)
    {
        if (!MayRead(by))
        {
            return Refusal.NotAllowed;
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await QueueIndex.CountAsync(database, SitesOf(by), MostCounted, cancellationToken);
    }

    /// <summary>What has changed: the revisions of comments looked at, and the ids at the start of a tab.</summary>
    /// <returns>Both; refused: not-allowed.</returns>
    public async Task<Outcome<(Dictionary<long, (int Revision, int OpenFlags)> Looked, List<long> First)>> FollowAsync(
        IReadOnlyCollection<Actor> by, QueueTab tab, bool isOldestFirst, IReadOnlyCollection<long> looked, CancellationToken cancellationToken)
    {
        if (!MayRead(by))
        {
            return Refusal.NotAllowed;
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = looked.Count == 0 ? [] : await database.Comments.AsNoTracking().Where(c => looked.Contains(c.Id) && c.State < CommentState.InDeletedThread)
            .Select(c => new { c.Id, c.Revision, c.OpenFlags }).ToDictionaryAsync(row => row.Id, row => (row.Revision, row.OpenFlags), cancellationToken);
        return (
            rows,
            await QueueIndex.FindAsync(database, SitesOf(by), tab, isOldestFirst, null, PageSize, cancellationToken));
    }

    private static bool MayRead(IReadOnlyCollection<Actor> by) => by.Count > 0 && by.All(actor => actor.IsModerator);

    private static List<long> SitesOf(IEnumerable<Actor> by) => [.. by.Select(actor => actor.Site.Id).Distinct()];

    private async Task<List<QueuedComment>> ReadAsync(
        EmbedDbContext database, IReadOnlyCollection<Actor> by, IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
        {
            return [];
        }

        var sites = by.Select(actor => actor.Site).DistinctBy(site => site.Id).ToDictionary(site => site.Id);
        var siteIds = sites.Keys.ToList();
        var comments = await database.Comments.AsNoTracking().Include(c => c.Thread).Include(c => c.Commenter)
            .Where(c => ids.Contains(c.Id) && siteIds.Contains(c.SiteId) && c.State < CommentState.InDeletedThread)
            .ToDictionaryAsync(c => c.Id, cancellationToken);
        if (comments.Count == 0)
        {
            return [];
        }

        var parents = await ParentsAsync(database, [.. comments.Values.Select(c => c.ParentId).OfType<long>().Distinct()], cancellationToken);
        var authors = await people.FindAsync(
            database, [.. comments.Values.Select(c => new QueueAuthors.Key(c.SiteId, c.CommenterId)).Distinct()], sites.Values, cancellationToken);
        var flags = await FlagsAsync(database, [.. comments.Values.Where(c => c.OpenFlags > 0).Select(c => c.Id)], cancellationToken);
        var decided = await Decision.FindAsync(database, comments.Keys, cancellationToken);
        return
        [
            .. ids.Where(comments.ContainsKey).Select(id => comments[id]).Select(c => new QueuedComment(
                c.Id, c.Revision, sites[c.SiteId].Key, ApiWord.Of(c.State), c.HeldFor, CommentBody.FromStored(c.BodyHtml), c.Body, c.PostedAt, c.EditedAt,
                c.RemovalReason,
                new QueuedThread(c.ThreadId, c.Thread!.Title, c.Thread.Key, c.Thread.PageAddress, c.Thread.IsClosed, c.Thread.PinnedCommentId == c.Id),
                c.ParentId is { } parent ? parents.GetValueOrDefault(parent) : null,
                Draw(c.Commenter!, authors[new QueueAuthors.Key(c.SiteId, c.CommenterId)]), c.OpenFlags, [.. flags[c.Id]], decided.GetValueOrDefault(c.Id))),
        ];
    }

    private static async Task<Dictionary<long, QueuedParent>> ParentsAsync(
        EmbedDbContext database, List<long> ids, CancellationToken cancellationToken) =>
        ids.Count == 0 ? [] : (await database.Comments.AsNoTracking().Where(p => ids.Contains(p.Id))
            .Select(p => new { p.Id, p.Commenter!.Name, p.BodyHtml }).ToListAsync(cancellationToken))
            .ToDictionary(p => p.Id, p => new QueuedParent(p.Id, p.Name, PlainText.Excerpt(p.BodyHtml, ExcerptCharacters)));

    private static async Task<ILookup<long, QueuedFlag>> FlagsAsync(EmbedDbContext database, List<long> ids, CancellationToken cancellationToken) =>
        (ids.Count == 0 ? [] : await database.Flags.AsNoTracking().Where(f => ids.Contains(f.CommentId) && f.SettledAt == null)
            .OrderByDescending(f => f.At).Take(MostFlags).ToListAsync(cancellationToken))
            .ToLookup(f => f.CommentId, f => new QueuedFlag(ApiWord.Of(f.Reason), f.Note, f.At));

    private static QueuedAuthor Draw(Commenter who, QueueAuthors.Facts facts) => new(
        who.Id, who.Name, who.Kind == CommenterKind.Guest, PictureEndpoints.PathOf(who.PictureHash), ApiWord.Of(facts.Role),
        facts.IsBanned, facts.IsShadowed,
        facts.History.First is { } first ? DateTimeOffset.FromUnixTimeMilliseconds(first) : who.CreatedAt,
        facts.History.Published, facts.History.Pending, facts.History.Rejected, facts.History.Spam, facts.History.Deleted);
}
