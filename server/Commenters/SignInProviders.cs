using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Client;
using OpenIddict.Client.WebIntegration;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Embed.Server.Commenters;

/// <summary>
/// The sign-in providers that configuration names, as OpenIddict registrations. Any provider of OpenIddict's web
/// integration can be switched on; the keys below <c>Embed:SignIn:{name}</c> that <see cref="SignInProviderOptions"/> does
/// not know are bound onto that provider's own settings class.
/// </summary>
internal sealed class SignInProviders(IConfiguration configuration)
{
    /// <summary>Where providers send people back to; the provider's name in lower case follows.</summary>
    public const string CallbackPath = "signin/callback";

    // Provider types and settings are generated constants and nested classes of the same names: no other list of them exists.
    private static readonly Dictionary<string, Type> Known =
        typeof(OpenIddictClientWebIntegrationSettings).GetNestedTypes().ToDictionary(type => type.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Everything wrong with <see cref="EmbedOptions.SignIn"/>: key, value and remedy in each sentence.</summary>
    public IEnumerable<string> Faults(EmbedOptions options)
    {
        foreach (var (name, provider) in options.SignIn)
        {
            var key = $"{EmbedOptions.Section}:{nameof(EmbedOptions.SignIn)}:{name}";
            if (!Known.ContainsKey(name))
            {
                yield return $"{key}: there is no sign-in provider called '{name}'. Use a name that OpenIddict's web providers have, such as GitHub, GitLab or Google.";
                continue;
            }

            var hasClientId = !string.IsNullOrWhiteSpace(provider.ClientId);
            if (!hasClientId)
            {
                yield return $"{key}:ClientId is empty. Set it to the client id that the provider's developer page shows, or remove {key}.";
            }

            if (provider.Issuer is { } issuer && !IsIssuer(issuer))
            {
                yield return $"{key}:Issuer is '{issuer}'. Set it to the address of the self-hosted instance: https (http on this machine only), no query, no fragment, such as https://github.example.com; or remove it for the public one.";
            }
            else if (hasClientId && RegistrationFault(name, provider) is { } fault)
            {
                yield return $"{key}: {fault}";
            }
        }
    }

    /// <summary>One registration for each configured provider, in the order of their names.</summary>
    public IReadOnlyList<OpenIddictClientRegistration> Registrations(EmbedOptions options) =>
        [.. options.SignIn.OrderBy(entry => entry.Key, StringComparer.OrdinalIgnoreCase).Select(entry => Register(entry.Key, entry.Value))];

    private string? RegistrationFault(string name, SignInProviderOptions provider)
    {
        try
        {
            Register(name, provider);
            return null;
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException or CryptographicException)
        {
            // A missing or malformed setting of this very provider; OpenIddict's message names it.
            return fault.Message;
        }
    }

    private OpenIddictClientRegistration Register(string name, SignInProviderOptions provider)
    {
        var type = Known[name];
        var settings = Activator.CreateInstance(type)!;
        Bind(configuration.GetSection($"{EmbedOptions.Section}:{nameof(EmbedOptions.SignIn)}:{name}"), settings);
        var registration = new OpenIddictClientRegistration
        {
            ProviderType = (string)typeof(OpenIddictClientWebIntegrationConstants.ProviderTypes).GetField(type.Name)!.GetRawConstantValue()!,
            ProviderSettings = settings,
            ClientId = provider.ClientId,
            ClientSecret = provider.ClientSecret,
            RedirectUri = new Uri($"{CallbackPath}/{type.Name.ToLowerInvariant()}", UriKind.Relative),
        };
        if (provider.Issuer is not null && type.GetProperty(nameof(provider.Issuer)) is null)
        {
            registration.Issuer = WithSlash(provider.Issuer);
        }

        OpenIddictClientWebIntegrationConfiguration.ConfigureProvider(registration);
        if (registration.Configuration is null)
        {
            // OpenID Connect: without this scope there is no name to show (OpenID Connect Core 1.0, section 5.4).
            registration.Scopes.Add(Scopes.Profile);
        }
        else if (provider.Issuer is not null && type.GetProperty(nameof(provider.Issuer)) is null)
        {
            UseSelfHosted(registration, type, WithSlash(provider.Issuer));
        }

        return registration;
    }

    /// <summary>
    /// Points fixed endpoints at a self-hosted instance. GitHub Enterprise Server keeps github.com's paths and moves the API
    /// below <c>/api/v3</c> (GitHub Enterprise Server 3.x, "Authorizing OAuth apps"); its issuer is <c>{address}/login/oauth</c>,
    /// by github.com's pattern.
    /// </summary>
    private static void UseSelfHosted(OpenIddictClientRegistration registration, Type type, Uri address)
    {
        if (type != typeof(OpenIddictClientWebIntegrationSettings.GitHub))
        {
            throw new InvalidOperationException($"{type.Name} has no self-hosted instances. Remove Issuer.");
        }

        var endpoints = registration.Configuration!;
        registration.Issuer = new Uri(address, "login/oauth");
        endpoints.Issuer = registration.Issuer;
        endpoints.AuthorizationEndpoint = new Uri(address, "login/oauth/authorize");
        endpoints.TokenEndpoint = new Uri(address, "login/oauth/access_token");
        endpoints.UserInfoEndpoint = new Uri(address, "api/v3/user");
        endpoints.DeviceAuthorizationEndpoint = null;
        // github.com names itself in its answers (RFC 9207); older instances do not. See OptionalIssuer.
        endpoints.AuthorizationResponseIssParameterSupported = null;
    }

    private static void Bind(IConfigurationSection section, object settings)
    {
        foreach (var property in settings.GetType().GetProperties().Where(property => property.CanWrite))
        {
            var value = section[property.Name];
            if (value is not null && property.PropertyType == typeof(ECDsaSecurityKey))
            {
                // Configuration carries text; the key of "Sign in with Apple" is a PEM block. It lives as long as the process.
                var key = ECDsa.Create();
                key.ImportFromPem(value);
                property.SetValue(settings, new ECDsaSecurityKey(key));
            }
        }

        section.Bind(settings);
    }

    private static bool IsIssuer(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
        && address.Query.Length == 0 && address.Fragment.Length == 0 && address.UserInfo.Length == 0;

    // Relative endpoints replace everything after the last slash (RFC 3986, section 5.2.3).
    private static Uri WithSlash(string address) => new(address.EndsWith('/') ? address : address + '/');
}

/// <summary>Reports the faults of the sign-in settings together with those of all other settings.</summary>
internal sealed class SignInOptionsCheck(SignInProviders providers) : IValidateOptions<EmbedOptions>
{
    public ValidateOptionsResult Validate(string? name, EmbedOptions options)
    {
        var faults = providers.Faults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
