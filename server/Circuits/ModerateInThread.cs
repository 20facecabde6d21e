using System.Collections.Immutable;
using Embed.Server.Comments;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Threads;
using Embed.Widget;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Circuits;

/// <summary>What moderators see and do in a live thread: each act by the handler that does it in the queue, too.</summary>
internal sealed class ModerateInThread(
    ModerateComments comments, ChangeThread threads, BanCommenter bans, UndoAct undo, IDbContextFactory<EmbedDbContext> databases)
{
    // More reports are read in the queue.
    private const int MaxFlags = 200;

    /// <summary>Does an act.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="place">The thread's place.</param>
    /// <param name="threadId">The thread; 0 where nobody has commented yet.</param>
    /// <param name="act">What.</param>
    /// <param name="cancellationToken">Gives up waiting for a turn to write.</param>
    /// <returns>The entry of the log it is taken back by, 0 for none; refused as its handler refuses, and request-invalid.</returns>
    public Task<Outcome<long>> HandleAsync(Actor actor, ThreadPlace place, long threadId, ModeratorAct act, CancellationToken cancellationToken) =>
        act.Verb switch
        {
            ThreadVerb.CloseThread => ChangeAsync(actor, place, threadId, new(IsClosed: true), cancellationToken),
            ThreadVerb.ReopenThread => ChangeAsync(actor, place, threadId, new(IsClosed: false), cancellationToken),
            ThreadVerb.Note => ChangeAsync(actor, place, threadId, new(Note: act.Text), cancellationToken),
            ThreadVerb.SlowMode => ChangeAsync(actor, place, threadId, new(SlowModeMinutes: act.Number ?? 0), cancellationToken),
            ThreadVerb.Ban => BanAsync(actor, act, cancellationToken),
            _ => ActOf(act) is { } onComment
                ? DecideAsync(actor, act, onComment, cancellationToken)
                : Task.FromResult<Outcome<long>>(Refusal.RequestInvalid),
        };

    /// <summary>Takes an act back.</summary>
    /// <returns>The entry; refused: not-allowed, changed-since, server-busy.</returns>
    public async Task<Outcome<long>> UndoAsync(Actor actor, long entry, CancellationToken cancellationToken)
    {
        var undone = await undo.HandleAsync(actor, [entry], cancellationToken);
        return undone.Value is not { } items ? undone.Refusal!
            : items[0].Result switch
            {
                UndoResult.Undone => entry,
                UndoResult.UndoneAlready or UndoResult.ChangedSince => Refusal.ChangedSince,
                _ => Refusal.NotAllowed,
            };
    }

    /// <summary>What moderators see of a thread besides what everyone sees.</summary>
    public async Task<ModeratorView> ReadAsync(long threadId, IReadOnlyCollection<long> shown, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var thread = await database.Threads.Where(t => t.Id == threadId).Select(t => new { t.Note, t.SlowModeMinutes }).FirstOrDefaultAsync(cancellationToken);
        var known = await database.Comments.Where(c => shown.Contains(c.Id))
            .Select(c => new { c.Id, c.Revision, c.HeldFor, c.OpenFlags }).ToListAsync(cancellationToken);
        var flagged = known.Where(c => c.OpenFlags > 0).Select(c => c.Id).ToList();
        var flags = flagged.Count == 0 ? [] : await database.Flags.AsNoTracking()
            .Where(f => flagged.Contains(f.CommentId) && f.SettledAt == null).OrderBy(f => f.At).Take(MaxFlags).ToListAsync(cancellationToken);
        var ofComment = flags.ToLookup(f => f.CommentId, f => new FlagFact(ApiWord.Of(f.Reason), f.Note));
        return new ModeratorView(
            thread?.Note ?? "", thread?.SlowModeMinutes ?? 0,
            known.ToImmutableDictionary(c => c.Id, c => new ModeratorFacts(c.Revision, c.HeldFor, [.. ofComment[c.Id]])));
    }

    private static CommentAct? ActOf(ModeratorAct act) => act.Verb switch
    {
        // Of a published comment only its reports are left to decide on.
        ThreadVerb.Approve or ThreadVerb.DismissFlags => new CommentAct.Approve(),
        ThreadVerb.Reject => new CommentAct.Reject(),
        ThreadVerb.Spam => new CommentAct.MarkSpam(),
        ThreadVerb.DeleteWithReason => new CommentAct.Delete(act.Text),
        ThreadVerb.Edit => new CommentAct.Edit(act.Text),
        ThreadVerb.Pin => new CommentAct.Pin(),
        ThreadVerb.Unpin => new CommentAct.Unpin(),
        _ => null,
    };

    private async Task<Outcome<long>> DecideAsync(Actor actor, ModeratorAct act, CommentAct onComment, CancellationToken cancellationToken)
    {
        var done = await comments.HandleAsync(actor, [new ModerateComments.Seen(act.CommentId, act.Revision)], onComment, cancellationToken);
        return done.Value is not [var item] ? done.Refusal!
            : item.Refusal is { } refusal ? refusal
            : item.Entry ?? 0;
    }

    private async Task<Outcome<long>> BanAsync(Actor actor, ModeratorAct act, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var author = await database.Comments.Where(c => c.Id == act.CommentId && c.SiteId == actor.Site.Id)
            .Select(c => (long?)c.CommenterId).FirstOrDefaultAsync(cancellationToken);
        return author is { } id
            ? await bans.HandleAsync(Authority.Of(actor), id, new BanCommenter.Terms(act.Number, act.IsShadow, act.Text), cancellationToken)
            : Refusal.CommentNotFound;
    }

    private async Task<Outcome<long>> ChangeAsync(
        Actor actor, ThreadPlace place, long threadId, ChangeThread.Change change, CancellationToken cancellationToken)
    {
        if (threadId == 0)
        {
            // Begun by the act: there is nothing it could be taken back to.
            var begun = await threads.HandleAsync(actor, place, change, cancellationToken);
            return begun.Refusal is null ? 0L : begun.Refusal;
        }

        var changed = await threads.HandleAsync(actor, [threadId], change, cancellationToken);
        return changed.Value is not { } entries ? changed.Refusal! : entries.Count == 0 ? 0L : entries[^1];
    }
}
