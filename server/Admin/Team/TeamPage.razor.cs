using Embed.Server.Admin.People;
using Embed.Server.Admin.Shell;
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
    private Browser Browser { get; set; } = null!;

    private List<SiteRole> Givable =>
        [.. Enum.GetValues<SiteRole>().Where(role => role > SiteRole.None && _authority is not null && GiveRole.MayBe(_authority, role))];

    private string Sorted => AddressState.SortOf(Sort, "-role", TeamQuery.Columns);

    private string OpenSorted => AddressState.SortOf(OpenSort, "-until", "for", "role", "by", "until");

    // Administrators are the server's alone, and the other roles the sites'.
    private SiteRole[] Roles => Key is null ? [SiteRole.Administrator] : [SiteRole.Owner, SiteRole.Moderator, SiteRole.Trusted];

    private SiteRole? WantedRole => Roles.Select(role => (SiteRole?)role).FirstOrDefault(role => NameOf(role!.Value) == Role);

    private List<ListedInvitation> ShownInvitations
    {
        get
        {
            var text = AddressState.SearchOf(OpenSearch);
            var found = _team!.Invitations.Where(open => open.Note.Contains(text, StringComparison.CurrentCultureIgnoreCase)
                || open.MadeBy.Contains(text, StringComparison.CurrentCultureIgnoreCase));
            var sorted = (OpenSorted.TrimStart('-') switch
            {
                "for" => found.OrderBy(open => open.Note, StringComparer.CurrentCultureIgnoreCase),
                "role" => found.OrderBy(open => open.Role),
                "by" => found.OrderBy(open => open.MadeBy, StringComparer.CurrentCultureIgnoreCase),
                _ => found.OrderBy(open => open.ExpiresAt),
            }).ThenBy(open => open.Id);
            return [.. OpenSorted.StartsWith('-') ? sorted.Reverse() : sorted];
        }
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        await LoadAsync();
        _role = _role == SiteRole.None ? Givable.FirstOrDefault() : _role;
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
        _team = _authority is null ? null : await List.HandleAsync(
            _authority.Site, new TeamQuery(AddressState.SearchOf(Search), WantedRole, Sorted), _leaving.Token);
    }

    private async Task ChangeAsync(TeamMember member, ChangeEventArgs chosen)
    {
        if (!Enum.TryParse<SiteRole>(chosen.Value?.ToString(), out var role))
        {
            return;
        }

        var asking = await Session.ActAsync(Key, _leaving.Token);
        var outcome = asking.Value is { } by ? await Give.HandleAsync(by, member.CommenterId!.Value, role, _leaving.Token) : asking.Refusal!;
        _refused = outcome.Refusal;
        await LoadAsync();
        if (outcome.Refusal is null && outcome.Value > 0)
        {
            await Toasts.ShowAsync(
                role == SiteRole.None ? $"{member.Name} has no role here any more." : $"{member.Name} is {RoleText.WithArticle(role)} now.",
                Undo.Of([outcome.Value], RenewAsync));
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

    private void ChooseRole(ChangeEventArgs chosen) => Navigation.Choose(
        ("role", chosen.Value as string), (KeyPager.After, null), (KeyPager.Before, null));

    private static string NameOf(SiteRole role) => role.ToString().ToLowerInvariant();

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
