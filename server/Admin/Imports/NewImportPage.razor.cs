using Embed.Server.Admin.Shell;
using Embed.Server.Model;
using Embed.Server.Transfer.Importing;
using Embed.Widget;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;

namespace Embed.Server.Admin.Imports;

/// <summary>
/// Begins an import. A file goes by a request of its own (<see cref="ImportEndpoints"/>): the circuit is for small messages.
/// </summary>
public sealed partial class NewImportPage : IAsyncDisposable
{
    /// <summary>What is said of a rewriting that lacks a half.</summary>
    internal const string RewriteFault = "Say for each rewriting both what addresses begin with and what stands there instead: a host, or an address with https.";

    // The script answers within a second, where it can.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _leaving = new();
    private readonly ImportDraft _draft = new();
    private readonly GitHubDraft _gitHub = new();
    private IReadOnlyList<(Site Site, SiteRole Role)>? _sites;
    private CancellationTokenSource? _fetching;
    private IJSObjectReference? _script;
    private ElementReference _file;
    private Refusal? _refusal;
    private Refusal? _refused;
    private string _site = "";
    private string? _fault;
    private string? _fileFault;
    private string? _rewriteFault;
    private bool _isFromGitHub;
    private bool _isSending;
    private bool _hasFault;
    private int _fetched;

    /// <summary>The file that is chosen.</summary>
    /// <param name="Name">What it is called.</param>
    /// <param name="Size">How long it is, in bytes.</param>
    private sealed record ChosenFile(string Name, long Size);

    /// <summary>What came of sending.</summary>
    /// <param name="Code"><c>sent</c>, <c>stopped</c>, <c>lost</c>, <c>signed-out</c>, <c>fault</c>, or a refusal's.</param>
    /// <param name="Id">The import, if it was sent.</param>
    /// <param name="Text">The refusal's sentence.</param>
    private sealed record SentFile(string Code, long? Id, string? Text);

    /// <summary>The key of the site that is chosen at first.</summary>
    [SupplyParameterFromQuery(Name = "site")]
    public string? Site { get; set; }

    [Inject]
    private AdminSession Session { get; set; } = null!;

    [Inject]
    private ReadSource Source { get; set; } = null!;

    [Inject]
    private StartGitHubImport GitHub { get; set; } = null!;

    [Inject]
    private Browser Browser { get; set; } = null!;

    [Inject]
    private ShellState State { get; set; } = null!;

    [Inject]
    private Confirmations Confirmations { get; set; } = null!;

