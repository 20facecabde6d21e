using Embed.Server.Commenters;
using Embed.Server.Comments;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Sites;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>An administrator who merges, moves and splits threads by the handlers: plans, then confirms what was planned.</summary>
internal sealed class ThreadMoves
{
    private readonly EmbedApplication _application;

    private ThreadMoves(EmbedApplication application, Commenter actor) => (_application, Actor) = (application, actor);

    /// <summary>The administrator.</summary>
    public Commenter Actor { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<ThreadMoves> OpenAsync(EmbedApplication application) =>
        new(application, (await application.MakeSessionAsync("Root", Role.Administrator)).Commenter);

    public Task<ThreadActResult> TryMergeAsync(long thread, string into, string? seen = null) =>
        Handler<MergeThreads>().HandleAsync(Actor, thread, new(into, seen), Cancellation);

    public Task<ThreadActResult> TryMoveAsync(long thread, string address, string? seen = null) =>
        Handler<MoveThread>().HandleAsync(Actor, thread, new(address, seen), Cancellation);

    public Task<ThreadActResult> TrySplitAsync(long thread, string comment, string address, string? title = null, string? seen = null) =>
        Handler<SplitBranch>().HandleAsync(Actor, thread, new(comment, address, title, seen), Cancellation);

    public async Task<UndoAct.Item> TryUndoAsync(long entry) =>
        Assert.Single((await Handler<UndoAct>().HandleAsync(Actor, ActedVia.Admin, [entry], Cancellation)).Value!);

    /// <summary>Merges; the log entry's id.</summary>
    public Task<long> MergeAsync(long thread, string into) => ConfirmAsync(seen => TryMergeAsync(thread, into, seen));

    /// <summary>Moves; the log entry's id.</summary>
    public Task<long> MoveAsync(long thread, string address) => ConfirmAsync(seen => TryMoveAsync(thread, address, seen));

    /// <summary>Splits; the log entry's id.</summary>
    public Task<long> SplitAsync(long thread, long comment, string address) => ConfirmAsync(seen => TrySplitAsync(thread, $"{comment}", address, null, seen));

    /// <summary>Deletes threads; the log's entries.</summary>
    public async Task<IReadOnlyList<long>> DeleteAsync(params long[] threads) =>
        (await Handler<DeleteThread>().HandleAsync(await ActorAsync(), threads, Cancellation)).Value!;

    /// <summary>Changes threads; the log's entries.</summary>
    public async Task<IReadOnlyList<long>> ChangeAsync(ChangeThread.Change change, params long[] threads) =>
        (await Handler<ChangeThread>().HandleAsync(await ActorAsync(), threads, change, Cancellation)).Value!;

    /// <summary>What comes of undoing an entry by the rows it changed.</summary>
    public async Task<UndoResult> TryUndoRowsAsync(long entry) =>
        (await Handler<UndoAct>().HandleAsync(Actor, ActedVia.Admin, [entry], Cancellation)).Value![0].Result;

    /// <summary>The administrator at the site that is always there.</summary>
    public async Task<Actor> ActorAsync() => new(
        (await Handler<SiteDirectory>().FindAsync(EmbedApplication.Site, Cancellation))!, Actor,
        new Standing(SiteRole.Administrator, null, IsShadowed: false), ActedVia.Admin);

    /// <summary>Undoes what must be undoable, of whatever kind.</summary>
    public async Task UndoAsync(long entry)
    {
        Assert.Equal(UndoResult.Undone, (await TryUndoAsync(entry)).Result);
    }

    /// <summary>The thread that a page's comments are in.</summary>
    public async Task<long> ThreadOfAsync(long comment)
    {
        await using var database = await _application.OpenDatabaseAsync();
        return await database.Comments.Where(c => c.Id == comment).Select(c => c.ThreadId).SingleAsync(Cancellation);
    }

    /// <summary>Everything that moving changes and undoing restores, a line a row; versions only ever grow.</summary>
    public async Task<IReadOnlyList<string>> RowsAsync(long after = 0)
    {
        await using var database = await _application.OpenDatabaseAsync();
        var threads = await database.Threads.AsNoTracking().Where(t => t.Id > after).OrderBy(t => t.Id).ToListAsync(Cancellation);
        var ids = threads.ConvertAll(t => t.Id);
        var comments = await database.Comments.AsNoTracking().Where(c => ids.Contains(c.ThreadId)).OrderBy(c => c.Id).ToListAsync(Cancellation);
        return
        [
            .. threads.Select(t => $"thread {t.Id} {t.Key} {t.PageAddress} “{t.Title}” {t.IsClosed} {t.StaysOpen} {t.CommentCount} {t.AliasOfId} {t.DeletedAt} {t.SlowModeMinutes} {t.NoteHtml}"),
            .. comments.Select(c => $"comment {c.Id} in {c.ThreadId} below {c.ParentId} of {c.RootId}: {c.Depth} {c.Number} “{c.Path}” {c.ReplyCount} {c.State}"),
        ];
    }

    /// <summary>Fails where a stored place, count or path is another than the comments themselves say.</summary>
    public async Task AssertSoundAsync(long after = 0)
    {
        await using var database = await _application.OpenDatabaseAsync();
        foreach (var thread in await database.Threads.AsNoTracking().Where(t => t.Id > after).ToListAsync(Cancellation))
        {
            var comments = await database.Comments.AsNoTracking().Where(c => c.ThreadId == thread.Id).OrderBy(c => c.Id).ToListAsync(Cancellation);
            Assert.Equal(comments.Count(c => c.State.Own() == CommentState.Published), thread.CommentCount);
            Assert.All(comments, c => Assert.Equal(thread.DeletedAt is not null, c.State >= CommentState.InDeletedThread));
            Assert.True(thread.AliasOfId is null || comments.Count == 0);
            var byId = comments.ToDictionary(c => c.Id);
            Assert.All(comments, c => AssertSound(c, byId));
        }
    }

    private static void AssertSound(Comment comment, Dictionary<long, Comment> thread)
    {
        var parent = comment.ParentId is { } id ? thread[id] : null;
        Assert.Equal(parent is null ? 0 : parent.Depth + 1, comment.Depth);
        Assert.Equal(parent is null ? null : parent.RootId ?? parent.Id, comment.RootId);
        Assert.Equal(parent is null ? "" : ReplyPath.Of(parent, comment.Number), comment.Path);
        var below = thread.Values.Where(c => c.State.Own() == CommentState.Published
            && (comment.Depth > ReplyPath.MaxLevels ? c.ParentId == comment.Id : IsBelow(c, comment.Id, thread)));
        Assert.Equal(below.Count(), comment.ReplyCount);
    }

    private static bool IsBelow(Comment comment, long ancestor, Dictionary<long, Comment> thread)
    {
        for (var at = comment.ParentId; at is { } id; at = thread[id].ParentId)
        {
            if (id == ancestor)
            {
                return true;
            }
        }

        return false;
    }

    private static async Task<long> ConfirmAsync(Func<string?, Task<ThreadActResult>> act)
    {
        var planned = await act(null);
        Assert.True(planned.Plan is not null, $"{planned.Fault}");
        var done = await act(planned.Plan.Seen);
        return done.Done!.Id;
    }

    private T Handler<T>()
        where T : notnull => _application.Services.GetRequiredService<T>();
}
