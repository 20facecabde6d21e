using Embed.Server.Comments;
using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>
/// Moderators search all comments of their site, in every state, newest first or oldest first. It is done in steps of bounded length, the first
/// of them small: where little is found among much, an answer says how far it got, and the next goes on there.
/// </summary>
internal sealed class SearchComments(IDbContextFactory<EmbedDbContext> databases)
{
    /// <summary>Comments a page.</summary>
    public const int PageSize = 50;

    // How many comments one step looks at, and all steps of a request: a few tenths of a second's work.
    private const int FirstStep = 200;
    private const int LargestStep = 5_000;
    private const int MostLookedAt = 60_000;

    /// <summary>What is looked for.</summary>
    /// <param name="Text">Words (<see cref="SearchQuery"/>); empty for all comments.</param>
    /// <param name="State">In this state only; null for every state, but not those of deleted threads.</param>
    /// <param name="AuthorId">By this person only.</param>
    /// <param name="ThreadId">In this thread only.</param>
    /// <param name="From">Posted then or later.</param>
    /// <param name="To">Posted before then.</param>
    /// <param name="Before">The id that the page before ended at; 0 for the first page.</param>
    /// <param name="IsOldestFirst">Whether the oldest are found first.</param>
    public sealed record Query(
        string Text = "", CommentState? State = null, long? AuthorId = null, long? ThreadId = null, DateTimeOffset? From = null,
        DateTimeOffset? To = null, long Before = 0, bool IsOldestFirst = false);

    /// <summary>A page of what was found.</summary>
    /// <param name="Comments">The comments.</param>
    /// <param name="Next">Where the next page begins; 0 if there is none.</param>
    /// <param name="IsCutShort">Whether the page is not full because there was too much to look through at once.</param>
    public sealed record Page(IReadOnlyList<FoundComment> Comments, long Next, bool IsCutShort);

