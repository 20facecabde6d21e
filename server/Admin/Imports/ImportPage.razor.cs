using Embed.Server.Admin.Shell;
using Embed.Server.Model;
using Embed.Server.Sites;
using Embed.Server.Transfer.Importing;
using Microsoft.AspNetCore.Components;

namespace Embed.Server.Admin.Imports;

/// <summary>One import: how it stands, what it does to each row, and what can be done about it. All of it is what handlers say.</summary>
public sealed partial class ImportPage : IDisposable
{
    private static readonly ReportOutcome[] Outcomes = Enum.GetValues<ReportOutcome>();
    private static readonly ReportKind[] Kinds = Enum.GetValues<ReportKind>();

    private readonly CancellationTokenSource _leaving = new();
    private ImportWatch? _watch;
    private ImportDraft _draft = new();
    private ListImports.Item? _item;
    private Refusal? _refusal;
    private Refusal? _refused;
    private string? _rewriteFault;
    private bool _isPlanOpen;
    private int _version;

    /// <summary>The import.</summary>
    [Parameter]
    public long Id { get; set; }

    /// <summary>The kind of rows that are shown, as the API names it; all if it names none.</summary>
    [SupplyParameterFromQuery]
    public string? Kind { get; set; }

    /// <summary>The outcome that rows are shown of; all if it names none.</summary>
    [SupplyParameterFromQuery]
    public string? Outcome { get; set; }

    /// <summary>The number of the row that the page before ended at.</summary>
    [SupplyParameterFromQuery]
    public string? Before { get; set; }

    /// <summary>How many rows of what stayed were on pages before.</summary>
    [SupplyParameterFromQuery]
    public string? Kept { get; set; }

    [Inject]
    private AdminSession Session { get; set; } = null!;

    [Inject]
    private ListImports List { get; set; } = null!;

    [Inject]
    private ReadSource Source { get; set; } = null!;

    [Inject]
    private ImportRunner Runner { get; set; } = null!;

    [Inject]
    private RunPlanned Planned { get; set; } = null!;

    [Inject]
    private CancelImport Stop { get; set; } = null!;

    [Inject]
    private ThrowImportAway Throw { get; set; } = null!;

    [Inject]
    private Toasts Toasts { get; set; } = null!;

    [Inject]
    private UndoImport Back { get; set; } = null!;

    [Inject]
    private PreviewUndo Preview { get; set; } = null!;

    [Inject]
    private PlanAgain Again { get; set; } = null!;

    [Inject]
    private SiteDirectory Sites { get; set; } = null!;

    [Inject]
    private Confirmations Confirmations { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        _watch = new ImportWatch(Runner);
        await LoadAsync();
        _ = _watch.FollowAsync(LookAsync, DispatchExceptionAsync, _leaving.Token);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _watch?.Dispose();
        _leaving.Cancel();
        _leaving.Dispose();
    }

    private async Task LookAsync()
    {
        await LoadAsync();
        StateHasChanged();
    }

    private async Task LoadAsync()
    {
        var asking = await Session.AdministratorAsync(_leaving.Token);
        var found = asking.Value is { } who ? await List.FindAsync(who, Id, _leaving.Token) : asking.Refusal!;
        _refusal = found.Refusal;
        if (found.Value is not { } item)
        {
            return;
        }

        if (_item is null || _item.Import.State != item.Import.State || _item.Import.Counts != item.Import.Counts)
        {
            _version++;
            // What is typed stays while the import stands as it did.
            _draft = ImportDraft.Of(item.Import);
        }

        _item = item;
    }

    private Task RunAsync() => ActAsync((who, gone) => Planned.HandleAsync(who, ActedVia.Admin, Id, gone));

    private async Task CancelAsync()
    {
        var isWriting = _item!.Import.State == ImportState.Writing;
        if (await Confirmations.AskAsync(
            isWriting ? "Stop writing?" : "Stop reading?",
            isWriting
                ? "What is written stays, and can be undone; or the import goes on later."
                : "Nothing of it is written. Its file stays here for 30 days, or until you throw it away.",
            "Stop"))
        {
            await ActAsync((who, gone) => Stop.HandleAsync(who, ActedVia.Admin, Id, gone));
        }
    }

    private async Task ThrowAwayAsync()
    {
        var (name, isWritten) = (_item!.Import.FileName, ImportChoices.IsWritten(_item.Import));
        if (!await Confirmations.AskAsync(
            isWritten ? "Throw the file away?" : "Throw it away?",
            isWritten
                ? "The import cannot go on any more. What it has written stays, and can be undone."
                : "The file is deleted here, and the import with it. To import it, send it again.",
            "Throw it away"))
        {
            return;
        }

        var isGone = false;
        await ActAsync(async (who, gone) =>
        {
            var thrown = await Throw.HandleAsync(who, ActedVia.Admin, Id, gone);
            isGone = thrown.Value;
            return thrown.Refusal is { } refusal ? refusal : Id;
        });
        if (isGone)
        {
            await Toasts.ShowAsync($"{name} is thrown away.");
            Navigation.NavigateTo("/admin/imports");
        }
    }

    private async Task UndoAsync()
    {
        var asking = await Session.AdministratorAsync(_leaving.Token);
        var previewed = asking.Value is { } who ? await Preview.HandleAsync(who, Id, _leaving.Token) : asking.Refusal!;
        _refused = previewed.Refusal;
        if (previewed.Value is { } preview && await Confirmations.AskAsync("Undo this import?", ImportText.SentenceOf(preview), "Undo it"))
        {
            await ActAsync((actor, gone) => Back.HandleAsync(actor, ActedVia.Admin, Id, gone));
        }
    }

    private async Task PlanAgainAsync()
    {
        _rewriteFault = _draft.Options.IsValid ? null : NewImportPage.RewriteFault;
        if (_rewriteFault is null)
        {
            await ActAsync((who, gone) => Again.HandleAsync(who, Id, _draft.Format, _draft.Options, gone));
            _isPlanOpen = false;
        }
    }

    private async Task ActAsync(Func<Commenter, CancellationToken, Task<Outcome<long>>> act)
    {
        var asking = await Session.AdministratorAsync(_leaving.Token);
        var acted = asking.Value is { } who ? await act(who, _leaving.Token) : asking.Refusal!;
        _refused = acted.Refusal;
        await LoadAsync();
    }

    // Its pages are probably the site's own now.
    private async Task AddRewriteAsync(string host)
    {
        var site = await Sites.FindAsync(_item!.Site, _leaving.Token);
        _draft.Fill(new RewriteDraft { From = host, To = site?.Origins[0] ?? "" });
        _isPlanOpen = true;
    }

    private string RowsAddress(ReportKind kind, ReportOutcome outcome) =>
        $"{Navigation.With(("kind", ApiWord.Of(kind)), ("outcome", ApiWord.Of(outcome)), (KeyPager.Before, null))}";
}
