using System.Globalization;
using System.Text;

namespace Embed.Server.PreModeration;

/// <summary>
/// Words and phrases that a rule looks for: whole ones, in any case, <c>*</c> at the end for any ending. Made once for each rule.
/// </summary>
internal sealed class WordList
{
    private readonly List<(string Text, bool IsStem)> _entries = [];

    public WordList(IEnumerable<string> words)
    {
        foreach (var word in words)
        {
            var isStem = word.TrimEnd().EndsWith('*');
            var text = RuleText.Normalise(word.TrimEnd().TrimEnd('*'));
            if (text.Length > 0)
            {
                _entries.Add((text, isStem));
            }
        }
    }

    /// <summary>Whether it can be a word of a list: something is left of it when it is compared.</summary>
    public static bool IsWord(string word) => RuleText.Normalise(word.TrimEnd().TrimEnd('*')).Length > 0;

    /// <summary>Whether one of the words is in a text that <see cref="RuleText.Normalise"/> made.</summary>
    public bool IsIn(string normalised)
    {
        foreach (var (text, isStem) in _entries)
        {
            for (var at = normalised.IndexOf(text, StringComparison.Ordinal); at >= 0;)
            {
                if (IsEdge(normalised, at) && (isStem || IsEdge(normalised, at + text.Length)))
                {
                    return true;
                }

                at = at + 1 < normalised.Length ? normalised.IndexOf(text, at + 1, StringComparison.Ordinal) : -1;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether a word can begin or end before this place: not between two letters, digits or marks; but anywhere beside a letter of a
    /// script that puts no spaces between words, where only looking words up in a dictionary could tell.
    /// </summary>
    private static bool IsEdge(string text, int at)
    {
        if (at == 0 || at == text.Length)
        {
            return true;
        }

        Rune.DecodeLastFromUtf16(text.AsSpan(0, at), out var before, out _);
        Rune.DecodeFromUtf16(text.AsSpan(at), out var after, out _);
        return !IsOfWord(before) || !IsOfWord(after) || WritingScripts.HasNoSpaces(before) || WritingScripts.HasNoSpaces(after);
    }

    private static bool IsOfWord(Rune rune) => Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.EnclosingMark or UnicodeCategory.ConnectorPunctuation;
}
