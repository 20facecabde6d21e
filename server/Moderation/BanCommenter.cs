using System.Text.Json;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>
/// A moderator bans a commenter from the site, or an administrator from the whole server; or lets them take part again. A shadow
/// ban refuses nothing: what its subject writes from then on is seen by themselves alone.
/// </summary>
internal sealed class BanCommenter(WriteQueue writes, Standings standings, SiteDirectory sites, TimeProvider clock)
{
    /// <summary>The log's words.</summary>
    public const string BannedWord = ActWord.CommenterBanned, LiftedWord = ActWord.BanLifted;

    /// <summary>How somebody is banned.</summary>
    /// <param name="Days">For how long: 1 to 3,650 days; none named: for good.</param>
    /// <param name="IsShadow">Whether they are not told, and go on for themselves alone.</param>
    /// <param name="Reason">Why, for other moderators: at most 500 characters.</param>
    /// <param name="IsEverywhere">Whether from the whole server; administrators only.</param>
    public sealed record Terms(int? Days, bool IsShadow = false, string? Reason = null, bool IsEverywhere = false);

    /// <summary>What came of banning one of several.</summary>
    /// <param name="CommenterId">Who.</param>
    /// <param name="Entry">The entry of the log; null where it was refused.</param>
    /// <param name="Refusal">commenter-not-found, not-allowed; null if they are banned.</param>
    public sealed record Item(long CommenterId, long? Entry, Refusal? Refusal = null);

    /// <summary>What the log says of it. No name: it is the person's to change, and to take away.</summary>
    public sealed record Details(long Commenter, DateTimeOffset? Until, bool IsShadow = false, string Reason = "")
    {
        /// <summary>The details of an entry; null for an entry of another kind.</summary>
        public static Details? Of(ModerationLogEntry entry) => entry.Act is BannedWord or LiftedWord
            ? JsonSerializer.Deserialize<Details>(entry.Details, JsonSerializerOptions.Web)
            : null;
    }

    /// <summary>Bans from now on; a ban before it at the same place ends.</summary>
    /// <returns>The entry of the log; refused: not-allowed, ban-days-invalid, ban-reason-too-long, commenter-not-found, server-busy.</returns>
    public async Task<Outcome<long>> HandleAsync(Authority by, long commenterId, Terms terms, CancellationToken cancellationToken)
    {
        var banned = await HandleAsync(by, [commenterId], terms, cancellationToken);
        return banned.Value is not { } items ? banned.Refusal! : items[0].Refusal is { } refusal ? refusal : items[0].Entry!.Value;
    }

    /// <summary>Bans the authors of a selection of comments as one act; one who is refused does not keep the others.</summary>
    /// <returns>
    /// What came of each; refused as a whole: not-allowed, ban-days-invalid, ban-reason-too-long, too-many-comments, server-busy.
    /// </returns>
    public async Task<Outcome<IReadOnlyList<Item>>> HandleAsync(
        Authority by, IReadOnlyCollection<long> commenters, Terms terms, CancellationToken cancellationToken)
    {
        by = terms.IsEverywhere ? by with { Site = null } : by;
        // A site's pages hold the tokens of whoever signs in there: for the whole server only our own pages speak.
        if (!by.IsModerator || (terms.IsEverywhere && by.Via != ActedVia.Admin))
        {
            return Refusal.NotAllowed;
        }

        if (terms.Days is < 1 or > Ban.MaxDays)
        {
            return Refusal.BanDaysInvalid;
        }

        return terms.Reason?.Length > Ban.MaxReasonCharacters ? Refusal.BanReasonTooLong
            : commenters.Count is 0 or > ModerateComments.MaxComments ? Refusal.TooManyComments
            : await writes.RunAsync(write => BanAsync(write.Database, by, commenters, terms), cancellationToken);
    }

    /// <summary>Ends the bans in force here. Ending none changes nothing.</summary>
    /// <returns>The entry of the log, 0 if there was nothing to end; refused: not-allowed, server-busy.</returns>
    public async Task<Outcome<long>> LiftAsync(Authority by, long commenterId, CancellationToken cancellationToken) => by.IsModerator
        ? await writes.RunAsync(write => LiftAsync(write.Database, by, commenterId), cancellationToken)
        : Refusal.NotAllowed;

    private async Task<Outcome<IReadOnlyList<Item>>> BanAsync(
        EmbedDbContext database, Authority by, IReadOnlyCollection<long> commenters, Terms terms)
    {
        var log = new LogBatch(isSelection: commenters.Count > 1);
        List<Item> items = [];
        foreach (var commenterId in commenters.Distinct())
        {
            var refusal = await BanAsync(database, by, commenterId, terms, log);
            items.Add(new Item(commenterId, refusal is null ? log.Entries[^1] : null, refusal));
        }

        return items;
    }

    private async Task<Refusal?> BanAsync(EmbedDbContext database, Authority by, long commenterId, Terms terms, LogBatch log)
    {
        if (await by.FindAsync(database, commenterId) is not { } commenter)
        {
            return Refusal.CommenterNotFound;
        }

        // Who has as much power is made and unmade by those who gave it.
        var now = clock.GetUtcNow();
        if (commenterId == by.Commenter.Id || await PowerAsync(database, commenter, by, now) >= by.Role)
        {
            return Refusal.NotAllowed;
        }

        var until = terms.Days is { } days ? now.AddDays(days) : (DateTimeOffset?)null;
        var reason = terms.Reason?.Trim() ?? "";
        database.Bans.RemoveRange(await HereAsync(database, by, commenterId));
        database.Bans.Add(new Ban
        {
            CommenterId = commenterId,
            SiteId = by.Site?.Id,
            Until = until,
            IsShadow = terms.IsShadow,
            Reason = reason,
            MadeById = by.Commenter.Id,
            CreatedAt = now,
        });
        await log.SaveAsync(database, by.Act(BannedWord, commenterId, new Details(commenterId, until, terms.IsShadow, reason)), now);
        return null;
    }

    private async Task<Outcome<long>> LiftAsync(EmbedDbContext database, Authority by, long commenterId)
    {
        database.Bans.RemoveRange(await HereAsync(database, by, commenterId));
        var entry = await LogBook.SaveAsync(database, by.Act(LiftedWord, commenterId, new Details(commenterId, null)), clock.GetUtcNow());
        return entry?.Id ?? 0;
    }

    // The highest role somebody has where the ban is to hold. A site's own token can make moderators, too.
    private async Task<SiteRole> PowerAsync(EmbedDbContext database, Commenter commenter, Authority by, DateTimeOffset now)
    {
        if (by.Site is null)
        {
            return await standings.IsAdministratorAsync(commenter, CancellationToken.None) ? SiteRole.Administrator
                : (await standings.ModeratedAsync(commenter, await sites.AllAsync(CancellationToken.None), CancellationToken.None))
                    .Select(pair => pair.Role).Append(SiteRole.None).Max();
        }

        var role = (await standings.FindAsync(commenter, by.Site, CancellationToken.None)).Role;
        return role < SiteRole.Moderator
            && await database.Sessions.AnyAsync(s => s.CommenterId == commenter.Id && s.SiteId == by.Site.Id && s.IsModerator && s.ExpiresAt > now)
                ? SiteRole.Moderator : role;
    }

    private static Task<List<Ban>> HereAsync(EmbedDbContext database, Authority by, long commenterId)
    {
        var siteId = by.Site?.Id;
        return database.Bans.Where(ban => ban.CommenterId == commenterId && ban.SiteId == siteId).ToListAsync();
    }
}
