using Embed.Server.Admin.Shell;
using Embed.Server.Moderation;
using Microsoft.JSInterop;

namespace Embed.Server.Admin.Queue;

/// <summary>What the buttons and keys do, and what is told of it.</summary>
public sealed partial class ModerationPage
{
    // What counts as seen is what was drawn when it was pressed: not what has come while a question was open.
    private async Task AskAsync(IReadOnlyList<QueueItem> items, QueuePress press, bool isSelection = false)
    {
        if (press.Verb == QueueVerb.Ban)
        {
            if (await _ban.AskAsync(NamesOf(items), Desk.IsAdministrator) is { } answer)
            {
                await BanAsync(items, new BanCommenter.Terms(answer.Days, answer.IsShadow, answer.Reason, answer.IsEverywhere));
            }

            return;
        }

        CommentAct? act = press.Verb switch
        {
            QueueVerb.Approve => new CommentAct.Approve(),
            QueueVerb.Reject => new CommentAct.Reject(),
            QueueVerb.Spam => new CommentAct.MarkSpam(),
            QueueVerb.Pin => items[0].Comment.Thread.IsPin ? new CommentAct.Unpin() : new CommentAct.Pin(),
            QueueVerb.Delete when await _delete.AskAsync(items.Count) is { } reason => new CommentAct.Delete(reason),
            _ => null,
        };
        if (act is not null)
        {
            await ActAsync(items, act, press.Seen, isSelection);
        }
    }

    private async Task ActAsync(
        IReadOnlyCollection<QueueItem> items, CommentAct act, IReadOnlyDictionary<long, int> seen, bool isSelection = false)
    {
        var comments = items.Select(item => item.Comment.Id).ToList();
        var done = await Desk.ActAsync(items, act, seen, _gone);
        _actRefusal = done.Refusal?.ForWidget();
        var changed = isSelection && done.Value is not null ? items.Where(item => item.Refusal?.Code == Model.Refusal.DecidedAlready.Code).ToList() : [];
        comments.ForEach(id => _selected.Remove(id));
        // They stay selected as they are now: whoever presses again has had them shown.
        changed.ForEach(item => _selected[item.Comment.Id] = item.Comment.Revision);
        if (done.Value is { Count: > 0 } entries)
        {
            var by = items.FirstOrDefault(item => item.Refusal is null)?.Comment.Author.Name ?? "";
            await TellAsync(QueueText.Told(act, entries.Count, by) + QueueText.Kept(changed.Count), entries, comments);
        }
        else if (changed.Count > 0)
        {
            await Toasts.ShowAsync(QueueText.Kept(changed.Count).Trim());
        }

        if (changed.Count > 0)
        {
            StateHasChanged();
            await _script!.InvokeVoidAsync("reveal", _gone, changed[0].Comment.Id);
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
            await ActAsync([item], new CommentAct.Edit(text.Body), new Dictionary<long, int> { [item.Comment.Id] = text.Revision });
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
