using System.Net;
using Embed.Server.Commenters;
using Embed.Server.Http;
using Embed.Server.Model;
using Embed.Server.Sites;

namespace Embed.Server.Comments;

/// <summary>Somebody about to act on a site: the handlers' only notion of who asks.</summary>
/// <param name="Site">Where.</param>
/// <param name="Commenter">Who.</param>
/// <param name="IsModerator">Whether they moderate the site: listed there, or an administrator.</param>
internal sealed record Actor(Site Site, Commenter Commenter, bool IsModerator);

/// <summary>What a page's script says about itself, by HTTP or circuit; nothing of it is believed before <see cref="Admission"/> has checked it.</summary>
/// <param name="Origin">The page's origin as the browser stated it. None is as bad as a wrong one: browsers state it with every write.</param>
/// <param name="ServerOrigin">The server's own origin, whose pages may act on every site.</param>
/// <param name="Network">The network address that it came from.</param>
/// <param name="Token">The session token; null for somebody who is not signed in.</param>
internal sealed record Credentials(string? Origin, string ServerOrigin, IPAddress Network, string? Token);

/// <summary>
/// The one gate every act passes, whether it comes by HTTP, circuit or plain form: a registered origin, then a person, then no
/// ban. What the person may do is decided by the handler of the act.
/// </summary>
internal sealed class Admission(
    SiteDirectory sites, CommenterSessions sessions, Administrators administrators, Bans bans, FailurePace failures)
{
    /// <summary>Admits the bearer of a session token to act on a site.</summary>
    /// <returns>The actor; refused: site-not-found, origin-not-allowed, sign-in-required, too-many, banned.</returns>
    public async Task<Outcome<Actor>> AdmitAsync(string siteKey, Credentials credentials, CancellationToken cancellationToken) =>
        await AdmitAsync(await IdentifyAsync(siteKey, credentials, cancellationToken), cancellationToken);

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
            ? await AdmitAsync(Identify(site, session!.Commenter!, session.IsModerator), cancellationToken)
            : Refusal.OriginNotAllowed;
    }

    /// <summary>Admits somebody signed in on our own origin, whose form carried its antiforgery token.</summary>
    /// <returns>The actor; refused: banned.</returns>
    public Task<Outcome<Actor>> AdmitAsync(Site site, Commenter commenter, CancellationToken cancellationToken) =>
        AdmitAsync(Identify(site, commenter), cancellationToken);

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
            ? Identify(site, commenter, session.IsModerator)
            : NotSignedIn(credentials);
    }

    /// <summary>Who somebody signed in on our own origin is at a site, for reading as them.</summary>
    public Actor Identify(Site site, Commenter commenter, bool isModerator = false) =>
        new(site, commenter, isModerator || Administrators.IsListed(site.Moderators, commenter) || administrators.Contains(commenter));

    private async Task<Outcome<Actor>> AdmitAsync(Outcome<Actor> asking, CancellationToken cancellationToken) =>
        asking.Value is { } actor && await bans.FindAsync(actor.Commenter.Id, actor.Site.Id, cancellationToken) is { } banned ? banned : asking;

    private Refusal NotSignedIn(Credentials credentials) =>
        (credentials.Token is null ? null : failures.Fail(credentials.Network)) ?? Refusal.SignInRequired;

    private static bool Allows(Site site, Credentials credentials) =>
        credentials.Origin is { } origin && (site.Allows(origin) || origin == credentials.ServerOrigin);
}
