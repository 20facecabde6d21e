using System.Security.Cryptography.X509Certificates;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Client.WebIntegration;

namespace Embed.Server.Commenters;

/// <summary>The providers of OpenIddict's web integration, each by its settings class, and what OpenIddict does not say of them.</summary>
internal static class KnownProviders
{
    // Provider types and settings are generated constants and nested classes of the same names: no other list of them exists.
    private static readonly Dictionary<string, Type> All =
        typeof(OpenIddictClientWebIntegrationSettings).GetNestedTypes().ToDictionary(type => type.Name, StringComparer.OrdinalIgnoreCase);

    // By their documentation these take public clients (RFC 6749, section 2.1), which PKCE protects in place of a secret.
    private static readonly HashSet<string> TakePublicClients =
    [
        "ActiveDirectoryFederationServices", "Auth0", "Cognito", "GitLab", "Keycloak", "Lichess", "Microsoft", "Okta", "PingOne", "Spotify",
        "Twitter", "VkId",
    ];

    /// <summary>The settings class of the provider of this name, in any case; null if there is none.</summary>
    public static Type? Find(string name) => All.GetValueOrDefault(name);

    /// <summary>OpenIddict's id of the provider.</summary>
    public static string IdOf(Type provider) =>
        (string)typeof(OpenIddictClientWebIntegrationConstants.ProviderTypes).GetField(provider.Name)!.GetRawConstantValue()!;

    /// <summary>Whether the provider's software also runs elsewhere, so that an issuer says which instance is meant.</summary>
    public static bool HasInstances(Type provider) => SetsIssuer(provider)
        || provider == typeof(OpenIddictClientWebIntegrationSettings.GitHub) || provider == typeof(OpenIddictClientWebIntegrationSettings.GitLab);

    /// <summary>Whether the issuer is one of the provider's own settings.</summary>
    public static bool SetsIssuer(Type provider) => provider.GetProperty(nameof(SignInProviderOptions.Issuer)) is not null;

    /// <summary>Whether a client must have a secret. Where it can sign with a key of its own, that may stand for one.</summary>
    public static bool NeedsSecret(Type provider) => !TakePublicClients.Contains(provider.Name)
        && !provider.GetProperties().Any(property =>
            typeof(SecurityKey).IsAssignableFrom(property.PropertyType) || property.PropertyType == typeof(X509Certificate2));
}
