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

/// <summary>What came of the form that was sent last.</summary>
public sealed record SingleSignOnNews
{
    /// <summary>The form as typed; null for the settings as they are.</summary>
    public SingleSignOnForm? Form { get; init; }

    /// <summary>What is wrong, by the field's name.</summary>
    public IReadOnlyDictionary<string, string> Faults { get; init; } = new Dictionary<string, string>();

    /// <summary>What is wrong with the whole; null if nothing is.</summary>
    public string? Fault { get; init; }

    /// <summary>Whether something was changed a moment ago.</summary>
    public bool IsDone { get; init; }

    /// <summary>A secret made a moment ago, which is never shown again.</summary>
    public string? Secret { get; init; }

    /// <summary>What a token says that was tried and is right.</summary>
    public TriedToken? Accepted { get; init; }

    /// <summary>Which check a token fails that was tried; null if none, or none was tried.</summary>
    public string? TokenFault { get; init; }
}

/// <summary>What a token that is right says.</summary>
/// <param name="Subject">The site's id of the person.</param>
/// <param name="Name">The name to be shown.</param>
/// <param name="Picture">The address of their picture.</param>
/// <param name="IsModerator">Whether they moderate the site.</param>
/// <param name="ExpiresAt">Until when it is good.</param>
public sealed record TriedToken(string Subject, string Name, string? Picture, bool IsModerator, DateTimeOffset ExpiresAt);
