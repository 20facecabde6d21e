using System.Globalization;
using Embed.Server.Admin.Shell;
using Embed.Server.Admin.Team;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Microsoft.AspNetCore.Components;

namespace Embed.Server.Admin.People;

/// <summary>Somebody's history, and the acts on them.</summary>
public sealed partial class PersonPage
{
    private static readonly (CommentState State, string Label)[] States =
    [
        (CommentState.Published, "Published"), (CommentState.Pending, "Held"), (CommentState.Rejected, "Rejected"), (CommentState.Spam, "Spam"),
        (CommentState.Shadowed, "Shadowed"), (CommentState.Deleted, "Deleted"),
    ];

    private readonly CancellationTokenSource _leaving = new();
    private Authority? _authority;
    private PersonView? _person;
    private Refusal? _refusal;
    private Refusal? _refused;
    private string _days = "7";
    private bool _isShadow;
    private bool _isEverywhere;
    private string _reason = "";
    private string _note = "";

    private List<SiteRole> Givable =>
        [.. Enum.GetValues<SiteRole>().Where(role => role > SiteRole.None && _authority is not null && GiveRole.MayBe(_authority, role))];

    private bool HasBanHere => _person!.Bans.Any(ban => ban.Site == Key);

    /// <inheritdoc/>
    protected override Task OnParametersSetAsync() => LoadAsync();

    /// <inheritdoc/>
    public void Dispose()
    {
        _leaving.Cancel();
        _leaving.Dispose();
    }

    private async Task LoadAsync()
    {
        var asking = await Session.ReadAsync(Key, _leaving.Token);
        _authority = asking.Value;
        _person = _authority is null ? null : await Show.HandleAsync(_authority.Site, Id, AddressState.IdOf(Before), _leaving.Token);
        _refusal = asking.Refusal ?? (_person is null ? Refusal.CommenterNotFound : null);
    }

    private Task BanAsync()
    {
        var days = int.TryParse(_days, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : (int?)null;
        var terms = new BanCommenter.Terms(days, _isShadow, _reason, _isEverywhere);
        return ActAsync(by => Bans.HandleAsync(by, Id, terms, _leaving.Token), _isShadow ? "Shadow banned." : "Banned.");
    }

    private Task LiftAsync() => ActAsync(by => Bans.LiftAsync(by, Id, _leaving.Token), "The ban has ended.");

    private Task GiveAsync(ChangeEventArgs chosen) => Enum.TryParse<SiteRole>(chosen.Value?.ToString(), out var role)
        ? ActAsync(
            by => Give.HandleAsync(by, Id, role, _leaving.Token),
            role == SiteRole.None ? "The role is taken away." : $"Now {RoleText.WithArticle(role)}.")
        : Task.CompletedTask;

    private async Task AddNoteAsync()
    {
        await ActAsync(by => Notes.HandleAsync(by, Id, _note, _leaving.Token), "Noted.");
        _note = _refused is null ? "" : _note;
    }

    private Task DeleteNoteAsync(long note) => ActAsync(by => Notes.DeleteAsync(by, note, _leaving.Token), "Deleted.");

    private async Task ActAsync(Func<Authority, Task<Outcome<long>>> act, string done)
    {
        var asking = await Session.ActAsync(Key, _leaving.Token);
        var outcome = asking.Value is { } by ? await act(by) : asking.Refusal!;
        _refused = outcome.Refusal;
        if (outcome.Refusal is null)
        {
            await LoadAsync();
            await Toasts.ShowAsync(done, outcome.Value == 0 ? null : Undo.Of([outcome.Value], RenewAsync));
        }
    }

    private async Task RenewAsync()
    {
        await LoadAsync();
        await InvokeAsync(StateHasChanged);
    }

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
