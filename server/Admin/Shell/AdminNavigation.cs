using Embed.Server.Model;
using MudBlazor;

namespace Embed.Server.Admin.Shell;

/// <summary>A page that the navigation leads to.</summary>
/// <param name="Label">What it is called there, and nearly always in its heading.</param>
/// <param name="Path">Its address; for a page of a site, what comes after <c>/admin/sites/{key}/</c>, but for its queue.</param>
/// <param name="Icon">Its picture; decoration.</param>
/// <param name="Role">The least role that has a use for it.</param>
internal sealed record AdminLink(string Label, string Path, string Icon, SiteRole Role = SiteRole.Moderator);

/// <summary>The same, ready to be drawn.</summary>
/// <param name="Label">What it says.</param>
/// <param name="Address">Where it leads.</param>
/// <param name="Icon">Its picture.</param>
/// <param name="HeldAt">The key of the site whose held comments are counted beside it; null for none.</param>
public sealed record NavigationLink(string Label, string Address, string Icon, string? HeldAt = null);

/// <summary>A site to choose.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Name">Its name.</param>
public sealed record SiteChoice(string Key, string Name);

/// <summary>The pages that exist, in the order of the navigation. Who adds a page adds its line here.</summary>
internal static class AdminNavigation
{
    /// <summary>The queue's address; <c>?site=</c> names the one site that it shows.</summary>
    public const string Queue = "/admin/queue";

    /// <summary>About the whole server.</summary>
    public static readonly IReadOnlyList<AdminLink> Server =
    [
        new("Dashboard", "/admin", Icons.Material.Outlined.BarChart),
        new("Queue", Queue, Icons.Material.Outlined.Inbox),
        new("Log", "/admin/log", Icons.Material.Outlined.History),
        new("Sites", "/admin/sites", Icons.Material.Outlined.Language),
        new("People", "/admin/people", Icons.Material.Outlined.People, SiteRole.Administrator),
        new("Team", "/admin/team", Icons.Material.Outlined.AdminPanelSettings, SiteRole.Administrator),
        new("Imports", "/admin/imports", Icons.Material.Outlined.MoveToInbox, SiteRole.Administrator),
        new("Export", "/admin/export", Icons.Material.Outlined.Download, SiteRole.Administrator),
        new("Backups", "/admin/backups", Icons.Material.Outlined.Backup, SiteRole.Administrator),
    ];

    /// <summary>About the chosen site.</summary>
    public static readonly IReadOnlyList<AdminLink> Site =
    [
        new("Dashboard", "", Icons.Material.Outlined.BarChart),
        new("Queue", "queue", Icons.Material.Outlined.Inbox),
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
            .Select(link => new NavigationLink(link.Label, AddressOf(key, link), link.Icon, IsQueue(link) ? key : null))];

    /// <summary>The address that the navigation has for a page.</summary>
    /// <param name="path">The page's path.</param>
    /// <param name="site">The key of the site that it is about; null for none.</param>
    public static string CurrentOf(string path, string? site) => path == Queue && site is not null ? QueueOf(site) : path;

    /// <summary>The page of a site that is like the one on the screen; its first where it has none, or none for this role.</summary>
    /// <param name="path">The path of the page on the screen.</param>
    /// <param name="key">The site's key.</param>
    /// <param name="role">The role that who looks has there.</param>
    public static string LikeOf(string path, string key, SiteRole role)
    {
        var page = path.Split('/') switch
        {
            ["", "admin", "sites", _, var name, ..] => name,
            ["", "admin", var name, ..] => name,
            _ => "",
        };
        return AddressOf(key, Site.FirstOrDefault(link => link.Path == page && role >= link.Role) ?? Site[0]);
    }

    private static string AddressOf(string key, AdminLink link) => IsQueue(link) ? QueueOf(key) : $"/admin/sites/{key}/{link.Path}".TrimEnd('/');

    // One page is the queue of all sites, and of each.
    private static string QueueOf(string key) => $"{Queue}?site={key}";

    private static bool IsQueue(AdminLink link) => link.Path == "queue";
}
