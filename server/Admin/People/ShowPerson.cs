using Embed.Server.Admin.ActLog;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Markup;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Admin.People;

/// <summary>A ban that is in force.</summary>
internal sealed record ShownBan(string? Site, DateTimeOffset? Until, bool IsShadow, string Reason, string? MadeBy, DateTimeOffset At);

/// <summary>A moderators' note.</summary>
internal sealed record ShownNote(long Id, string Text, string? Author, DateTimeOffset At);

/// <summary>An earlier act on somebody, as the log says it.</summary>
internal sealed record ShownAct(long Id, string What, string Actor, DateTimeOffset At, bool IsUndone);

/// <summary>One of somebody's comments.</summary>
internal sealed record ShownComment(long Id, string Site, string Title, string Address, string Beginning, CommentState State, DateTimeOffset PostedAt, int OpenFlags);

/// <summary>A report somebody made.</summary>
internal sealed record ShownFlag(long CommentId, FlagReason Reason, string Note, DateTimeOffset At, bool IsSettled);

/// <summary>All that moderators see of somebody. The sites are those they have written at; what is counted in a deleted thread counts as before.</summary>
internal sealed record PersonView(
    long Id, string Name, CommenterKind Kind, IReadOnlyList<string> Accounts, DateTimeOffset CreatedAt, DateTimeOffset? DeletionDueAt,
    SiteRole Given, SiteRole Role, IReadOnlyDictionary<CommentState, int> Counts, int FlagsGot, int FlagsMade, IReadOnlyList<ShownBan> Bans,
    IReadOnlyList<ShownNote> Notes, IReadOnlyList<ShownAct> Acts, IReadOnlyList<ShownFlag> Flags, IReadOnlyList<ShownComment> Comments, long? Older,
    IReadOnlyList<string> Sites);

/// <summary>
/// Somebody's history at a site, or on the whole server. Who flagged their comments is not shown: moderators of one site are often
/// readers of another.
/// </summary>
internal sealed class ShowPerson(IDbContextFactory<EmbedDbContext> databases, Standings standings, SiteDirectory sites, TimeProvider clock)
{
    /// <summary>Comments a page.</summary>
    public const int PageSize = 25;

    private const int MaxActs = 50;
    private const int MaxFlags = 20;
    private const int MaxBeginning = 200;
    private const int MaxSites = 20;

    /// <summary>The person; null if there is none of this id, or never was at the site.</summary>
    /// <param name="site">The site; null for the whole server.</param>
    /// <param name="commenterId">The commenter.</param>
    /// <param name="before">Where the page of comments before ended; null for the newest.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<PersonView?> HandleAsync(Site? site, long commenterId, long? before, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var (siteId, now) = (site?.Id, clock.GetUtcNow());
        var person = await database.Commenters.AsNoTracking().Include(c => c.Accounts)
            .FirstOrDefaultAsync(c => c.Id == commenterId && c.Kind != CommenterKind.Former, cancellationToken);
        List<long> places = siteId is { } only ? [only] : await database.Sites.Select(s => s.Id).ToListAsync(cancellationToken);
        var counts = await CountsAsync(database, places, commenterId, cancellationToken);
        var grants = await database.RoleGrants.AsNoTracking().Where(g => g.CommenterId == commenterId && g.SiteId == siteId).ToListAsync(cancellationToken);
        var bans = await BansAsync(database, siteId, commenterId, now, cancellationToken);
        if (person is null || (site is not null && counts.Count == 0 && grants.Count == 0 && bans.All(ban => ban.Site != site.Key)
            && !await database.Sessions.AnyAsync(s => s.CommenterId == commenterId && s.SiteId == siteId, cancellationToken)))
        {
            return null;
        }

