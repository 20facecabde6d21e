using Embed.Server.Commenters;
using Embed.Server.Comments;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Acts of every kind that can be taken back, each done to something chosen at random that it can be done to.</summary>
internal sealed class UndoableActs(EmbedApplication application, ThreadMoves moves, long site, long start, IReadOnlyList<long> people, IReadOnlyList<string> pages)
{
    /// <summary>What is not taken back, because nothing of it could be put back, or it is taken back by another act.</summary>
    public static readonly IReadOnlyList<string> Others =
    [
        // Not deleted but left empty; revoked by hand, because the link's secret is kept nowhere; done again by undoing the undoing.
        ActWord.SiteMade, ActWord.InvitationMade, ActWord.InvitationRevoked, ActWord.Undone,
        // An import is taken back by an act of its own, and what left the server has left it.
        ActWord.ImportStarted, ActWord.ImportStopped, ActWord.ImportThrownAway, ActWord.ImportUndone, ActWord.ClaimAccepted, ActWord.ClaimRefused, ActWord.Exported,
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private readonly UndoableChanges _changes = new(application, moves.Actor, people);

    /// <summary>The words of the acts.</summary>
    public IReadOnlyList<string> Words =>
    [
        .. OnComments.Select(one => one.Word), .. OnThreads.Select(one => one.Word), .. _changes.All.Select(pair => pair.Word).Distinct(),
        MergeThreads.Word, MoveThread.Word, SplitBranch.Word,
    ];

    // By their own handler: what it is about, and what is done to it.
    private static readonly IReadOnlyList<(string Word, Func<Comment, bool> May, Func<Choices, CommentAct> Act)> OnComments =
    [
        (ActWord.CommentApproved, comment => comment.State != CommentState.Published, _ => new CommentAct.Approve()),
        (ActWord.FlagsDismissed, comment => comment is { State: CommentState.Published, OpenFlags: > 0 }, _ => new CommentAct.Approve()),
        (ActWord.CommentRejected, comment => comment.State != CommentState.Rejected, _ => new CommentAct.Reject()),
        (ActWord.CommentMarkedSpam, comment => comment.State != CommentState.Spam, _ => new CommentAct.MarkSpam()),
        (ActWord.CommentDeleted, _ => true, _ => new CommentAct.Delete("A reason")),
        (ActWord.CommentEdited, _ => true, random => new CommentAct.Edit($"Edited {random.Next(1_000)}")),
        (ActWord.CommentPinned, comment => comment.State == CommentState.Published, _ => new CommentAct.Pin()),
        (ActWord.CommentUnpinned, _ => true, _ => new CommentAct.Unpin()),
    ];

    // By their own handler; null deletes.
    private static readonly IReadOnlyList<(string Word, Func<Choices, ChangeThread.Change?> Change)> OnThreads =
    [
        (ActWord.ThreadClosed, _ => new ChangeThread.Change(IsClosed: true)),
        (ActWord.ThreadOpened, _ => new ChangeThread.Change(IsClosed: false)),
        (ActWord.ThreadChanged, random => new ChangeThread.Change(Title: $"Title {random.Next(100)}", Note: "*Note*", SlowModeMinutes: random.Next(10))),
        (ActWord.ThreadDeleted, _ => null),
    ];

    /// <summary>Does what the choices say, if it can be done now.</summary>
    /// <returns>The word and the entry; null if nothing could be done.</returns>
    public async Task<(string Word, long Entry)?> DoAsync(Choices random)
    {
        var changes = _changes.All;
        var which = random.Next((2 * OnComments.Count) + changes.Count + OnThreads.Count + 6) - (2 * OnComments.Count);
        if (which < 0 || which >= changes.Count)
        {
            return which < 0 ? await ModerateAsync(random)
                : which < changes.Count + OnThreads.Count ? await ChangeThreadAsync(random, OnThreads[which - changes.Count])
                : await MoveAsync(random);
        }

        var (word, change) = changes[which];
        return await change(random) is { } entry ? (word, entry) : null;
    }

    private async Task<(string Word, long Entry)?> MoveAsync(Choices random)
    {
        await using var database = await application.OpenDatabaseAsync();
        var threads = await ThreadsAsync(database);
        if (threads.Count == 0)
        {
            return null;
        }

        var thread = Any(random, threads);
        var page = random.Next(3) == 0 ? EmbedApplication.NewPage() : Any(random, pages);
        var comments = await database.Comments.Where(c => c.ThreadId == thread).OrderBy(c => c.Id).Select(c => c.Id).ToListAsync(Cancellation);
        var comment = comments.Count == 0 ? 0 : Any(random, comments);
        switch (random.Next(3))
        {
            case 0:
                return (await moves.TryMergeAsync(thread, page)).Plan is null ? null : ("merged", await moves.MergeAsync(thread, page));
            case 1:
                return (await moves.TryMoveAsync(thread, page)).Plan is null ? null : ("moved", await moves.MoveAsync(thread, page));
            default:
                return (await moves.TrySplitAsync(thread, $"{comment}", page)).Plan is null ? null : ("split", await moves.SplitAsync(thread, comment, page));
        }
    }

    private async Task<(string Word, long Entry)?> ModerateAsync(Choices random)
    {
        var (word, may, act) = Any(random, OnComments);
        await using var database = await application.OpenDatabaseAsync();
        var comments = (await database.Comments.AsNoTracking().Where(c => c.ThreadId > start && c.State < CommentState.Deleted).OrderBy(c => c.Id).ToListAsync(Cancellation))
            .Where(may).ToList();
        if (comments.Count == 0)
        {
            return null;
        }

        var comment = Any(random, comments);
        var actor = new Actor(
            await database.Sites.AsNoTracking().SingleAsync(s => s.Id == site, Cancellation), moves.Actor,
            new Standing(SiteRole.Administrator, null, IsShadowed: false), ActedVia.Api);
        var done = await application.Services.GetRequiredService<ModerateComments>()
            .HandleAsync(actor, [new ModerateComments.Seen(comment.Id, comment.Revision)], act(random), Cancellation);
        return Assert.Single(done.Value!).Entry is { } entry ? (word, entry) : null;
    }

    private async Task<(string Word, long Entry)?> ChangeThreadAsync(Choices random, (string Word, Func<Choices, ChangeThread.Change?> Change) act)
    {
        await using var database = await application.OpenDatabaseAsync();
        var threads = await ThreadsAsync(database);
        if (threads.Count == 0)
        {
            return null;
        }

        var thread = Any(random, threads);
        var entries = act.Change(random) is { } change ? await moves.ChangeAsync(change, thread) : await moves.DeleteAsync(thread);
        return entries.Count == 0 ? null : (act.Word, Assert.Single(entries));
    }

    private Task<List<long>> ThreadsAsync(EmbedDbContext database) => database.Threads
        .Where(t => t.Id > start && t.AliasOfId == null && t.DeletedAt == null).OrderBy(t => t.Id).Select(t => t.Id).ToListAsync(Cancellation);

    private static T Any<T>(Choices random, IReadOnlyList<T> all) => all[random.Next(all.Count)];
}
