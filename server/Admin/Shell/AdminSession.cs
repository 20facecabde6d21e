using Embed.Server.Commenters;
using Embed.Server.Comments;
using Embed.Server.Http;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.AspNetCore.Components.Authorization;

namespace Embed.Server.Admin.Shell;

/// <summary>
/// Who is at the admin pages of one circuit. Nothing is remembered from one call to the next: each looks the session up again, so
/// that one ended elsewhere, or a role taken away, is refused at the next act. What somebody may do, the act's handler decides.
/// </summary>
internal sealed class AdminSession(
    AuthenticationStateProvider circuit, CommenterSessions sessions, SiteDirectory sites, Standings standings, Admission admission,
    AddressPace pace)
{
    /// <summary>The server's own origin, as the browser reaches it.</summary>
    public async Task<string> ServerOriginAsync() => (await CircuitOrigin.OfAsync(circuit)).ServerOrigin;

    /// <summary>Who is signed in.</summary>
    /// <returns>The commenter; refused: sign-in-required.</returns>
    public async Task<Outcome<Commenter>> CommenterAsync(CancellationToken cancellationToken)
    {
        var principal = (await circuit.GetAuthenticationStateAsync()).User;
        var session = await sessions.FindAsync(CurrentCommenter.TokenOf(principal), null, null, cancellationToken);
        return session?.Commenter is { } commenter ? commenter : Refusal.SignInRequired;
    }

    /// <summary>Who is signed in, if they administer the server.</summary>
    /// <returns>The commenter; refused: sign-in-required, not-allowed.</returns>
    public async Task<Outcome<Commenter>> AdministratorAsync(CancellationToken cancellationToken)
    {
        var asking = await CommenterAsync(cancellationToken);
        return asking.Value is { } commenter && !await standings.IsAdministratorAsync(commenter, cancellationToken) ? Refusal.NotAllowed : asking;
    }

    /// <summary>Who is signed in, as the site knows them, for reading. Everybody here moderates the site at least.</summary>
    /// <returns>The actor; refused: sign-in-required, site-not-found, not-allowed.</returns>
    public async Task<Outcome<Actor>> IdentifyAsync(string siteKey, CancellationToken cancellationToken)
    {
        var asking = await CommenterAsync(cancellationToken);
        if (asking.Value is not { } commenter)
        {
            return asking.Refusal!;
        }

        // Whether a site is there is nobody's business who may not see it.
        if (await sites.FindAsync(siteKey, cancellationToken) is not { } site)
        {
            return await standings.IsAdministratorAsync(commenter, cancellationToken) ? Refusal.SiteNotFound : Refusal.NotAllowed;
        }

        var actor = await admission.IdentifyAsync(site, commenter, ActedVia.Admin, isModerator: false, cancellationToken);
        return actor.IsModerator ? actor : Refusal.NotAllowed;
    }

    /// <summary>The same, if they own the site at least.</summary>
    /// <returns>The actor; refused: sign-in-required, site-not-found, not-allowed.</returns>
    public async Task<Outcome<Actor>> IdentifyOwnerAsync(string siteKey, CancellationToken cancellationToken)
    {
        var asking = await IdentifyAsync(siteKey, cancellationToken);
        return asking.Value is { IsOwner: false } ? Refusal.NotAllowed : asking;
    }

    /// <summary>Who is signed in, for acting: not while banned, and not faster than the address may.</summary>
    /// <returns>The actor; refused: as for reading, and too-many, banned.</returns>
    public async Task<Outcome<Actor>> AdmitAsync(string siteKey, CancellationToken cancellationToken)
    {
        var from = await CircuitOrigin.OfAsync(circuit);
        if (pace.Take(from.Network) is { } tooMany)
        {
            return tooMany;
        }

        var asking = await IdentifyAsync(siteKey, cancellationToken);
        return asking.Value?.Standing.Refusal is { } banned ? banned : asking;
    }

    /// <summary>The sites somebody moderates at least, by name, with their role at each.</summary>
    public async Task<IReadOnlyList<(Site Site, SiteRole Role)>> SitesAsync(Commenter commenter, CancellationToken cancellationToken) =>
        [.. (await standings.ModeratedAsync(commenter, await sites.AllAsync(cancellationToken), cancellationToken))
            .OrderBy(pair => pair.Site.Name, StringComparer.OrdinalIgnoreCase)];
}