        var comments = await CommentsAsync(database, places, commenterId, before, cancellationToken);
        var flags = database.Flags.AsNoTracking().Where(f => f.CommenterId == commenterId
            && database.Comments.Any(c => c.Id == f.CommentId && places.Contains(c.SiteId)));
        return new PersonView(
            person.Id, person.Name, person.Kind, [.. person.Accounts.Select(account => account.Key)], person.CreatedAt, person.DeletionDueAt,
            grants.Select(grant => grant.Role).FirstOrDefault(),
            site is not null ? (await standings.FindAsync(person, site, cancellationToken)).Role
                : await standings.IsAdministratorAsync(person, cancellationToken) ? SiteRole.Administrator : SiteRole.None,
            counts,
            await database.Comments.Where(c => c.CommenterId == commenterId && places.Contains(c.SiteId))
                .Join(database.Flags, c => c.Id, f => f.CommentId, (c, f) => f).CountAsync(cancellationToken),
            await flags.CountAsync(cancellationToken),
            bans,
            await NotesAsync(database, siteId, commenterId, cancellationToken),
            await ActsAsync(database, siteId, commenterId, cancellationToken),
            await flags.OrderByDescending(f => f.At).Take(MaxFlags)
                .Select(f => new ShownFlag(f.CommentId, f.Reason, f.Note, f.At, f.SettledAt != null)).ToListAsync(cancellationToken),
            [.. comments.Take(PageSize)],
            comments.Count > PageSize ? comments[PageSize - 1].Id : null,
            site is not null ? [site.Key]
                : await database.Sites.Where(s => database.Comments.Any(c => c.SiteId == s.Id && c.CommenterId == commenterId)).OrderBy(s => s.Key)
                    .Take(MaxSites).Select(s => s.Key).ToListAsync(cancellationToken));
    }

    // A comment in a deleted thread counts as what it is apart from that.
    private static async Task<Dictionary<CommentState, int>> CountsAsync(
        EmbedDbContext database, List<long> places, long commenterId, CancellationToken cancellationToken)
    {
        var counts = await database.Comments.Where(c => places.Contains(c.SiteId) && c.CommenterId == commenterId)
            .GroupBy(c => c.State).Select(group => new { State = group.Key, Count = group.Count() }).ToListAsync(cancellationToken);
        return counts.GroupBy(pair => pair.State.Own()).ToDictionary(group => group.Key, group => group.Sum(pair => pair.Count));
    }

    private static async Task<List<ShownComment>> CommentsAsync(
        EmbedDbContext database, List<long> places, long commenterId, long? before, CancellationToken cancellationToken)
    {
        var rows = await database.Comments.AsNoTracking()
            .Where(c => c.CommenterId == commenterId && places.Contains(c.SiteId) && (before == null || c.Id < before))
            .OrderByDescending(c => c.Id).Take(PageSize + 1)
            .Select(c => new { c.Id, Site = c.Thread!.Site!.Key, c.Thread.Title, c.Thread.PageAddress, c.BodyHtml, c.State, c.PostedAt, c.OpenFlags })
            .ToListAsync(cancellationToken);
        return rows.ConvertAll(row => new ShownComment(
            row.Id, row.Site, row.Title, row.PageAddress, PlainText.Excerpt(row.BodyHtml, MaxBeginning), row.State, row.PostedAt,
            row.OpenFlags));
    }

    private static Task<List<ShownBan>> BansAsync(
        EmbedDbContext database, long? siteId, long commenterId, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.Bans.AsNoTracking()
            .Where(b => b.CommenterId == commenterId && (siteId == null || b.SiteId == siteId || b.SiteId == null) && (b.Until == null || b.Until > now))
            .OrderByDescending(b => b.Id)
            .Select(b => new ShownBan(
                database.Sites.Where(s => s.Id == b.SiteId).Select(s => s.Key).FirstOrDefault(), b.Until, b.IsShadow, b.Reason,
                database.Commenters.Where(c => c.Id == b.MadeById).Select(c => c.Name).FirstOrDefault(), b.CreatedAt))
            .ToListAsync(cancellationToken);

    private static Task<List<ShownNote>> NotesAsync(EmbedDbContext database, long? siteId, long commenterId, CancellationToken cancellationToken) =>
        database.PersonNotes.AsNoTracking().Where(n => n.CommenterId == commenterId && (siteId == null || n.SiteId == siteId)).OrderByDescending(n => n.Id)
            .Take(NotePerson.MaxNotes)
            .Select(n => new ShownNote(n.Id, n.Text, database.Commenters.Where(c => c.Id == n.AuthorId).Select(c => c.Name).FirstOrDefault(), n.At))
            .ToListAsync(cancellationToken);

    private async Task<List<ShownAct>> ActsAsync(EmbedDbContext database, long? siteId, long commenterId, CancellationToken cancellationToken)
    {
        var entries = await database.ModerationLog.AsNoTracking()
            .Where(e => e.CommenterId == commenterId && (siteId == null || e.SiteId == siteId) && e.Act != ActWord.NoteAdded && e.Act != ActWord.NoteDeleted)
            .OrderByDescending(e => e.Id).Take(MaxActs).ToListAsync(cancellationToken);
        if (entries.Count == 0)
        {
            return [];
        }

        var acts = await new LogNames(database, [.. await sites.AllAsync(cancellationToken)]).DescribeAsync(entries, cancellationToken);
        return [.. acts.Select(act => new ShownAct(act.Entry.Id, LogText.Of(act), act.Actor.Name, act.Entry.At, act.Entry.UndoneAt is not null))];
    }
}
