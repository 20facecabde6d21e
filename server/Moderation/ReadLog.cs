using System.Runtime.CompilerServices;
using Embed.Server.Commenters;
using Embed.Server.Comments;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>
/// The moderation log, for those who may see it: moderators their sites', administrators all, also what concerns the whole server.
/// </summary>
internal sealed class ReadLog(IDbContextFactory<EmbedDbContext> databases, SiteDirectory sites, Standings standings)
{
    /// <summary>Entries a page.</summary>
    public const int PageSize = 50;

    private const int ExportPageSize = 500;

    /// <summary>Which page.</summary>
    /// <param name="Before">Of entries older than this one.</param>
    /// <param name="After">Of entries newer than this one. Both null: the first page.</param>
    /// <param name="IsOldestFirst">Whether the oldest stand first, and are on the first page.</param>
    public sealed record Place(long? Before = null, long? After = null, bool IsOldestFirst = false);

    /// <summary>What somebody may see: the sites where they have a role that moderates; null for everything.</summary>
    private sealed record Scope(IReadOnlyDictionary<long, SiteRole>? Roles)
    {
        public List<long>? SiteIds => Roles?.Keys.ToList();

        public List<long> Owned => [.. (Roles ?? new Dictionary<long, SiteRole>()).Where(pair => pair.Value >= SiteRole.Owner).Select(pair => pair.Key)];

        public bool MayUndo(LoggedAct act) => Roles is null
            || (act.Entry.SiteId is { } site && Roles.GetValueOrDefault(site) >= UndoRight.RoleFor(act.Undone ?? act.Entry));
    }

    /// <summary>A page of the entries that somebody may see.</summary>
    /// <returns>The page; refused: not-allowed.</returns>
    public async Task<Outcome<LogSlice>> HandleAsync(Commenter asking, LogFilter filter, Place place, CancellationToken cancellationToken) =>
        await ScopeOfAsync(asking, filter, cancellationToken) is { } scope
            ? await ReadAsync(scope, filter, place, PageSize, cancellationToken)
            : Refusal.NotAllowed;

    /// <summary>A page of the entries of a moderator's site.</summary>
    /// <returns>The page; refused: not-allowed.</returns>
    public async Task<Outcome<LogSlice>> HandleAsync(Actor asking, LogFilter filter, Place place, CancellationToken cancellationToken) =>
        asking.IsModerator
            ? await ReadAsync(new Scope(new Dictionary<long, SiteRole> { [asking.Site.Id] = asking.Role }), filter, place, PageSize, cancellationToken)
            : Refusal.NotAllowed;

