using Embed.Server.Commenters;
using Embed.Server.Comments;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>What has come of taking an entry of the log back.</summary>
internal enum UndoResult
{
    /// <summary>All is as it was before the act.</summary>
    Undone,

    /// <summary>It had been taken back already.</summary>
    UndoneAlready,

    /// <summary>What it changed has been changed again since: a later act must be undone first, or its author has deleted the text.</summary>
    ChangedSince,

    /// <summary>Another thread has begun where the deleted one was: it must be moved away, merged or deleted first.</summary>
    AddressTaken,

    /// <summary>There is no such entry, or whoever asks may not do its act.</summary>
    NotFound,

    /// <summary>It is not of a kind that can be taken back, or what there was before is not kept.</summary>
    NotUndoable,
}

/// <summary>What is undone beside the rows that an entry names.</summary>
internal interface IUndoPart
{
    /// <summary>The word whose entries have it.</summary>
    string Word { get; }

    /// <summary>What stands in the way of putting the rows back, though they are as the act left them.</summary>
    /// <returns>What to answer; null for nothing.</returns>
    Task<UndoResult?> FindObstacleAsync(WriteScope write, ModerationLogEntry entry, bool isRedo) => Task.FromResult<UndoResult?>(null);

    /// <summary>Takes it back, or, with an entry that undoes, does it again.</summary>
    /// <param name="write">The write.</param>
    /// <param name="entry">The entry of the act itself.</param>
    /// <param name="isRedo">Whether the act is done again.</param>
    Task ReverseAsync(WriteScope write, ModerationLogEntry entry, bool isRedo);
}

