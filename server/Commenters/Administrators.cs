using Embed.Server.Model;
using Microsoft.Extensions.Options;

namespace Embed.Server.Commenters;

/// <summary>Who administers the server by its configuration.</summary>
internal sealed class Administrators(IOptions<EmbedOptions> options)
{
    /// <summary>Whether <see cref="EmbedOptions.Administrators"/> lists one of the commenter's accounts.</summary>
    public bool Contains(Commenter commenter) => IsListed(options.Value.Administrators, commenter);

    /// <summary>Whether <see cref="EmbedOptions.Administrators"/> lists an account, as <c>Provider:subject</c>.</summary>
    public bool Contains(string account) => IsListed(options.Value.Administrators, account);

    /// <summary>Whether a list of accounts has one of the commenter's.</summary>
    public static bool IsListed(IEnumerable<string> accounts, Commenter commenter) =>
        commenter.Accounts.Any(account => IsListed(accounts, account.Key));

    /// <summary>
    /// Whether a list of accounts, as <c>Provider:subject</c>, has this one. People type the provider's name in any case;
    /// the subject is an opaque id of the provider and must match exactly.
    /// </summary>
    public static bool IsListed(IEnumerable<string> accounts, string account) => accounts.Any(listed => Same(listed, account));

    private static bool Same(ReadOnlySpan<char> listed, ReadOnlySpan<char> account)
    {
        var colon = account.IndexOf(':');
        listed = listed.Trim();
        return listed.Length == account.Length
            && listed[..(colon + 1)].Equals(account[..(colon + 1)], StringComparison.OrdinalIgnoreCase)
            && listed[(colon + 1)..].SequenceEqual(account[(colon + 1)..]);
    }
}
