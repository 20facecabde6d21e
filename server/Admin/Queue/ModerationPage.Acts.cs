using Embed.Server.Admin.Shell;
using Embed.Server.Moderation;

namespace Embed.Server.Admin.Queue;

/// <summary>What the buttons and keys do, and what is told of it.</summary>
public sealed partial class ModerationPage
{
    private async Task AskAsync(IReadOnlyList<QueueItem> items, QueueVerb verb)
    {
        switch (verb)
        {
            case QueueVerb.Approve:
                await ActAsync(items, new CommentAct.Approve());
                break;
            case QueueVerb.Reject:
                await ActAsync(items, new CommentAct.Reject());
                break;
            case QueueVerb.Spam:
                await ActAsync(items, new CommentAct.MarkSpam());
                break;
            case QueueVerb.Pin:
                await ActAsync(items, items[0].Comment.Thread.IsPin ? new CommentAct.Unpin() : new CommentAct.Pin());
                break;
            case QueueVerb.Delete when await _delete.AskAsync(items.Count) is { } reason:
                await ActAsync(items, new CommentAct.Delete(reason));
                break;
            case QueueVerb.Ban when await _ban.AskAsync(NamesOf(items)) is { } answer:
                await BanAsync(items, new BanCommenter.Terms(answer.Days, answer.IsShadow, answer.Reason));
                break;
        }
    }

    private async Task ActAsync(IReadOnlyCollection<QueueItem> items, CommentAct act)
    {
        var (comments, by) = (items.Select(item => item.Comment.Id).ToList(), items.Count == 1 ? items.First().Comment.Author.Name : "");
        var done = await Desk.ActAsync(items, act, _gone);
        _actRefusal = done.Refusal?.ForWidget();
        _selected.ExceptWith(comments);
        if (done.Value is { Count: > 0 } entries)
        {
            await TellAsync(QueueText.Told(act, entries.Count, by), entries, comments);
        }
    }

    private Task TellAsync(string done, IReadOnlyCollection<long> entries, IReadOnlyCollection<long> comments) => Toasts.ShowAsync(done, async () =>
    {
        // Also from another page, once this one is left.
        var told = await Desk.UndoAsync(entries, comments, CancellationToken.None);
        StateHasChanged();
        return told;
    });

    // Those who are selected stay so: whoever bans them may want to delete, too.
    private async Task BanAsync(IReadOnlyCollection<QueueItem> items, BanCommenter.Terms terms)
    {
        var result = await Desk.BanAsync(items, terms, _gone);
        _actRefusal = result.Refusal?.ForWidget();
        if (result.Entries.Count > 0)
        {
            var authors = items.Select(item => item.Comment.Author.Id).ToHashSet();
            var theirs = Desk.Items.Select(item => item.Comment).Where(comment => authors.Contains(comment.Author.Id)).Select(comment => comment.Id).ToList();
            await TellAsync(QueueText.Banned(result.Banned, result.Refused), result.Entries, theirs);
        }
        else if (result.Refused.Count > 0)
        {
            await Toasts.ShowAsync(QueueText.Banned(result.Banned, result.Refused));
        }
    }

    private async Task<bool> WriteAsync(QueueItem item, WrittenText text)
    {
        if (!text.IsReply)
        {
            await ActAsync([item], new CommentAct.Edit(text.Body));
            item.Refusal ??= _actRefusal;
            _actRefusal = null;
            StateHasChanged();
            return item.Refusal is null;
        }

        var reply = await Desk.ReplyAsync(item, text.Body, text.DraftId, _gone);
        item.Refusal = reply.Refusal?.ForWidget();
        if (item.Refusal is null)
        {
            var site = item.Comment.Site;
            await Toasts.ShowAsync($"Replied to {AdminText.NameOf(item.Comment.Author.Name)}.", async () =>
            {
                var told = await Desk.DeleteReplyAsync(site, reply.Value, CancellationToken.None);
                StateHasChanged();
                return told;
            });
        }

        StateHasChanged();
        return item.Refusal is null;
    }

    private static List<string> NamesOf(IEnumerable<QueueItem> items) =>
        [.. items.Select(item => item.Comment.Author).DistinctBy(author => author.Id).Select(author => AdminText.NameOf(author.Name))];
}
