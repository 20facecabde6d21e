using System.Globalization;
using System.Text;
using Embed.Server.Model;

namespace Embed.Server.Commenters;

/// <summary>Makes a name, from a provider or typed, fit to stand beside comments.</summary>
internal static class ShownName
{
    /// <summary>Shown where a provider says no usable name.</summary>
    public const string Unknown = "Someone";

    /// <summary>
    /// The first of the candidates that something is left of: white space runs become one space, control characters and
    /// those that reorder text are removed (they could make a name swallow or imitate what stands next to it), and what is
    /// longer than <see cref="Commenter.MaxNameCharacters"/> UTF-16 units is cut between two whole characters.
    /// </summary>
    public static string Of(params IEnumerable<string?> candidates) =>
        candidates.Select(Clean).FirstOrDefault(IsSeen) ?? Unknown;

    /// <summary>A name as its owner typed it, cleaned likewise; null if nothing is left of it or it is too long.</summary>
    public static string? OfTyped(string? typed) =>
        typed is { Length: <= Commenter.MaxNameCharacters } && Clean(typed) is var name && IsSeen(name) ? name : null;

    private static string Clean(string? name)
    {
        var kept = new StringBuilder();
        foreach (var rune in (name ?? "").EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
            {
                kept.Append(kept.Length > 0 && kept[^1] != ' ' ? " " : "");
            }
            else if (IsKept(rune))
            {
                kept.Append(rune);
            }
        }

        return Cut(kept.ToString()).Trim();
    }

    private static bool IsSeen(string name) => name.EnumerateRunes().Any(IsSeen);

    private static bool IsSeen(Rune rune) => Rune.IsLetterOrDigit(rune) || Rune.IsSymbol(rune) || Rune.IsPunctuation(rune);

    // Of the invisible formatting characters only the two joiners stay: Persian, Indic scripts and emoji are written with them.
    private static bool IsKept(Rune rune) => rune.Value is 0x200C or 0x200D || (rune != Rune.ReplacementChar
        // Blanks that count as letters or symbols: the Hangul fillers and the empty Braille pattern.
        && rune.Value is not (0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x2800)
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned));

    private static string Cut(string name)
    {
        var end = 0;
        while (end < name.Length && end + StringInfo.GetNextTextElementLength(name, end) is var next && next <= Commenter.MaxNameCharacters)
        {
            end = next;
        }

        return name[..end];
    }
}
