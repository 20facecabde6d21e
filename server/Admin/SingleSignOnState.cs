using Embed.Server.Model;

namespace Embed.Server.Admin;

/// <summary>A site's single sign-on, as its page shows it.</summary>
/// <param name="IsOn">Whether the site has it.</param>
/// <param name="Issuer">What tokens must name as <c>iss</c>.</param>
/// <param name="HasKeys">Whether it signs with keys that it publishes.</param>
/// <param name="SecretMadeAt">When its secret was made; null if it has none.</param>
/// <param name="PreviousUntil">Until when the secret before is good; null if it is not any more.</param>
/// <param name="SecretStamp">What tells its secret from the next.</param>
public sealed record SingleSignOnState(
    bool IsOn, string Issuer, bool HasKeys, DateTimeOffset? SecretMadeAt, DateTimeOffset? PreviousUntil, string SecretStamp)
{
    /// <summary>The state for a site's settings; null for none.</summary>
    internal static SingleSignOnState Of(Site site, SingleSignOn? settings, DateTimeOffset now) => settings is null
        ? new(IsOn: false, site.Origins[0], HasKeys: false, null, null, "")
        : new(
            IsOn: true, settings.Issuer, settings.KeysAddress is not null, settings.SecretMadeAt,
            settings.PreviousUntil > now ? settings.PreviousUntil : null, SingleSignOnForm.StampOf(settings));
}
