using Embed.Server.Model;
using MudBlazor;

namespace Embed.Server.Admin.Shell;

/// <summary>A page that the navigation leads to.</summary>
/// <param name="Label">What it is called there, and nearly always in its heading.</param>
/// <param name="Path">Its address; for a page of a site, what comes after <c>/admin/sites/{key}/</c>.</param>
/// <param name="Icon">Its picture; decoration.</param>
/// <param name="Role">The least role that has a use for it.</param>
internal sealed record AdminLink(string Label, string Path, string Icon, SiteRole Role = SiteRole.Moderator);

/// <summary>The same, ready to be drawn.</summary>
/// <param name="Label">What it says.</param>
/// <param name="Address">Where it leads.</param>
/// <param name="Icon">Its picture.</param>
public sealed record NavigationLink(string Label, string Address, string Icon);

/// <summary>A site to choose.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Name">Its name.</param>
public sealed record SiteChoice(string Key, string Name);

/// <summary>The pages that exist, in the order of the navigation. Who adds a page adds its line here.</summary>
internal static class AdminNavigation
{
    /// <summary>About the whole server.</summary>
    public static readonly IReadOnlyList<AdminLink> Server =
    [
        new("Dashboard", "/admin", Icons.Material.Outlined.BarChart),
        new("Queue", "/admin/queue", Icons.Material.Outlined.Inbox),
        new("Log", "/admin/log", Icons.Material.Outlined.History),
        new("Sites", "/admin/sites", Icons.Material.Outlined.Language),
        new("People", "/admin/people", Icons.Material.Outlined.People, SiteRole.Administrator),
        new("Team", "/admin/team", Icons.Material.Outlined.AdminPanelSettings, SiteRole.Administrator),
        new("Backups", "/admin/backups", Icons.Material.Outlined.Backup, SiteRole.Administrator),
    ];

    /// <summary>About the chosen site.</summary>
    public static readonly IReadOnlyList<AdminLink> Site =
    [
        new("Dashboard", "", Icons.Material.Outlined.BarChart),
        new("Threads", "threads", Icons.Material.Outlined.Forum),
        new("Search", "search", Icons.Material.Outlined.Search),
        new("People", "people", Icons.Material.Outlined.People),
        new("Team", "team", Icons.Material.Outlined.AdminPanelSettings),
        new("Install", "install", Icons.Material.Outlined.Code, SiteRole.Owner),
        new("Rules", "rules", Icons.Material.Outlined.Rule, SiteRole.Owner),
        new("Log", "log", Icons.Material.Outlined.History),
        new("Single sign-on", "single-sign-on", Icons.Material.Outlined.Key, SiteRole.Owner),
        new("Settings", "settings", Icons.Material.Outlined.Settings, SiteRole.Owner),
    ];

    /// <summary>Where a site begins: its first page.</summary>
    public static string StartOf(string key) => AddressOf(key, Site[0]);

    /// <summary>The server's pages for somebody.</summary>
    /// <param name="highest">The highest role they have anywhere.</param>
    public static IReadOnlyList<NavigationLink> ForServer(SiteRole highest) =>
        [.. Server.Where(link => highest >= link.Role).Select(link => new NavigationLink(link.Label, link.Path, link.Icon))];

    /// <summary>A site's pages for somebody.</summary>
    public static IReadOnlyList<NavigationLink> ForSite(string key, SiteRole role) =>
        [.. Site.Where(link => role >= link.Role)
            .Select(link => new NavigationLink(link.Label, AddressOf(key, link), link.Icon))];

    private static string AddressOf(string key, AdminLink link) => $"/admin/sites/{key}/{link.Path}".TrimEnd('/');
}
