using System.Text;
using Embed.Server.Markup;
using Embed.Server.Model;
using Embed.Server.Transfer.Formats;

namespace Embed.Server.Transfer.Importing;

/// <summary>A source's text as a comment keeps it.</summary>
/// <param name="Body">The Markdown; empty where nothing would be seen.</param>
/// <param name="BodyHtml">Its sanitised HTML.</param>
/// <param name="Repair">What had to be mended, a sentence; null for nothing.</param>
internal sealed record ImportedText(string Body, string BodyHtml, string? Repair = null)
{
    /// <summary>Longest text, in UTF-16 units: other systems take more than is posted here.</summary>
    public const int MaxCharacters = 65_536;

    private static readonly ImportedText Empty = new("", "");

    /// <summary>The text in whatever it is written.</summary>
    public static ImportedText Of(SourceMarkup markup, string text) => markup switch
    {
        SourceMarkup.Markdown => OfMarkdown(text),
        SourceMarkup.Html => OfHtml(text, hasLineBreaks: false),
        SourceMarkup.HtmlWithLineBreaks => OfHtml(text, hasLineBreaks: true),
        _ => OfMarkdown(Escaped(text)),
    };

    /// <summary>The beginning of a text that is too long, cut between two whole characters.</summary>
    public static string Cut(string text) =>
        text.Length <= MaxCharacters ? text : text[..(MaxCharacters - (char.IsHighSurrogate(text[MaxCharacters - 1]) ? 1 : 0))];

    private static ImportedText OfMarkdown(string text)
    {
        var html = CommentBody.Render(text, int.MaxValue);
        return html.Refusal == Refusal.BodyTooNested ? Plain(text)
            : html.Value is { } shown ? new ImportedText(text, shown.Value)
            : Empty;
    }

    private static ImportedText OfHtml(string text, bool hasLineBreaks) =>
        CommentBody.FromHtml(text, hasLineBreaks).Value is { } foreign ? new ImportedText(foreign.Markdown, foreign.Html.Value) : Empty;

    private static ImportedText Plain(string text) => OfMarkdown(Escaped(text)) with { Repair = "Its text is nested too deeply, and is shown as it was typed." };

    /// <summary>Text as Markdown that shows just that: each line one, and addresses still links.</summary>
    private static string Escaped(string text)
    {
        var markdown = new StringBuilder(text.Length + 16);
        foreach (var line in text.ReplaceLineEndings("\n").Trim('\n').Split('\n'))
        {
            markdown.Append(markdown.Length == 0 ? "" : EndsLine(markdown) ? "\n" : line.Trim().Length == 0 ? "\n" : "\\\n");
            EscapeLine(markdown, line.Trim());
        }

        return markdown.ToString();
    }

    private static bool EndsLine(StringBuilder markdown) => markdown[^1] == '\n';

    private static void EscapeLine(StringBuilder markdown, string line)
    {
        var digits = line.TakeWhile(char.IsAsciiDigit).Count();
        for (var i = 0; i < line.Length; i++)
        {
            var isWord = i == 0 || char.IsWhiteSpace(line[i - 1]);
            if (isWord && (string.CompareOrdinal(line, i, "http://", 0, 7) == 0 || string.CompareOrdinal(line, i, "https://", 0, 8) == 0))
            {
                // An address with marks in it would be another with backslashes.
                var end = line.IndexOfAny([' ', '\t', '<', '>'], i) is >= 0 and var found ? found : line.Length;
                markdown.Append(line, i, end - i);
                i = end - 1;
                continue;
            }

            var isMark = @"\`*_[]<>~|&".Contains(line[i], StringComparison.Ordinal)
                || (i == 0 && "#+-=".Contains(line[i], StringComparison.Ordinal))
                || (digits > 0 && i == digits && line[i] is '.' or ')');
            markdown.Append(isMark ? "\\" : "").Append(line[i]);
        }
    }
}
