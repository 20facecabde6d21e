using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Commenters;

/// <summary>Where somebody stands at a site.</summary>
/// <param name="Refusal">The refusal banned, if they may not take part; else null.</param>
/// <param name="IsShadowed">
/// Whether they may go on, and what they write is shown to themselves alone. They are not told, in whatever way: being refused
/// nothing is the point of it.
/// </param>
internal readonly record struct Standing(Refusal? Refusal, bool IsShadowed);

/// <summary>
/// Who may not take part. Asked by the gate of every act, and wherever somebody is about to be signed in at a site; reading stays.
/// </summary>
internal sealed class Bans(SharedReader reader, TimeProvider clock)
{
    // Every act asks: translated once. A commenter has a handful at most, and nearly always none.
    private static readonly Func<EmbedDbContext, long, long, DateTimeOffset, IAsyncEnumerable<Ban>> InForce =
        EF.CompileAsyncQuery((EmbedDbContext database, long commenterId, long siteId, DateTimeOffset now) =>
            database.Bans.AsNoTracking()
                .Where(b => b.CommenterId == commenterId && (b.SiteId == null || b.SiteId == siteId) && (b.Until == null || b.Until > now)));

    /// <summary>The refusal banned if the commenter may not take part at the site now, or null. Who is shadowed may.</summary>
    public async Task<Refusal?> FindAsync(long commenterId, long siteId, CancellationToken cancellationToken) =>
        (await OfAsync(commenterId, siteId, cancellationToken)).Refusal;

    /// <summary>All that bans say about the commenter at the site now, in one query. A ban proper goes before a shadow.</summary>
    public async Task<Standing> OfAsync(long commenterId, long siteId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var bans = await reader.ReadAsync(
            async database =>
            {
                var found = new List<Ban>(0);
                await foreach (var ban in InForce(database, commenterId, siteId, now))
                {
                    found.Add(ban);
                }

                return found;
            },
            cancellationToken);
        // Of several the one that ends last, if it ends.
        var refusing = bans.Where(ban => !ban.IsShadow).MaxBy(ban => ban.Until ?? DateTimeOffset.MaxValue);
        return new Standing(refusing is null ? null : Refusal.Banned(refusing.Until), bans.Exists(ban => ban.IsShadow));
    }
}
