using System.Text;
using AngleSharp.Dom;

namespace Embed.Server.Markup;

/// <summary>What an element from elsewhere is to us.</summary>
internal enum ElementKind
{
    /// <summary>Stands in a line.</summary>
    Inline,

    /// <summary>Begins a line of its own.</summary>
    Block,

    /// <summary>Says nothing by itself and may hold either.</summary>
    Seen,

    /// <summary>Not for readers.</summary>
    Dropped,
}

/// <summary>Elements from elsewhere, and small changes to ours.</summary>
internal static class ForeignElements
{
    /// <summary>What an element is by its name.</summary>
    public static ElementKind Kind(this IElement element) => element.LocalName switch
    {
        "script" or "style" or "template" or "noscript" or "head" or "title" or "textarea" or "select" or "object" or "svg" or "math"
            or "input" or "button" => ElementKind.Dropped,
        "address" or "article" or "aside" or "blockquote" or "body" or "center" or "dd" or "details" or "dir" or "div" or "dl" or "dt"
            or "fieldset" or "figcaption" or "figure" or "footer" or "form" or "h1" or "h2" or "h3" or "h4" or "h5" or "h6" or "header"
            or "hr" or "li" or "listing" or "main" or "menu" or "nav" or "ol" or "p" or "pre" or "section" or "summary" or "table"
            or "tbody" or "td" or "tfoot" or "th" or "thead" or "tr" or "ul" or "xmp" => ElementKind.Block,
        "b" or "strong" or "i" or "em" or "a" or "s" or "strike" or "del" or "code" or "kbd" or "samp" or "tt" or "cite" or "dfn" or "var"
            or "br" or "img" => ElementKind.Inline,
        _ => ElementKind.Seen,
    };

    /// <summary>What is left of HTML without anything between angle brackets.</summary>
    public static string WithoutTags(string html)
    {
        var text = new StringBuilder();
        var isTag = false;
        foreach (var character in html)
        {
            isTag = character == '<' || (isTag && character != '>');
            if (!isTag)
            {
                text.Append(character == '>' ? ' ' : character);
            }
        }

        return text.ToString();
    }

    public static void PrependText(this IElement element, string text) =>
        element.InsertBefore(element.Owner!.CreateTextNode(text), element.FirstChild);

    /// <summary>Adds a block and the line break after it.</summary>
    public static IElement AppendBlock(this IElement into, IElement block)
    {
        into.AppendChild(block);
        into.AppendChild(into.Owner!.CreateTextNode("\n"));
        return block;
    }
}