    /// <summary>Searches.</summary>
    /// <returns>A page; refused: not-allowed, search-too-long, search-empty for words that must not be there alone.</returns>
    public async Task<Outcome<Page>> HandleAsync(Actor actor, Query query, CancellationToken cancellationToken)
    {
        // What is in deleted threads is for administrators, as the threads are.
        if (!actor.IsModerator || (query.State >= CommentState.InDeletedThread && actor.Role < SiteRole.Administrator))
        {
            return Refusal.NotAllowed;
        }

        if (query.Text.Length > SearchQuery.MaxCharacters)
        {
            return Refusal.SearchTooLong;
        }

        var words = SearchQuery.Parse(query.Text);
        if (words.HasUnwantedOnly)
        {
            return Refusal.SearchEmpty;
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await new Reading(database, actor.Site.Id, query, words, cancellationToken).ReadAsync();
    }

    private sealed record Row(
        long Id, CommentState State, string Body, long CommenterId, string Name, DateTimeOffset PostedAt, long ThreadId, string Title,
        string PageAddress, string HeldFor, int OpenFlags);

    private sealed class Reading(
        EmbedDbContext database, long siteId, Query query, SearchQuery words, CancellationToken cancellationToken)
    {
        // Somebody's comments, or those of a thread, are few beside all that have a word: then the index is only asked about those.
        private bool IsNarrow => query.AuthorId is not null || query.ThreadId is not null;

        public async Task<Page> ReadAsync()
        {
            var rows = new List<Row>();
            var edge = query.Before > 0 ? query.Before : query.IsOldestFirst ? 0 : long.MaxValue;
            var (step, lookedAt) = (FirstStep, 0);
            while (true)
            {
                var ids = await CandidatesAsync(edge, step);
                var matching = IsNarrow && words.Match is { } match ? await MatchingAsync(match, ids) : ids;
                rows.AddRange(await RowsAsync(matching, PageSize + 1 - rows.Count));
                lookedAt += ids.Count;
                if (rows.Count > PageSize)
                {
                    return Of(rows.Take(PageSize), rows[PageSize - 1].Id, isCutShort: false);
                }

                if (ids.Count < step)
                {
                    return Of(rows, 0, isCutShort: false);
                }

                if (lookedAt >= MostLookedAt)
                {
                    return Of(rows, ids[^1], isCutShort: true);
                }

                (edge, step) = (ids[^1], Math.Min(step * 5, LargestStep));
            }
        }

        private Page Of(IEnumerable<Row> rows, long next, bool isCutShort) => new(
            [
                .. rows.Select(row => new FoundComment(
                    row.Id, row.State, row.CommenterId, row.Name, row.PostedAt, row.ThreadId, row.Title, row.PageAddress, row.HeldFor,
                    row.OpenFlags, Excerpt.Of(row.Body, words))),
            ],
            next, isCutShort);

        // Ids beyond one, in order: each is a range of an index.
        private Task<List<long>> CandidatesAsync(long edge, int count)
        {
            if (words.Match is { } match && !IsNarrow)
            {
                return database.Database.SqlQuery<long>(query.IsOldestFirst
                    ? $"""SELECT rowid AS "Value" FROM CommentSearch WHERE CommentSearch MATCH {match} AND rowid > {edge} ORDER BY rowid LIMIT {count}"""
                    : (FormattableString)$"""SELECT rowid AS "Value" FROM CommentSearch WHERE CommentSearch MATCH {match} AND rowid < {edge} ORDER BY rowid DESC LIMIT {count}""")
                    .ToListAsync(cancellationToken);
            }

            var comments = query.AuthorId is { } author ? database.Comments.Where(c => c.CommenterId == author)
                : query.ThreadId is { } thread ? database.Comments.Where(c => c.ThreadId == thread)
                // The few that wait or are spam have indexes of their own.
                : query.State == CommentState.Pending ? database.Comments.Where(c => c.SiteId == siteId && c.State == CommentState.Pending)
                : query.State == CommentState.Spam ? database.Comments.Where(c => c.SiteId == siteId && c.State == CommentState.Spam)
                : database.Comments.Where(c => c.SiteId == siteId);
            return (query.IsOldestFirst ? comments.Where(c => c.Id > edge).OrderBy(c => c.Id) : comments.Where(c => c.Id < edge).OrderByDescending(c => c.Id))
                .Take(count).Select(c => c.Id).ToListAsync(cancellationToken);
        }

        private Task<List<long>> MatchingAsync(string match, List<long> ids)
        {
            var json = System.Text.Json.JsonSerializer.Serialize(ids);
            return database.Database.SqlQuery<long>(
                $"""
                SELECT asked.value AS "Value" FROM json_each({json}) AS asked
                WHERE EXISTS (SELECT 1 FROM CommentSearch WHERE CommentSearch MATCH {match} AND rowid = asked.value)
                """).ToListAsync(cancellationToken);
        }

        private async Task<List<Row>> RowsAsync(List<long> ids, int count)
        {
            if (ids.Count == 0)
            {
                return [];
            }

            var comments = database.Comments.AsNoTracking().Where(c => EF.Parameter(ids).Contains(c.Id) && c.SiteId == siteId);
            comments = query.State switch
            {
                null => comments.Where(c => c.State < CommentState.InDeletedThread),
                >= CommentState.InDeletedThread => comments.Where(c => c.State >= CommentState.InDeletedThread),
                { } state => comments.Where(c => c.State == state),
            };
            comments = query.AuthorId is { } author ? comments.Where(c => c.CommenterId == author) : comments;
            comments = query.ThreadId is { } thread ? comments.Where(c => c.ThreadId == thread) : comments;
            comments = query.From is { } from ? comments.Where(c => c.PostedAt >= from) : comments;
            comments = query.To is { } to ? comments.Where(c => c.PostedAt < to) : comments;
            comments = words.Parts.Select(LikePattern.Containing).Aggregate(comments, (rest, part) => rest.Where(c => EF.Functions.Like(c.Body, part, LikePattern.Escape)));
            comments = words.UnwantedParts.Select(LikePattern.Containing)
                .Aggregate(comments, (rest, part) => rest.Where(c => !EF.Functions.Like(c.Body, part, LikePattern.Escape)));
            return await (query.IsOldestFirst ? comments.OrderBy(c => c.Id) : comments.OrderByDescending(c => c.Id)).Take(count)
                .Select(c => new Row(
                    c.Id, c.State, c.Body, c.CommenterId, c.Commenter!.Name, c.PostedAt, c.ThreadId, c.Thread!.Title, c.Thread.PageAddress,
                    c.HeldFor, c.OpenFlags))
                .ToListAsync(cancellationToken);
        }
    }
}

/// <summary>A comment that was found, for moderators.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">What has become of it.</param>
/// <param name="AuthorId">Who wrote it.</param>
/// <param name="AuthorName">Their name; empty for somebody who is not here any more.</param>
/// <param name="PostedAt">When.</param>
/// <param name="ThreadId">Its thread.</param>
/// <param name="Title">The page's title; empty if unknown.</param>
/// <param name="Address">The host page.</param>
/// <param name="HeldFor">Why it waits or waited; often empty.</param>
/// <param name="OpenFlags">Readers' reports that no moderator has seen yet.</param>
/// <param name="Excerpt">The part of its text where something was found.</param>
internal sealed record FoundComment(
    long Id, CommentState State, long AuthorId, string AuthorName, DateTimeOffset PostedAt, long ThreadId, string Title, string Address,
    string HeldFor, int OpenFlags, IReadOnlyList<ExcerptPart> Excerpt);
