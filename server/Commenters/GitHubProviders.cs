using Microsoft.Extensions.Options;
using OpenIddict.Client.WebIntegration;

namespace Embed.Server.Commenters;

/// <summary>
/// The GitHubs that people sign in with here, each under the name of a provider: <c>GitHub</c>, or one's own with
/// <see cref="SignInProviderOptions.Provider"/>. Numbers and login names count at the one that they are of.
/// </summary>
internal sealed class GitHubProviders
{
    private const string UsualName = "GitHub";

    private readonly List<(string Name, string Host)> _providers;

    public GitHubProviders(IOptions<EmbedOptions> options) => _providers =
    [
        .. from entry in options.Value.SignIn
           where KnownProviders.Find(entry.Value.Provider ?? entry.Key) == typeof(OpenIddictClientWebIntegrationSettings.GitHub)
           let name = ProviderName.Canonical(entry.Key)
           orderby name != UsualName, name
           select (name, GitHubHost.Of(entry.Value.Issuer) ?? GitHubHost.Public),
    ];

    /// <summary>The names of those that are configured.</summary>
    public IEnumerable<string> Names => _providers.Select(known => known.Name);

    /// <summary>The host whose accounts a provider has; null if the settings name no GitHub so: which one it was is not known then.</summary>
    public string? HostOf(string provider) => _providers.Find(known => known.Name == provider).Host;

    /// <summary>
    /// The provider that accounts of a host are imported for; null if nobody signs in with them here. Those of github.com are imported
    /// before anybody signs in with it, too: they are theirs once they do.
    /// </summary>
    /// <param name="host">The host; null for github.com.</param>
    public string? NameOf(string? host) =>
        _providers.Find(known => string.Equals(known.Host, host ?? GitHubHost.Public, StringComparison.OrdinalIgnoreCase)).Name
        ?? (GitHubHost.IsPublic(host) && HostOf(UsualName) is null ? UsualName : null);
}
