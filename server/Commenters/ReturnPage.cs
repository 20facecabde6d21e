namespace Embed.Server.Commenters;

/// <summary>The page that a sign-in without a popup began on and goes back to.</summary>
internal static class ReturnPage
{
    /// <summary>
    /// Longest address of a page, in characters. It travels in the state at the provider and in addresses of ours, encoded more
    /// than once, and servers take request lines of 8 KB.
    /// </summary>
    public const int MaxCharacters = 1_000;

    /// <summary>What the fragment of the page's address begins with; the one-time code follows.</summary>
    public const string Fragment = "embed-signin=";

    /// <summary>
    /// Whether the address is one of a page of this origin, spelled as browsers spell the address they show: absolute, without
    /// fragment, ASCII. Only the spelling is compared, so nothing hangs on how somebody else reads an address: what stands
    /// before the slash is the origin, letter for letter.
    /// </summary>
    public static bool Belongs(string address, string origin) =>
        address.Length <= MaxCharacters
        && address.StartsWith(origin + "/", StringComparison.Ordinal)
        && address.All(character => character is > ' ' and < '\u007f' and not ('#' or '\\' or '"' or '<' or '>'));

    /// <summary>The page's address with the code, which browsers send to no server there; an empty one says that there is none.</summary>
    public static string? With(string? page, string code) => page is null ? null : $"{page}#{Fragment}{code}";
}
