using Embed.Server.Comments;
using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Admin.Sites;

/// <summary>What a site's limits on threads would do, for its owner, before they are saved.</summary>
internal sealed class PreviewModeration(IDbContextFactory<EmbedDbContext> databases, TimeProvider clock)
{
    /// <summary>How many of the latest comments are looked at.</summary>
    public const int MaxComments = 500;

    /// <summary>What they would do now.</summary>
    /// <param name="Closed">Threads that take comments and would take no more.</param>
    /// <param name="Opened">Threads that their age has closed and that would take comments again.</param>
    /// <param name="TooSoon">Of the latest comments those that came too soon after another of the same person in the same thread.</param>
    /// <param name="Latest">How many comments were looked at.</param>
    public sealed record Effect(int Closed, int Opened, int TooSoon, int Latest);

    private sealed record Post(long ThreadId, long CommenterId, DateTimeOffset PostedAt);

    /// <summary>Looks; changes nothing.</summary>
    /// <param name="actor">Who asks; what their site has now is compared with.</param>
    /// <param name="closesAfterDays">Days until threads close; 0: never.</param>
    /// <param name="slowModeMinutes">Minutes between two comments of a person in a thread; 0: none.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The effect; refused: not-allowed.</returns>
    public async Task<Outcome<Effect>> HandleAsync(Actor actor, int closesAfterDays, int slowModeMinutes, CancellationToken cancellationToken)
    {
        if (!actor.IsOwner)
        {
            return Refusal.NotAllowed;
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var (saved, typed) = (LimitOf(actor.Site.ClosesAfterDays), LimitOf(closesAfterDays));
        // Those that a moderator has closed, or opened again, stay as they are.
        var byAge = database.Threads.Where(t => t.SiteId == actor.Site.Id && !t.StaysOpen && t.AliasOfId == null && t.DeletedAt == null);
        var closed = saved >= typed ? 0 : await byAge.CountAsync(t => !t.IsClosed && t.CreatedAt > saved && t.CreatedAt <= typed, cancellationToken);
        var opened = saved <= typed ? 0 : await byAge.CountAsync(t => t.CreatedAt <= saved && t.CreatedAt > typed, cancellationToken);
        var latest = await database.Comments.AsNoTracking().Where(c => c.SiteId == actor.Site.Id).OrderByDescending(c => c.Id).Take(MaxComments)
            .Select(c => new Post(c.ThreadId, c.CommenterId, c.PostedAt)).ToListAsync(cancellationToken);
        return new Effect(closed, opened, TooSoon(latest, TimeSpan.FromMinutes(slowModeMinutes)), latest.Count);
    }

    private static int TooSoon(IEnumerable<Post> latest, TimeSpan apart) => latest
        .GroupBy(post => (post.ThreadId, post.CommenterId))
        .Sum(own => own.Select(post => post.PostedAt).Order().Aggregate(
            (Last: (DateTimeOffset?)null, Refused: 0),
            // What is refused is not there for the next to be too soon after.
            (so, at) => at - so.Last < apart ? so with { Refused = so.Refused + 1 } : (at, so.Refused)).Refused);

    // When a thread must have begun to be closed by its age now.
    private DateTimeOffset LimitOf(int days) => days > 0 ? clock.GetUtcNow().AddDays(-days) : DateTimeOffset.UnixEpoch;
}
