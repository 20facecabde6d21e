using Embed.Server.Model;
using Embed.Server.Threads;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>An owner of the site moves a thread to the new address of its page; the old address leads there from then on.</summary>
internal sealed class MoveThread(ThreadActs acts)
{
    public const string Word = ActWord.ThreadMoved;

    /// <summary>What is asked.</summary>
    /// <param name="Address">The new address.</param>
    /// <param name="Seen">The plan that was confirmed (<see cref="ThreadPlan.Seen"/>); null to be shown one.</param>
    public sealed record Request(string? Address, string? Seen);

    /// <summary>What undoing needs.</summary>
    /// <param name="Thread">The thread.</param>
    /// <param name="FromKey">Its key before.</param>
    /// <param name="FromPage">Its page's address before.</param>
    /// <param name="IntoKey">Its key since.</param>
    /// <param name="AliasId">The row that has the old key since; 0 where the key is the same.</param>
    /// <param name="AliasPage">The page's address of that row before, where it is one that led here from the new address; else null.</param>
    internal sealed record Details(
        long Thread, string FromAddress, string IntoAddress, int Comments, string FromKey, string FromPage, string IntoKey, long AliasId,
        string? AliasPage)
        : ThreadActDetails(FromAddress, IntoAddress, Comments)
    {
        public override IReadOnlyList<long> Threads => [Thread];
    }

    /// <summary>Plans the move, or does what was planned.</summary>
    public Task<ThreadActResult> HandleAsync(Commenter actor, long threadId, Request request, CancellationToken cancellationToken) =>
        acts.RunAsync(actor, threadId, isDry: request.Seen is null, act => ActAsync(act, threadId, request), cancellationToken);

    private static async Task<ThreadActResult> ActAsync(ThreadAct act, long threadId, Request request)
    {
        if (await act.FindAsync(threadId) is not var (thread, site))
        {
            return ThreadFault.ThreadNotFound;
        }

        if (ThreadAct.Read(request.Address, thread, site) is not { } page)
        {
            return ThreadFault.AddressInvalid;
        }

        if (page == new PageUrl(thread.Key, thread.PageAddress))
        {
            return ThreadFault.SameAddress;
        }

        var there = await act.Database.Threads.AsNoTracking()
            .FirstOrDefaultAsync(t => t.SiteId == site.Id && t.Key == page.Key, act.Cancellation);
        if (there is not null && there.Id != thread.Id && there.AliasOfId != thread.Id)
        {
            return ThreadFault.AddressTaken;
        }

        var plan = await PlanAsync(act, thread, page);
        var formerAddress = there?.Id == thread.Id ? null : there;
        return request.Seen == plan.Seen ? await MoveAsync(act, site, thread, page, formerAddress, plan) : plan;
    }

    private static async Task<ThreadPlan> PlanAsync(ThreadAct act, CommentThread thread, PageUrl page)
    {
        var comments = await act.Database.Comments.CountAsync(c => c.ThreadId == thread.Id, act.Cancellation);
        var before = PlannedThread.Of(thread, 0);
        return new ThreadPlan(
            Word, before, before with { Address = PlannedThread.AddressOf(page.Key, page.Address) }, comments, 0,
            page.Key == thread.Key ? [] : [before.Address], $"{thread.Id} {thread.Key} {page.Address} {page.Key}");
    }

    private static async Task<ModerationLogEntry> MoveAsync(
        ThreadAct act, Site site, CommentThread thread, PageUrl page, CommentThread? former, ThreadPlan plan)
    {
        var alias = former;
        if (former is not null)
        {
            // Back to an address it had: the row there and the thread change places, so no two have one key meanwhile.
            await SetPlaceAsync(act, former.Id, "", former.PageAddress);
        }

        await SetPlaceAsync(act, thread.Id, page.Key, page.Address);
        if (former is not null)
        {
            await SetPlaceAsync(act, former.Id, thread.Key, thread.PageAddress);
        }
        else if (page.Key != thread.Key)
        {
            alias = new CommentThread
            {
                SiteId = site.Id,
                Key = thread.Key,
                PageAddress = thread.PageAddress,
                Title = "",
                AliasOfId = thread.Id,
                CreatedAt = act.Now,
            };
            act.Database.Threads.Add(alias);
            await act.Database.SaveChangesAsync(act.Cancellation);
        }

        var details = new Details(
            thread.Id, plan.From.Address, plan.Into.Address, plan.Comments, thread.Key, thread.PageAddress, page.Key, alias?.Id ?? 0,
            former?.PageAddress);
        return await act.CommitAsync(site, Word, details, [.. new[] { thread.Key, page.Key }.Distinct()]);
    }

    /// <summary>Moves the thread back, with all it has got since.</summary>
    /// <returns>The keys concerned.</returns>
    internal static async Task<IReadOnlyCollection<string>> UndoAsync(ThreadAct act, Details done)
    {
        if (done.AliasId != 0)
        {
            await SetPlaceAsync(act, done.AliasId, "", done.AliasPage ?? "");
        }

        await SetPlaceAsync(act, done.Thread, done.FromKey, done.FromPage);
        if (done.AliasPage is not null)
        {
            await SetPlaceAsync(act, done.AliasId, done.IntoKey, done.AliasPage);
        }
        else
        {
            await act.Database.Threads.Where(t => t.Id == done.AliasId).ExecuteDeleteAsync(act.Cancellation);
        }

        return new HashSet<string>([done.FromKey, done.IntoKey], StringComparer.Ordinal);
    }

    private static Task<int> SetPlaceAsync(ThreadAct act, long threadId, string key, string address) =>
        act.Database.Threads.Where(t => t.Id == threadId)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.Key, key).SetProperty(t => t.PageAddress, address), act.Cancellation);
}
