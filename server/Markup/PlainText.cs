using System.Globalization;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Embed.Server.Markup;

/// <summary>A comment's stored HTML as plain text, for lists and search engines. What comes out is text: whoever shows it as HTML encodes it.</summary>
internal static class PlainText
{
    /// <summary>The text, one line for each paragraph, list item or row.</summary>
    public static string Of(string html)
    {
        using var document = new HtmlParser().ParseDocument(html);
        var text = new StringBuilder();
        Append(document.Body!, text);
        return text.ToString().Trim();
    }

    /// <summary>The beginning of the text on one line, cut between two words where it is longer than <paramref name="most"/> UTF-16 units.</summary>
    public static string Excerpt(string html, int most)
    {
        var line = string.Join(' ', Of(html).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (line.Length <= most)
        {
            return line;
        }

        var end = line.LastIndexOf(' ', most);
        // Scripts that put no spaces between words, and addresses, are cut between two whole characters.
        return string.Concat(line.AsSpan(0, end > most / 2 ? end : WholeCharacters(line, most)), "…");
    }

    // Not deep: CommentMarkdown refuses what nests further than people write.
    private static void Append(INode node, StringBuilder text)
    {
        foreach (var child in node.ChildNodes)
        {
            if (child is IText { Data: var data })
            {
                text.Append(data);
                continue;
            }

            Append(child, text);
            if (child is IElement { LocalName: not ("a" or "code" or "del" or "em" or "strong") } element)
            {
                text.Append(element.LocalName is "td" or "th" ? ' ' : '\n');
            }
        }
    }

    private static int WholeCharacters(string line, int most)
    {
        var end = 0;
        while (StringInfo.GetNextTextElementLength(line, end) is var length && end + length <= most)
        {
            end += length;
        }

        // One character made of more marks than fit.
        return end > 0 ? end : most - (char.IsHighSurrogate(line[most - 1]) ? 1 : 0);
    }
}
