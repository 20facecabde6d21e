using System.Globalization;
using System.Text.RegularExpressions;
using Embed.Server.Model;
using Embed.Server.Threads;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>An owner of the site splits a comment with everything below it off its thread: it begins a discussion at another page.</summary>
internal sealed partial class SplitBranch(ThreadActs acts)
{
    public const string Word = ActWord.BranchSplit;

    /// <summary>What is asked.</summary>
    /// <param name="Comment">The comment: its id, its permalink, or an address that ends in <c>#comment-…</c>.</param>
    /// <param name="Address">The page that gets the branch.</param>
    /// <param name="Title">That page's title, where nobody has commented there yet.</param>
    /// <param name="Seen">The plan that was confirmed (<see cref="ThreadPlan.Seen"/>); null to be shown one.</param>
    public sealed record Request(string? Comment, string? Address, string? Title, string? Seen);

    /// <summary>What undoing needs.</summary>
    /// <param name="From">The thread that gave the branch.</param>
    /// <param name="Into">The thread that took it.</param>
    /// <param name="HasBegun">Whether that thread began with it.</param>
    /// <param name="Comment">The branch's first comment.</param>
    /// <param name="ParentId">What it answered; null at top level.</param>
    /// <param name="Number">Its number among its siblings.</param>
    internal sealed record Details(
        long From, long Into, string FromAddress, string IntoAddress, int Comments, bool HasBegun, long Comment, long? ParentId, int Number)
        : ThreadActDetails(FromAddress, IntoAddress, Comments)
    {
        public override IReadOnlyList<long> Threads => [From, Into];
    }

    /// <summary>Plans the split, or does what was planned.</summary>
    public Task<ThreadActResult> HandleAsync(Commenter actor, long threadId, Request request, CancellationToken cancellationToken) =>
        acts.RunAsync(actor, threadId, isDry: request.Seen is null, act => ActAsync(act, threadId, request), cancellationToken);

    private static async Task<ThreadActResult> ActAsync(ThreadAct act, long threadId, Request request)
    {
        if (await act.FindAsync(threadId) is not var (from, site))
        {
            return ThreadFault.ThreadNotFound;
        }

        var id = IdOf(request.Comment);
        if (await act.Database.Comments.AsNoTracking().FirstOrDefaultAsync(c => c.Id == id && c.ThreadId == from.Id, act.Cancellation)
            is not { } comment)
        {
            return ThreadFault.CommentInvalid;
        }

        if (request.Title?.Trim().Length > CommentThread.MaxTitleCharacters)
        {
            return ThreadFault.TitleTooLong;
        }

        if (ThreadAct.Read(request.Address, from, site) is not { } page)
        {
            return ThreadFault.AddressInvalid;
        }

        var into = await act.ThreadAtAsync(site, page);
        if (into?.Id == from.Id)
        {
            return ThreadFault.SameThread;
        }

        var branch = await Branch.LoadAsync(act.Database, comment.Id, act.Cancellation);
        var plan = Plan(from, into, page, comment, branch, request.Title?.Trim() ?? "");
        return request.Seen == plan.Seen ? await SplitAsync(act, site, page, comment, branch, plan) : plan;
    }

