using System.Security.Claims;
using Embed.Server.Model;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Embed.Server.Commenters;

/// <summary>An account whose owner is asking, as a provider, a mailbox or a site's own sign-in has just shown.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="Subject">Its lasting id of the account.</param>
/// <param name="Name">The name shown there now, fit to be shown here.</param>
/// <param name="ChosenName">The name its owner just chose to be shown here, where they are new; null where the account's will do.</param>
internal sealed record ProvenAccount(string Provider, string Subject, string Name, string? ChosenName = null)
{
    // Where providers say the name, the display name first, the login name last.
    private static readonly string[] NameClaims = [Claims.Name, ClaimTypes.Name, Claims.PreferredUsername, Claims.Nickname, "login"];

    /// <summary>What a provider says of an account; null if it says no id, or one longer than OpenID Connect allows.</summary>
    public static ProvenAccount? Of(string provider, ClaimsPrincipal account) =>
        account.FindFirstValue(ClaimTypes.NameIdentifier) is { Length: > 0 and <= CommenterAccount.MaxSubjectCharacters } subject
            ? new ProvenAccount(provider, subject, ShownName.Of(NameClaims.Select(account.FindFirstValue)))
            : null;
}
