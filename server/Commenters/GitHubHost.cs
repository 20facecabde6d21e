using System.Text.RegularExpressions;

namespace Embed.Server.Commenters;

/// <summary>Which GitHub something is of: github.com, or a server of somebody's own that runs its software. The same number is somebody else's there.</summary>
internal static partial class GitHubHost
{
    /// <summary>The host of GitHub's own accounts.</summary>
    public const string Public = "github.com";

    /// <summary>
    /// The host that an address is at, if it is another server than github.com. This very machine counts as github.com, for which a
    /// stand-in runs there.
    /// </summary>
    public static string? Of(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
        && !uri.IsLoopback && !PublicPattern().IsMatch(uri.Host) ? uri.Authority : null;

    /// <summary>Whether accounts of this host are those of github.com; nothing said means so.</summary>
    public static bool IsPublic(string? host) => host is null || string.Equals(host, Public, StringComparison.OrdinalIgnoreCase);

    /// <summary>What a login name is kept and looked for as: in lower case, behind the host if that is another than github.com.</summary>
    public static string LoginAt(string? host, string login) => (IsPublic(host) ? login : $"{host}/{login}").ToLowerInvariant();

    [GeneratedRegex("""^(www\.|api\.)?github\.com$""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex PublicPattern();
}
