using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Embed.Server.Markup;

/// <summary>A table from elsewhere: rows of cells that hold a line each, with a head, as Markdown's tables have one.</summary>
internal sealed class ForeignTable(IHtmlDocument document, ForeignHtml text)
{
    /// <summary>Longer and wider ones become one paragraph for each row.</summary>
    private const int MaxCells = 2_000;

    public void Read(IElement table, IElement into)
    {
        var rows = table.QuerySelectorAll("tr").Select(row => row.Children.Where(cell => cell.LocalName is "td" or "th").ToList())
            .Where(cells => cells.Count > 0).ToList();
        if (rows.Count == 0 || rows.Sum(row => row.Count) > MaxCells || table.QuerySelector("table") is not null)
        {
            foreach (var row in rows)
            {
                Add(into, "p", row.SelectMany(cell => cell.ChildNodes.Append(document.CreateTextNode(" "))));
            }

            return;
        }

        var width = rows.Max(row => row.Count);
        var written = document.CreateElement("table");
        var hasHead = rows[0].TrueForAll(cell => cell.LocalName == "th");
        if (hasHead)
        {
            written.AppendBlock(Section("thead", "th", rows.Take(1), width));
        }

        if (rows.Count > 1 || !hasHead)
        {
            written.AppendBlock(Section("tbody", "td", rows.Skip(hasHead ? 1 : 0), width));
        }

        written.PrependText("\n");
        into.AppendBlock(written);
    }

    private IElement Section(string name, string cellName, IEnumerable<List<IElement>> rows, int width)
    {
        var section = document.CreateElement(name);
        section.PrependText("\n");
        foreach (var cells in rows)
        {
            var row = document.CreateElement("tr");
            row.PrependText("\n");
            for (var i = 0; i < width; i++)
            {
                row.AppendBlock(i < cells.Count ? text.Line(cellName, cells[i].ChildNodes) : document.CreateElement(cellName));
            }

            section.AppendBlock(row);
        }

        return section;
    }

    private void Add(IElement into, string name, IEnumerable<INode> nodes)
    {
        if (text.Line(name, nodes) is { HasChildNodes: true } line)
        {
            into.AppendBlock(line);
        }
    }
}
