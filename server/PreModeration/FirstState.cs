using Embed.Server.Model;

namespace Embed.Server.PreModeration;

/// <summary>What the site's own settings say of a comment that no rule decides on. Pure: facts in, verdict out.</summary>
internal static class FirstState
{
    /// <summary>A site that holds comments holds everyone's; one that holds guests', at least theirs.</summary>
    public static Judgement Of(Site site, bool isGuest) =>
        site.HoldsComments ? new Judgement(RuleVerdict.Hold, HeldFor.Site)
        : site.HoldsGuests && isGuest ? new Judgement(RuleVerdict.Hold, HeldFor.Guest)
        : Judgement.Published;
}
