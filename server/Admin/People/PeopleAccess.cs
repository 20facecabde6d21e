using Embed.Server.Admin.Shell;
using Embed.Server.Model;
using Embed.Server.Moderation;

namespace Embed.Server.Admin.People;

/// <summary>What the pages about people have in common: each exists for a site and for the whole server.</summary>
internal static class PeopleAccess
{
    /// <summary>Who is there, with what they may do at the site; without a key, on the whole server.</summary>
    /// <returns>The authority; refused: sign-in-required, site-not-found, not-allowed.</returns>
    public static async Task<Outcome<Authority>> ReadAsync(this AdminSession session, string? key, CancellationToken cancellationToken)
    {
        if (key is null)
        {
            return Server(await session.AdministratorAsync(cancellationToken));
        }

        var actor = await session.IdentifyAsync(key, cancellationToken);
        return actor.Value is { } known ? Authority.Of(known) : actor.Refusal!;
    }

    /// <summary>The same, about to act.</summary>
    /// <returns>The authority; refused: as for reading, and too-many, banned.</returns>
    public static async Task<Outcome<Authority>> ActAsync(this AdminSession session, string? key, CancellationToken cancellationToken)
    {
        if (key is null)
        {
            return Server(await session.AdministratorAsync(cancellationToken));
        }

        var actor = await session.AdmitAsync(key, cancellationToken);
        return actor.Value is { } admitted ? Authority.Of(admitted) : actor.Refusal!;
    }

    /// <summary>The address of a page about people.</summary>
    public static string Address(string? key, string path) => key is null ? $"/admin/{path}" : $"/admin/sites/{key}/{path}";

    private static Outcome<Authority> Server(Outcome<Commenter> asking) =>
        asking.Value is { } administrator ? new Authority(administrator, null, SiteRole.Administrator, ActedVia.Admin) : asking.Refusal!;
}
