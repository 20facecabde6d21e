using Embed.Server.Commenters;
using Embed.Server.Comments;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Sites;
using Embed.Server.Threads;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>What has come of taking an entry of the log back.</summary>
internal enum UndoResult
{
    /// <summary>All is as it was before the act.</summary>
    Undone,

    /// <summary>It had been taken back already.</summary>
    UndoneAlready,

    /// <summary>What it changed has been changed again since: that must be undone first, or its author has deleted the text.</summary>
    ChangedSince,

    /// <summary>There is no such entry, or whoever asks may not do its act.</summary>
    NotFound,

    /// <summary>It is not of a kind that this takes back.</summary>
    NotUndoable,
}

/// <summary>What is undone beside the rows that an entry names.</summary>
internal interface IUndoPart
{
    /// <summary>The word whose entries have it.</summary>
    string Word { get; }

    /// <summary>Takes it back, or, with an entry that undoes, does it again.</summary>
    /// <param name="write">The write.</param>
    /// <param name="entry">The entry of the act itself.</param>
    /// <param name="isRedo">Whether the act is done again.</param>
    Task ReverseAsync(WriteScope write, ModerationLogEntry entry, bool isRedo);
}

/// <summary>
/// Takes acts back, from the last on, whoever did them: the rows they changed become what they were, counts follow, and the log
/// says so. Taking back an undo does the act again.
/// </summary>
internal sealed class UndoAct(
    WriteQueue writes, SiteDirectory sites, Standings standings, ThreadChanges changes, IEnumerable<IUndoPart> parts, TimeProvider clock)
{
    /// <summary>Most entries at once: about a tenth of a second's work.</summary>
    public const int MaxEntries = 100;

    /// <summary>One entry and what became of it.</summary>
    public sealed record Item(long Entry, UndoResult Result);

    /// <summary>Undoes entries in the order from the last to the first; what cannot be undone does not keep the others.</summary>
    /// <returns>What became of each; refused: too-many-entries, server-busy.</returns>
    public async Task<Outcome<IReadOnlyList<Item>>> HandleAsync(
        Commenter actor, ActedVia via, IReadOnlyCollection<long> entries, CancellationToken cancellationToken)
    {
        var isAdministrator = await standings.IsAdministratorAsync(actor, cancellationToken);
        return await UndoAsync(actor, via, entries, entry => MayAsync(actor, isAdministrator, entry), cancellationToken);
    }

    /// <summary>The same for somebody at a site, who undoes there alone: a page's token is for its site, whoever has it.</summary>
    /// <returns>What became of each; refused: not-allowed, too-many-entries, server-busy.</returns>
    public async Task<Outcome<IReadOnlyList<Item>>> HandleAsync(Actor actor, IReadOnlyCollection<long> entries, CancellationToken cancellationToken) =>
        actor.IsModerator
            ? await UndoAsync(
                actor.Commenter, actor.Via, entries,
                entry => Task.FromResult(entry.SiteId == actor.Site.Id && actor.Role >= ActWord.RoleFor(entry.Act)), cancellationToken)
            : Refusal.NotAllowed;

    private async Task<Outcome<IReadOnlyList<Item>>> UndoAsync(
        Commenter actor, ActedVia via, IReadOnlyCollection<long> entries, Func<ModerationLogEntry, Task<bool>> may, CancellationToken cancellationToken) =>
        entries.Count > MaxEntries
            ? Refusal.TooManyEntries
            : await writes.RunAsync<IReadOnlyList<Item>>(
                async write =>
                {
                    var items = new List<Item>();
                    foreach (var id in entries.Distinct().OrderDescending())
                    {
                        items.Add(new Item(id, await UndoAsync(write, actor, may, via, id)));
                        write.Database.ChangeTracker.Clear();
                    }

                    return items;
                },
                cancellationToken);

    private async Task<UndoResult> UndoAsync(WriteScope write, Commenter actor, Func<ModerationLogEntry, Task<bool>> may, ActedVia via, long id)
    {
        var entry = await write.Database.ModerationLog.FirstOrDefaultAsync(e => e.Id == id);
        var original = entry?.UndoesId is { } undone ? await write.Database.ModerationLog.FirstAsync(e => e.Id == undone) : entry;
        if (entry is null || !await may(original!))
        {
            return UndoResult.NotFound;
        }

        if (entry.UndoneAt is not null)
        {
            return UndoResult.UndoneAlready;
        }

        var rows = RowChange.Read(entry.Changes);
        if (rows.Count == 0)
        {
            return UndoResult.NotUndoable;
        }

        if (!await RowChanges.AreInForceAsync(write, rows))
        {
            return UndoResult.ChangedSince;
        }

        await RowChanges.ReverseAsync(write, rows);
        foreach (var part in parts.Where(part => part.Word == original!.Act))
        {
            await part.ReverseAsync(write, original!, isRedo: entry != original);
        }

        await FollowAsync(write, rows);
        await NoteAsync(write, actor, via, entry, original!, rows);
        return UndoResult.Undone;
    }

    private async Task<bool> MayAsync(Commenter actor, bool isAdministrator, ModerationLogEntry entry) =>
        isAdministrator
        || (entry.SiteId is { } siteId && await sites.FindAsync(siteId, CancellationToken.None) is { } site
            && (await standings.FindAsync(actor, site, CancellationToken.None)) is { Ban: null } standing
            && standing.Role >= ActWord.RoleFor(entry.Act));

    private async Task NoteAsync(
        WriteScope write, Commenter actor, ActedVia via, ModerationLogEntry entry, ModerationLogEntry original, List<RowChange> rows)
    {
        (entry.UndoneAt, entry.UndoneById) = (clock.GetUtcNow(), actor.Id);
        if (entry != original)
        {
            (original.UndoneAt, original.UndoneById) = (null, null);
        }

        var undo = new NewAct(actor.Id, via, original.SiteId, ActWord.Undone)
        {
            CommentId = original.CommentId,
            ThreadId = original.ThreadId,
            CommenterId = original.CommenterId,
            UndoesId = entry == original ? original.Id : null,
            Details = new { Act = original.Act, Entry = entry.Id },
        };
        // After an undo of an undo the act holds again, and is what there is to take back.
        await LogBook.AddAsync(
            write.Database, undo, entry == original ? [.. rows.AsEnumerable().Reverse().Select(row => row.Reversed)] : [], clock.GetUtcNow());
    }

    // What depends on the rows: counts of comments, versions of threads, and what is kept in memory of sites and names.
    private async Task FollowAsync(WriteScope write, List<RowChange> rows)
    {
        foreach (var row in rows.Where(row => row.Table == "Comments" && row.Before is not null && row.After is not null))
        {
            var comment = await write.Database.Comments.AsNoTracking().FirstAsync(c => c.Id == row.Id);
            await ThreadChanges.CountAsync(write, comment, IsPublished(row.Before!) - IsPublished(row.After!));
            await write.Statements.ExecuteAsync("""UPDATE "Comments" SET "Revision" = "Revision" + 1 WHERE "Id" = @0""", row.Id);
            await StepAsync(write, comment.ThreadId);
        }

        foreach (var row in rows.Where(row => row.Table == "Threads" && row.Before is not null && row.After is not null))
        {
            await StepAsync(write, row.Id);
        }

        foreach (var id in rows.Where(row => row.Table == "Sites").Select(row => row.Id).Distinct())
        {
            await write.Statements.ExecuteAsync("""UPDATE "Sites" SET "Revision" = "Revision" + 1 WHERE "Id" = @0""", id);
            write.AfterCommit(sites, sites.Forget);
        }

        foreach (var commenterId in rows.Where(row => row.Table == "RoleGrants").Select(OwnerOf).OfType<long>().Distinct())
        {
            await RecordCommenter.RedrawAsync(write.Database, commenterId, CancellationToken.None);
            write.AfterCommit(sites, sites.Forget);
        }
    }

    private async Task StepAsync(WriteScope write, long threadId)
    {
        var thread = await write.Database.Threads.AsNoTracking().FirstAsync(t => t.Id == threadId);
        await changes.StepAsync(write, thread.SiteId, [thread.Key]);
    }

    private static int IsPublished(System.Text.Json.Nodes.JsonObject row) =>
        row["State"] is { } state && state.GetValue<long>() == (long)CommentState.Published ? 1 : 0;

    private static long? OwnerOf(RowChange row) => (row.Before?["CommenterId"] ?? row.After?["CommenterId"])?.GetValue<long>();
}