/// <summary>
/// The one way to take acts back, from the last on, whoever did them: the rows they changed become what they were, counts follow,
/// and the log says so. Taking back an undo does the act again. Merges, moves and splits keep what was written since, and say
/// themselves how (<see cref="UndoThreadAct"/>).
/// </summary>
internal sealed class UndoAct(
    WriteQueue writes, SiteDirectory sites, Standings standings, ThreadActs threadActs, UndoneRows undoneRows, IEnumerable<IUndoPart> parts,
    IEnumerable<IUndoElsewhere> elsewhere, TimeProvider clock)
{
    /// <summary>Most entries at once: about a tenth of a second's work.</summary>
    public const int MaxEntries = 100;

    /// <summary>One entry and what became of it.</summary>
    /// <param name="Entry">The entry.</param>
    /// <param name="Result">What became of it.</param>
    /// <param name="BlockedBy">The later act that must be undone first; null where none is known.</param>
    /// <param name="Written">The entry that says so, to undo the undoing by; null where nothing was undone.</param>
    public sealed record Item(long Entry, UndoResult Result, long? BlockedBy = null, long? Written = null);

    private sealed record Undoing(WriteScope Write, Commenter Actor, ActedVia Via, Func<ModerationLogEntry, Task<bool>> May)
    {
        /// <summary>Whether it is only looked at what would come of it.</summary>
        public bool IsPlan { get; init; }

        /// <summary>What they may do at the one site that they act on; null where each entry says which.</summary>
        public SiteRole? Role { get; init; }

        /// <summary>The first entry written; the others belong to it.</summary>
        public ModerationLogEntry? First { get; set; }
    }

    /// <summary>Undoes entries of any sites, from the last to the first; one that cannot be undone does not keep the others.</summary>
    /// <returns>What became of each; refused: too-many-entries, server-busy.</returns>
    public async Task<Outcome<IReadOnlyList<Item>>> HandleAsync(
        Commenter actor, ActedVia via, IReadOnlyCollection<long> entries, CancellationToken cancellationToken)
    {
        var isAdministrator = await standings.IsAdministratorAsync(actor, cancellationToken);
        return await RunAsync(entries, write => new Undoing(write, actor, via, entry => MayAsync(actor, isAdministrator, entry)), cancellationToken);
    }

    /// <summary>Undoes entries of the actor's site in the same way.</summary>
    /// <returns>What became of each; refused: not-allowed, too-many-entries, server-busy.</returns>
    public async Task<Outcome<IReadOnlyList<Item>>> HandleAsync(
        Actor actor, IReadOnlyCollection<long> entries, CancellationToken cancellationToken) => actor.IsModerator
        ? await RunAsync(
            entries,
            write => new Undoing(
                write, actor.Commenter, actor.Via,
                entry => Task.FromResult(entry.SiteId == actor.Site.Id && actor.Role >= UndoRight.RoleFor(entry)))
            {
                Role = actor.Role,
            },
            cancellationToken)
        : Refusal.NotAllowed;

    /// <summary>Says what would come of it, and changes nothing.</summary>
    /// <returns>What would become of each; refused: too-many-entries, server-busy.</returns>
    public async Task<Outcome<IReadOnlyList<Item>>> PlanAsync(
        Commenter actor, IReadOnlyCollection<long> entries, CancellationToken cancellationToken)
    {
        var isAdministrator = await standings.IsAdministratorAsync(actor, cancellationToken);
        return await RunAsync(
            entries,
            write => new Undoing(write, actor, ActedVia.Admin, entry => MayAsync(actor, isAdministrator, entry)) { IsPlan = true },
            cancellationToken);
    }

    private async Task<Outcome<IReadOnlyList<Item>>> RunAsync(
        IReadOnlyCollection<long> entries, Func<WriteScope, Undoing> begin, CancellationToken cancellationToken)
    {
        if (entries.Count > MaxEntries)
        {
            return Refusal.TooManyEntries;
        }

        return await writes.RunAsync<IReadOnlyList<Item>>(
            async write =>
            {
                var items = new List<Item>();
                var undoing = begin(write);
                // A plan is carried out like any other, so that it sees what depends on what; then nothing of it is kept.
                await write.TryPartAsync(async () =>
                {
                    foreach (var id in entries.Distinct().OrderDescending())
                    {
                        items.Add(await UndoAsync(undoing, id));
                    }

                    return !undoing.IsPlan;
                });
                return items;
            },
            cancellationToken);
    }

    private async Task<Item> UndoAsync(Undoing undoing, long id)
    {
        var database = undoing.Write.Database;
        var entry = await database.ModerationLog.AsNoTracking().FirstOrDefaultAsync(e => e.Id == id);
        var original = entry;
        while (original?.UndoesId is { } undone)
        {
            original = await database.ModerationLog.AsNoTracking().FirstAsync(e => e.Id == undone);
        }

        if (entry is null || !await undoing.May(original!))
        {
            return new Item(id, UndoResult.NotFound);
        }

        if (entry.UndoneAt is not null)
        {
            return new Item(id, UndoResult.UndoneAlready);
        }

        if (elsewhere.FirstOrDefault(other => other.Word == entry.Act) is { } undo)
        {
            return await undo.BeginAsync(undoing.Write, entry, undoing.Actor, undoing.Via) is { } begun
                ? new Item(id, UndoResult.Undone, Written: begun)
                : new Item(id, UndoResult.NotUndoable);
        }

        if (ThreadActDetails.Of(entry) is { } details)
        {
            return await UndoThreadsAsync(undoing, entry, details);
        }

        return await UndoRowsAsync(undoing, entry, original!);
    }

    private async Task<Item> UndoRowsAsync(Undoing undoing, ModerationLogEntry entry, ModerationLogEntry original)
    {
        var database = undoing.Write.Database;
        var rows = RowChange.Read(entry.Changes);
        if (rows.Count == 0 || RowChanges.Known(database, rows) is not { } known)
        {
            return new Item(entry.Id, rows.Exists(row => row.IsForgotten) ? UndoResult.ChangedSince : UndoResult.NotUndoable);
        }

        if (known.Any(change => change.Type.ClrType == typeof(Ban) && change.Before is not null) && !await OutranksAsync(undoing, original))
        {
            return new Item(entry.Id, UndoResult.NotFound);
        }

        var (written, beside) = (0L, parts.Where(part => part.Word == original.Act).ToList());
        foreach (var part in beside)
        {
            if (await part.FindObstacleAsync(undoing.Write, original, isRedo: entry != original) is { } obstacle)
            {
                return new Item(entry.Id, obstacle);
            }
        }

        var isDone = await undoing.Write.TryPartAsync(async () =>
        {
            if (!await UndoneRows.ReverseAsync(undoing.Write, known))
            {
                return false;
            }

            foreach (var part in beside)
            {
                await part.ReverseAsync(undoing.Write, original, isRedo: entry != original);
            }

            await undoneRows.FollowAsync(undoing.Write, rows);
            // After an undo of an undo the act holds again, and is what there is to take back.
            written = await NoteAsync(undoing, entry, original, entry == original ? [.. rows.AsEnumerable().Reverse().Select(row => row.Reversed)] : []);
            return true;
        });
        return isDone ? new Item(entry.Id, UndoResult.Undone, Written: written) : new Item(entry.Id, UndoResult.ChangedSince, await LaterActs.FindAsync(database, entry, rows));
    }

    // A ban comes back as it is made: not upon somebody of the same power or more.
    private async Task<bool> OutranksAsync(Undoing undoing, ModerationLogEntry ban)
    {
        var subject = await undoing.Write.Database.Commenters.AsNoTracking().Include(c => c.Accounts).FirstOrDefaultAsync(c => c.Id == ban.CommenterId);
        if (subject is null)
        {
            return true;
        }

        return ban.SiteId is { } siteId && await sites.FindAsync(siteId, CancellationToken.None) is { } site
            ? (undoing.Role ?? (await standings.FindAsync(undoing.Actor, site, CancellationToken.None)).Role)
                > (await standings.FindAsync(subject, site, CancellationToken.None)).Role
            : !await standings.IsAdministratorAsync(subject, CancellationToken.None);
    }

    private async Task<Item> UndoThreadsAsync(Undoing undoing, ModerationLogEntry entry, ThreadActDetails details)
    {
        var act = new ThreadAct(threadActs, undoing.Write.Database, undoing.Write, undoing.Actor, CancellationToken.None);
        if (await UndoThreadAct.LaterActAsync(act, entry, details) is { } later)
        {
            return new Item(entry.Id, UndoResult.ChangedSince, later);
        }

        var written = 0L;
        var isDone = await undoing.Write.TryPartAsync(async () =>
        {
            // Thousands of comments may move: for a plan it is enough to know that they can.
            if (!undoing.IsPlan)
            {
                var keys = await UndoThreadAct.ReverseAsync(act, entry, details);
                await threadActs.Changes.StepAsync(undoing.Write, entry.SiteId!.Value, keys);
            }

            written = await NoteAsync(undoing, entry, entry, []);
            return true;
        });
        return isDone ? new Item(entry.Id, UndoResult.Undone, Written: written) : new Item(entry.Id, UndoResult.ChangedSince);
    }

    private async Task<bool> MayAsync(Commenter actor, bool isAdministrator, ModerationLogEntry entry) =>
        isAdministrator
        || (entry.SiteId is { } siteId && await sites.FindAsync(siteId, CancellationToken.None) is { } site
            && (await standings.FindAsync(actor, site, CancellationToken.None)) is { Ban: null } standing
            && standing.Role >= UndoRight.RoleFor(entry));

    private async Task<long> NoteAsync(Undoing undoing, ModerationLogEntry entry, ModerationLogEntry original, IReadOnlyList<RowChange> changes)
    {
        var (database, now) = (undoing.Write.Database, clock.GetUtcNow());
        var undo = new NewAct(undoing.Actor.Id, undoing.Via, original.SiteId, ActWord.Undone)
        {
            CommentId = original.CommentId,
            ThreadId = original.ThreadId,
            CommenterId = original.CommenterId,
            BatchId = undoing.First?.Id,
            UndoesId = entry.Id,
            Details = new { Act = original.Act, Entry = original.Id, IsRedo = entry != original },
        };
        var written = await LogBook.AddAsync(database, undo, changes, now);
        await LogBook.MarkUndoneAsync(database, entry.Id, (now, undoing.Actor.Id));
        if (entry != original)
        {
            await LogBook.MarkUndoneAsync(database, original.Id, null);
        }

        if (undoing.First is { } first)
        {
            await LogBook.MarkFirstAsync(database, first.Id);
        }

        undoing.First ??= written;
        return written.Id;
    }
}
