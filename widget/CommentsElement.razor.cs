using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Logging;
using Microsoft.JSInterop;

namespace Embed.Widget;

/// <summary>
/// The live thread. Parameters come from the host page and are as hostile as any request: the session checks each.
/// All state is touched on the circuit's dispatcher only.
/// </summary>
public sealed partial class CommentsElement : IDisposable
{
    private const int MaxExpandedCharacters = 2_000;

    private readonly CancellationTokenSource _gone = new();
    private WidgetText _text = WidgetText.For(null);
    private ThreadRequest? _request;
    private ThreadDrawing? _drawing;
    private ThreadScreen _screen = ThreadScreen.Start;
    private ThreadRefusal? _refusal;
    private int _shownRevision;
    private bool _isReading;
    private int _isStale;

    /// <summary>The site's key.</summary>
    [Parameter]
    public string? Site { get; set; }

    /// <summary>The host page's address.</summary>
    [Parameter]
    public string? Page { get; set; }

    /// <summary>The address that the host page states as its canonical one, where that is another.</summary>
    [Parameter]
    public string? Canonical { get; set; }

    /// <summary>An explicit thread id in place of the page's address.</summary>
    [Parameter]
    public string? Thread { get; set; }

    /// <summary>The host page's title.</summary>
    [Parameter]
    public string? Title { get; set; }

    /// <summary>The order wanted: <c>oldest</c>, <c>newest</c>, <c>best</c> or <c>discussed</c>; anything else: the site's.</summary>
    [Parameter]
    public string? Sort { get; set; }

    /// <summary>The language wanted (BCP 47); English where there are no texts for it.</summary>
    [Parameter]
    public string? Language { get; set; }

    /// <summary>The session token; null when signed out.</summary>
    [Parameter]
    public string? Token { get; set; }

    /// <summary>The id of a comment that must be among what is shown; null for none.</summary>
    [Parameter]
    public string? Around { get; set; }

    /// <summary>What the reader has read on from there: <c>after:{cursor}</c> and <c>replies:{id}</c>, separated by spaces; null for nothing.</summary>
    [Parameter]
    public string? Expanded { get; set; }

    /// <summary>Which of the page's sets of parameters this is; drawn beside the thread once that shows what they ask for.</summary>
    [Parameter]
    public int Revision { get; set; }

    /// <summary>What the thread is read from and acted on through.</summary>
    [Inject]
    public required IThreadSession Session { get; set; }

    /// <summary>The page's script, told what became of what.</summary>
    [Inject]
    public required IJSRuntime Script { get; set; }

    /// <summary>Where faults are noted.</summary>
    [Inject]
    public required ILogger<CommentsElement> Logger { get; set; }

    /// <summary>The clock that decides what is still editable.</summary>
    [Inject]
    public required TimeProvider Clock { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Session.Changed -= OnChanged;
        Session.Dispose();
        _gone.Cancel();
        _gone.Dispose();
    }

    /// <inheritdoc/>
    protected override void OnInitialized() => Session.Changed += OnChanged;

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        _text = WidgetText.For(Language);
        var sort = Enum.TryParse<ThreadSort>(Sort, ignoreCase: true, out var known) && Enum.IsDefined(known) ? known : (ThreadSort?)null;
        var around = long.TryParse(Around, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
        // Longer than any reader gets; what is cut is shown when it is asked for again.
        var expanded = Expanded is { Length: > MaxExpandedCharacters } ? null : Expanded;
        var request = new ThreadRequest(Site ?? "", Page ?? "", Thread, Title, sort, Token, around, expanded, Canonical);
        var revision = Revision;
        if (request != _request)
        {
            _request = request;
            await ShowAsync(await Session.OpenAsync(request, _gone.Token));
        }

        _shownRevision = Math.Max(_shownRevision, revision);
    }

    // Not on the thread that says so: it belongs to whoever wrote, and would read and draw for every circuit in turn. What comes
    // while a reading is due needs none of its own.
    private void OnChanged()
    {
        if (Interlocked.Exchange(ref _isStale, 1) == 0)
        {
            _ = Task.Run(() => InvokeAsync(ReadAgainAsync));
        }
    }

