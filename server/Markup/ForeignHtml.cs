using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Embed.Server.Markup;

/// <summary>
/// HTML from elsewhere, put into the few elements that our comments are made of: paragraphs, lists, quotations and so on, as
/// <see cref="CommentMarkdown"/> would write them. What has no place among them is seen through, so that its text stays; pictures and
/// films become links. The result is not yet safe: <see cref="CommentBody"/> alone calls it.
/// </summary>
internal sealed class ForeignHtml
{
    /// <summary>Deeper elements are taken for text alone: nobody writes them, and serialising recurses.</summary>
    public const int MaxDepth = 100;

    /// <summary>
    /// Of what has more tags only the text is taken. HTML's parser opens all emphasis that was left open anew in each paragraph (WHATWG HTML,
    /// "reconstruct the active formatting elements"), so that elements grow with the square of the tags.
    /// </summary>
    public const int MaxTags = 1_000;

    private readonly IHtmlDocument _document;
    private readonly bool _hasLineBreaks;

    private ForeignHtml(IHtmlDocument document, bool hasLineBreaks) => (_document, _hasLineBreaks) = (document, hasLineBreaks);

    /// <summary>Reads HTML into a body with our elements only.</summary>
    /// <param name="html">The HTML; at most some ten thousand characters.</param>
    /// <param name="hasLineBreaks">Whether a line break in its text is one, and an empty line ends a paragraph.</param>
    public static IHtmlElement Read(string html, bool hasLineBreaks)
    {
        var source = new HtmlParser().ParseDocument(html.AsSpan().Count('<') <= MaxTags ? html : ForeignElements.WithoutTags(html));
        var reader = new ForeignHtml(source, hasLineBreaks);
        var body = (IHtmlElement)source.CreateElement("body");
        if (IsTooDeep(source.Body!))
        {
            var paragraph = source.CreateElement("p");
            paragraph.TextContent = source.Body!.TextContent;
            reader.Blocks([paragraph], body);
        }
        else
        {
            reader.Blocks(source.Body!.ChildNodes, body);
        }

        return body;
    }

    /// <summary>Whether HTML has elements in each other that nobody has written.</summary>
    public static bool IsTooDeep(string html) =>
        // Where there are so few tags, none is that deep.
        html.AsSpan().Count('<') > MaxDepth && IsTooDeep(new HtmlParser().ParseDocument(html).Body!);

    // By hand: recursion is what must be kept from.
    private static bool IsTooDeep(IElement body)
    {
        Stack<(INode Node, int Depth)> open = new([(body, 0)]);
        while (open.TryPop(out var next))
        {
            if (next.Depth > MaxDepth)
            {
                return true;
            }

            foreach (var child in next.Node.ChildNodes)
            {
                open.Push((child, next.Depth + 1));
            }
        }

        return false;
    }

    /// <summary>Writes blocks: what stands between them in a line becomes paragraphs.</summary>
    internal void Blocks(IEnumerable<INode> nodes, IElement into)
    {
        var line = new InlineRun(_document);
        foreach (var node in nodes)
        {
            if (node is IElement element && element.Kind() is ElementKind.Block or ElementKind.Seen && HoldsBlocks(element))
            {
                End(line, into);
                Block(element, into);
            }
            else
            {
                Inline(node, line, into);
            }
        }

        End(line, into);
    }

    private static bool HoldsBlocks(IElement element) =>
        element.Kind() == ElementKind.Block || element.Children.Any(child => HoldsBlocks(child) && child.Kind() != ElementKind.Dropped);

    private void Block(IElement element, IElement into)
    {
        switch (element.LocalName)
        {
            case "h1" or "h2" or "h3" or "h4" or "h5" or "h6":
                // As Markdown's: the host page's own headings are above them.
                AddLine(into, $"h{Math.Min(element.LocalName[1] - '0' + 2, 6)}", element);
                break;
            case "blockquote":
                AddBlocks(into, "blockquote", element.ChildNodes);
                break;
            case "ul" or "ol" or "menu" or "dir":
                new ForeignList(_document, this).Read(element, into);
                break;
            case "pre" or "listing" or "xmp":
                var code = _document.CreateElement("code");
                code.TextContent = element.TextContent.Trim('\n').TrimEnd() + "\n";
                Append(into, "pre").AppendChild(code);
                break;
            case "hr":
                Append(into, "hr");
                break;
            case "table":
                new ForeignTable(_document, this).Read(element, into);
                break;
            default:
                Blocks(element.ChildNodes, into);
                break;
        }
    }

