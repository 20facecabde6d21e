using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Embed.Server.Http;

namespace Embed.Server.Transfer.Formats;

/// <summary>A repository at GitHub, or at a server of a firm's own that runs its software.</summary>
/// <param name="Owner">Whose it is.</param>
/// <param name="Repository">Its name.</param>
/// <param name="Api">The REST API's address, with a slash at its end.</param>
internal sealed partial record GitHubSource(string Owner, string Repository, Uri Api)
{
    /// <summary>GitHub's own API.</summary>
    public const string DefaultApi = "https://api.github.com";

    /// <summary>Where the GraphQL API is: on a server of one's own REST has a path beside it.</summary>
    public Uri GraphQL => Api.AbsolutePath.EndsWith("/api/v3/", StringComparison.Ordinal) ? new Uri(Api, "../graphql") : new Uri(Api, "graphql");

    /// <summary>Reads what somebody typed.</summary>
    /// <param name="repository">Owner and name: <c>ada/blog</c>.</param>
    /// <param name="api">The API's address: https, or http on this very machine; empty for GitHub's own.</param>
    /// <param name="own">A server that may be asked wherever it is, as the server's settings say; null for none.</param>
    /// <exception cref="ImportFileException">It is none.</exception>
    public static GitHubSource Parse(string? repository, string? api, Uri? own = null)
    {
        var match = RepositoryPattern().Match(repository?.Trim() ?? "");
        if (!match.Success)
        {
            throw new ImportFileException("Name the repository by its owner and its name, such as ada/blog.");
        }

        var address = string.IsNullOrWhiteSpace(api) ? DefaultApi : api.Trim();
        if (!Uri.TryCreate(address.TrimEnd('/') + "/", UriKind.Absolute, out var uri) || uri.Query.Length > 0 || !MayAsk(uri, own))
        {
            throw new ImportFileException(
                $"The API's address must be an https address of the internet, such as {DefaultApi}, or that of the server's settings (Embed:GitHubApi).");
        }

        return new GitHubSource(match.Groups["owner"].Value, match.Groups["name"].Value, uri);
    }

    private static bool MayAsk(Uri api, Uri? own) => PublicHosts.MayAsk(api)
        || (own is not null && api is { UserInfo.Length: 0, Fragment.Length: 0 } && api.GetLeftPart(UriPartial.Authority) == own.GetLeftPart(UriPartial.Authority));

    /// <summary>Whether an address is the API's, too: others must not get the token.</summary>
    public bool IsApi([NotNullWhen(true)] Uri? address) =>
        address is { IsAbsoluteUri: true, UserInfo.Length: 0 } && address.GetLeftPart(UriPartial.Authority) == Api.GetLeftPart(UriPartial.Authority);

    [GeneratedRegex("""^(?<owner>[A-Za-z0-9][A-Za-z0-9-]{0,38})/(?<name>(?!\.{1,2}$)[A-Za-z0-9._-]{1,100})$""",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex RepositoryPattern();
}
