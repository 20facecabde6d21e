using System.Globalization;
using Embed.Server.Admin.Shell;
using Embed.Server.Comments;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Widget;
using Microsoft.AspNetCore.Components;

namespace Embed.Server.Admin.Threads;

/// <summary>One thread: what it is, and all that can be done with it.</summary>
public sealed partial class ThreadDetailsPage
{
    private readonly CancellationTokenSource _leaving = new();
    private ThreadSettings? _settings;
    private string? _siteKey;
    private Refusal? _refusal;
    private Refusal? _actRefusal;
    private Refusal? _formRefusal;
    private int _closesAfterDays;
    private bool _isOwner;
    private string _title = "";
    private string _note = "";
    private string _slow = "";

    /// <summary>The thread.</summary>
    [Parameter]
    public long Id { get; set; }

    private CommentThread Thread => _settings!.Thread;

    private string SiteKey => _siteKey!;

    private string Name => _settings is null ? "Thread" : Thread.Title.Length > 0 ? Thread.Title : Uri.UnescapeDataString(Thread.PageAddress);

    private string StatusText => _settings!.Status switch
    {
        ThreadStatus.Open => "It takes comments.",
        ThreadStatus.OverAge => $"It takes no more comments: at this site threads close {ThreadActText.Count(_closesAfterDays, "day")} after they began.",
        ThreadStatus.Closed => "It takes no more comments: a moderator has closed it.",
        _ => "It is deleted: nobody but administrators sees it.",
    };

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        await ReadAsync();
        if (_settings is not null)
        {
            Fill();
            if (Thread.Id != Id)
            {
                // An address that leads elsewhere has no page of its own.
                Navigation.NavigateTo(AddressOf(Thread.Id), replace: true);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _leaving.Cancel();
        _leaving.Dispose();
    }

    private static string AddressOf(long id) => string.Create(CultureInfo.InvariantCulture, $"/admin/threads/{id}");

    private void Fill() =>
        (_title, _note, _slow) = (Thread.Title, Thread.Note, Thread.SlowModeMinutes.ToString(CultureInfo.InvariantCulture));

    private async Task ReadAsync()
    {
        _siteKey = await Read.SiteOfAsync(Id, _leaving.Token);
        // A thread of a site that somebody does not moderate is to them like one that is not there.
        var actor = _siteKey is null ? (await Session.CommenterAsync(_leaving.Token)).Refusal ?? Refusal.ThreadNotFound
            : await Session.IdentifyAsync(_siteKey, _leaving.Token);
        if (actor.Value is null)
        {
            (_refusal, _siteKey) = (actor.Refusal == Refusal.NotAllowed ? Refusal.ThreadNotFound : actor.Refusal, null);
            return;
        }

        (_isOwner, _closesAfterDays) = (actor.Value.IsOwner, actor.Value.Site.ClosesAfterDays);
        var read = await Read.HandleAsync(actor.Value, Id, _leaving.Token);
        (_settings, _refusal) = (read.Value ?? _settings, read.Refusal);
    }

    private string? FaultOf(Refusal refusal) =>
        _formRefusal == refusal ? WidgetText.For("en").Sentence(refusal.ForWidget()) : null;

    private async Task SaveAsync()
    {
        _formRefusal = int.TryParse(_slow, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) ? null : Refusal.SlowModeInvalid;
        if (_formRefusal is not null)
        {
            return;
        }

        var change = new ChangeThread.Change(Title: _title, Note: _note, SlowModeMinutes: minutes);
        if (await ActAsync((actor, ids) => Change.HandleAsync(actor, ids, change, CancellationToken.None), "Saved.", "Nothing was changed."))
        {
            Fill();
        }
        else if (_actRefusal == Refusal.TitleTooLong || _actRefusal == Refusal.NoteTooLong || _actRefusal == Refusal.BodyTooNested
            || _actRefusal == Refusal.SlowModeInvalid)
        {
            (_formRefusal, _actRefusal) = (_actRefusal, null);
        }
    }

    private async Task SetClosedAsync()
    {
        var isClosed = _settings!.Status == ThreadStatus.Open;
        await ActAsync(
            (actor, ids) => Change.HandleAsync(actor, ids, new ChangeThread.Change(isClosed), CancellationToken.None),
            isClosed ? "Closed." : "Opened again.", "It was so already.");
    }

    private async Task DeleteAsync()
    {
        var comments = ThreadActText.Count(_settings!.AllComments, "comment");
        if (await Confirmations.AskAsync(
            "Delete this thread?",
            $"“{Name}” with {comments} in all: nobody sees them any more, and the page begins anew. The log can undo it.", "Delete it"))
        {
            var key = _siteKey;
            await ActAsync((actor, ids) => Delete.HandleAsync(actor, ids, CancellationToken.None), $"Deleted, with {comments}.", "It was deleted already.", isGone: true);
            if (_actRefusal is null)
            {
                Navigation.NavigateTo($"/admin/sites/{key}/threads");
            }
        }
    }

    private async Task RestoreAsync()
    {
        await Toasts.ShowAsync(await Undo.Of([_settings!.DeletedBy!.Value])());
        await ReadAsync();
    }

    // Acts on the thread, and tells.
    private async Task<bool> ActAsync(
        Func<Actor, IReadOnlyCollection<long>, Task<Outcome<IReadOnlyList<long>>>> act, string done, string unchanged, bool isGone = false)
    {
        var actor = await Session.AdmitAsync(SiteKey, _leaving.Token);
        var acted = actor.Value is null ? actor.Refusal! : await act(actor.Value, [Thread.Id]);
        _actRefusal = acted.Refusal;
        if (acted.Value is not { } entries)
        {
            return false;
        }

        if (!isGone)
        {
            await ReadAsync();
        }

        await Toasts.ShowAsync(entries.Count == 0 ? unchanged : done, entries.Count == 0 ? null : Undo.Of(entries, ReadUnlessLeftAsync));
        return true;
    }

    private async Task DoneAsync((string Text, long ThreadId, long Entry) act)
    {
        await Toasts.ShowAsync(act.Text, Undo.Of([act.Entry], ReadUnlessLeftAsync));
        if (act.ThreadId == Id)
        {
            await ReadAsync();
        }
        else
        {
            Navigation.NavigateTo(AddressOf(act.ThreadId));
        }
    }

    // A toast stays when its page does not.
    private Task ReadUnlessLeftAsync() => _leaving.IsCancellationRequested ? Task.CompletedTask : InvokeAsync(async () =>
    {
        await ReadAsync();
        Fill();
        StateHasChanged();
    });
}
