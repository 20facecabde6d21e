using Embed.Server.Commenters;
using Embed.Server.Comments;
using Embed.Server.Model;
using Embed.Server.Pictures;

namespace Embed.Server.Admin;

/// <summary>What a token that is right says.</summary>
/// <param name="Subject">The site's id of the person.</param>
/// <param name="Name">The name to be shown.</param>
/// <param name="Picture">The address of their picture.</param>
/// <param name="IsModerator">Whether they moderate the site.</param>
/// <param name="ExpiresAt">Until when it is good.</param>
public sealed record TriedToken(string Subject, string Name, string? Picture, bool IsModerator, DateTimeOffset ExpiresAt);

/// <summary>The owner of a site tries a token: checked as if a page had brought it, and not used up.</summary>
internal sealed class TrySiteToken(ChangeSingleSignOn settings, CheckSiteToken check, SpentTokens spent)
{
    /// <summary>What was found.</summary>
    /// <param name="Accepted">What it says, if it is right.</param>
    /// <param name="Fault">Which check it fails, and what to do about that.</param>
    /// <param name="Refusal">That this person may not.</param>
    public sealed record Result(TriedToken? Accepted, string? Fault, Refusal? Refusal = null);

    /// <summary>Checks it.</summary>
    public async Task<Result> HandleAsync(Actor actor, string token, CancellationToken cancellationToken)
    {
        if (!actor.IsOwner)
        {
            return new Result(null, null, Refusal.NotAllowed);
        }

        var site = actor.Site;
        var own = await settings.FindAsync(site.Id, cancellationToken);
        var (claims, fault) = await check.HandleAsync(site, own, token.Trim(), cancellationToken);
        if (claims is not null && await spent.ContainsAsync(site.Id, claims, cancellationToken))
        {
            fault = TokenFault.Spent;
        }

        return fault is null
            ? new Result(
                new(claims!.Subject, claims.Name, PictureAddress.Of(claims.Picture, site.IsLocal)?.Address.ToString(), claims.IsModerator, claims.EndsAt - SiteToken.ClockSkew),
                null)
            : new Result(null, SingleSignOnText.Of(fault.Value, site, own));
    }
}
