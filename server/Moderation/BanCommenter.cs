using System.Text.Json;
using Embed.Server.Commenters;
using Embed.Server.Comments;
using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>A moderator bans a commenter from the site, or lets them take part again.</summary>
internal sealed class BanCommenter(WriteQueue writes, Standings standings, TimeProvider clock)
{
    /// <summary>The log's words.</summary>
    public const string BannedWord = "commenter-banned", LiftedWord = "ban-lifted";

    /// <summary>For how long: 1 to 3,650 days; none named: for good.</summary>
    public sealed record Terms(int? Days);

    /// <summary>What the log keeps. No name: it is the person's to change, and to take away.</summary>
    public sealed record Details(long Commenter, DateTimeOffset? Until)
    {
        /// <summary>The details of an entry; null for an entry of another kind.</summary>
        public static Details? Of(ModerationLogEntry entry) => entry.Act is BannedWord or LiftedWord
            ? JsonSerializer.Deserialize<Details>(entry.Details, JsonSerializerOptions.Web)
            : null;
    }

    /// <summary>Bans from now on; a ban before it ends.</summary>
    /// <returns>The commenter's id; refused: not-allowed, ban-days-invalid, commenter-not-found, server-busy.</returns>
    public async Task<Outcome<long>> HandleAsync(Actor actor, long commenterId, Terms terms, CancellationToken cancellationToken)
    {
        if (!actor.IsModerator)
        {
            return Refusal.NotAllowed;
        }

        if (terms.Days is < 1 or > Ban.MaxDays)
        {
            return Refusal.BanDaysInvalid;
        }

        return await writes.RunAsync(write => BanAsync(write.Database, actor, commenterId, terms), cancellationToken);
    }

    /// <summary>Ends the ban. Ending none changes nothing.</summary>
    /// <returns>The commenter's id; refused: not-allowed, server-busy.</returns>
    public async Task<Outcome<long>> LiftAsync(Actor actor, long commenterId, CancellationToken cancellationToken) => actor.IsModerator
        ? await writes.RunAsync(write => LiftAsync(write.Database, actor, commenterId), cancellationToken)
        : Refusal.NotAllowed;

    private async Task<Outcome<long>> BanAsync(EmbedDbContext database, Actor actor, long commenterId, Terms terms)
    {
        // Somebody of this site: ids are the server's, and people elsewhere are none of its business.
        var commenter = await database.Commenters.AsNoTracking().Include(c => c.Accounts).FirstOrDefaultAsync(c => c.Id == commenterId && c.Kind != CommenterKind.Former
            && (database.Comments.Any(comment => comment.CommenterId == c.Id && comment.SiteId == actor.Site.Id)
                || database.Sessions.Any(session => session.CommenterId == c.Id && session.SiteId == actor.Site.Id)));
        if (commenter is null)
        {
            return Refusal.CommenterNotFound;
        }

        // Those who moderate are made and unmade by the site's settings, not by each other.
        var now = clock.GetUtcNow();
        if ((await standings.FindAsync(commenter, actor.Site, CancellationToken.None)).Role >= SiteRole.Moderator
            || await database.Sessions.AnyAsync(s => s.CommenterId == commenterId && s.SiteId == actor.Site.Id && s.IsModerator && s.ExpiresAt > now))
        {
            return Refusal.NotAllowed;
        }

        var until = terms.Days is { } days ? now.AddDays(days) : (DateTimeOffset?)null;
        database.Bans.RemoveRange(OfSite(database, actor, commenterId));
        database.Bans.Add(new Ban { CommenterId = commenterId, SiteId = actor.Site.Id, Until = until, MadeById = actor.Commenter.Id, CreatedAt = now });
        return await LogAsync(database, actor, BannedWord, new Details(commenterId, until));
    }

    private async Task<Outcome<long>> LiftAsync(EmbedDbContext database, Actor actor, long commenterId)
    {
        database.Bans.RemoveRange(OfSite(database, actor, commenterId));
        return await LogAsync(database, actor, LiftedWord, new Details(commenterId, null));
    }

    private async Task<Outcome<long>> LogAsync(EmbedDbContext database, Actor actor, string word, Details details)
    {
        await LogBook.SaveAsync(
            database,
            new NewAct(actor.Commenter.Id, actor.Via, actor.Site.Id, word) { CommenterId = details.Commenter, Details = details },
            clock.GetUtcNow());
        return details.Commenter;
    }

    private static IQueryable<Ban> OfSite(EmbedDbContext database, Actor actor, long commenterId) =>
        database.Bans.Where(ban => ban.CommenterId == commenterId && ban.SiteId == actor.Site.Id);
}
