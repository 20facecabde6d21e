using System.Globalization;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Embed.Server.Markup;

/// <summary>A list from elsewhere, tight or loose as Markdown's lists are.</summary>
internal sealed class ForeignList(IHtmlDocument document, ForeignHtml text)
{
    public void Read(IElement source, IElement into)
    {
        var list = document.CreateElement(source.LocalName == "ol" ? "ol" : "ul");
        if (source.LocalName == "ol" && int.TryParse(source.GetAttribute("start"), out var start) && start is > 1 and < 1_000_000_000)
        {
            list.SetAttribute("start", start.ToString(CultureInfo.InvariantCulture));
        }

        foreach (var group in Items(source))
        {
            var item = document.CreateElement("li");
            text.Blocks(group, item);
            if (item.HasChildNodes)
            {
                list.AppendBlock(item);
            }
        }

        if (list.HasChildNodes)
        {
            Tighten(list);
            list.PrependText("\n");
            into.AppendBlock(list);
        }
    }

    // A list within a list, without an item around it, is still drawn as one.
    private static IEnumerable<IEnumerable<INode>> Items(IElement list)
    {
        foreach (var node in list.ChildNodes)
        {
            if (node is IElement { LocalName: "li" } item)
            {
                yield return item.ChildNodes;
            }
            else if (node is IElement || !string.IsNullOrWhiteSpace(node.TextContent))
            {
                yield return [node];
            }
        }
    }

    // As in Markdown: one item with several paragraphs makes the whole list loose.
    private static void Tighten(IElement list)
    {
        if (list.Children.Any(item => item.Children.Count(block => block.LocalName == "p") > 1
            || item.Children.Any(block => block.LocalName is not ("p" or "ul" or "ol"))))
        {
            foreach (var item in list.Children)
            {
                item.PrependText("\n");
            }

            return;
        }

        foreach (var item in list.Children)
        {
            if (item.FirstElementChild is { LocalName: "p" } paragraph)
            {
                paragraph.Replace([.. paragraph.ChildNodes]);
                if (item.ChildElementCount == 0 || item.LastChild is IText { Data: "\n" } && item.Children.All(child => !IsList(child)))
                {
                    item.LastChild?.RemoveFromParent();
                }
            }
        }
    }

    private static bool IsList(IElement element) => element.LocalName is "ul" or "ol";
}
