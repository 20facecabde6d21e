namespace Embed.Widget;

/// <content>Reports, what moderators do, and the forms of both.</content>
public sealed partial class CommentsElement
{
    /// <summary>Acts that are done at once.</summary>
    private static bool IsModeration(string verb) => verb is ThreadVerb.Approve or ThreadVerb.Reject or ThreadVerb.Spam or ThreadVerb.Pin
        or ThreadVerb.Unpin or ThreadVerb.DismissFlags or ThreadVerb.CloseThread or ThreadVerb.ReopenThread;

    private ModeratorFacts? FactsOf(long commentId) => _drawing?.Viewer?.Moderation?.Comments.GetValueOrDefault(commentId);

    // What is open for a moderator or a report.
    private void OpenAsk(ThreadAct act)
    {
        switch (act.Verb)
        {
            case ThreadVerb.Moderate:
                _screen = _screen with { Moderating = _screen.Moderating == act.CommentId ? null : act.CommentId, Ask = null, Done = null };
                break;
            case ThreadVerb.Flag when act.CommentId != 0:
            case ThreadVerb.DeleteWithReason or ThreadVerb.Ban when act.CommentId != 0:
            case ThreadVerb.Note or ThreadVerb.SlowMode when act.CommentId == 0:
                _screen = _screen with { Ask = new AskState(act.Verb, act.CommentId) { Revision = act.Revision } };
                break;
            default:
                break;
        }
    }

    // The revision is the one that was on the screen: on a slow line what is known here is ahead of it.
    private async Task<ActResult> ModerateAsync(ModeratorAct act)
    {
        var result = await Session.ModerateAsync(act, _gone.Token);
        if (result.Refusal is null)
        {
            _screen = _screen with { Done = new DoneState(act.Verb, result.Entry), Moderating = null, Ask = null };
        }

        return result;
    }

    // One's own comment is deleted for good; a moderator's deletion can be taken back.
    private Task<ActResult> DeleteAsync(long commentId) => FactsOf(commentId) is null || IsOwn(commentId)
        ? Session.DeleteAsync(commentId, _gone.Token)
        : ModerateAsync(new ModeratorAct(ThreadVerb.DeleteWithReason, commentId, _screen.ConfirmingRevision));

    private bool IsOwn(long commentId) => _drawing is { Viewer: { } viewer, Thread: { } thread } && thread.Find(commentId)?.Author == viewer.Commenter;

    private async Task<ActResult> UndoAsync()
    {
        if (_screen.Done is not { Entry: not 0 } done)
        {
            return new ActResult(null, IsPending: false, null);
        }

        var result = await Session.UndoAsync(done.Entry, _gone.Token);
        _screen = _screen with { Done = result.Refusal is null ? new DoneState(ThreadVerb.Undo, 0) : null };
        return result;
    }

    private async Task AskAsync(AskEventArgs asked)
    {
        if (asked.Verb.Length == 0 || _screen.Ask is not { } ask || (ask.Verb, ask.CommentId) != (asked.Verb, asked.CommentId))
        {
            _screen = _screen with { Ask = null };
            Redraw();
            return;
        }

        var result = await TryAsync(async () => ask.Verb == ThreadVerb.Flag
            ? await Session.FlagAsync(ask.CommentId, asked.Reason, asked.Text, _gone.Token)
            : await ModerateAsync(new ModeratorAct(ask.Verb, ask.CommentId, ask.Revision, Text: asked.Text, Number: asked.Number, IsShadow: asked.IsTicked)));
        _screen = _screen with { Ask = result!.Refusal is null ? null : ask with { Refusal = result.Refusal } };
        await ShowAsync(await Session.ReadAsync(_gone.Token));
    }
}