    /// <summary>The id that a comment is named by; 0 if it is none.</summary>
    internal static long IdOf(string? typed) =>
        long.TryParse(Named().Match(typed ?? "").Groups["id"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;

    private static ThreadPlan Plan(
        CommentThread from, CommentThread? into, PageUrl page, Comment comment, Branch branch, string title)
    {
        var taking = into is not null
            ? PlannedThread.Of(into, branch.Published)
            : new PlannedThread(0, PlannedThread.AddressOf(page.Key, page.Address), title, IsClosed: false, 0, branch.Published);
        return new ThreadPlan(
            Word, PlannedThread.Of(from, -branch.Published), taking, branch.Comments, comment.Id, [],
            $"{from.Id} {comment.Id} {taking.Id} {into?.Key ?? page.Key} {taking.Title}");
    }

    private static async Task<ModerationLogEntry> SplitAsync(
        ThreadAct act, Site site, PageUrl page, Comment comment, Branch branch, ThreadPlan plan)
    {
        var (database, cancellation) = (act.Database, act.Cancellation);
        var into = await act.BeginThreadAtAsync(site, page, plan.Into.Title);
        var last = await database.Comments.Where(c => c.ThreadId == into.Id && c.ParentId == null)
            .MaxAsync(c => (int?)c.Number, cancellation) ?? 0;
        await branch.CountAboveAsync(database, comment, -1, cancellation);
        await branch.PlantAsync(database, into.Id, parent: null, last + 1, cancellation);
        await act.CountAsync(comment.ThreadId, -branch.Published);
        await act.CountAsync(into.Id, branch.Published);
        var details = new Details(
            comment.ThreadId, into.Id, plan.From.Address, plan.Into.Address, branch.Comments, plan.Into.Id == 0, comment.Id, comment.ParentId,
            comment.Number);
        var from = await database.Threads.Where(t => t.Id == comment.ThreadId).Select(t => t.Key).SingleAsync(cancellation);
        return await act.CommitAsync(site, Word, details, from, into.Key);
    }

    /// <summary>
    /// Puts the branch back to its place, with the replies it has got since; what else is at the page stays. A newer sibling that
    /// has its number by now steps back behind it.
    /// </summary>
    /// <returns>The keys of the threads concerned.</returns>
    internal static async Task<IReadOnlyCollection<string>> UndoAsync(ThreadAct act, Details done)
    {
        var (database, cancellation) = (act.Database, act.Cancellation);
        var keys = await database.Threads.Where(t => t.Id == done.From || t.Id == done.Into).Select(t => t.Key).ToListAsync(cancellation);
        var parent = done.ParentId is { } id
            ? await database.Comments.AsNoTracking().SingleAsync(c => c.Id == id, cancellation)
            : null;
        await MakeRoomAsync(act, done, parent);
        var branch = await Branch.LoadAsync(database, done.Comment, cancellation);
        await branch.PlantAsync(database, done.From, parent, done.Number, cancellation);
        var top = await database.Comments.AsNoTracking().SingleAsync(c => c.Id == done.Comment, cancellation);
        await branch.CountAboveAsync(database, top, 1, cancellation);
        await act.CountAsync(done.From, branch.Published);
        await act.CountAsync(done.Into, -branch.Published);
        if (done.HasBegun)
        {
            // Closed meanwhile, it says something all the same.
            await database.Threads
                .Where(t => t.Id == done.Into && !t.IsClosed && !database.Comments.Any(c => c.ThreadId == t.Id))
                .ExecuteDeleteAsync(cancellation);
        }

        return keys;
    }

    private static async Task MakeRoomAsync(ThreadAct act, Details done, Comment? parent)
    {
        var (database, cancellation) = (act.Database, act.Cancellation);
        var siblings = database.Comments.AsNoTracking()
            .Where(c => c.ParentId == done.ParentId && c.ThreadId == done.From && c.Number >= done.Number);
        if (!await siblings.AnyAsync(c => c.Number == done.Number, cancellation))
        {
            return;
        }

        if (parent is null)
        {
            // At top level a number is in no path. By way of negative numbers, so that no two have one meanwhile.
            await siblings.ExecuteUpdateAsync(set => set.SetProperty(c => c.Number, c => -c.Number - 1), cancellation);
            await database.Comments.Where(c => c.ThreadId == done.From && c.ParentId == null && c.Number < 0)
                .ExecuteUpdateAsync(set => set.SetProperty(c => c.Number, c => -c.Number), cancellation);
            return;
        }

        // From the last on, for the same reason.
        foreach (var sibling in await siblings.OrderByDescending(c => c.Number).Select(c => new { c.Id, c.Number }).ToListAsync(cancellation))
        {
            var branch = await Branch.LoadAsync(database, sibling.Id, cancellation);
            await branch.PlantAsync(database, done.From, parent, sibling.Number + 1, cancellation);
        }
    }

    [GeneratedRegex(@"(^|/c/|#comment-)(?<id>[0-9]{1,18})$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Named();
}