    // Signals that arrive while one is being served make it go round once more: never two reads at once, none missed.
    private async Task ReadAgainAsync()
    {
        if (_isReading)
        {
            return;
        }

        _isReading = true;
        try
        {
            while (!_gone.IsCancellationRequested && Interlocked.Exchange(ref _isStale, 0) == 1)
            {
                await ShowAsync(await Session.ReadAsync(_gone.Token));
                StateHasChanged();
            }
        }
        catch (OperationCanceledException)
        {
            // The element went away meanwhile: there is nobody left to show it to.
        }
        finally
        {
            _isReading = false;
        }
    }

    private async Task ActAsync(ThreadAct act)
    {
        // It may have gone since it was pressed; and what any script can send must not pile up on the screen.
        if (act.CommentId != 0 && _drawing?.Thread.Has(act.CommentId) != true)
        {
            return;
        }

        var result = await TryAsync(async () => act.Verb switch
        {
            ThreadVerb.DeleteConfirmed => await DeleteAsync(act.CommentId),
            ThreadVerb.VoteUp => await VoteAsync(act.CommentId, 1),
            ThreadVerb.VoteDown => await VoteAsync(act.CommentId, -1),
            ThreadVerb.Unflag => await Session.FlagAsync(act.CommentId, null, "", _gone.Token),
            ThreadVerb.Undo => await UndoAsync(),
            _ when IsModeration(act.Verb) => await ModerateAsync(new ModeratorAct(act.Verb, act.CommentId, act.Revision)),
            ThreadVerb.More => await Session.MoreAsync(act.CommentId, _gone.Token),
            _ => null,
        });
        if (result is null)
        {
            await OpenAsync(act);
        }
        else
        {
            _screen = _screen with { Confirming = 0, Refusals = _screen.Refusals.Remove(act.CommentId) };
            if (result.Refusal is { } refusal)
            {
                _screen = _screen with { Refusals = _screen.Refusals.SetItem(act.CommentId, refusal) };
            }

            await ShowAsync(await Session.ReadAsync(_gone.Token));
        }
    }

    // Acts that only change what is open on this screen.
    private async Task OpenAsync(ThreadAct act)
    {
        switch (act.Verb)
        {
            case ThreadVerb.Compose:
                Put(ThreadScreen.NewSlot, form => form ?? new FormState());
                break;
            case ThreadVerb.Reply:
                Put(ThreadScreen.ReplySlot(act.CommentId), form => form ?? new FormState());
                break;
            case ThreadVerb.Edit when await Session.ReadSourceAsync(act.CommentId, _gone.Token) is { } source:
                Put(ThreadScreen.EditSlot(act.CommentId), form => form ?? new FormState(source, Revision: act.Revision));
                _screen = _screen with { Moderating = null };
                break;
            case ThreadVerb.FromStart:
                await Session.FromStartAsync(_gone.Token);
                await ShowAsync(await Session.ReadAsync(_gone.Token));
                break;
            case ThreadVerb.Delete:
                _screen = _screen with { Confirming = act.CommentId, ConfirmingRevision = act.Revision };
                break;
            case ThreadVerb.DeleteCancelled:
                _screen = _screen with { Confirming = 0 };
                break;
            default:
                OpenAsk(act);
                break;
        }

        Redraw();
    }

    private Task<ActResult> VoteAsync(long commentId, int value) =>
        Session.VoteAsync(
            commentId, _drawing?.Viewer?.Votes.GetValueOrDefault(commentId) == value ? 0 : value, _gone.Token);

    // A fault ends an act, not the circuit: otherwise the page would open a new one, send again, and so on for ever.
    private async Task<ActResult?> TryAsync(Func<Task<ActResult?>> act)
    {
        try
        {
            return await act();
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Log.ActFailed(Logger, fault);
            return new ActResult(null, IsPending: false, new ThreadRefusal("faulted", null));
        }
    }

    private async Task ShowAsync(SessionResult result)
    {
        _refusal = result.Refusal;
        _drawing = result.Thread is null ? null : new(result.Thread, _text, Clock.GetUtcNow(), result.Viewer?.Since(_drawing?.Viewer), _screen);
        if (result.HasTokenEnded)
        {
            await TellAsync("signedOut", null);
        }
    }

    private void Redraw() => _drawing = _drawing is null ? null : _drawing with { Screen = _screen, Now = Clock.GetUtcNow() };

    private async Task TellAsync(string what, object? detail)
    {
        try
        {
            await Script.InvokeVoidAsync("embed." + what, _gone.Token, detail);
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException)
        {
            // The connection broke. What was done is done; the page finds out when it asks again.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "An act in a live thread failed")]
        public static partial void ActFailed(ILogger logger, Exception fault);
    }
}
