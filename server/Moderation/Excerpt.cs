namespace Embed.Server.Moderation;

/// <summary>A piece of text that is marked, or is not.</summary>
/// <param name="Text">The text.</param>
/// <param name="IsMarked">Whether it is what was looked for.</param>
public sealed record ExcerptPart(string Text, bool IsMarked);

/// <summary>The part of a text where something was found, with what was found marked.</summary>
internal static class Excerpt
{
    /// <summary>About the longest, in characters.</summary>
    public const int MaxCharacters = 300;

    // So much stands before the first thing found.
    private const int Before = 80;

    /// <summary>An excerpt in parts, one after the other; its beginning where nothing is found.</summary>
    public static IReadOnlyList<ExcerptPart> Of(string text, SearchQuery query)
    {
        var found = Merged([.. OfTerms(text, query.Terms), .. OfParts(text, query.Parts)]);
        var start = found.Count == 0 ? 0 : Boundary(text, Math.Max(0, found[0].Start - Before));
        var end = Boundary(text, Math.Min(text.Length, start + MaxCharacters));
        var parts = new List<ExcerptPart>();
        var at = start;
        void Add(int until, bool isMarked)
        {
            if (until > at)
            {
                parts.Add(new ExcerptPart(text[at..until], isMarked));
                at = until;
            }
        }

        if (start > 0)
        {
            parts.Add(new ExcerptPart("… ", IsMarked: false));
        }

        foreach (var (from, to) in found.TakeWhile(range => range.Start < end))
        {
            Add(from, isMarked: false);
            Add(Math.Min(to, end), isMarked: true);
        }

        Add(end, isMarked: false);
        if (end < text.Length)
        {
            parts.Add(new ExcerptPart(" …", IsMarked: false));
        }

        return parts;
    }

    private static IEnumerable<(int Start, int End)> OfTerms(string text, IReadOnlyList<SearchTerm> terms)
    {
        if (terms.Count == 0)
        {
            yield break;
        }

        var words = Words.In(text);
        for (var i = 0; i < words.Count; i++)
        {
            foreach (var term in terms)
            {
                if (i + term.Words.Count <= words.Count && Is(words, i, term))
                {
                    var last = words[i + term.Words.Count - 1];
                    yield return (words[i].Start, last.Start + last.Length);
                }
            }
        }
    }

    private static bool Is(List<Word> words, int at, SearchTerm term)
    {
        for (var i = 0; i < term.Words.Count; i++)
        {
            var mayGoOn = term.IsPrefix && i == term.Words.Count - 1;
            if (!(mayGoOn ? words[at + i].Folded.StartsWith(term.Words[i], StringComparison.Ordinal) : words[at + i].Folded == term.Words[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static IEnumerable<(int Start, int End)> OfParts(string text, IReadOnlyList<string> parts)
    {
        foreach (var part in parts)
        {
            for (var at = text.IndexOf(part, StringComparison.OrdinalIgnoreCase); at >= 0;
                at = text.IndexOf(part, at + part.Length, StringComparison.OrdinalIgnoreCase))
            {
                yield return (at, at + part.Length);
            }
        }
    }

    private static List<(int Start, int End)> Merged(List<(int Start, int End)> ranges)
    {
        ranges.Sort();
        var merged = new List<(int Start, int End)>();
        foreach (var range in ranges)
        {
            if (merged.Count > 0 && range.Start <= merged[^1].End)
            {
                merged[^1] = (merged[^1].Start, Math.Max(merged[^1].End, range.End));
            }
            else
            {
                merged.Add(range);
            }
        }

        return merged;
    }

    // Never within a pair of surrogates.
    private static int Boundary(string text, int at) =>
        at > 0 && at < text.Length && char.IsLowSurrogate(text[at]) ? at - 1 : at;
}
