using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.PreModeration;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Commenters;

/// <summary>
/// Asks the rules on names where a name is given, before it stands anywhere. A name is a person's on the whole server, so a new one
/// concerns the sites where readers see comments of theirs; every other site judges it with the next comment, like all else.
/// </summary>
internal sealed class NameRules(SiteDirectory sites, Standings standings)
{
    /// <summary>Whether a site refuses the name of a guest. One that it would hold is held with each comment.</summary>
    /// <returns>The refusal name-refused, or null.</returns>
    public static Refusal? FindRefusal(Site site, string name) =>
        RuleBook.Of(site).JudgeName(name) is { Verdict: RuleVerdict.Refuse, Reason: var reason } ? Refusal.NameRefused(reason) : null;

    /// <summary>
    /// A site that shows comments of somebody and would not publish one under the new name, be it held, spam or refused: nobody looks
    /// at those that are there again. Where they are trusted or moderate, rules do not ask.
    /// </summary>
    /// <param name="database">The database.</param>
    /// <param name="commenter">Who, with their accounts.</param>
    /// <param name="name">The new name.</param>
    /// <param name="cancellationToken">Stops the look-up.</param>
    /// <returns>The first such site; null if there is none.</returns>
    public async Task<Site?> FindObjectionAsync(EmbedDbContext database, Commenter commenter, string name, CancellationToken cancellationToken)
    {
        foreach (var site in await sites.AllAsync(cancellationToken))
        {
            if (RuleBook.Of(site).JudgeName(name) is { Verdict: not RuleVerdict.Publish }
                && await database.Comments.AnyAsync(c => c.SiteId == site.Id && c.CommenterId == commenter.Id && c.State == CommentState.Published, cancellationToken)
                && (await standings.FindAsync(commenter, site, cancellationToken)).Role < SiteRole.Trusted)
            {
                return site;
            }
        }

        return null;
    }
}
