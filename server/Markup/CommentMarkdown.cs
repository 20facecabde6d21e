using System.Buffers;
using Embed.Server.Model;
using Markdig;
using Markdig.Extensions.AutoLinks;
using Markdig.Extensions.EmphasisExtras;
using Markdig.Extensions.Tables;
using Markdig.Extensions.TaskLists;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Embed.Server.Markup;

/// <summary>
/// The Markdown that comments are written in: CommonMark and, as on GitHub, tables, strikethrough, bare links and task
/// lists; a line break is a line break; HTML is text. Its HTML is not yet safe: <see cref="CommentBody"/> alone calls it.
/// </summary>
internal static class CommentMarkdown
{
    /// <summary>
    /// Longest HTML a comment may become, in UTF-16 units. Ordinary text grows by half; short lists and tables by five;
    /// but a long link definition used a thousand times by a thousand.
    /// </summary>
    public const int MaxHtmlCharacters = 10 * Comment.MaxBodyCharacters;

    /// <summary>
    /// Most cells the tables of a comment may have. Rows are filled up to the header's width, so 1,000 columns and 4,000
    /// one-letter rows fit into a comment and would take a second and 400 MB. No more could be shown anyway: a cell takes
    /// ten characters of HTML.
    /// </summary>
    public const int MaxTableCells = MaxHtmlCharacters / 10;

    // The host page's own headings are h1 and h2; comments stand below them.
    private const int HeadingShift = 2;

    private const int LowestHeading = 6;

    // What a delimiter row is written with, and the markers of quotations and lists that may stand before it.
    private static readonly SearchValues<char> DelimiterRow = SearchValues.Create("|-: \t>*+0123456789.)");

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .DisableHtml()
        .UsePipeTables(new PipeTableOptions { UseGfmRules = true })
        .UseEmphasisExtras(EmphasisExtraOptions.Strikethrough)
        .UseAutoLinks(new AutoLinkOptions { UseHttpsForWWWLinks = true })
        .UseTaskLists()
        .UseSoftlineBreakAsHardlineBreak()
        .Build();

    /// <summary>Renders well-formed UTF-16 of at most <see cref="Comment.MaxBodyCharacters"/>.</summary>
    /// <returns>The HTML, or null where it is too elaborate: elements nest deeper than 128, tables have too many cells,
    /// or the HTML would become too long.</returns>
    public static string? ToHtml(string source)
    {
        if (CellsAtMost(source) > MaxTableCells)
        {
            return null;
        }

        try
        {
            var document = Markdown.Parse(source, Pipeline);
            foreach (var element in document.Descendants().ToList())
            {
                Adapt(element);
            }

            var html = document.ToHtml(Pipeline);
            return html.Length <= MaxHtmlCharacters ? html : null;
        }
        catch (ArgumentException)
        {
            // The only sign Markdig gives of its nesting limit, while parsing or while rendering.
            return null;
        }
    }

    /// <summary>
    /// More cells than the tables of <paramref name="source"/> can have: the widest line that may be a table's delimiter
    /// row (possibly within quotations and lists), times all lines.
    /// </summary>
    private static long CellsAtMost(ReadOnlySpan<char> source)
    {
        long lines = 0;
        var columns = 0;
        foreach (var line in source.EnumerateLines())
        {
            lines++;
            if (line.Contains('|') && !line.ContainsAnyExcept(DelimiterRow))
            {
                columns = Math.Max(columns, line.Count('|') + 1);
            }
        }

        return lines * columns;
    }

    private static void Adapt(MarkdownObject element)
    {
        switch (element)
        {
            case HeadingBlock heading:
                heading.Level = Math.Min(heading.Level + HeadingShift, LowestHeading);
                break;
            case LinkInline link:
                AdaptLink(link);
                break;
            case AutolinkInline link when IsWithinLink(link):
                link.ReplaceBy(new LiteralInline(link.Url));
                break;
            case TaskList task:
                task.ReplaceBy(new LiteralInline(task.Checked ? "☑" : "☐"));
                break;
            case Table table:
                AlignByAttribute(table);
                break;
        }
    }

    /// <summary>
    /// An image becomes a link to it: nobody's server learns who reads the page. A link within a link is not HTML
    /// (images may stand in links and contain them); the outer one stays, of the inner one its text.
    /// </summary>
    private static void AdaptLink(LinkInline link)
    {
        link.IsImage = false;
        if (IsWithinLink(link))
        {
            link.ReplaceBy(new ContainerInline(), copyChildren: true);
        }
    }

    private static bool IsWithinLink(Inline inline)
    {
        for (var parent = inline.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is LinkInline)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Says alignment by attribute, because the <c>style</c> Markdig writes is not let through.</summary>
    private static void AlignByAttribute(Table table)
    {
        foreach (var row in table.OfType<TableRow>())
        {
            foreach (var (cell, column) in row.OfType<TableCell>().Zip(table.ColumnDefinitions))
            {
                var side = column.Alignment switch
                {
                    TableColumnAlign.Left => "left",
                    TableColumnAlign.Center => "center",
                    TableColumnAlign.Right => "right",
                    _ => null,
                };
                if (side is not null)
                {
                    cell.GetAttributes().AddProperty("align", side);
                }
            }
        }
    }
}
