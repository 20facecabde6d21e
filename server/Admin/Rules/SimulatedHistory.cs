using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.PreModeration;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Admin.Rules;

/// <summary>
/// What had happened at a site before each of its latest comments: read at once and then walked through in the order it happened, so
/// that judging the comments asks the database nothing.
/// </summary>
internal sealed class SimulatedHistory
{
    /// <summary>How many comments before the latest are looked back on, for repeated text and speed.</summary>
    public const int LookBack = 5_000;

    private readonly RuleNeeds _needs;
    private readonly Dictionary<long, int> _published;
    private readonly Dictionary<long, DateTimeOffset> _saidAt = [];
    private readonly Dictionary<long, List<DateTimeOffset>> _postsOf = [];

    private SimulatedHistory(RuleNeeds needs, Dictionary<long, int> published) => (_needs, _published) = (needs, published);

    /// <summary>A comment as far as history goes.</summary>
    public sealed record Post(long CommenterId, DateTimeOffset PostedAt, long TextHash);

    /// <summary>What happened before the first of the latest comments.</summary>
    /// <param name="database">The database.</param>
    /// <param name="siteId">The site.</param>
    /// <param name="firstId">The oldest of the latest comments.</param>
    /// <param name="people">Whose they are.</param>
    /// <param name="needs">What is asked for.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<SimulatedHistory> ReadAsync(
        EmbedDbContext database, long siteId, long firstId, IReadOnlyCollection<long> people, RuleNeeds needs, CancellationToken cancellationToken)
    {
        var history = new SimulatedHistory(
            needs, needs.PublishedUpTo == 0 ? [] : await PublishedAsync(database, siteId, firstId, people, needs, cancellationToken));
        if (needs.SameTextHours > 0 || needs.PostsUpTo > 0)
        {
            var before = await database.Comments.AsNoTracking().Where(c => c.SiteId == siteId && c.Id < firstId)
                .OrderByDescending(c => c.Id).Take(LookBack)
                .Select(c => new Post(c.CommenterId, c.PostedAt, c.TextHash)).ToListAsync(cancellationToken);
            before.Reverse();
            before.ForEach(post => history.Add(post, isPublished: false));
        }

        return history;
    }

    /// <summary>A comment's facts with what had happened before it.</summary>
    public RuleFacts Before(Post post, RuleFacts facts) => facts with
    {
        PublishedBefore = _published.GetValueOrDefault(post.CommenterId),
        SameTextAt = _saidAt.TryGetValue(post.TextHash, out var at) ? at : null,
        EarlierPosts = [.. _postsOf.GetValueOrDefault(post.CommenterId, []).TakeLast(_needs.PostsUpTo)],
    };

    /// <summary>Goes on past a comment.</summary>
    public void Add(Post post, bool isPublished)
    {
        if (isPublished)
        {
            _published[post.CommenterId] = _published.GetValueOrDefault(post.CommenterId) + 1;
        }

        if (post.TextHash != 0)
        {
            _saidAt[post.TextHash] = post.PostedAt;
        }

        if (!_postsOf.TryGetValue(post.CommenterId, out var posts))
        {
            _postsOf[post.CommenterId] = posts = [];
        }

        posts.Add(post.PostedAt);
    }

    // Counted no further than rules ask, so that somebody with a hundred thousand comments costs no more than others.
    private static Task<Dictionary<long, int>> PublishedAsync(
        EmbedDbContext database, long siteId, long firstId, IReadOnlyCollection<long> people, RuleNeeds needs, CancellationToken cancellationToken) =>
        database.Commenters.Where(person => people.Contains(person.Id))
            .Select(person => new
            {
                person.Id,
                Count = database.Comments
                    .Where(c => c.CommenterId == person.Id && c.SiteId == siteId && (c.State == CommentState.Published || c.State == CommentState.Shadowed) && c.Id < firstId)
                    .OrderBy(c => c.Id).Take(needs.PublishedUpTo).Count(),
            })
            .ToDictionaryAsync(person => person.Id, person => person.Count, cancellationToken);
}
