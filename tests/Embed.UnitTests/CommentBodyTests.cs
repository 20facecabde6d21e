using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Embed.Server.Markup;
using Embed.Server.Model;
using Embed.Tests;

namespace Embed.UnitTests;

public sealed class CommentBodyTests
{
    [Theory]
    [InlineData("plain *text*", """<p dir="auto">plain <em>text</em></p>""")]
    [InlineData("one\ntwo", "<p dir=\"auto\">one<br>\ntwo</p>")]
    [InlineData("~~gone~~ a~b~c", """<p dir="auto"><del>gone</del> a~b~c</p>""")]
    [InlineData("# Title", """<h3 dir="auto">Title</h3>""")]
    [InlineData("###### Small", """<h6 dir="auto">Small</h6>""")]
    [InlineData("- [ ] open\n- [x] done", "<ul dir=\"auto\">\n<li>☐ open</li>\n<li>☑ done</li>\n</ul>")]
    [InlineData("3. three", "<ol start=\"3\" dir=\"auto\">\n<li>three</li>\n</ol>")]
    [InlineData("```cs\nvar x;\n```", "<pre dir=\"ltr\"><code>var x;\n</code></pre>")]
    [InlineData("<b>bold</b>", """<p dir="auto">&lt;b&gt;bold&lt;/b&gt;</p>""")]
    [InlineData("> - deep", "<blockquote dir=\"auto\">\n<ul>\n<li>deep</li>\n</ul>\n</blockquote>")]
    public void Renders_the_Markdown_people_expect(string source, string html) => Assert.Equal(html, Html(source));

    [Fact]
    public void Renders_tables_with_alignment_and_no_other_attribute()
    {
        var cells = Parse(Html("| a | b | c |\n|:--|:-:|---|\n| 1 | `x\\|y` | 3 |")).QuerySelectorAll("td");

        Assert.Equal(["1", "x|y", "3"], cells.Select(cell => cell.TextContent));
        Assert.Equal(["left", "center", null], cells.Select(cell => cell.GetAttribute("align")));
    }

    [Theory]
    [InlineData("[x](https://a.example/)", "https://a.example/", "x")]
    [InlineData("<https://a.example/>", "https://a.example/", "https://a.example/")]
    [InlineData("see www.a.example now", "https://www.a.example", "www.a.example")]
    [InlineData("[x](mailto:a@b.example)", "mailto:a@b.example", "x")]
    [InlineData("[](https://a.example/)", "https://a.example/", "https://a.example/")]
    [InlineData("![alt](https://a.example/i.png)", "https://a.example/i.png", "alt")]
    [InlineData("![](https://a.example/i.png)", "https://a.example/i.png", "https://a.example/i.png")]
    [InlineData("[![alt](https://i.example/i.png)](https://a.example/)", "https://a.example/", "alt")]
    [InlineData("![a [b](https://b.example) c](https://a.example/)", "https://a.example/", "a b c")]
    [InlineData("![a <https://b.example> c](https://a.example/)", "https://a.example/", "a https://b.example c")]
    public void Links_and_images_become_one_link_that_passes_nothing_on(string source, string address, string text)
    {
        var link = Assert.Single(Parse(Html(source)).QuerySelectorAll("a"));

        Assert.Equal(address, link.GetAttribute("href"));
        Assert.Equal("nofollow ugc noopener noreferrer", link.GetAttribute("rel"));
        Assert.Equal(text, link.TextContent);
    }

    [Theory]
    [InlineData("[x](javascript:alert)")]
    [InlineData("[x](JaVaScRiPt:alert)")]
    [InlineData("[x](java&#115;cript:alert)")]
    [InlineData("[x](data:text/html,x)")]
    [InlineData("[x](/relative)")]
    [InlineData("[x](#fragment)")]
    [InlineData("[x](//other.example)")]
    [InlineData("[x](ftp://a.example)")]
    [InlineData("![x](vbscript:x)")]
    public void Keeps_only_the_text_of_links_that_lead_elsewhere(string source) =>
        Assert.Equal("""<p dir="auto">x</p>""", Html(source));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \t\r\n\u00A0\u2003")]
    [InlineData("\u200B\u200D\uFEFF\u2060\u00AD")]
    [InlineData("\0\u0007\u001B")]
    [InlineData("\u3164\u2800\uFE0F\u034F")]
    [InlineData("&#8203;")]
    [InlineData("#")]
    [InlineData("> ")]
    [InlineData("---")]
    [InlineData("[only]: https://a.example/")]
    public void Refuses_what_shows_nothing(string? source) =>
        Assert.Equal(Refusal.BodyEmpty, CommentBody.Render(source).Refusal);

    [Fact]
    public void Refuses_more_than_10000_characters_and_takes_exactly_that()
    {
        Assert.Equal(Refusal.BodyTooLong, CommentBody.Render(new string('a', 10_001)).Refusal);
        Assert.Null(CommentBody.Render(new string('a', 10_000)).Refusal);
    }

