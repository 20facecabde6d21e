namespace Embed.Server.Commenters;

/// <summary>
/// The name under which a provider is configured. It is the first half of its people's identity (<c>GitHub:583231</c>) and, in
/// lower case, the end of its callback address.
/// </summary>
internal static class ProviderName
{
    /// <summary>Longest name that is not one of OpenIddict's, in characters.</summary>
    public const int MaxCharacters = 32;

    // Other ways of signing in have these names, or have addresses where /signin/{name} would be.
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "callback", "continue", "denied", "email", "finish", "guest", "link", "mail", "site",
    };

    /// <summary>Why the name cannot be taken; null if it can.</summary>
    public static string? Fault(string name) =>
        KnownProviders.Find(name) is not null ? null
        : !IsWellFormed(name) ? $"A name has 1 to {MaxCharacters} letters (a to z), digits and hyphens. Choose such a name."
        : Reserved.Contains(name) ? $"'{name}' is the name of another way to sign in. Choose another name; DisplayName says what people read."
        : null;

    /// <summary>The spelling that counts: OpenIddict's for its own providers, else as configured.</summary>
    public static string Canonical(string name) => KnownProviders.Find(name)?.Name ?? name;

    /// <summary>What stands for the provider in addresses.</summary>
    public static string InAddress(string name) => name.ToLowerInvariant();

    /// <summary>Whether the text could name a provider, configured or not.</summary>
    public static bool CouldBe(string text) => KnownProviders.Find(text) is not null || IsWellFormed(text);

    private static bool IsWellFormed(string name) =>
        name.Length is > 0 and <= MaxCharacters && name.All(character => char.IsAsciiLetterOrDigit(character) || character == '-');
}
