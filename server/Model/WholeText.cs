using System.Buffers;

namespace Embed.Server.Model;

/// <summary>Text as it can be normalised: <see cref="string.Normalize()"/> throws for what is no character.</summary>
internal static class WholeText
{
    private static readonly SearchValues<char> Suspects =
        SearchValues.Create([.. Enumerable.Range(0xD800, 0x800).Select(unit => (char)unit), '\uFFFE', '\uFFFF']);

    /// <summary>The text, with U+FFFD in place of half surrogate pairs and of the noncharacters U+FFFE and U+FFFF.</summary>
    public static string Of(string text) => !text.AsSpan().ContainsAny(Suspects)
        ? text
        : string.Concat(text.EnumerateRunes().Select(rune => rune.Value is 0xFFFE or 0xFFFF ? "\uFFFD" : rune.ToString()));
}
