namespace Embed.Server.Pages;

/// <summary>Where one of our pages may send somebody on to: nowhere but our own origin.</summary>
internal static class LocalAddress
{
    /// <summary>
    /// Whether the text is an absolute path on our own origin. <c>//host</c> and <c>/\host</c> are other hosts to a browser,
    /// which also drops tabs and line ends before it looks. Other than ASCII may not stand in a Location header.
    /// </summary>
    public static bool IsLocal(string? address) =>
        address is ['/', ..] and not ['/', '/' or '\\', ..] && address.Length <= 4_000 && address.All(c => c is > ' ' and < '\x7f');
}
