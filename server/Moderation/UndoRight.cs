using System.Text.Json;
using Embed.Server.Model;

namespace Embed.Server.Moderation;

/// <summary>Who may take which act back: whoever may do it. Roles are what whoever gives them may give.</summary>
internal static class UndoRight
{
    // What the log says of giving and taking trust, which moderators may.
    private static readonly string[] OfTrust =
    [
        .. new GiveRole.Details[] { new(SiteRole.Trusted, SiteRole.None), new(SiteRole.None, SiteRole.Trusted) }
            .Select(details => JsonSerializer.Serialize(details, JsonSerializerOptions.Web)),
    ];

    private static readonly string[] OfModerators = [.. WordsOf(SiteRole.Moderator), ActWord.Undone];

    private static readonly string[] OfOwners = [.. WordsOf(SiteRole.Owner)];

    /// <summary>The least role that may take an act back; one at the act's site, or for what concerns the whole server everywhere.</summary>
    /// <param name="act">The act itself, not an entry that took it back.</param>
    public static SiteRole RoleFor(ModerationLogEntry act) =>
        act.Act is ActWord.RoleGiven or ActWord.RoleTaken && act.SiteId is not null && OfTrust.Contains(act.Details)
            ? SiteRole.Moderator : ActWord.RoleFor(act.Act);

    /// <summary>
    /// The acts that somebody who moderates may take back; of entries that took others back all, as only those others say more.
    /// </summary>
    /// <param name="log">Acts at sites they moderate.</param>
    /// <param name="owned">The sites that they own.</param>
    public static IQueryable<ModerationLogEntry> Select(IQueryable<ModerationLogEntry> log, IReadOnlyList<long> owned) => log.Where(e =>
        OfModerators.Contains(e.Act)
        || ((e.Act == ActWord.RoleGiven || e.Act == ActWord.RoleTaken) && OfTrust.Contains(e.Details))
        || (OfOwners.Contains(e.Act) && owned.Contains(e.SiteId!.Value)));

    private static IEnumerable<string> WordsOf(SiteRole role) => ActGroup.All.SelectMany(group => group.Words).Where(word => ActWord.RoleFor(word) == role);
}