    private void AddBlocks(IElement into, string name, IEnumerable<INode> nodes)
    {
        var block = _document.CreateElement(name);
        Blocks(nodes, block);
        if (block.HasChildNodes)
        {
            block.PrependText("\n");
            into.AppendBlock(block);
        }
    }

    private void AddLine(IElement into, string name, IElement source)
    {
        var block = Line(name, source.ChildNodes);
        if (block.HasChildNodes)
        {
            into.AppendBlock(block);
        }
    }

    /// <summary>An element with what its nodes hold, in one line.</summary>
    internal IElement Line(string name, IEnumerable<INode> nodes)
    {
        var block = _document.CreateElement(name);
        var line = new InlineRun(_document);
        foreach (var node in nodes)
        {
            Inline(node, line, null);
        }

        line.MoveTo(block);
        return block;
    }

    private void Inline(INode node, InlineRun line, IElement? into)
    {
        switch (node)
        {
            case IText { Data: var data } when _hasLineBreaks && node.ParentElement is not { LocalName: "a" or "code" }:
                Lines(data, line, into);
                break;
            case IText { Data: var data }:
                line.AddText(data);
                break;
            // An empty line between two lines, as old editors and Disqus have it, is the end of a paragraph.
            case IElement { LocalName: "br" } when into is not null && line.IsBroken:
                End(line, into);
                break;
            case IElement element when element.Kind() != ElementKind.Dropped:
                InlineElement(element, line);
                break;
        }
    }

    private void Lines(string data, InlineRun line, IElement? into)
    {
        var first = true;
        var empty = 0;
        foreach (var part in data.ReplaceLineEndings("\n").Split('\n'))
        {
            if (!first)
            {
                line.Break();
                empty = string.IsNullOrWhiteSpace(part) ? empty + 1 : empty;
                if (empty > 0 && into is not null && !string.IsNullOrWhiteSpace(part))
                {
                    End(line, into);
                    empty = 0;
                }
            }

            line.AddText(part);
            first = false;
        }
    }

    private void InlineElement(IElement element, InlineRun line)
    {
        switch (element.LocalName)
        {
            case "br":
                line.Break();
                break;
            case "img" or "iframe" or "video" or "audio" or "embed" or "source":
                Media(element, line);
                break;
            case "code" or "kbd" or "samp" or "tt":
                line.AddCode(element.TextContent);
                break;
            case "a" when CommentBody.IsLinkable(element.GetAttribute("href")):
                line.Within("a", element.GetAttribute("href"), () => Children(element, line));
                break;
            case "b" or "strong":
                line.Within("strong", null, () => Children(element, line));
                break;
            case "i" or "em" or "cite" or "dfn" or "var":
                line.Within("em", null, () => Children(element, line));
                break;
            case "s" or "strike" or "del":
                line.Within("del", null, () => Children(element, line));
                break;
            default:
                if (element.Kind() == ElementKind.Block)
                {
                    line.Break();
                    Children(element, line);
                    line.Break();
                }
                else
                {
                    Children(element, line);
                }

                break;
        }
    }

    private void Children(IElement element, InlineRun line)
    {
        foreach (var child in element.ChildNodes)
        {
            Inline(child, line, null);
        }
    }

    private static void Media(IElement element, InlineRun line)
    {
        var address = element.GetAttribute("src") ?? element.QuerySelector("source")?.GetAttribute("src");
        address = address?.StartsWith("//", StringComparison.Ordinal) is true ? "https:" + address : address;
        var text = element.GetAttribute("alt") ?? element.GetAttribute("title");
        if (CommentBody.IsLinkable(address))
        {
            line.Within("a", address, () => line.AddText(string.IsNullOrWhiteSpace(text) ? address! : text));
        }
        else
        {
            // Such as a smiley.
            line.AddText(text ?? "");
        }
    }

    private void End(InlineRun line, IElement into)
    {
        if (line.IsEmpty)
        {
            line.Clear();
            return;
        }

        var paragraph = _document.CreateElement("p");
        line.MoveTo(paragraph);
        if (paragraph.HasChildNodes)
        {
            into.AppendBlock(paragraph);
        }
    }

    private IElement Append(IElement into, string name) => into.AppendBlock(_document.CreateElement(name));
}
