using System.Globalization;
using Embed.Server.Model;
using Embed.Widget;

namespace Embed.Server.Admin;

/// <summary>A site's settings as the form has them: everything as typed, so that nothing is lost when it is refused.</summary>
/// <param name="Key">The site's key; only a new site's is typed.</param>
/// <param name="Name">Its name.</param>
/// <param name="Origins">Origins, one a line.</param>
/// <param name="Moderators">Accounts, one a line.</param>
/// <param name="MaxIndent">A number.</param>
/// <param name="IsNumbered">Whether comments carry outline numbers.</param>
/// <param name="EditWindowMinutes">A number.</param>
/// <param name="HoldsComments">Whether comments wait for a moderator.</param>
/// <param name="DefaultSort">The name of a <see cref="ThreadSort"/>.</param>
/// <param name="IsIndexed">Whether search engines may list the threads' own pages.</param>
/// <param name="QueryParameters">Names of query parameters that tell pages apart, one a line.</param>
/// <param name="SignInProviders">Names of the sign-in providers offered; none: all of the server's.</param>
/// <param name="AllowsGuests">Whether people may comment with a name alone.</param>
/// <param name="HoldsGuests">Whether guests' comments wait for a moderator.</param>
/// <param name="AllowsMail">Whether people may sign in by a code mailed to them.</param>
/// <param name="ClosesAfterDays">A number.</param>
/// <param name="SlowModeMinutes">A number.</param>
/// <param name="Revision">The revision that was on the screen when the form was drawn.</param>
public sealed record SiteForm(
    string Key, string Name, string Origins, string Moderators, string MaxIndent, bool IsNumbered, string EditWindowMinutes,
    bool HoldsComments, string DefaultSort, bool IsIndexed, string QueryParameters, IReadOnlyList<string> SignInProviders, bool AllowsGuests,
    bool HoldsGuests, bool AllowsMail, string ClosesAfterDays, string SlowModeMinutes, long Revision)
{
    /// <summary>An empty form with the defaults of a new site.</summary>
    internal static SiteForm New { get; } = From(new Site { Key = "", Name = "", Origins = [] });

    /// <summary>The form for a site as it is.</summary>
    internal static SiteForm From(Site site) => new(
        site.Key, site.Name, string.Join('\n', site.Origins), string.Join('\n', site.Moderators), Text(site.MaxIndent), site.IsNumbered,
        Text(site.EditWindowMinutes), site.HoldsComments, site.DefaultSort.ToString(), site.IsIndexed,
        string.Join('\n', site.QueryParameters), site.SignInProviders, site.AllowsGuests, site.HoldsGuests, site.AllowsMail,
        Text(site.ClosesAfterDays), Text(site.SlowModeMinutes), site.Revision);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
