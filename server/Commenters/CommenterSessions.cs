using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Embed.Server.Commenters;

/// <summary>
/// Commenters signed in at a site. The token is opaque and random rather than signed, so that signing out and banning take
/// hold at once; it is bound to its site, so that one blog's scripts cannot act on another.
/// </summary>
internal sealed class CommenterSessions(
    IDbContextFactory<EmbedDbContext> factory, SharedReader reader, WriteQueue writes, IOptions<EmbedOptions> options, TimeProvider clock)
{
    // Expired rows removed with each new one: more than one new one adds, so the table cannot grow.
    private const int PurgeBatch = 100;

    // Expiry moves at most this often: otherwise every request of a signed-in reader would write.
    private static readonly TimeSpan SlideInterval = TimeSpan.FromDays(1);

    // Every act asks: translated once.
    private static readonly Func<EmbedDbContext, byte[], long, DateTimeOffset, Task<CommenterSession?>> ByToken =
        EF.CompileAsyncQuery((EmbedDbContext database, byte[] hash, long siteId, DateTimeOffset now) =>
            database.Sessions.AsNoTracking().Include(s => s.Commenter)
                .SingleOrDefault(s => s.TokenHash == hash && s.SiteId == siteId && s.ExpiresAt > now));

    private TimeSpan Lifetime => TimeSpan.FromDays(options.Value.SessionDays);

    /// <summary>
    /// The commenter whom the token signs in at the site; null if it is missing, unknown, expired or another site's. Use
    /// moves the expiry forward, at most once a day.
    /// </summary>
    public async Task<Commenter?> FindAsync(string? token, long siteId, CancellationToken cancellationToken)
    {
        if (!Secret.IsWellFormed(token))
        {
            return null;
        }

        var hash = Secret.HashOf(token!);
        var now = clock.GetUtcNow();
        var session = await reader.ReadAsync(database => ByToken(database, hash, siteId, now), cancellationToken);
        var expiry = now + Lifetime;
        if (session is not null && expiry - session.ExpiresAt >= SlideInterval)
        {
            // Among the posts it may be in front of, not beside them. Where the server is behind, tomorrow will do.
            await writes.RunAsync<bool>(
                async write => await write.Database.Sessions.Where(s => s.Id == session.Id)
                    .ExecuteUpdateAsync(set => set.SetProperty(s => s.ExpiresAt, expiry)) > 0,
                cancellationToken);
        }

        return session?.Commenter;
    }

    /// <summary>Signs the commenter in at the site.</summary>
    /// <returns>The token, which nobody can read again, and when it expires unless it is used.</returns>
    public async Task<(string Token, DateTimeOffset ExpiresAt)> CreateAsync(
        long commenterId, long siteId, CancellationToken cancellationToken)
    {
        var token = Secret.Create();
        var now = clock.GetUtcNow();
        await using var database = await factory.CreateDbContextAsync(cancellationToken);
        await database.Sessions.Where(s => s.ExpiresAt <= now).OrderBy(s => s.ExpiresAt).Take(PurgeBatch)
            .ExecuteDeleteAsync(cancellationToken);
        database.Sessions.Add(new CommenterSession
        {
            TokenHash = Secret.HashOf(token),
            CommenterId = commenterId,
            SiteId = siteId,
            CreatedAt = now,
            ExpiresAt = now + Lifetime,
        });
        await database.SaveChangesAsync(cancellationToken);
        return (token, now + Lifetime);
    }

    /// <summary>Signs out: the token holds no longer. An unknown one is no fault.</summary>
    public async Task RevokeAsync(string? token, long siteId, CancellationToken cancellationToken)
    {
        if (Secret.IsWellFormed(token))
        {
            var hash = Secret.HashOf(token!);
            await using var database = await factory.CreateDbContextAsync(cancellationToken);
            await database.Sessions.Where(s => s.TokenHash == hash && s.SiteId == siteId).ExecuteDeleteAsync(cancellationToken);
        }
    }
}
