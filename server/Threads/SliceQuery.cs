using System.Collections.Immutable;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Widget;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Threads;

/// <summary>
/// Reads a part of one thread, by ranges of indexes only: what it costs depends on what it returns, not on the size of the thread.
/// (What nobody sees, pending and rejected comments, lies in the same ranges and is passed over.) One object serves one reading.
/// </summary>
/// <param name="database">The database, in a transaction that shows one moment.</param>
/// <param name="thread">The thread.</param>
/// <param name="sort">The order of the top level.</param>
/// <param name="site">The thread's site.</param>
/// <param name="cancellationToken">Stops the reading.</param>
internal sealed class SliceQuery(
    EmbedDbContext database, CommentThread thread, ThreadSort sort, Site site, CancellationToken cancellationToken)
{
    /// <summary>About how many comments a slice has. Ancestors that hold the first in place, and tombstones, come on top.</summary>
    public const int MaxComments = 100;

    /// <summary>How many replies of one branch are shown while other branches want to be shown, too.</summary>
    public const int RepliesAmongOthers = 20;

    private readonly Dictionary<long, CommentRow> _rows = [];
    private readonly ImmutableSortedDictionary<long, BranchRange>.Builder _branches = ImmutableSortedDictionary.CreateBuilder<long, BranchRange>();
    private readonly Dictionary<long, MoreReplies> _more = [];
    private ThreadCursor? _from;
    private ThreadCursor? _after;

    private IQueryable<Comment> Shown => database.Comments.AsNoTracking().Where(CommentRow.IsShown);

    /// <summary>Reads a slice.</summary>
    public async Task<SliceRows> ReadAsync(ThreadSlice slice)
    {
        if (slice.Replies > 0)
        {
            await ReadRepliesAsync(slice.Replies);
        }
        else
        {
            _from = slice.After;
            await ReadPageAsync(slice.After, MaxComments);
            if (slice.Around > 0 && !_rows.ContainsKey(slice.Around))
            {
                await ReadAroundAsync(slice.Around);
            }
        }

        return await ResultAsync();
    }

    /// <summary>Reads all that a live thread shows, at most about <see cref="ThreadWindow.MaxComments"/> comments.</summary>
    public async Task<SliceRows> ReadAsync(ThreadWindow window)
    {
        _from = window.From;
        var tops = await TopAsync(window.From, window.Until, ThreadWindow.MaxComments);
        _after = tops.Count == ThreadWindow.MaxComments ? ThreadCursor.After(tops[^1], sort) : window.Until;
        foreach (var (root, range) in window.Branches)
        {
            if (tops.Find(top => top.Id == root) is { } top)
            {
                _rows[root] = top;
                await ReadRangeAsync(top, range.From, range.To, ThreadWindow.MaxComments);
            }
        }

        await ReadBranchesAsync(tops.Where(top => !window.Branches.ContainsKey(top.Id)).Select(top =>
            (top, top.ReplyCount <= MaxComments ? int.MaxValue : RepliesAmongOthers)));
        return await ResultAsync();
    }

    /// <summary>Reads what holds single comments in place, whoever sees them.</summary>
    public async Task<SliceRows> ReadWithAncestorsAsync(IReadOnlyCollection<CommentRow> comments)
    {
        foreach (var comment in comments)
        {
            _rows[comment.Id] = comment;
        }

        foreach (var branch in comments.Where(comment => comment.RootId is not null).GroupBy(comment => comment.Branch))
        {
            await ReadAncestorsAsync(branch.Key, [.. branch]);
        }

        return await ResultAsync();
    }

    private async Task<SliceRows> ResultAsync()
    {
        var parents = _rows.Values.Select(row => row.ParentId ?? 0).Where(id => id > 0 && !_rows.ContainsKey(id)).Distinct().ToList();
        var names = parents.Count == 0 ? [] : await database.Comments.Where(c => parents.Contains(c.Id) && c.State == CommentState.Published)
            .Select(c => new { c.Id, c.Commenter!.Name }).ToListAsync(cancellationToken);
        return new SliceRows(
            [.. _rows.Values], _from, _after, _branches.ToImmutable(), _more, names.ToImmutableDictionary(p => p.Id, p => p.Name),
            await ModeratorsAsync());
    }

    private async Task<ImmutableHashSet<long>> ModeratorsAsync()
    {
        if (_rows.Count == 0)
        {
            return [];
        }

        var granted = await database.RoleGrants.Where(g => g.SiteId == site.Id && g.Role >= SiteRole.Moderator)
            .Select(g => g.CommenterId).ToListAsync(cancellationToken);
        if (site.Moderators.Count == 0)
        {
            return [.. granted];
        }

        // By subjects, which an index finds; of the provider's name people type any case.
        var subjects = site.Moderators.ConvertAll(Account.SubjectOf);
        var accounts = await database.Accounts.AsNoTracking().Where(a => subjects.Contains(a.Subject)).ToListAsync(cancellationToken);
        return [.. granted, .. accounts.Where(account => Administrators.IsListed(site.Moderators, account.Key)).Select(account => account.CommenterId)];
    }

    // The top level in order with as many replies of each as fit.
    private async Task ReadPageAsync(ThreadCursor? after, int room)
    {
        var tops = await TopAsync(after, until: null, room + 1);
        List<(CommentRow Top, int Replies)> chosen = [];
        foreach (var top in tops)
        {
            var replies = Math.Min(top.ReplyCount, RepliesAmongOthers);
            if (chosen.Count > 0 && room < 1 + replies)
            {
                break;
            }

            chosen.Add((top, replies));
            room -= 1 + replies;
        }

        // What is left over goes to the branches that were cut, in order.
        for (var i = 0; i < chosen.Count && room > 0; i++)
        {
            var extra = Math.Min(room, chosen[i].Top.ReplyCount - chosen[i].Replies);
            chosen[i] = (chosen[i].Top, chosen[i].Replies + extra);
            room -= extra;
        }

        _after = chosen.Count < tops.Count ? ThreadCursor.After(chosen[^1].Top, sort) : null;
        await ReadBranchesAsync(chosen);
    }

    private async Task<List<CommentRow>> TopAsync(ThreadCursor? after, ThreadCursor? until, int count)
    {
        var comments = Shown.Where(c => c.ThreadId == thread.Id && c.ParentId == null);
        comments = until is { } last ? comments.Until(sort, last) : comments;
        if (after is not { } cursor)
        {
            return await comments.InOrder(sort).Take(count).Select(CommentRow.Of).ToListAsync(cancellationToken);
        }

        var rows = await comments.Tied(sort, cursor).InOrder(sort).Take(count).Select(CommentRow.Of).ToListAsync(cancellationToken);
        if (rows.Count < count)
        {
            rows.AddRange(await comments.Beyond(sort, cursor).InOrder(sort).Take(count - rows.Count)
                .Select(CommentRow.Of).ToListAsync(cancellationToken));
        }

        return rows;
    }

    private async Task ReadBranchesAsync(IEnumerable<(CommentRow Top, int Replies)> branches)
    {
        List<CommentRow> whole = [];
        foreach (var (top, replies) in branches)
        {
            _rows[top.Id] = top;
            if (replies < top.ReplyCount)
            {
                await ReadRangeAsync(top, "", BranchRange.End, replies);
            }
            else if (top.ReplyCount > 0)
            {
                whole.Add(top);
            }
        }

        if (whole.Count == 0)
        {
            return;
        }

        var roots = whole.ConvertAll(top => (long?)top.Id);
        Add(await Shown.Where(c => roots.Contains(c.RootId)).OrderBy(c => c.RootId).ThenBy(c => c.Path)
            .Take(ThreadWindow.MaxComments).Select(CommentRow.Of).ToListAsync(cancellationToken));
        var shown = _rows.Values.Where(row => row.RootId is not null).ToLookup(row => row.Branch);
        foreach (var top in whole)
        {
            // Nothing is left of one that is shown whole, unless all together were too many.
            var last = shown[top.Id].MaxBy(row => row.Path, StringComparer.Ordinal) ?? top;
            Cut(top.Id, "", last, top.ReplyCount - shown[top.Id].Count(row => !row.IsGone));
        }
    }

    private async Task ReadRangeAsync(CommentRow top, string from, string to, int count)
    {
        // Reading goes on behind the last: cut where it was cut before, even if that is nothing yet.
        var replies = from.Length > 0
            ? await RepliesAsync(top.Id, c => c.Path.CompareTo(from) >= 0 && c.Path.CompareTo(to) <= 0, count)
            : await RepliesAsync(top.Id, c => c.Path.CompareTo(to) <= 0, count);
        Add(replies);
        if (from.Length > 0)
        {
            await ReadAncestorsAsync(top.Id, replies.Take(1).ToList());
        }

        var shown = replies.Count(reply => !reply.IsGone);
        var last = replies.Count > 0 ? replies[^1] : top;
        var left = from.Length == 0 ? top.ReplyCount - shown : await CountBehindAsync(top.Id, last.Path);
        Cut(top.Id, from, last, left);
    }

    private async Task ReadRepliesAsync(long id)
    {
        // Also after one that has gone meanwhile: its place is still there.
        if (await database.Comments.Where(c => c.Id == id && c.ThreadId == thread.Id).Select(CommentRow.Of).FirstOrDefaultAsync(cancellationToken)
            is not { } comment || await Find(comment.Branch) is not { } top)
        {
            return;
        }

        var replies = await RepliesAsync(top.Id, c => c.Path.CompareTo(comment.Path) > 0, MaxComments);
        Add(replies);
        _rows[top.Id] = top;
        _from = ThreadCursor.Before(top, sort);
        await ReadAncestorsAsync(top.Id, replies.Take(1).ToList());
        var last = replies.Count > 0 ? replies[^1] : comment;
        Cut(top.Id, replies.Count > 0 ? replies[0].Path : "", last, await CountBehindAsync(top.Id, last.Path));
    }

    // A page that begins with the comment's branch, and the branch with the comment.
    private async Task ReadAroundAsync(long id)
    {
        if (await Find(id) is not { } comment || await Find(comment.Branch) is not { } top)
        {
            return;
        }

        _rows.Clear();
        _branches.Clear();
        _more.Clear();
        _from = ThreadCursor.Before(top, sort);
        if (comment.RootId is null)
        {
            await ReadPageAsync(_from, MaxComments);
            return;
        }

        _rows[top.Id] = top;
        await ReadRangeAsync(top, comment.Path, BranchRange.End, MaxComments / 2);
        await ReadPageAsync(ThreadCursor.After(top, sort), MaxComments - _rows.Count);
    }

    private Task<List<CommentRow>> RepliesAsync(long root, System.Linq.Expressions.Expression<Func<Comment, bool>> range, int count) =>
        Shown.Where(c => c.RootId == root).Where(range).OrderBy(c => c.Path).Take(count).Select(CommentRow.Of).ToListAsync(cancellationToken);

    private Task<int> CountBehindAsync(long root, string path) =>
        database.Comments.CountAsync(c => c.RootId == root && c.Path.CompareTo(path) > 0 && c.State == CommentState.Published, cancellationToken);

    private async Task ReadAncestorsAsync(long root, List<CommentRow> replies)
    {
        var paths = replies.SelectMany(reply => ReplyPath.Ancestors(reply.Path).Take(site.MaxIndent)).Distinct().ToList();
        var above = database.Comments.AsNoTracking();
        Add(await above.Where(c => c.Id == root || (c.RootId == root && paths.Contains(c.Path))).Select(CommentRow.Of).ToListAsync(cancellationToken));
    }

    private Task<CommentRow?> Find(long id) =>
        Shown.Where(c => c.Id == id && c.ThreadId == thread.Id).Select(CommentRow.Of).FirstOrDefaultAsync(cancellationToken);

    private void Add(List<CommentRow> rows)
    {
        foreach (var row in rows)
        {
            _rows.TryAdd(row.Id, row);
        }
    }

    private void Cut(long root, string from, CommentRow last, int left)
    {
        if (left > 0)
        {
            _more[root] = new MoreReplies(left, last.Id);
        }

        if (left > 0 || from.Length > 0)
        {
            _branches[root] = new BranchRange(from, left > 0 ? last.Path : BranchRange.End);
        }
    }
}
