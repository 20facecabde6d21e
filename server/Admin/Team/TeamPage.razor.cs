using Embed.Server.Admin.People;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Microsoft.AspNetCore.Components;

namespace Embed.Server.Admin.Team;

/// <summary>Who has which role, and the ways to give and take them.</summary>
public sealed partial class TeamPage
{
    private readonly CancellationTokenSource _leaving = new();
    private Authority? _authority;
    private TeamList? _team;
    private Refusal? _refusal;
    private Refusal? _refused;
    private SiteRole _role;
    private string _note = "";
    private string? _link;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private Shell.Browser Browser { get; set; } = null!;

    private List<SiteRole> Givable =>
        [.. Enum.GetValues<SiteRole>().Where(role => role > SiteRole.None && _authority is not null && GiveRole.MayBe(_authority, role))];

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        await LoadAsync();
        _role = Givable.FirstOrDefault();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _leaving.Cancel();
        _leaving.Dispose();
    }

    private async Task LoadAsync()
    {
        var asking = await Session.ReadAsync(Key, _leaving.Token);
        _refusal = asking.Refusal;
        _authority = asking.Value;
        _team = _authority is null ? null : await List.HandleAsync(_authority.Site, _leaving.Token);
    }

    private async Task ChangeAsync(GivenRole member, ChangeEventArgs chosen)
    {
        if (!Enum.TryParse<SiteRole>(chosen.Value?.ToString(), out var role))
        {
            return;
        }

        var asking = await Session.ActAsync(Key, _leaving.Token);
        var outcome = asking.Value is { } by ? await Give.HandleAsync(by, member.CommenterId, role, _leaving.Token) : asking.Refusal!;
        _refused = outcome.Refusal;
        await LoadAsync();
        if (outcome.Refusal is null && outcome.Value > 0)
        {
            await Toasts.ShowAsync(
                role == SiteRole.None ? $"{member.Name} has no role here any more." : $"{member.Name} is {RoleText.WithArticle(role)} now.",
                // Undoing a role is for owners; who trusts somebody chooses anew.
                _authority?.MostGiven >= SiteRole.Owner ? Undo.Of([outcome.Value], RenewAsync) : null);
        }
    }

    private async Task RenewAsync()
    {
        await LoadAsync();
        await InvokeAsync(StateHasChanged);
    }

    private async Task InviteAsync()
    {
        var asking = await Session.ActAsync(Key, _leaving.Token);
        var outcome = asking.Value is { } by ? await Invite.HandleAsync(by, _role, _note, _leaving.Token) : asking.Refusal!;
        _refused = outcome.Refusal;
        if (outcome.Value is { } secret)
        {
            (_link, _note) = ($"{Navigation.BaseUri.TrimEnd('/')}{InvitationEndpoints.Path}#{secret}", "");
            await LoadAsync();
        }
    }

    private async Task CopyAsync()
    {
        await Browser.CopyAsync(_link!);
        await Toasts.ShowAsync("Copied.");
    }

    private async Task RevokeAsync(ListedInvitation open)
    {
        if (!await Confirmations.AskAsync("Revoke the invitation?", "Its link gives nothing any more. A new one can be made.", "Revoke"))
        {
            return;
        }

        var asking = await Session.ActAsync(Key, _leaving.Token);
        var outcome = asking.Value is { } by ? await Invite.RevokeAsync(by, open.Id, _leaving.Token) : asking.Refusal!;
        _refused = outcome.Refusal;
        _link = null;
        await LoadAsync();
        if (outcome.Refusal is null)
        {
            await Toasts.ShowAsync("Revoked.");
        }
    }
}