    [Inject]
    private IJSRuntime Script { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        var asking = await Session.AdministratorAsync(_leaving.Token);
        _refusal = asking.Refusal;
        if (asking.Value is { } who)
        {
            _sites = await Session.SitesAsync(who, _leaving.Token);
            _site = _sites.Any(pair => pair.Site.Key == Site) ? Site! : _sites is [var (first, _), ..] ? first.Key : "";
        }
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_hasFault)
        {
            _hasFault = false;
            await Browser.FocusFaultAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        _leaving.Dispose();
        try
        {
            if (_script is not null)
            {
                await _script.InvokeVoidAsync("stop");
                await _script.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The page is gone, and what it sent with it.
        }
    }

    private async Task SendAsync()
    {
        (_refused, _fault, _fileFault, _rewriteFault) = (null, null, null, null);
        var asking = await Session.AdministratorAsync(_leaving.Token);
        _refused = asking.Refusal;
        _rewriteFault = _draft.Options.IsValid ? null : RewriteFault;
        _hasFault = _rewriteFault is not null;
        if (asking.Value is { } who && !_hasFault)
        {
            await (_isFromGitHub ? FetchAsync(who) : UploadAsync());
        }
    }

    private async Task UploadAsync()
    {
        _script ??= await Script.InvokeAsync<IJSObjectReference>("import", _leaving.Token, $"/admin-import.js?v={State.Build}");
        var file = await _script.InvokeAsync<ChosenFile?>("chosen", _leaving.Token, _file);
        _fileFault = file is null ? "Choose a file."
            : file.Size == 0 ? "This file is empty. Choose another."
            : file.Size > StartImport.MaxFileBytes ? WidgetText.For("en").Sentence(Refusal.ImportTooLarge.ForWidget())
            : null;
        _hasFault = _fileFault is not null;
        if (_hasFault)
        {
            return;
        }

        var options = _draft.Options;
        var sent = await WhileSendingAsync(() => SendFileAsync(
            _script, ImportEndpoints.Write(new(_site, _draft.Format, options.KeepsPrivate, options.Rewrites))));
        if (sent is { Code: "sent", Id: { } id })
        {
            Navigation.NavigateTo($"/admin/imports/{id}");
            return;
        }

        _fault = sent.Code switch
        {
            "stopped" => "Stopped. Nothing was kept of the file.",
            "lost" => "The connection was lost, or the file was changed while it was sent. Nothing was kept of it. Try again.",
            "signed-out" => "You are not signed in here any more. Sign in in another tab, then load this page again.",
            "form-expired" => "This page was open for too long, or you signed in meanwhile. Load it again, then choose the file again.",
            _ => sent.Text ?? "The server failed. Its log says more.",
        };
    }

    private async Task<SentFile> SendFileAsync(IJSObjectReference script, string description)
    {
        await script.InvokeVoidAsync("send", _leaving.Token, _file, description);
        while (true)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(_leaving.Token);
            patience.CancelAfter(Patience);
            try
            {
                if (await script.InvokeAsync<SentFile?>("outcome", patience.Token) is { } sent)
                {
                    return sent;
                }
            }
            catch (OperationCanceledException) when (!_leaving.IsCancellationRequested)
            {
                // Lost with the page's own connection, as the file is then. Once that is back, there is an answer.
            }
        }
    }

    private async Task FetchAsync(Commenter who)
    {
        using var fetching = _fetching = CancellationTokenSource.CreateLinkedTokenSource(_leaving.Token);
        _fetched = 0;
        // It comes back to this circuit's turn by itself.
        var progress = new Progress<int>(fetched =>
        {
            _fetched = fetched;
            StateHasChanged();
        });
        var request = new StartGitHubImport.Request(_site, _gitHub.IsGiscus, _gitHub.Repository, _gitHub.Api, _gitHub.Part, _gitHub.Token, _draft.Options);
        try
        {
            var fetched = await WhileSendingAsync(() => GitHub.HandleAsync(who, ActedVia.Admin, request, progress, fetching.Token));
            (_refused, _fault) = (fetched.Refusal, fetched.Value?.Fault);
            if (fetched.Value is { ImportId: { } id })
            {
                _gitHub.Token = "";
                Navigation.NavigateTo($"/admin/imports/{id}");
            }
        }
        catch (OperationCanceledException) when (fetching.IsCancellationRequested)
        {
            _fault = "Stopped. Nothing was kept of what was fetched.";
        }
        finally
        {
            _fetching = null;
        }
    }

    private async Task<T> WhileSendingAsync<T>(Func<Task<T>> send)
    {
        _isSending = true;
        StateHasChanged();
        try
        {
            return await send();
        }
        finally
        {
            _isSending = false;
        }
    }

    private async Task StopAsync()
    {
        await (_fetching?.CancelAsync() ?? Task.CompletedTask);
        if (!_isFromGitHub && _script is not null)
        {
            await _script.InvokeVoidAsync("stop", _leaving.Token);
        }
    }

    private async Task AskAsync(LocationChangingContext moving)
    {
        if (_isSending && !await Confirmations.AskAsync("Stop and leave?", "What was sent or fetched so far is thrown away.", "Stop and leave"))
        {
            moving.PreventNavigation();
        }
    }
}
