using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>An owner of the site puts the comments of one thread with those of another; its address leads there from then on.</summary>
internal sealed class MergeThreads(ThreadActs acts)
{
    public const string Word = ActWord.ThreadsMerged;

    /// <summary>What is asked.</summary>
    /// <param name="Into">Address of the thread that takes the comments.</param>
    /// <param name="Seen">The plan that was confirmed (<see cref="ThreadPlan.Seen"/>); null to be shown one.</param>
    public sealed record Request(string? Into, string? Seen);

    /// <summary>What undoing needs.</summary>
    /// <param name="From">The thread that gave its comments.</param>
    /// <param name="Into">The thread that took them.</param>
    /// <param name="Offset">What was added to the numbers of its top level: the last number there was.</param>
    /// <param name="Last">The last number of its own top level.</param>
    /// <param name="Aliases">The rows that led to it and lead to the other now.</param>
    internal sealed record Details(
        long From, long Into, string FromAddress, string IntoAddress, int Comments, int Offset, int Last, long[] Aliases)
        : ThreadActDetails(FromAddress, IntoAddress, Comments)
    {
        public override IReadOnlyList<long> Threads => [From, Into];
    }

    /// <summary>Plans the merging, or does what was planned.</summary>
    public Task<ThreadActResult> HandleAsync(Commenter actor, long threadId, Request request, CancellationToken cancellationToken) =>
        acts.RunAsync(actor, threadId, isDry: request.Seen is null, act => ActAsync(act, threadId, request), cancellationToken);

    private static async Task<ThreadActResult> ActAsync(ThreadAct act, long threadId, Request request)
    {
        if (await act.FindAsync(threadId) is not var (from, site))
        {
            return ThreadFault.ThreadNotFound;
        }

        if (ThreadAct.Read(request.Into, from, site) is not { } page)
        {
            return ThreadFault.AddressInvalid;
        }

        if (await act.ThreadAtAsync(site, page) is not { } into)
        {
            return ThreadFault.NoThreadThere;
        }

        if (into.Id == from.Id)
        {
            return ThreadFault.SameThread;
        }

        var plan = await PlanAsync(act, from, into);
        return request.Seen == plan.Seen ? await MergeAsync(act, site, from, into, plan) : plan;
    }

    private static async Task<ThreadPlan> PlanAsync(ThreadAct act, CommentThread from, CommentThread into)
    {
        var comments = await act.Database.Comments.CountAsync(c => c.ThreadId == from.Id, act.Cancellation);
        var aliases = await act.Database.Threads.Where(t => t.AliasOfId == from.Id).OrderBy(t => t.Id)
            .Select(t => new { t.Key, t.PageAddress }).ToListAsync(act.Cancellation);
        return new ThreadPlan(
            Word, PlannedThread.Of(from, -from.CommentCount), PlannedThread.Of(into, from.CommentCount), comments, 0,
            [PlannedThread.AddressOf(from.Key, from.PageAddress), .. aliases.Select(a => PlannedThread.AddressOf(a.Key, a.PageAddress))],
            $"{from.Id} {from.Key} {into.Id} {into.Key}");
    }

    private static async Task<ModerationLogEntry> MergeAsync(
        ThreadAct act, Site site, CommentThread from, CommentThread into, ThreadPlan plan)
    {
        var (database, cancellation) = (act.Database, act.Cancellation);
        var offset = await LastNumberAsync(act, into.Id);
        var last = await LastNumberAsync(act, from.Id);
        await database.Comments.Where(c => c.ThreadId == from.Id).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.Number, c => c.ParentId == null ? c.Number + offset : c.Number).SetProperty(c => c.ThreadId, into.Id),
            cancellation);
        await act.CountAsync(into.Id, from.CommentCount);
        var aliases = await database.Threads.Where(t => t.AliasOfId == from.Id).Select(t => t.Id).ToArrayAsync(cancellation);
        await database.Threads.Where(t => t.AliasOfId == from.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.AliasOfId, into.Id), cancellation);
        await database.Threads.Where(t => t.Id == from.Id).ExecuteUpdateAsync(
            set => set.SetProperty(t => t.AliasOfId, into.Id).SetProperty(t => t.CommentCount, 0), cancellation);
        var details = new Details(
            from.Id, into.Id, plan.From.Address, plan.Into.Address, plan.Comments, offset, last, aliases);
        return await act.CommitAsync(site, Word, details, from.Key, into.Key);
    }

    /// <summary>
    /// Gives the comments back, with the replies they have got since; what began at top level since stays.
    /// </summary>
    /// <returns>The keys of the threads concerned.</returns>
    internal static async Task<IReadOnlyCollection<string>> UndoAsync(ThreadAct act, Details done)
    {
        var (database, cancellation) = (act.Database, act.Cancellation);
        var (first, last) = (done.Offset + 1, done.Offset + done.Last);
        var top = database.Comments.Where(c => c.ThreadId == done.Into && c.ParentId == null && c.Number >= first && c.Number <= last);
        await database.Comments.Where(c => c.ThreadId == done.Into && c.RootId != null && top.Any(t => t.Id == c.RootId))
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.ThreadId, done.From), cancellation);
        await top.ExecuteUpdateAsync(
            set => set.SetProperty(c => c.ThreadId, done.From).SetProperty(c => c.Number, c => c.Number - done.Offset), cancellation);
        var published = await database.Comments.CountAsync(
            c => c.ThreadId == done.From && c.State == CommentState.Published, cancellation);
        await act.CountAsync(done.From, published);
        await act.CountAsync(done.Into, -published);
        await database.Threads.Where(t => t.Id == done.From)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.AliasOfId, (long?)null), cancellation);
        await database.Threads.Where(t => done.Aliases.Contains(t.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.AliasOfId, done.From), cancellation);
        return await database.Threads.Where(t => t.Id == done.From || t.Id == done.Into).Select(t => t.Key).ToListAsync(cancellation);
    }

    private static async Task<int> LastNumberAsync(ThreadAct act, long threadId) =>
        await act.Database.Comments.Where(c => c.ThreadId == threadId && c.ParentId == null)
            .MaxAsync(c => (int?)c.Number, act.Cancellation) ?? 0;
}
