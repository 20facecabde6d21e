using System.Buffers;
using System.Globalization;
using System.Text;
using AngleSharp.Dom;

namespace Embed.Server.Markup;

/// <summary>
/// Writes a body of <see cref="ForeignHtml"/> as the Markdown it would come from. Whether it is the same again after rendering is for
/// the caller to see: some of what HTML can say Markdown cannot.
/// </summary>
/// <param name="isCautious">Whether everything that may mean something is escaped, however it looks in an editor.</param>
internal sealed class MarkdownWriter(bool isCautious)
{
    private static readonly SearchValues<char> Punctuation = SearchValues.Create("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");

    private static readonly SearchValues<char> Marks = SearchValues.Create("\\`*[]<");

    private static readonly SearchValues<char> NotInAutolink = SearchValues.Create(" <>\n");

    private static readonly SearchValues<char> NotInPlainLink = SearchValues.Create(" ()<>\n\t\\&*_");

    /// <summary>The Markdown, without a line break at its end.</summary>
    public static string Write(IElement body, bool isCautious) => new MarkdownWriter(isCautious).Blocks(body);

    private string Blocks(IElement container)
    {
        var text = new StringBuilder();
        IElement? before = null;
        INode? last = null;
        var bullet = 0;
        var line = new StringBuilder();
        foreach (var node in container.ChildNodes)
        {
            if (node is IElement { LocalName: not ("a" or "br" or "code" or "del" or "em" or "strong") } block)
            {
                Flush();
                // Two lists in a row are told apart by their markers.
                bullet = before?.LocalName == block.LocalName ? bullet + 1 : 0;
                Add(Block(block, bullet));
                before = block;
            }
            else if (node is not IText { Data: "\n" } || line.Length > 0)
            {
                Inline(node, last, line);
            }

            last = node;
        }

        Flush();
        return text.ToString();

        void Flush()
        {
            if (!string.IsNullOrWhiteSpace(line.ToString()))
            {
                Add(Escaped(line.ToString().TrimEnd('\n')));
                before = null;
            }

            line.Clear();
        }

        void Add(string block)
        {
            if (text.Length > 0)
            {
                text.Append(container.LocalName == "li" && IsTight(container) ? "\n" : "\n\n");
            }

            text.Append(block);
        }
    }

    private static bool IsTight(IElement item) => item.Children.All(block => block.LocalName != "p");

    private string Block(IElement block, int bullet) => block.LocalName switch
    {
        "p" => Escaped(Line(block)),
        "h3" or "h4" or "h5" or "h6" => new string('#', block.LocalName[1] - '0' - 2) + " " + Line(block).Replace('\n', ' '),
        "blockquote" => Prefixed(Blocks(block), "> ", ">"),
        "ul" or "ol" => List(block, bullet),
        "pre" => Fenced(block.TextContent.TrimEnd('\n')),
        "hr" => "---",
        "table" => Table(block),
        _ => throw new ArgumentException($"{block.LocalName} is none of our elements.", nameof(block)),
    };

    private string List(IElement list, int bullet)
    {
        var isOrdered = list.LocalName == "ol";
        var number = int.TryParse(list.GetAttribute("start"), out var start) ? start : 1;
        List<string> items = [];
        foreach (var item in list.Children)
        {
            var marker = isOrdered
                ? string.Create(CultureInfo.InvariantCulture, $"{number++}{(bullet % 2 == 0 ? '.' : ')')} ")
                : bullet % 2 == 0 ? "- " : "* ";
            var text = Blocks(item);
            items.Add(text.Length == 0 ? marker.TrimEnd() : marker + Prefixed(text, new string(' ', marker.Length), "")[marker.Length..]);
        }

        return string.Join(list.Children.All(IsTight) ? "\n" : "\n\n", items);
    }

    private string Table(IElement table)
    {
        var text = new StringBuilder();
        var isFirst = true;
        foreach (var row in table.QuerySelectorAll("tr"))
        {
            text.Append(isFirst ? "" : "\n");
            foreach (var cell in row.Children)
            {
                text.Append("| ").Append(Line(cell).Replace('\n', ' ').Replace("|", "\\|", StringComparison.Ordinal)).Append(' ');
            }

            text.Append('|');
            if (isFirst)
            {
                text.Append('\n').Insert(text.Length, "|---", row.ChildElementCount).Append('|');
            }

            isFirst = false;
        }

        return text.ToString();
    }

