using System.Globalization;
using System.Text;
using Embed.Server.Model;

namespace Embed.Server.Moderation;

/// <summary>
/// What people type to search: words that must all be there, "phrases" in quotes, beginnings with a star at the end, and with a
/// hyphen before it what must not be there. Whatever is typed is understood somehow; no character has any other meaning.
/// </summary>
internal sealed class SearchQuery
{
    /// <summary>Longest text, in characters.</summary>
    public const int MaxCharacters = 200;

    private readonly List<string> _wanted = [];
    private readonly List<string> _unwanted = [];
    private readonly List<SearchTerm> _terms = [];
    private readonly List<string> _parts = [];
    private readonly List<string> _unwantedParts = [];

    private SearchQuery()
    {
    }

    /// <summary>The expression for SQLite's full-text index (FTS5, section 3); null where no word of it is wanted.</summary>
    public string? Match => _wanted.Count == 0 ? null
        : _unwanted.Count == 0 ? string.Join(" AND ", _wanted)
        : $"({string.Join(" AND ", _wanted)}) NOT ({string.Join(" OR ", _unwanted)})";

    /// <summary>Words not to be there, as an expression for the same index; null for none.</summary>
    public string? Unwanted => _unwanted.Count == 0 ? null : string.Join(" OR ", _unwanted);

    /// <summary>The wanted words and phrases, for marking them.</summary>
    public IReadOnlyList<SearchTerm> Terms => _terms;

    /// <summary>Texts that must be in it somewhere. The index knows no words of scripts without spaces between them.</summary>
    public IReadOnlyList<string> Parts => _parts;

    /// <summary>Texts that must not be in it anywhere.</summary>
    public IReadOnlyList<string> UnwantedParts => _unwantedParts;

    /// <summary>Whether nothing was typed that can be looked for.</summary>
    public bool IsEmpty => _wanted.Count == 0 && _parts.Count == 0 && !HasUnwantedOnly;

    /// <summary>Whether it only says what must not be there.</summary>
    public bool HasUnwantedOnly => _wanted.Count == 0 && _parts.Count == 0 && (_unwanted.Count > 0 || _unwantedParts.Count > 0);

    /// <summary>Understands a text of at most <see cref="MaxCharacters"/>.</summary>
    public static SearchQuery Parse(string typed)
    {
        var query = new SearchQuery();
        var text = typed.AsSpan();
        while (!(text = text.TrimStart()).IsEmpty)
        {
            var isUnwanted = text[0] == '-';
            text = isUnwanted ? text[1..] : text;
            var isPhrase = text is ['"', ..];
            text = isPhrase ? text[1..] : text;
            // What is quoted ends at the next quotation mark, or with the text; a word also where white space begins.
            var length = isPhrase ? text.IndexOf('"') : text.IndexOfAny(WhiteSpaceOrQuote);
            var term = length < 0 ? text : text[..length];
            text = length < 0 ? [] : text[(isPhrase ? length + 1 : length)..];
            // A star may stand behind the closing quotation mark, too.
            var isPrefix = term is [.., '*'] || (isPhrase && text is ['*', ..]);
            text = isPhrase && text is ['*', ..] ? text[1..] : text;
            query.Add(term.Trim('*').ToString(), isUnwanted, isPrefix);
        }

        return query;
    }

    private static readonly System.Buffers.SearchValues<char> WhiteSpaceOrQuote =
        System.Buffers.SearchValues.Create("\" \t\n\v\f\r\u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000");

    private void Add(string text, bool isUnwanted, bool isPrefix)
    {
        var words = Words.In(text);
        if (words.Count == 0)
        {
            return;
        }

        if (text.EnumerateRunes().Any(HasNoSpaces))
        {
            (isUnwanted ? _unwantedParts : _parts).Add(text.Trim());
            return;
        }

        // A string in quotes is nothing but a string there: it has no operators, and the words in it are found by the index itself.
        var quoted = $"\"{string.Join(' ', words.Select(word => text.Substring(word.Start, word.Length)))}\"{(isPrefix ? " *" : "")}";
        (isUnwanted ? _unwanted : _wanted).Add(quoted);
        if (!isUnwanted)
        {
            _terms.Add(new SearchTerm([.. words.Select(word => word.Folded)], isPrefix));
        }
    }

    // Scripts that write words without spaces, or with endings that belong to no word: the index takes a whole run for one word.
    private static bool HasNoSpaces(Rune rune) => rune.Value
        is (>= 0x0E00 and <= 0x0EFF) or (>= 0x1000 and <= 0x109F) or (>= 0x1100 and <= 0x11FF) or (>= 0x1780 and <= 0x17FF)
        or (>= 0x2E80 and <= 0x2FDF) or (>= 0x3005 and <= 0x30FF) or (>= 0x3100 and <= 0x312F) or (>= 0x3130 and <= 0x318F)
        or (>= 0x31A0 and <= 0x31FF) or (>= 0x3400 and <= 0x9FFF) or (>= 0xA960 and <= 0xA97F) or (>= 0xAC00 and <= 0xD7FF)
        or (>= 0xF900 and <= 0xFAFF) or (>= 0xFF66 and <= 0xFFDC) or (>= 0x1B000 and <= 0x1B16F) or (>= 0x20000 and <= 0x3FFFF);
}

/// <summary>Words that follow each other, as they are compared.</summary>
/// <param name="Words">The words.</param>
/// <param name="IsPrefix">Whether the last may go on.</param>
internal sealed record SearchTerm(IReadOnlyList<string> Words, bool IsPrefix);

/// <summary>A word in a text: where it stands, and what it is compared by.</summary>
internal readonly record struct Word(int Start, int Length, string Folded);

/// <summary>Words as the index tells them apart (unicode61): letters and digits, compared without case and diacritics.</summary>
internal static class Words
{
    public static List<Word> In(string text)
    {
        var (words, start, at) = (new List<Word>(), -1, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            var isPart = Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber or UnicodeCategory.PrivateUse
                or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
            if (isPart && start < 0)
            {
                start = at;
            }
            else if (!isPart && start >= 0)
            {
                words.Add(new Word(start, at - start, Fold(text[start..at])));
                start = -1;
            }

            at += rune.Utf16SequenceLength;
        }

        if (start >= 0)
        {
            words.Add(new Word(start, at - start, Fold(text[start..at])));
        }

        return words;
    }

    private static string Fold(string word)
    {
        var folded = new StringBuilder(word.Length);
        foreach (var character in WholeText.Of(word).Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(character) != UnicodeCategory.NonSpacingMark)
            {
                folded.Append(char.ToLowerInvariant(character));
            }
        }

        return folded.ToString();
    }
}
