namespace Embed.Server.Pictures;

/// <summary>Where a picture may be fetched from.</summary>
/// <param name="Address">https; http on this machine only.</param>
/// <param name="IsLocal">Whether who named it is on this machine itself, and may name an address there.</param>
internal sealed record PictureAddress(Uri Address, bool IsLocal)
{
    /// <summary>Longest address, in characters.</summary>
    public const int MaxCharacters = 2_000;

    /// <summary>The address that somebody names; null if nothing is fetched from there.</summary>
    public static PictureAddress? Of(string? named, bool isLocal) =>
        named?.Length <= MaxCharacters && Uri.TryCreate(named, UriKind.Absolute, out var address) ? Checked(address, isLocal) : null;

    /// <summary>Where it leads on to, by the same rules; null if nothing is fetched from there.</summary>
    public PictureAddress? Redirected(Uri to) => Checked(new Uri(Address, to), IsLocal);

    // What a name stands for is known only when it is connected to: see PublicHosts.
    private static PictureAddress? Checked(Uri address, bool isLocal) =>
        address.UserInfo.Length == 0
        && (address.IsLoopback ? isLocal && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) : address.Scheme == Uri.UriSchemeHttps)
            ? new PictureAddress(address, isLocal)
            : null;
}
