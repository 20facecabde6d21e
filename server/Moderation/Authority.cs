using Embed.Server.Comments;
using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Moderation;

/// <summary>Somebody who acts on people: at a site, or, as administrator, on the whole server.</summary>
/// <param name="Commenter">Who.</param>
/// <param name="Site">Where; null for the whole server.</param>
/// <param name="Role">What they may do there.</param>
/// <param name="Via">By what way they act.</param>
internal sealed record Authority(Commenter Commenter, Site? Site, SiteRole Role, ActedVia Via)
{
    /// <summary>The same for an act on the site alone.</summary>
    public static Authority Of(Actor actor) => new(actor.Commenter, actor.Site, actor.Role, actor.Via);

    /// <summary>Whether they may act on people here at all: moderators at their site, administrators everywhere.</summary>
    public bool IsModerator => Role >= (Site is null ? SiteRole.Administrator : SiteRole.Moderator);

    /// <summary>
    /// The highest role they may give and take here. Owners share all they have; moderators say whom they trust. Nobody gives more
    /// than they have, so nobody can raise themselves.
    /// </summary>
    public SiteRole MostGiven => (Role, Site) switch
    {
        (SiteRole.Administrator, null) => SiteRole.Administrator,
        (_, null) => SiteRole.None,
        ( >= SiteRole.Owner, _) => SiteRole.Owner,
        (SiteRole.Moderator, _) => SiteRole.Trusted,
        _ => SiteRole.None,
    };

    /// <summary>Begins an entry of the log.</summary>
    public NewAct Act(string word, long? commenterId = null, object? details = null) =>
        new(Commenter.Id, Via, Site?.Id, word) { CommenterId = commenterId, Details = details };

    /// <summary>
    /// Somebody they may act on, with their accounts; null for anybody else. Ids are the server's: who never was at the site is
    /// none of its business.
    /// </summary>
    public Task<Commenter?> FindAsync(EmbedDbContext database, long commenterId)
    {
        var siteId = Site?.Id;
        return database.Commenters.AsNoTracking().Include(c => c.Accounts)
            .FirstOrDefaultAsync(c => c.Id == commenterId && c.Kind != CommenterKind.Former
                && (siteId == null || database.Comments.Any(comment => comment.CommenterId == c.Id && comment.SiteId == siteId)
                    || database.Sessions.Any(session => session.CommenterId == c.Id && session.SiteId == siteId)
                    || database.Bans.Any(ban => ban.CommenterId == c.Id && ban.SiteId == siteId)
                    || database.RoleGrants.Any(grant => grant.CommenterId == c.Id && grant.SiteId == siteId)));
    }
}
