using System.Globalization;
using Embed.Server.Admin.Shell;
using Embed.Server.Moderation;
using Embed.Server.Threads;
using Embed.Widget;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Embed.Server.Admin.Queue;

/// <summary>The page <c>/admin/queue</c>.</summary>
public sealed partial class ModerationPage : IAsyncDisposable
{
    private static readonly (QueueVerb Verb, string Key, string Label)[] SelectionVerbs =
    [
        (QueueVerb.Approve, "a", "Approve"), (QueueVerb.Reject, "r", "Reject"), (QueueVerb.Spam, "s", "Spam"), (QueueVerb.Delete, "d", "Delete"),
        (QueueVerb.Ban, "b", "Ban"),
    ];

    private readonly CancellationTokenSource _leaving = new();
    private readonly CancellationToken _gone;

    // By their ids, the revisions that were on the screen when they were selected.
    private readonly Dictionary<long, int> _selected = [];
    private (string?, string?, string?, string?)? _shown;
    private ThreadRefusal? _refusal;
    private ThreadRefusal? _actRefusal;
    private IJSObjectReference? _script;
    private QueueWatch? _watch;
    private QueueHelp _help = null!;
    private DeleteQuestion _delete = null!;
    private BanQuestion _ban = null!;
    private long _lastSelected;
    private bool _isOpen;

    /// <summary>Begins to look.</summary>
    public ModerationPage() => _gone = _leaving.Token;

    /// <summary>The tab, as the address names it; the held comments if it does not.</summary>
    [SupplyParameterFromQuery]
    public string? Tab { get; set; }

    /// <summary>The key of the one site that is shown; null for all.</summary>
    [SupplyParameterFromQuery]
    public string? Site { get; set; }

    /// <summary><c>oldest</c> for the oldest first.</summary>
    [SupplyParameterFromQuery]
    public string? Sort { get; set; }

    /// <summary>Where the page before ended.</summary>
    [SupplyParameterFromQuery]
    public string? After { get; set; }

    [Inject]
    private QueueDesk Desk { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private QueueFeed Feed { get; set; } = null!;

    [Inject]
    private Toasts Toasts { get; set; } = null!;

    [Inject]
    private ShellState State { get; set; } = null!;

    [Inject]
    private IJSRuntime Script { get; set; } = null!;

    private bool IsOldestFirst => Sort == "oldest";

    private List<QueueItem> Selected => Desk.Items.FindAll(item => _selected.ContainsKey(item.Comment.Id));

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (_shown != (Tab, Site, Sort, After))
        {
            _shown = (Tab, Site, Sort, After);
            await OpenAsync();
            if (_gone.IsCancellationRequested)
            {
                return;
            }

            (_watch ??= new QueueWatch(Feed, InvokeAsync, LookAsync, DispatchExceptionAsync)).Follow(await Desk.SiteIdsAsync(_gone));
        }
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _script = await Script.InvokeAsync<IJSObjectReference>("import", $"/admin-queue.js?v={State.Build}");
            await _script.InvokeVoidAsync("begin");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        _watch?.Dispose();
        _leaving.Dispose();
        try
        {
            if (_script is not null)
            {
                await _script.InvokeVoidAsync("end");
                await _script.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The page is gone, and its script with it.
        }
    }

    private async Task OpenAsync()
    {
        var tab = Enum.TryParse<QueueTab>(Tab, ignoreCase: true, out var named) && Enum.IsDefined(named) ? named : QueueTab.Held;
        _refusal = (await Desk.OpenAsync(tab, Site, IsOldestFirst, AddressState.IdOf(After), _gone))?.ForWidget();
        _selected.Clear();
        (_isOpen, _actRefusal) = (true, null);
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        await Desk.FollowAsync(cancellationToken);
        StateHasChanged();
    }

    private void Select(QueueItem item, SeenEventArgs press)
    {
        var isNew = !_selected.ContainsKey(item.Comment.Id);
        var (from, to) = (Desk.Items.FindIndex(other => other.Comment.Id == _lastSelected), Desk.Items.IndexOf(item));
        // With Shift, from the one before up to this one.
        var items = press.ShiftKey && from >= 0 ? Desk.Items.GetRange(Math.Min(from, to), Math.Abs(to - from) + 1) : [item];
        foreach (var id in items.Select(one => one.Comment.Id))
        {
            _ = isNew ? press.Revisions.TryGetValue(id, out var revision) && _selected.TryAdd(id, revision) : _selected.Remove(id);
        }

        _lastSelected = item.Comment.Id;
    }

    private void SelectAll(SeenEventArgs press)
    {
        if (_selected.Count == Desk.Items.Count)
        {
            _selected.Clear();
            return;
        }

        foreach (var id in Desk.Items.Select(item => item.Comment.Id))
        {
            _ = press.Revisions.TryGetValue(id, out var revision) && _selected.TryAdd(id, revision);
        }
    }

    // What has been drawn anew since it was selected is not what was chosen; and what is drawn only later has not been seen.
    private Dictionary<long, int> AsSelected(SeenEventArgs press) =>
        _selected.Where(pair => press.Revisions.TryGetValue(pair.Key, out var drawn) && drawn == pair.Value).ToDictionary();

    private async Task ShowNewAsync()
    {
        if (After is null)
        {
            await OpenAsync();
        }
        else
        {
            Navigation.Choose(("after", null));
        }
    }

    private Task HelpAsync() => _help.ShowAsync();

    private void ChooseSite(ChangeEventArgs chosen) => Navigation.Choose(("site", chosen.Value as string), ("after", null));

    private void ChooseOrder(ChangeEventArgs chosen) => Navigation.Choose(("sort", chosen.Value as string), ("after", null));

    private string AddressOf(QueueTab tab) =>
        Navigation.With(("tab", tab == QueueTab.Held ? null : tab.ToString().ToLowerInvariant()), ("after", null));

    private int? CountOf(QueueTab tab) => tab switch
    {
        QueueTab.Held => Desk.Counts.Held,
        QueueTab.Flagged => Desk.Counts.Flagged,
        QueueTab.Spam => Desk.Counts.Spam,
        _ => null,
    };

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