    private string Line(IElement element)
    {
        var line = new StringBuilder();
        INode? before = null;
        foreach (var node in element.ChildNodes)
        {
            Inline(node, before, line);
            before = node;
        }

        return line.ToString();
    }

    // Which node is before it is handed over: finding it would take as long as there are nodes.
    private void Inline(INode node, INode? before, StringBuilder line)
    {
        switch (node)
        {
            case IText { Data: var data }:
                // Each line break is followed by one in the HTML too.
                Text(data is ['\n', ..] && before is IElement { LocalName: "br" } ? data[1..] : data, line);
                break;
            case IElement { LocalName: "br" }:
                line.Append('\n');
                break;
            case IElement { LocalName: "code" } code:
                Code(code.TextContent, line);
                break;
            case IElement { LocalName: "a" } link:
                Link(link, line);
                break;
            case IElement element:
                // Three asterisks would be strong within emphasis, not the other way round.
                var mark = element.LocalName switch { "strong" => "**", "em" => node.ParentElement?.LocalName == "strong" ? "_" : "*", _ => "~~" };
                line.Append(mark).Append(Line(element)).Append(mark);
                break;
        }
    }

    private void Text(string data, StringBuilder line)
    {
        for (var i = 0; i < data.Length; i++)
        {
            var character = data[i];
            var isMark = isCautious ? Punctuation.Contains(character) : Marks.Contains(character)
                || (character == '_' && !(i > 0 && i + 1 < data.Length && char.IsLetterOrDigit(data[i - 1]) && char.IsLetterOrDigit(data[i + 1])))
                || (character == '~' && ((i > 0 && data[i - 1] == '~') || (i + 1 < data.Length && data[i + 1] == '~')))
                || (character == '&' && i + 1 < data.Length && (char.IsAsciiLetter(data[i + 1]) || data[i + 1] == '#'));
            if (isMark)
            {
                line.Append('\\');
            }

            line.Append(character);
        }
    }

    private static void Code(string code, StringBuilder line)
    {
        var fence = new string('`', LongestRun(code) + 1);
        var padding = code is ['`', ..] or [.., '`'] ? " " : "";
        line.Append(fence).Append(padding).Append(code).Append(padding).Append(fence);
    }

    private void Link(IElement link, StringBuilder line)
    {
        var address = link.GetAttribute("href")!;
        if (link.TextContent == address && !address.AsSpan().ContainsAny(NotInAutolink) && address.Contains(':', StringComparison.Ordinal))
        {
            line.Append('<').Append(address).Append('>');
            return;
        }

        var isPlain = !address.AsSpan().ContainsAny(NotInPlainLink);
        line.Append('[').Append(Line(link)).Append("](");
        line.Append(isPlain ? address : $"<{address.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("<", "%3C", StringComparison.Ordinal)
            .Replace(">", "%3E", StringComparison.Ordinal).Replace("&", "\\&", StringComparison.Ordinal)}>").Append(')');
    }

    private static string Fenced(string code)
    {
        var fence = new string('`', Math.Max(3, LongestRun(code) + 1));
        return $"{fence}\n{code}\n{fence}";
    }

    private static int LongestRun(string code)
    {
        var (longest, run) = (0, 0);
        foreach (var character in code)
        {
            run = character == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }

    private static string Prefixed(string text, string prefix, string prefixOfEmpty) =>
        string.Join('\n', text.Split('\n').Select(line => line.Length == 0 ? prefixOfEmpty : prefix + line));

    /// <summary>Escapes what would begin another block at the beginning of a line.</summary>
    private string Escaped(string text) => isCautious ? text : string.Join('\n', text.Split('\n').Select(EscapedLine));

    private static string EscapedLine(string line)
    {
        if (line is ['#' or '>' or '=' or '|' or '~', ..] or ['-' or '+' or ':', ..])
        {
            return "\\" + line;
        }

        var digits = 0;
        while (digits < line.Length && char.IsAsciiDigit(line[digits]))
        {
            digits++;
        }

        return digits > 0 && digits < line.Length && line[digits] is ('.' or ')') && (digits + 1 == line.Length || line[digits + 1] == ' ')
            ? string.Concat(line.AsSpan(0, digits), "\\", line.AsSpan(digits))
            : line;
    }
}
