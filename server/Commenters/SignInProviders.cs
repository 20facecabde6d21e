using Microsoft.Extensions.Options;
using OpenIddict.Client;
using OpenIddict.Client.WebIntegration;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Embed.Server.Commenters;

/// <summary>
/// The sign-in providers that configuration names, as OpenIddict registrations: any provider of OpenIddict's web integration
/// by its name, the same under another name with <see cref="SignInProviderOptions.Provider"/>, and any OpenID Connect issuer.
/// The keys below <c>Embed:SignIn:{name}</c> that <see cref="SignInProviderOptions"/> does not know are the provider's own.
/// </summary>
internal sealed class SignInProviders(IConfiguration configuration)
{
    /// <summary>Where providers send people back to; the provider's name in lower case follows.</summary>
    public const string CallbackPath = "signin/callback";

    private const string Root = $"{EmbedOptions.Section}:{nameof(EmbedOptions.SignIn)}";

    /// <summary>Longest text of a provider's button, in characters.</summary>
    public const int MaxDisplayNameCharacters = 80;

    /// <summary>The callback address of the provider of this name, below the server's own.</summary>
    public static string CallbackOf(string name) => $"{CallbackPath}/{ProviderName.InAddress(ProviderName.Canonical(name))}";

    /// <summary>Everything wrong with <see cref="EmbedOptions.SignIn"/>: key, value and remedy in each sentence.</summary>
    public IEnumerable<string> Faults(EmbedOptions options) =>
    [
        .. TextsForSections(),
        .. Spellings(),
        .. options.SignIn.SelectMany(entry => Faults($"{Root}:{entry.Key}", entry.Key, entry.Value)),
    ];

    /// <summary>One registration for each configured provider, in the order of their names.</summary>
    public IReadOnlyList<OpenIddictClientRegistration> Registrations(EmbedOptions options) =>
        [.. options.SignIn.OrderBy(entry => entry.Key, StringComparer.OrdinalIgnoreCase).Select(entry => Register(entry.Key, entry.Value))];

    // A text where a section belongs is not bound at all. It may be a secret in the wrong place: not repeated.
    private IEnumerable<string> TextsForSections() => configuration.GetSection(Root).GetChildren()
        .Where(child => !string.IsNullOrEmpty(child.Value))
        .Select(child => $"{child.Path} is a text. Set {child.Path}:ClientId and what else belongs to the provider below it.");

    // Keys are the same in any case, but the name is half of an identity, and which source's spelling counts nobody could tell.
    private IEnumerable<string> Spellings() =>
        from source in (configuration as IConfigurationRoot)?.Providers ?? []
        from name in source.GetChildKeys([], Root)
        where KnownProviders.Find(name) is null
        group name by name.ToUpperInvariant() into spellings
        let names = spellings.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList()
        where names.Count > 1
        select $"{Root} has {string.Join(" and ", names.Select(name => $"'{name}'"))}, which differ in case only. Write the name in one way.";

    private IEnumerable<string> Faults(string key, string name, SignInProviderOptions options)
    {
        var section = configuration.GetSection(key);
        var provider = KnownProviders.Find(options.Provider ?? name);
        if (ProviderName.Fault(name) is { } nameFault)
        {
            yield return $"{key}: {nameFault}";
        }

        if (KindFault(key, name, options, provider) is { } kindFault)
        {
            yield return kindFault;
        }
        else
        {
            foreach (var fault in ProviderSettings.UnknownKeys(section, provider))
            {
                yield return fault;
            }
        }

        if (string.IsNullOrWhiteSpace(options.ClientId))
        {
            yield return $"{key}:ClientId is empty. Set it to the client id that the provider's developer page shows, or remove {key}.";
        }

        if (options.DisplayName is { } display && (display.Length is 0 or > MaxDisplayNameCharacters || display.Any(char.IsControl)))
        {
            yield return $"{key}:DisplayName has {display.Length} characters. Write 1 to {MaxDisplayNameCharacters} on one line, or remove it.";
        }

        if (options.Issuer is { } issuer && IssuerFault(issuer) is { } issuerFault)
        {
            yield return $"{key}:Issuer {issuerFault}";
        }

        foreach (var fault in provider is null ? [] : OwnFaults(key, options, provider, section))
        {
            yield return fault;
        }
    }

    /// <summary>Why it is unclear or impossible which provider is meant; null if it is clear.</summary>
    private static string? KindFault(string key, string name, SignInProviderOptions options, Type? provider) =>
        options.Provider is { } wanted && provider is null
            ? $"{key}:Provider is '{wanted}'. Write a name that OpenIddict's web providers have, such as GitHub, GitLab or Google; or, for any other OpenID Connect issuer, remove it and set Issuer."
        : options.Provider is not null && KnownProviders.Find(name) is { } namesake && namesake != provider
            ? $"{key}:Provider is '{options.Provider}', but {namesake.Name} is the name of a provider itself. Choose another name for this one."
        : provider is null && options.Issuer is null
            ? $"{key}: there is no sign-in provider called '{name}'. Use a name that OpenIddict's web providers have, such as GitHub, GitLab or Google; or set {key}:Issuer to the address of an OpenID Connect issuer."
        : provider is not null && options.Issuer is not null && !KnownProviders.HasInstances(provider)
            ? $"{key}:Issuer is set, but {provider.Name} has one address only. Remove it; or, for an OpenID Connect issuer of your own, choose another name than {provider.Name}."
        : null;

