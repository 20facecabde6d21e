using Embed.Server.Model;

namespace Embed.Server.PreModeration;

/// <summary>What a site's rules say of comments that readers flag. Their place in the list does not matter.</summary>
internal static class FlagRules
{
    /// <summary>
    /// The number of open flags from which on a published comment waits for a moderator again; null where no rule that is on holds
    /// flagged comments. Whoever holds it so writes <see cref="CodeOf"/> as the reason.
    /// </summary>
    public static int? HoldsAt(Site site) =>
        site.Rules.Where(rule => rule is { IsOff: false, Condition: RuleCondition.Flags }).Min(rule => (int?)rule.Number);

    /// <summary>Why such a comment is held, as it is kept with it.</summary>
    public static string CodeOf(int flags) => HeldFor.Of(new Rule { Condition = RuleCondition.Flags, Number = flags });
}