    [Theory]
    [InlineData(">", 200)]
    [InlineData("[", 200)]
    [InlineData("> - ", 200)]
    [InlineData(">", 10_000)]
    [InlineData("[", 10_000)]
    [InlineData("1. ", 3_333)]
    public void Refuses_deep_nesting(string unit, int times) =>
        Assert.Equal(Refusal.BodyTooNested, CommentBody.Render(Repeat(unit, times)).Refusal);

    [Fact]
    public void Refuses_tables_with_more_cells_than_could_be_shown()
    {
        var table = $"{Repeat("a|", 500)}a\n{Repeat("-|", 500)}-\n{Repeat("x\n", 3_900)}";

        Assert.Equal(Refusal.BodyTooNested, CommentBody.Render(table).Refusal);
        Assert.Equal(Refusal.BodyTooNested, CommentBody.Render("> - " + table.Replace("\n", "\n> ")[..9_000]).Refusal);
    }

    [Fact]
    public void Refuses_a_long_address_repeated_by_reference() =>
        Assert.Equal(
            Refusal.BodyTooNested,
            CommentBody.Render($"[a]: https://a.example/{new string('y', 4_000)}\n\n{Repeat("[a]", 1_000)}").Refusal);

    [Fact]
    public void Shows_NUL_and_half_pairs_as_replacement_characters()
    {
        // Not a theory: attributes are kept as UTF-8, which has no half pairs.
        Assert.Equal("a\uFFFDb", Parse(Html("a\0b")).TextContent);
        Assert.Equal("a\uFFFDb\uFFFD", Parse(Html("a\uD800b\uDC00")).TextContent);
        Assert.Equal("a😀b", Parse(Html("a😀b")).TextContent);
    }

    [Fact]
    public void Gives_back_stored_HTML_as_it_is() => Assert.Equal("<p>x</p>", CommentBody.FromStored("<p>x</p>").Value);

    [Fact]
    public void Every_CommonMark_example_comes_out_harmless()
    {
        var examples = Fixtures.CommonMarkExamples();

        Assert.True(examples.Count > 600, $"Only {examples.Count} examples were found.");
        Assert.All(examples, AssertHarmless);
    }

    [Fact]
    public void Every_naughty_string_comes_out_harmless()
    {
        var strings = Fixtures.NaughtyStrings();

        Assert.True(strings.Count > 400, $"Only {strings.Count} strings were found.");
        Assert.All(strings, AssertHarmless);
        Assert.All(strings, text => AssertHarmless($"[{text}]({text} \"{text}\") ![{text}](<{text}>) <{text}>"));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("_*")]
    [InlineData("`a")]
    [InlineData("<")]
    [InlineData("<a@b.c>")]
    [InlineData("&")]
    [InlineData("[a](b)")]
    [InlineData("a|b\n-|-\n")]
    public void Ten_thousand_hostile_characters_come_out_harmless_and_bounded(string unit)
    {
        var source = Repeat(unit, Comment.MaxBodyCharacters / unit.Length);

        AssertHarmless(source);
        Assert.InRange(CommentBody.Render(source).Value?.Value.Length ?? 0, 0, 2 * CommentMarkdown.MaxHtmlCharacters);
    }

    private static void AssertHarmless(string source)
    {
        var (html, refusal) = CommentBody.Render(source);
        if (refusal is not null)
        {
            Assert.True(refusal == Refusal.BodyEmpty || refusal == Refusal.BodyTooNested, $"{refusal.Code} for {source}");
            return;
        }

        foreach (var element in Parse(html!.Value).QuerySelectorAll("*"))
        {
            // Said again here, so that a slip in the sanitiser's list shows.
            var allowed = element.LocalName switch
            {
                "p" or "h3" or "h4" or "h5" or "h6" or "ul" or "blockquote" or "pre" or "table" or "hr" => "dir",
                "ol" => "dir start",
                "th" or "td" => "align",
                "a" => "href rel title",
                "br" or "code" or "del" or "em" or "li" or "strong" or "tbody" or "thead" or "tr" => "",
                _ => null,
            };
            Assert.True(allowed is not null, $"<{element.LocalName}> for {source}");
            Assert.All(element.Attributes, attribute => Assert.Contains(attribute.Name, allowed.Split(' ')));
            AssertHarmlessLink(element);
        }
    }

    private static void AssertHarmlessLink(IElement element)
    {
        if (element.LocalName == "a")
        {
            Assert.Matches("^(?i:https?://|mailto:)", element.GetAttribute("href"));
            Assert.Equal("nofollow ugc noopener noreferrer", element.GetAttribute("rel"));
            Assert.Empty(element.QuerySelectorAll("a"));
        }
    }

    private static string Html(string source)
    {
        var (html, refusal) = CommentBody.Render(source);
        Assert.Null(refusal);
        return html!.Value;
    }

    private static IElement Parse(string html) => new HtmlParser().ParseDocument($"<!doctype html><body>{html}").Body!;

    private static string Repeat(string unit, int times) => string.Concat(Enumerable.Repeat(unit, times));
}