    /// <summary>The last entries that can be taken back, before one of them: as many as one undoing takes.</summary>
    /// <returns>Their ids, from the last on; refused: not-allowed.</returns>
    public async Task<Outcome<IReadOnlyList<long>>> UndoableAsync(
        Commenter asking, LogFilter filter, long? before, CancellationToken cancellationToken)
    {
        if (await ScopeOfAsync(asking, filter, cancellationToken) is not { } scope)
        {
            return Refusal.NotAllowed;
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await Undoable(database, scope, filter).Where(e => before == null || e.Id < before)
            .OrderByDescending(e => e.Id).Take(UndoAct.MaxEntries).Select(e => e.Id).ToListAsync(cancellationToken);
    }

    /// <summary>How many entries can be taken back.</summary>
    /// <returns>Their number; refused: not-allowed.</returns>
    public async Task<Outcome<int>> CountUndoableAsync(Commenter asking, LogFilter filter, CancellationToken cancellationToken)
    {
        if (await ScopeOfAsync(asking, filter, cancellationToken) is not { } scope)
        {
            return Refusal.NotAllowed;
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await Undoable(database, scope, filter).CountAsync(cancellationToken);
    }

    /// <summary>Some entries, as many as one undoing takes at most; those that somebody may not see are left out.</summary>
    public async Task<IReadOnlyList<LoggedAct>> FindAsync(Commenter asking, IReadOnlyCollection<long> entries, CancellationToken cancellationToken) =>
        await ScopeOfAsync(asking, new LogFilter(), cancellationToken) is { } scope
            ? (await ReadAsync(scope, new LogFilter { Entries = [.. entries] }, new Place(), UndoAct.MaxEntries, cancellationToken)).Acts
            : [];

    /// <summary>All entries, newest first unless said otherwise, read as they are asked for.</summary>
    /// <returns>The entries; null for somebody who may not see them.</returns>
    public async Task<IAsyncEnumerable<LoggedAct>?> FindAllAsync(
        Commenter asking, LogFilter filter, bool isOldestFirst, CancellationToken cancellationToken) =>
        await ScopeOfAsync(asking, filter, cancellationToken) is { } scope ? AllAsync(scope, filter, isOldestFirst, cancellationToken) : null;

    /// <summary>The people who have done something that somebody may see.</summary>
    public async Task<IReadOnlyList<LoggedPerson>> ActorsAsync(Commenter asking, LogFilter filter, CancellationToken cancellationToken)
    {
        if (await ScopeOfAsync(asking, filter, cancellationToken) is not { } scope)
        {
            return [];
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var found = Select(database.ModerationLog, scope, new LogFilter { SiteId = filter.SiteId });
        return await database.Commenters.Where(c => found.Select(e => e.ActorId).Contains(c.Id)).OrderBy(c => c.Name).ThenBy(c => c.Id)
            .Select(c => new LoggedPerson(c.Id, c.Name)).ToListAsync(cancellationToken);
    }

    private async Task<Scope?> ScopeOfAsync(Commenter asking, LogFilter filter, CancellationToken cancellationToken)
    {
        if (await standings.IsAdministratorAsync(asking, cancellationToken))
        {
            return new Scope(null);
        }

        var moderated = await standings.ModeratedAsync(asking, await sites.AllAsync(cancellationToken), cancellationToken);
        var roles = moderated.ToDictionary(pair => pair.Site.Id, pair => pair.Role);
        return roles.Count == 0 || (filter.SiteId is { } site && !roles.ContainsKey(site)) ? null : new Scope(roles);
    }

    private async IAsyncEnumerable<LoggedAct> AllAsync(
        Scope scope, LogFilter filter, bool isOldestFirst, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var place = new Place(IsOldestFirst: isOldestFirst);
        while (true)
        {
            // A context each: a reader at the end of a slow line must not keep one snapshot of the database for long.
            var page = await ReadAsync(scope, filter, place, ExportPageSize, cancellationToken);
            foreach (var act in page.Acts)
            {
                yield return act;
            }

            if ((isOldestFirst ? page.Newer : page.Older) is not { } edge)
            {
                yield break;
            }

            place = isOldestFirst ? place with { After = edge } : place with { Before = edge };
        }
    }

    private async Task<LogSlice> ReadAsync(Scope scope, LogFilter filter, Place place, int size, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var found = Select(database.ModerationLog.AsNoTracking(), scope, filter);
        // Upwards from an entry, or from the oldest.
        var isUp = place.After is not null || (place.IsOldestFirst && place.Before is null);
        var entries = isUp
            ? await found.Where(e => place.After == null || e.Id > place.After).OrderBy(e => e.Id).Take(size + 1).ToListAsync(cancellationToken)
            : await found.Where(e => place.Before == null || e.Id < place.Before).OrderByDescending(e => e.Id).Take(size + 1).ToListAsync(cancellationToken);
        var hasMore = entries.Count > size;
        entries = [.. entries.Take(size).OrderBy(e => e.Id)];
        if (entries.Count == 0)
        {
            return new LogSlice([], null, null);
        }

        var (hasOlder, hasNewer) = isUp ? (place.After is not null, hasMore) : (hasMore, place.Before is not null);
        var (oldest, newest) = (entries[0].Id, entries[^1].Id);
        if (!place.IsOldestFirst)
        {
            entries.Reverse();
        }

        var acts = await new LogNames(database, [.. await sites.AllAsync(cancellationToken)]).DescribeAsync(entries, cancellationToken);
        return new LogSlice([.. acts.Select(act => act with { IsTheirs = scope.MayUndo(act) })], hasOlder ? oldest : null, hasNewer ? newest : null);
    }

    private static IQueryable<ModerationLogEntry> Undoable(EmbedDbContext database, Scope scope, LogFilter filter) =>
        (scope.Roles is null ? Select(database.ModerationLog, scope, filter) : UndoRight.Select(Select(database.ModerationLog, scope, filter), scope.Owned))
            .Where(e => e.UndoneAt == null && (e.Changes != "[]" || LoggedAct.UndoneElsewhere.Contains(e.Act)));

    private static IQueryable<ModerationLogEntry> Select(IQueryable<ModerationLogEntry> log, Scope scope, LogFilter filter)
    {
        log = scope.SiteIds is { } ids ? log.Where(e => e.SiteId != null && ids.Contains(e.SiteId.Value)) : log;
        log = filter.SiteId is { } site ? log.Where(e => e.SiteId == site) : log;
        log = filter.Entries is { Count: > 0 } entries ? log.Where(e => entries.Contains(e.Id)) : log;
        log = filter.ActorId is { } actor ? log.Where(e => e.ActorId == actor) : log;
        log = filter.Words is { Count: > 0 } words ? log.Where(e => words.Contains(e.Act)) : log;
        log = filter.CommentId is { } comment ? log.Where(e => e.CommentId == comment) : log;
        log = filter.ThreadId is { } thread ? log.Where(e => e.ThreadId == thread) : log;
        log = filter.CommenterId is { } commenter ? log.Where(e => e.CommenterId == commenter) : log;
        log = filter.From is { } from ? log.Where(e => e.At >= from) : log;
        log = filter.To is { } to ? log.Where(e => e.At < to) : log;
        log = filter.IsUndone is { } isUndone ? log.Where(e => (e.UndoneAt != null) == isUndone) : log;
        return filter.Via is { } via ? log.Where(e => e.Via == via) : log;
    }
}
