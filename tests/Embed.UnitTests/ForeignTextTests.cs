using System.Text;
using AngleSharp.Html.Parser;
using Embed.Server.Markup;

#pragma warning disable RS0030 // Random: the trees must be the same each time, and nothing in them is secret.

namespace Embed.UnitTests;

/// <summary>HTML as nobody would write it, made by chance: whatever becomes of it, no word is lost.</summary>
public sealed class ForeignTextTests
{
    private static readonly string[] Blocks =
        ["p", "div", "blockquote", "ul", "ol", "li", "pre", "h2", "section", "details", "summary", "dl", "dd", "table", "tr", "td", "th", "center", "article"];

    private static readonly string[] Inlines = ["b", "i", "em", "strong", "s", "u", "a", "code", "span", "font", "sub", "q", "small", "mark", "custom-thing"];

    // What Markdown could take for its own.
    private static readonly string[] Words =
        ["word", "*star*", "_under_", "1.", "-", "#", "&lt;b&gt;", "&amp;amp;", "`tick`", "[x](y)", "|", "~~", "&gt;", "\\", "=", "+", "https://a.example/x_y", "!"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_word_is_lost_and_what_is_called_the_same_is(bool hasLineBreaks)
    {
        var random = new Random(7);
        for (var i = 0; i < 400; i++)
        {
            var html = new StringBuilder();
            var depth = 0;
            Write(html, random, ref depth, inBlocks: true);
            var source = html.ToString();
            if (CommentBody.FromHtml(source, hasLineBreaks).Value is not { } body)
            {
                continue;
            }

            // The parser of HTML moves what a table may not have in it before the table; the words are the same all the same.
            Assert.Equal(WordsOf(source), WordsOf(body.Html.Value));
            if (body.IsSame)
            {
                Assert.Equal(body.Html, CommentBody.Render(body.Markdown).Value);
            }
        }
    }

    private static string WordsOf(string html)
    {
        using var document = new HtmlParser().ParseDocument(html);
        return string.Concat(document.Body!.TextContent.Where(character => !char.IsWhiteSpace(character)));
    }

    private static void Write(StringBuilder html, Random random, ref int depth, bool inBlocks)
    {
        depth++;
        for (var parts = random.Next(1, 5); parts > 0; parts--)
        {
            var kind = depth > 6 ? 0 : random.Next(6);
            if (kind >= 4 && inBlocks)
            {
                Element(html, random, ref depth, Blocks[random.Next(Blocks.Length)], true);
            }
            else if (kind >= 2)
            {
                Element(html, random, ref depth, Inlines[random.Next(Inlines.Length)], random.Next(8) == 0);
            }
            else
            {
                html.Append(Words[random.Next(Words.Length)]).Append(random.Next(5) switch { 0 => "<br>", 1 => "\n", 2 => "<br>\n<br>", 3 => "", _ => " " });
            }
        }

        depth--;
    }

    private static void Element(StringBuilder html, Random random, ref int depth, string name, bool inBlocks)
    {
        html.Append('<').Append(name).Append(name == "a" ? " href=\"https://b.example/?a=1&amp;b=(2)\"" : "").Append('>');
        Write(html, random, ref depth, inBlocks);
        html.Append("</").Append(name).Append('>');
    }
}
