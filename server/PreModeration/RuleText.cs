using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Embed.Server.Model;

namespace Embed.Server.PreModeration;

/// <summary>
/// Text as rules compare it, so that the usual disguises change nothing: compatibility forms are unified (NFKC, Unicode Standard
/// Annex 15), characters that draw nothing are left out, letters are small, and white space is one space.
/// </summary>
/// <remarks>
/// Not caught: look-alikes of another script (a Cyrillic а in a Latin word), digits for letters (v1agra), letters set apart by
/// spaces or dots, and accents: é is another letter than e.
/// </remarks>
internal static class RuleText
{
    // Printable ASCII and its white space.
    private static readonly SearchValues<char> Plain =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code), '\t', '\n', '\v', '\f', '\r']);

    /// <summary>The text on one line, as words are looked up in it.</summary>
    public static string Normalise(string text) => Fold(text, keepsLines: false);

    /// <summary>The same with its lines kept apart, as patterns see it: <c>^</c> and <c>$</c> mean something there.</summary>
    public static string NormaliseLines(string text) => Fold(text, keepsLines: true);

    /// <summary>
    /// What two comments have in common that say the same: a hash (SHA-256, its first 8 bytes, never 0) of the letters, digits, marks
    /// and symbols alone, so that another line break or exclamation mark makes no other text. Of a text without any, of all of it.
    /// </summary>
    public static long HashOf(string text)
    {
        var folded = Normalise(text);
        var kept = new StringBuilder(folded.Length);
        foreach (var rune in folded.EnumerateRunes())
        {
            if (!Rune.IsWhiteSpace(rune) && !Rune.IsPunctuation(rune))
            {
                kept.Append(rune);
            }
        }

        var hash = BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(kept.Length > 0 ? kept.ToString() : folded)));
        return hash == 0 ? 1 : hash;
    }

    private static string Fold(string text, bool keepsLines)
    {
        // Most text is plain, and nothing of the next three steps would change it.
        var small = text.AsSpan().ContainsAnyExcept(Plain) ? Unified(text) : text.ToLowerInvariant();
        return keepsLines
            ? string.Join('\n', small.ReplaceLineEndings("\n").Split('\n').Select(OneSpace))
            : OneSpace(small);
    }

    private static string Unified(string text)
    {
        var whole = WholeText.Of(text);
        var folded = new StringBuilder(whole.Length);
        foreach (var rune in whole.EnumerateRunes())
        {
            // Before composing: a mark behind a zero-width character belongs to the letter before it.
            if (!DrawsNothing(rune))
            {
                folded.Append(rune);
            }
        }

        // Capitals first: some letters (ſ, ς) meet others only there.
        return folded.ToString().Normalize(NormalizationForm.FormKC).ToUpperInvariant().ToLowerInvariant();
    }

    private static string OneSpace(string line) => string.Join(' ', line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    // Format characters, and those with the property Default_Ignorable_Code_Point that have another category (Unicode 17.0,
    // DerivedCoreProperties.txt). Controls that are white space stay; they set words apart.
    private static bool DrawsNothing(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format
        || (Rune.IsControl(rune) && !Rune.IsWhiteSpace(rune))
        || rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x3164 or 0xFFA0
            or (>= 0x180B and <= 0x180F) or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0000 and <= 0xE0FFF);
}
