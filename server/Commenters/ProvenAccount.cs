using System.Globalization;
using System.Security.Claims;
using Embed.Server.Model;
using Embed.Server.Pictures;
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

    // Where they say the picture's address: OpenID Connect (Google, GitLab), GitHub and its like, Mastodon, Twitter and Twitch.
    // Microsoft's can be had with its token only, and is not.
    private static readonly string[] PictureClaims = [Claims.Picture, "avatar_url", "avatar", "profile_image_url"];

    // Where they say when the account was made: GitHub, GitLab, Mastodon, Twitter and Twitch (ISO 8601), Reddit (Unix seconds).
    // OpenID Connect has no claim for it.
    private static readonly string[] MadeAtClaims = ["created_at", "created_utc"];

    /// <summary>When the account was made at the provider; null where that does not say.</summary>
    public DateTimeOffset? MadeAt { get; init; }

    /// <summary>Its login name, if it is an account at a GitHub. Names change hands, so it proves nothing by itself.</summary>
    public string? GitHubLogin { get; init; }

    /// <summary>The host of the GitHub that it is an account at, such as <c>github.com</c>; null if it is at none.</summary>
    public string? GitHubHost { get; init; }

    /// <summary>Where the picture shown there is now; null if there is none that may be fetched.</summary>
    public PictureAddress? Picture { get; init; }

    /// <summary>What a provider says of an account; null if it says no id, or one longer than OpenID Connect allows.</summary>
    /// <param name="provider">The provider's name.</param>
    /// <param name="account">What it says.</param>
    /// <param name="isLocal">Whether it is on this machine, and may name pictures there.</param>
    /// <param name="gitHubHost">The host of the GitHub that the provider is; null if it is none.</param>
    public static ProvenAccount? Of(string provider, ClaimsPrincipal account, bool isLocal, string? gitHubHost = null) =>
        account.FindFirstValue(ClaimTypes.NameIdentifier) is { Length: > 0 and <= CommenterAccount.MaxSubjectCharacters } subject
            ? new ProvenAccount(provider, subject, ShownName.Of(NameClaims.Select(account.FindFirstValue)))
            {
                GitHubLogin = gitHubHost is null ? null : account.FindFirstValue("login"),
                GitHubHost = gitHubHost,
                MadeAt = MadeAtClaims.Select(claim => TimeOf(account.FindFirstValue(claim))).FirstOrDefault(time => time is not null),
                Picture = PictureClaims.Select(claim => PictureAddress.Of(account.FindFirstValue(claim), isLocal)).FirstOrDefault(found => found is not null),
            }
            : null;

    // The web began in 1990: what says less says nothing.
    private static DateTimeOffset? TimeOf(string? said) =>
        (double.TryParse(said, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            ? seconds < DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null
            : DateTimeOffset.TryParse(said, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : (DateTimeOffset?)null)
        is { Year: >= 1990 } known ? known : null;
}
