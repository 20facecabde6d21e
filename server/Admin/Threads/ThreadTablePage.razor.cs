using System.Globalization;
using Embed.Server.Admin.Shell;
using Embed.Server.Comments;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Microsoft.AspNetCore.Components;

namespace Embed.Server.Admin.Threads;

/// <summary>A site's threads: searched, filtered, sorted, and acted on as a selection.</summary>
public sealed partial class ThreadTablePage
{
    private readonly CancellationTokenSource _leaving = new();
    private readonly HashSet<long> _selected = [];
    private ThreadList? _page;
    private Refusal? _refusal;
    private Refusal? _actRefusal;
    private bool _isAdministrator;

    /// <summary>The site's key.</summary>
    [Parameter]
    public required string Key { get; set; }

    /// <summary>What is looked for.</summary>
    [SupplyParameterFromQuery(Name = "q")]
    public string? Search { get; set; }

    /// <summary>Which threads are shown.</summary>
    [SupplyParameterFromQuery]
    public string? Show { get; set; }

    /// <summary>The column it is sorted by, with a hyphen before it for the largest first.</summary>
    [SupplyParameterFromQuery]
    public string? Sort { get; set; }

    /// <summary>The place that the page before ended at.</summary>
    [SupplyParameterFromQuery]
    public string? Before { get; set; }

    /// <summary>The place that the page behind begins at.</summary>
    [SupplyParameterFromQuery]
    public string? After { get; set; }

    private string Sorted => AddressState.SortOf(Sort, "-began", ListThreads.Columns);

    // What was deleted is for administrators.
    private ThreadFilter Filter => Enum.TryParse<ThreadFilter>(Show, ignoreCase: true, out var filter) && Enum.IsDefined(filter)
        && (filter != ThreadFilter.Deleted || _isAdministrator) ? filter : ThreadFilter.All;

    private bool IsAll => string.IsNullOrEmpty(Search) && Filter == ThreadFilter.All;

    private bool IsAllSelected => _page!.Threads.Count > 0 && _page.Threads.All(thread => _selected.Contains(thread.Id));

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        // What is not on the screen any more is not acted on.
        _selected.Clear();
        _actRefusal = null;
        await ReadAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _leaving.Cancel();
        _leaving.Dispose();
    }

    private async Task ReadAsync()
    {
        var actor = await Session.IdentifyAsync(Key, _leaving.Token);
        if (actor.Value is null)
        {
            _refusal = actor.Refusal;
            return;
        }

        _isAdministrator = actor.Value.Role == SiteRole.Administrator;
        var listed = await List.HandleAsync(
            actor.Value,
            new ListThreads.Query(AddressState.SearchOf(Search), Filter, Sorted, ThreadPosition.Parse(Before), ThreadPosition.Parse(After)),
            _leaving.Token);
        (_page, _refusal) = (listed.Value ?? _page, listed.Refusal);
    }

    private void ShowOthers(ChangeEventArgs chosen) => Navigation.Choose(
        ("show", chosen.Value as string is nameof(ThreadFilter.All) ? null : chosen.Value?.ToString()?.ToLowerInvariant()), (KeyPager.After, null),
        (KeyPager.Before, null));

    private void Select(long id, ChangeEventArgs change)
    {
        if (change.Value is true)
        {
            _selected.Add(id);
        }
        else
        {
            _selected.Remove(id);
        }
    }

    private void SelectAll(ChangeEventArgs change)
    {
        _selected.Clear();
        if (change.Value is true)
        {
            _selected.UnionWith(_page!.Threads.Select(thread => thread.Id));
        }
    }

    private Task SetClosedAsync(bool isClosed) => ActAsync(
        (actor, ids) => Change.HandleAsync(actor, ids, new ChangeThread.Change(isClosed), CancellationToken.None), isClosed ? "closed" : "opened");

    private async Task DeleteAsync()
    {
        var chosen = _page!.Threads.Where(thread => _selected.Contains(thread.Id)).ToList();
        var comments = ThreadActText.Count(chosen.Sum(thread => thread.Comments), "published comment");
        var what = chosen.Count == 1 ? $"“{chosen[0].Name}”" : ThreadActText.Count(chosen.Count, "thread");
        if (await Confirmations.AskAsync(
            chosen.Count == 1 ? "Delete this thread?" : "Delete these threads?",
            $"{what} with {comments}: nobody sees them any more, and the pages begin anew. The log can undo it.",
            chosen.Count == 1 ? "Delete it" : "Delete them"))
        {
            await ActAsync((actor, ids) => Delete.HandleAsync(actor, ids, CancellationToken.None), "deleted");
        }
    }

    private async Task ActAsync(Func<Actor, IReadOnlyCollection<long>, Task<Outcome<IReadOnlyList<long>>>> act, string done)
    {
        var actor = await Session.AdmitAsync(Key, _leaving.Token);
        var acted = actor.Value is null ? actor.Refusal! : await act(actor.Value, _selected);
        _actRefusal = acted.Refusal;
        if (acted.Value is not { } entries)
        {
            return;
        }

        _selected.Clear();
        await ReadAsync();
        await Toasts.ShowAsync(
            entries.Count == 0 ? "They were so already." : $"{ThreadActText.Count(entries.Count, "thread")} {done}.",
            entries.Count == 0 ? null : Undo.Of(entries, ReadUnlessLeftAsync));
    }

    // A toast stays when its page does not.
    private Task ReadUnlessLeftAsync() => _leaving.IsCancellationRequested ? Task.CompletedTask : InvokeAsync(async () =>
    {
        await ReadAsync();
        StateHasChanged();
    });

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