    private static IEnumerable<string> OwnFaults(string key, SignInProviderOptions options, Type provider, IConfigurationSection section)
    {
        var settings = Activator.CreateInstance(provider)!;
        foreach (var fault in ProviderSettings.Fill(settings, section))
        {
            yield return fault;
        }

        if (KnownProviders.SetsIssuer(provider) && options.Issuer is { } issuer)
        {
            // A wrong one has its own sentence.
            provider.GetProperty(nameof(options.Issuer))!.SetValue(settings, new Uri(IssuerFault(issuer) is null ? issuer : "https://wrong.example"));
        }

        foreach (var fault in ProviderSettings.Missing(settings, key))
        {
            yield return fault;
        }

        if (string.IsNullOrWhiteSpace(options.ClientSecret) && KnownProviders.NeedsSecret(provider))
        {
            yield return $"{key}:ClientSecret is empty. Set it to the client secret that the provider's developer page shows.";
        }
    }

    private OpenIddictClientRegistration Register(string name, SignInProviderOptions options)
    {
        var provider = KnownProviders.Find(options.Provider ?? name);
        var registration = new OpenIddictClientRegistration
        {
            ProviderName = ProviderName.Canonical(name),
            // OpenIddict's own providers bring a name for people; it stands where nobody chose another.
            ProviderDisplayName = options.DisplayName ?? (KnownProviders.Find(name) is null ? name : null),
            ClientId = options.ClientId,
            ClientSecret = options.ClientSecret,
            RedirectUri = new Uri(CallbackOf(name), UriKind.Relative),
        };
        if (provider is null)
        {
            registration.Issuer = new Uri(options.Issuer!);
            registration.Scopes.Add(Scopes.OpenId);
        }
        else
        {
            Configure(registration, provider, options.Issuer, configuration.GetSection($"{Root}:{name}"));
        }

        if (registration.Configuration is null)
        {
            // OpenID Connect: without "profile" there is no name to show (OpenID Connect Core 1.0, section 5.4).
            registration.Scopes.Add(Scopes.Profile);
        }

        return registration;
    }

    private static void Configure(OpenIddictClientRegistration registration, Type provider, string? issuer, IConfigurationSection section)
    {
        var settings = Activator.CreateInstance(provider)!;
        // Read to the end, though the faults were reported at start: reading is what fills.
        _ = ProviderSettings.Fill(settings, section).Count();
        (registration.ProviderType, registration.ProviderSettings) = (KnownProviders.IdOf(provider), settings);
        if (issuer is not null && KnownProviders.SetsIssuer(provider))
        {
            provider.GetProperty(nameof(SignInProviderOptions.Issuer))!.SetValue(settings, new Uri(issuer));
        }
        else if (issuer is not null)
        {
            registration.Issuer = new Uri(issuer);
        }

        OpenIddictClientWebIntegrationConfiguration.ConfigureProvider(registration);
        if (provider == typeof(OpenIddictClientWebIntegrationSettings.Mastodon))
        {
            // Asked for nothing, Mastodon grants everything that can be read.
            registration.Scopes.Add("read:accounts");
        }

        if (issuer is not null && provider == typeof(OpenIddictClientWebIntegrationSettings.GitHub))
        {
            UseGitHubEnterprise(registration, WithSlash(issuer));
        }
    }

    /// <summary>
    /// Points GitHub's fixed endpoints at an instance. GitHub Enterprise Server keeps github.com's paths and moves the API
    /// below <c>/api/v3</c> (GitHub Enterprise Server 3.x, "Authorizing OAuth apps"); its issuer is <c>{address}/login/oauth</c>,
    /// by github.com's pattern.
    /// </summary>
    private static void UseGitHubEnterprise(OpenIddictClientRegistration registration, Uri address)
    {
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

    private static string? IssuerFault(string value)
    {
        const string Remedy = "Set it to the address of the issuer or self-hosted instance: https (http on this machine only), no query, no fragment, such as https://login.example.com.";
        return !Uri.TryCreate(value, UriKind.Absolute, out var address) ? $"is '{value}'. {Remedy}"
            // A password, perhaps: not repeated.
            : address.UserInfo.Length > 0 ? $"has a user name in it. {Remedy}"
            : (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
                && address is { Host.Length: > 0, Query.Length: 0, Fragment.Length: 0 } ? null
            : $"is '{value}'. {Remedy}";
    }

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
