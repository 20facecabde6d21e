using Embed.Server.Model;

namespace Embed.Server.Admin.Team;

/// <summary>Roles in words.</summary>
internal static class RoleText
{
    /// <summary>Its name.</summary>
    public static string Of(SiteRole role) => role switch
    {
        SiteRole.Administrator => "Administrator",
        SiteRole.Owner => "Owner",
        SiteRole.Moderator => "Moderator",
        SiteRole.Trusted => "Trusted commenter",
        _ => "None",
    };

    /// <summary>Its name in a sentence.</summary>
    public static string WithArticle(SiteRole role) => $"{(role is SiteRole.Administrator or SiteRole.Owner ? "an" : "a")} {Of(role).ToLowerInvariant()}";

    /// <summary>What it lets one do.</summary>
    public static string Does(SiteRole role) => role switch
    {
        SiteRole.Administrator => "Administrators run the server: they make sites and do everything at each of them.",
        SiteRole.Owner => "Owners change the site’s settings and rules, say who owns and moderates it, and do all that moderators do.",
        SiteRole.Moderator => "Moderators decide on comments, threads and people, and say whom they trust.",
        SiteRole.Trusted => "Comments of trusted commenters appear at once, whatever the site holds.",
        _ => "Everybody writes and votes.",
    };
}
