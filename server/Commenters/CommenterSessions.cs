using System.Linq.Expressions;
using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Embed.Server.Commenters;

/// <summary>Where and how a session is about to begin.</summary>
/// <param name="SiteId">The site; null on our own origin.</param>
/// <param name="Origin">The only origin whose pages may use it.</param>
/// <param name="Device">What its owner knows the browser by (<see cref="DeviceName"/>).</param>
/// <param name="IsModerator">
/// Whether the site's own sign-in says that this is a moderator of it; null where it was not that which signed in.
/// </param>
internal sealed record NewSession(long? SiteId, string Origin, string Device, bool? IsModerator = null);

/// <summary>
/// Commenters signed in at a site, or on our own origin. The token is opaque and random rather than signed, so that signing out
/// and banning take hold at once; it is bound to its site and origin, so that one blog's scripts cannot act on another.
/// </summary>
internal sealed class CommenterSessions(
    IDbContextFactory<EmbedDbContext> factory, SharedReader reader, WriteQueue writes, IOptions<EmbedOptions> options, TimeProvider clock)
{
    /// <summary>How long a session lasts at most, however much it is used. No setting: nobody has a reason for another year.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromDays(365);

    /// <summary>
    /// How long a session moderates that a site's token made a moderator's, used or not: the site may have changed its mind, and
    /// its pages bring new tokens.
    /// </summary>
    public static readonly TimeSpan ModeratorLife = TimeSpan.FromDays(1);

    // Expired rows removed with each new one: more than one new one adds, so the table cannot grow.
    private const int PurgeBatch = 100;

    // Expiry moves at most this often: otherwise every request of a signed-in reader would write.
    private static readonly TimeSpan SlideInterval = TimeSpan.FromDays(1);

    // Every act asks: translated once.
    private static readonly Func<EmbedDbContext, byte[], DateTimeOffset, Task<CommenterSession?>> ByToken =
        EF.CompileAsyncQuery((EmbedDbContext database, byte[] hash, DateTimeOffset now) =>
            database.Sessions.AsNoTracking().Include(s => s.Commenter).ThenInclude(c => c!.Accounts)
                .SingleOrDefault(s => s.TokenHash == hash && s.ExpiresAt > now));

    private TimeSpan Lifetime => TimeSpan.FromDays(options.Value.SessionDays);

    /// <summary>
    /// The session of the token at the site, with its commenter and their accounts; null if the token is missing, unknown,
    /// expired, or another site's or origin's. Use moves the expiry forward, at most once a day.
    /// </summary>
    /// <param name="token">The token.</param>
    /// <param name="siteId">The site; null on our own origin.</param>
    /// <param name="origin">The origin of the page that uses it; null on our own origin, where the browser keeps the cookie to it.</param>
    /// <param name="cancellationToken">Stops the look-up.</param>
    public Task<CommenterSession?> FindAsync(string? token, long? siteId, string? origin, CancellationToken cancellationToken) =>
        FindAsync(token, session => session.SiteId == siteId && (siteId is null || session.Origin == origin), cancellationToken);

    /// <summary>The same for a page that does not say which site it means: the token says so.</summary>
    public Task<CommenterSession?> FindAtAnySiteAsync(string? token, string origin, CancellationToken cancellationToken) =>
        FindAsync(token, session => session.SiteId is not null && session.Origin == origin, cancellationToken);

    /// <summary>Signs the commenter in.</summary>
    /// <returns>The token, which nobody can read again, and when it expires unless it is used.</returns>
    public Task<(string Token, DateTimeOffset ExpiresAt)> CreateAsync(long commenterId, NewSession begin, CancellationToken cancellationToken) =>
        CreateAsync(commenterId, null, begin, cancellationToken);

    /// <summary>Signs a new guest in: who has neither session nor comment is not kept.</summary>
    public Task<(string Token, DateTimeOffset ExpiresAt)> CreateForGuestAsync(
        Commenter guest, NewSession begin, CancellationToken cancellationToken) => CreateAsync(0, guest, begin, cancellationToken);

    private async Task<(string Token, DateTimeOffset ExpiresAt)> CreateAsync(
        long commenterId, Commenter? guest, NewSession begin, CancellationToken cancellationToken)
    {
        var token = Secret.Create();
        var now = clock.GetUtcNow();
        await using var database = await factory.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        await EndAsync(database, database.Sessions.Where(s => s.ExpiresAt <= now).OrderBy(s => s.ExpiresAt).Take(PurgeBatch), cancellationToken);
        if (begin.IsModerator == false)
        {
            // What earlier tokens said is over. The other way round nothing is given: each session has its own token for that.
            await database.Sessions.Where(s => s.CommenterId == commenterId && s.SiteId == begin.SiteId && s.IsModerator)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.IsModerator, false), cancellationToken);
        }

        var session = new CommenterSession
        {
            TokenHash = Secret.HashOf(token),
            CommenterId = commenterId,
            Commenter = guest,
            SiteId = begin.SiteId,
            Origin = begin.Origin,
            Device = begin.Device,
            IsModerator = begin.IsModerator == true,
            CreatedAt = now,
            UsedAt = now,
            ExpiresAt = ExpiryOf(now, now, begin.IsModerator == true),
        };
        database.Sessions.Add(session);
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return (token, session.ExpiresAt);
    }

    /// <summary>Signs out: the token holds no longer. An unknown one is no fault.</summary>
    public async Task RevokeAsync(string? token, long? siteId, CancellationToken cancellationToken)
    {
        if (Secret.IsWellFormed(token))
        {
            var hash = Secret.HashOf(token!);
            await using var database = await factory.CreateDbContextAsync(cancellationToken);
            await EndAsync(database, database.Sessions.Where(s => s.TokenHash == hash && s.SiteId == siteId), cancellationToken);
        }
    }

    /// <summary>Ends some sessions; returns how many there were.</summary>
    public async Task<int> EndAsync(Expression<Func<CommenterSession, bool>> which, CancellationToken cancellationToken)
    {
        await using var database = await factory.CreateDbContextAsync(cancellationToken);
        return await EndAsync(database, database.Sessions.Where(which), cancellationToken);
    }

    // A guest who wrote nothing is gone with the session: there is no other way back to that name.
    private static async Task<int> EndAsync(EmbedDbContext database, IQueryable<CommenterSession> ending, CancellationToken cancellationToken)
    {
        var ended = await ending.Select(s => new { s.Id, s.CommenterId }).ToListAsync(cancellationToken);
        if (ended.Count == 0)
        {
            return 0;
        }

        var ids = ended.ConvertAll(s => s.Id);
        var owners = ended.Select(s => s.CommenterId).Distinct().ToList();
        await database.Sessions.Where(s => ids.Contains(s.Id)).ExecuteDeleteAsync(cancellationToken);
        await database.Commenters
            .Where(c => owners.Contains(c.Id) && c.Kind == CommenterKind.Guest
                && !database.Sessions.Any(s => s.CommenterId == c.Id) && !database.Comments.Any(comment => comment.CommenterId == c.Id))
            .ExecuteDeleteAsync(cancellationToken);
        return ids.Count;
    }

    private async Task<CommenterSession?> FindAsync(string? token, Func<CommenterSession, bool> mayBeUsed, CancellationToken cancellationToken)
    {
        if (!Secret.IsWellFormed(token))
        {
            return null;
        }

        var hash = Secret.HashOf(token!);
        var now = clock.GetUtcNow();
        var session = await reader.ReadAsync(database => ByToken(database, hash, now), cancellationToken);
        if (session is null || !mayBeUsed(session))
        {
            return null;
        }

        if (now - session.UsedAt >= SlideInterval)
        {
            // Among the posts it may be in front of, not beside them. Where the server is behind, tomorrow will do.
            await writes.RunAsync<bool>(
                async write => await write.Database.Sessions.Where(s => s.Id == session.Id)
                    .ExecuteUpdateAsync(set => set.SetProperty(s => s.UsedAt, now).SetProperty(s => s.ExpiresAt, ExpiryOf(session.CreatedAt, now, session.IsModerator))) > 0,
                cancellationToken);
        }

        return session;
    }

    private DateTimeOffset ExpiryOf(DateTimeOffset createdAt, DateTimeOffset now, bool isModerator)
    {
        var end = createdAt + (isModerator ? ModeratorLife : LongestLife);
        return now + Lifetime < end ? now + Lifetime : end;
    }
}
