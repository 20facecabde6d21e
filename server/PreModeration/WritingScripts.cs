using System.Text;

namespace Embed.Server.PreModeration;

/// <summary>
/// The scripts that a rule can name, and which of them a text is written in. Ranges are those of Unicode's Scripts.txt (property
/// Script), joined over gaps that hold no letter of another script; forms that NFKC unifies are left out. Only letters are asked for.
/// </summary>
internal static class WritingScripts
{
    private static readonly Dictionary<string, (int First, int Last)[]> Ranges = new(StringComparer.Ordinal)
    {
        ["Arabic"] = [(0x600, 0x6FF), (0x750, 0x77F), (0x870, 0x8FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC)],
        ["Armenian"] = [(0x531, 0x58F)],
        ["Bengali"] = [(0x980, 0x9FE)],
        ["Cyrillic"] = [(0x400, 0x52F), (0x1C80, 0x1C8A), (0x1D2B, 0x1D2B), (0xA640, 0xA69F)],
        ["Devanagari"] = [(0x900, 0x97F), (0xA8E0, 0xA8FF)],
        ["Ethiopic"] = [(0x1200, 0x1399), (0x2D80, 0x2DDE), (0xAB01, 0xAB2E), (0x1E7E0, 0x1E7FE)],
        ["Georgian"] = [(0x10A0, 0x10FF), (0x1C90, 0x1CBF), (0x2D00, 0x2D2D)],
        ["Greek"] = [(0x370, 0x3E1), (0x3F0, 0x3FF), (0x1F00, 0x1FFE)],
        ["Gujarati"] = [(0xA81, 0xAFF)],
        ["Gurmukhi"] = [(0xA01, 0xA76)],
        ["Han"] = [(0x2E80, 0x3007), (0x3021, 0x3029), (0x3038, 0x303B), (0x3400, 0x9FFF), (0xF900, 0xFAD9), (0x20000, 0x3347F)],
        ["Hangul"] = [(0x1100, 0x11FF), (0x3131, 0x318E), (0xA960, 0xA97C), (0xAC00, 0xD7FB)],
        ["Hebrew"] = [(0x591, 0x5F4), (0xFB1D, 0xFB4F)],
        ["Kana"] = [(0x3041, 0x309F), (0x30A1, 0x30FF), (0x31F0, 0x31FF), (0x1B000, 0x1B167)],
        ["Kannada"] = [(0xC80, 0xCF3)],
        ["Khmer"] = [(0x1780, 0x17F9)],
        ["Lao"] = [(0xE81, 0xEDF)],
        ["Latin"] =
        [
            (0x41, 0x2B8), (0x2E0, 0x2E4), (0x1D00, 0x1D25), (0x1D6B, 0x1D77), (0x1D79, 0x1D9A), (0x1E00, 0x1EFF), (0x2C60, 0x2C7F),
            (0xA722, 0xA7FF), (0xAB30, 0xAB64), (0x1DF00, 0x1DF2A),
        ],
        ["Malayalam"] = [(0xD00, 0xD7F)],
        ["Myanmar"] = [(0x1000, 0x109F), (0xA9E0, 0xA9FE), (0xAA60, 0xAA7F)],
        ["Sinhala"] = [(0xD81, 0xDF4)],
        ["Tamil"] = [(0xB82, 0xBFA)],
        ["Telugu"] = [(0xC00, 0xC7F)],
        ["Thai"] = [(0xE01, 0xE5B)],
    };

    // Unicode Standard Annex 14, line-breaking classes SA and ID, as far as they are letters.
    private static readonly string[] WithoutSpaces = ["Han", "Kana", "Khmer", "Lao", "Myanmar", "Thai"];

    /// <summary>Their names, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Ranges.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Whether a rule can name it.</summary>
    public static bool IsKnown(string name) => Ranges.ContainsKey(name);

    /// <summary>
    /// Whether most letters of a text are of the scripts named. Letters of scripts that no rule can name count as of none; a text
    /// without letters is in none.
    /// </summary>
    public static bool AreMostLettersIn(string text, IReadOnlyCollection<string> scripts)
    {
        var (letters, found) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsLetter(rune))
            {
                letters++;
                found += scripts.Any(script => IsIn(rune, script)) ? 1 : 0;
            }
        }

        return found * 2 > letters;
    }

    /// <summary>Whether a letter is of a script that puts no spaces between words.</summary>
    public static bool HasNoSpaces(Rune rune) => rune.Value >= 0xE00 && Array.Exists(WithoutSpaces, script => IsIn(rune, script));

    private static bool IsIn(Rune rune, string script)
    {
        foreach (var (first, last) in Ranges[script])
        {
            if (rune.Value >= first && rune.Value <= last)
            {
                return true;
            }
        }

        return false;
    }
}
