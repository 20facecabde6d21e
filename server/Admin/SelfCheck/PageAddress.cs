namespace Embed.Server.Admin.SelfCheck;

/// <summary>The address of a page that may be fetched to be checked.</summary>
/// <param name="Address">http or https, without user and fragment.</param>
/// <param name="IsLocal">Whether it may be on this machine itself: the site is being built here.</param>
internal sealed record PageAddress(Uri Address, bool IsLocal)
{
    /// <summary>Longest address, in characters.</summary>
    public const int MaxCharacters = 2_000;

    /// <summary>The address as typed, https where no scheme is; null where nothing is fetched from there.</summary>
    public static PageAddress? Of(string? typed, bool isLocal)
    {
        var text = typed?.Trim() ?? "";
        text = text.Contains("://", StringComparison.Ordinal) ? text : $"https://{text}";
        return text.Length <= MaxCharacters && Uri.TryCreate(text, UriKind.Absolute, out var address) ? Checked(address, isLocal) : null;
    }

    /// <summary>Where it leads on to, by the same rules; null where nothing is fetched from there.</summary>
    public PageAddress? Redirected(Uri to) =>
        Uri.TryCreate(Address, to, out var next) && next.OriginalString.Length <= MaxCharacters ? Checked(next, IsLocal) : null;

    // What a name stands for is known only when it is connected to: see PublicHosts. Unlike there plain http will do: whether
    // a page is at https is one of the things that are asked.
    private static PageAddress? Checked(Uri address, bool isLocal) =>
        (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
        && address is { UserInfo.Length: 0, Host.Length: > 0 } && (!address.IsLoopback || isLocal)
            ? new PageAddress(new UriBuilder(address) { Fragment = "" }.Uri, isLocal)
            : null;
}
