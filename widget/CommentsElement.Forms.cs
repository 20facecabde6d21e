namespace Embed.Widget;

/// <content>Forms: what is written, previewed and sent.</content>
public sealed partial class CommentsElement
{
    private async Task FormAsync(FormEventArgs form)
    {
        if (!_screen.Forms.ContainsKey(form.Slot))
        {
            return;
        }

        switch (form.Kind)
        {
            case "submit":
                await SubmitAsync(form);
                break;
            case "preview":
                var preview = await Session.PreviewAsync(form.Body, _gone.Token);
                Change(form.Slot, state => state with { Refusal = preview.Refusal, Preview = preview.Refusal is null ? preview.Html : null });
                break;
            case "write":
                Change(form.Slot, state => state with { Preview = null, Refusal = null });
                break;
            case "cancel":
                _screen = _screen with { Forms = _screen.Forms.Remove(form.Slot) };
                break;
            default:
                break;
        }

        Redraw();
    }

    private async Task SubmitAsync(FormEventArgs form)
    {
        Change(form.Slot, state => state with { IsSending = true, Refusal = null, Preview = null });
        Redraw();
        StateHasChanged();
        // Drawn when the handler first lets go, which nothing below may do: SQLite answers without waiting, or not at all.
        await Task.Yield();
        var (verb, id) = Target(form.Slot);
        var result = await TryAsync(async () => verb == "edit"
            ? await EditAsync(form.Slot, id, form.Body)
            : await Session.PostAsync(verb == "reply" ? id : null, form.Body, form.DraftId, _gone.Token));
        if (result!.Refusal is { } refusal)
        {
            Change(form.Slot, state => state with { IsSending = false, Refusal = refusal });
            // What is in the way may have changed what they see: closed meanwhile, or signed out elsewhere.
            await ShowAsync(await Session.ReadAsync(_gone.Token));
            await TellAsync("refused", new { form.Slot, refusal.Code });
            return;
        }

        _screen = _screen with { Forms = _screen.Forms.Remove(form.Slot) };
        await ShowAsync(await Session.ReadAsync(_gone.Token));
        StateHasChanged();
        await TellAsync("posted", new { form.Slot, result.CommentId, result.IsPending });
    }

    // Somebody else's is edited as a moderator, who has seen what they change.
    private Task<ActResult> EditAsync(string slot, long commentId, string body) => FactsOf(commentId) is null || IsOwn(commentId)
        ? Session.EditAsync(commentId, body, _gone.Token)
        : EditAsModeratorAsync(_screen.Forms[slot].Revision, commentId, body);

    private async Task<ActResult> EditAsModeratorAsync(int revision, long commentId, string body)
    {
        var result = await Session.ModerateAsync(new ModeratorAct(ThreadVerb.Edit, commentId, revision, body), _gone.Token);
        _screen = result.Refusal is null ? _screen with { Done = new DoneState(ThreadVerb.Edit, result.Entry) } : _screen;
        return result;
    }

    private static (string Verb, long CommentId) Target(string slot)
    {
        var dash = slot.IndexOf('-', StringComparison.Ordinal);
        return dash > 0 && long.TryParse(slot.AsSpan(dash + 1), out var id) ? (slot[..dash], id) : (slot, 0);
    }

    // A form may be gone by the time its answer is here.
    private void Change(string slot, Func<FormState, FormState> change)
    {
        if (_screen.Forms.TryGetValue(slot, out var state))
        {
            Put(slot, _ => change(state));
        }
    }

    private void Put(string slot, Func<FormState?, FormState> change) =>
        _screen = _screen with { Forms = _screen.Forms.SetItem(slot, change(_screen.Forms.GetValueOrDefault(slot))) };
}
