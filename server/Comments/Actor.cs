using Embed.Server.Commenters;
using Embed.Server.Model;
using Embed.Server.Sites;

namespace Embed.Server.Comments;

/// <summary>Somebody about to act on a site: the handlers' only notion of who asks.</summary>
/// <param name="Site">Where.</param>
/// <param name="Commenter">Who.</param>
/// <param name="IsModerator">Whether they moderate the site: listed there, or an administrator.</param>
internal sealed record Actor(Site Site, Commenter Commenter, bool IsModerator);

/// <summary>
/// The one gate every act passes, whether it comes by HTTP, circuit or plain form: a registered origin, then a person.
/// What the person may do is decided by the handler of the act.
/// </summary>
internal sealed class Admission(SiteDirectory sites, CommenterSessions sessions, Administrators administrators)
{
    /// <summary>Admits the bearer of a session token.</summary>
    /// <param name="siteKey">The site's key.</param>
    /// <param name="origin">
    /// The page's origin as the browser stated it. None is as bad as a wrong one: browsers state it with every write.
    /// </param>
    /// <param name="serverAddress">The server's own origin, whose pages may act on every site.</param>
    /// <param name="token">The session token.</param>
    /// <returns>The actor; refused: site-not-found, origin-not-allowed, sign-in-required.</returns>
    public async Task<Outcome<Actor>> AdmitAsync(
        string siteKey, string? origin, string serverAddress, string? token, CancellationToken cancellationToken)
    {
        if (await sites.FindAsync(siteKey, cancellationToken) is not { } site)
        {
            return Refusal.SiteNotFound;
        }

        if (origin is null || (!site.Allows(origin) && origin != serverAddress))
        {
            return Refusal.OriginNotAllowed;
        }

        return await sessions.FindAsync(token, site.Id, origin, cancellationToken) is { Commenter: { } commenter } session
            ? Admit(site, commenter, session.IsModerator)
            : Refusal.SignInRequired;
    }

    /// <summary>Admits somebody signed in on our own origin, whose form carried its antiforgery token.</summary>
    public Actor Admit(Site site, Commenter commenter, bool isModerator = false) =>
        new(site, commenter, isModerator || Administrators.IsListed(site.Moderators, commenter) || administrators.Contains(commenter));
}
