using System.Net;
using Embed.Server.Commenters;
using Embed.Server.Http;
using Embed.Server.Model;
using Embed.Server.Sites;

namespace Embed.Server.Comments;

/// <summary>Somebody about to act on a site: the handlers' only notion of who asks.</summary>
/// <param name="Site">Where.</param>
/// <param name="Commenter">Who.</param>
/// <param name="Standing">What they are there.</param>
/// <param name="Via">By what way they act.</param>
internal sealed record Actor(Site Site, Commenter Commenter, Standing Standing, ActedVia Via)
{
    public SiteRole Role => Standing.Role;

    /// <summary>Whether what they write is seen by themselves alone. Whoever moderates by now is heard.</summary>
    public bool IsShadowed => Standing.IsShadowed && !IsModerator;

    /// <summary>Whether they decide on others' comments there.</summary>
    public bool IsModerator => Role >= SiteRole.Moderator;

    /// <summary>Whether they change the site's settings.</summary>
    public bool IsOwner => Role >= SiteRole.Owner;
}

/// <summary>What a page's script says about itself, by HTTP or circuit; nothing of it is believed before <see cref="Admission"/> has checked it.</summary>
/// <param name="Origin">The page's origin as the browser stated it. None is as bad as a wrong one: browsers state it with every write.</param>
/// <param name="ServerOrigin">The server's own origin, whose pages may act on every site.</param>
/// <param name="Network">The network address that it came from.</param>
/// <param name="Token">The session token; null for somebody who is not signed in.</param>
/// <param name="Via">By what way they act.</param>
internal sealed record Credentials(string? Origin, string ServerOrigin, IPAddress Network, string? Token, ActedVia Via);

/// <summary>
/// The one gate every act passes, whether it comes by HTTP, circuit or plain form: a registered origin, then a person, then no
/// ban. What the person may do is decided by the handler of the act.
/// </summary>
internal sealed class Admission(
    SiteDirectory sites, CommenterSessions sessions, Standings standings, FailurePace failures)
{
    /// <summary>Admits the bearer of a session token to act on a site.</summary>
    /// <returns>The actor; refused: site-not-found, origin-not-allowed, sign-in-required, too-many, banned.</returns>
    public async Task<Outcome<Actor>> AdmitAsync(string siteKey, Credentials credentials, CancellationToken cancellationToken) =>
        Admit(await IdentifyAsync(siteKey, credentials, cancellationToken));

    /// <summary>
    /// Admits the bearer of a session token to act on something of the token's own site. Which site the thing belongs to is not
    /// asked here: whoever is not admitted gets the same answer whether it exists or not.
    /// </summary>
    /// <returns>The actor; refused: origin-not-allowed, sign-in-required, too-many, banned.</returns>
    public async Task<Outcome<Actor>> AdmitAsync(Credentials credentials, CancellationToken cancellationToken)
    {
        if (credentials.Origin is not { } origin
            || (origin != credentials.ServerOrigin && !await sites.IsKnownOriginAsync(origin, cancellationToken)))
        {
            return Refusal.OriginNotAllowed;
        }

        var session = await sessions.FindAtAnySiteAsync(credentials.Token, origin, cancellationToken);
        var site = session?.SiteId is { } id ? await sites.FindAsync(id, cancellationToken) : null;
        if (site is null)
        {
            return NotSignedIn(credentials);
        }

        // Asked of the site itself, too: the origin may have been taken off it since the session began.
        return Allows(site, credentials)
            ? Admit(await IdentifyAsync(site, session!.Commenter!, credentials.Via, session.IsModerator, cancellationToken))
            : Refusal.OriginNotAllowed;
    }

    /// <summary>Admits somebody signed in on our own origin, whose form carried its antiforgery token.</summary>
    /// <returns>The actor; refused: banned.</returns>
    public async Task<Outcome<Actor>> AdmitAsync(Site site, Commenter commenter, ActedVia via, CancellationToken cancellationToken) =>
        Admit(await IdentifyAsync(site, commenter, via, isModerator: false, cancellationToken));

    /// <summary>Who the bearer of a session token is, for reading as them: for acting they must be admitted.</summary>
    /// <returns>The actor; refused: site-not-found, origin-not-allowed, sign-in-required, too-many.</returns>
    public async Task<Outcome<Actor>> IdentifyAsync(string siteKey, Credentials credentials, CancellationToken cancellationToken)
    {
        if (await sites.FindAsync(siteKey, cancellationToken) is not { } site)
        {
            return Refusal.SiteNotFound;
        }

        if (!Allows(site, credentials))
        {
            return Refusal.OriginNotAllowed;
        }

        return await sessions.FindAsync(credentials.Token, site.Id, credentials.Origin, cancellationToken) is { Commenter: { } commenter } session
            ? await IdentifyAsync(site, commenter, credentials.Via, session.IsModerator, cancellationToken)
            : NotSignedIn(credentials);
    }

    /// <summary>Who somebody is at a site, for reading as them.</summary>
    /// <param name="site">Where.</param>
    /// <param name="commenter">Who, with their accounts.</param>
    /// <param name="via">By what way they act.</param>
    /// <param name="isModerator">Whether the site's own token said that they moderate it.</param>
    /// <param name="cancellationToken">Stops the look-up.</param>
    public async Task<Actor> IdentifyAsync(
        Site site, Commenter commenter, ActedVia via, bool isModerator, CancellationToken cancellationToken)
    {
        var standing = await standings.FindAsync(commenter, site, cancellationToken);
        return new Actor(site, commenter, isModerator && standing.Role < SiteRole.Moderator ? standing with { Role = SiteRole.Moderator } : standing, via);
    }

    private static Outcome<Actor> Admit(Outcome<Actor> asking) => asking.Value?.Standing.Refusal is { } banned ? banned : asking;

    private Refusal NotSignedIn(Credentials credentials) =>
        (credentials.Token is null ? null : failures.Fail(credentials.Network)) ?? Refusal.SignInRequired;

    private static bool Allows(Site site, Credentials credentials) =>
        credentials.Origin is { } origin && (site.Allows(origin) || origin == credentials.ServerOrigin);
}
