using Embed.Server.Markup;
using Embed.Server.Model;

namespace Embed.UnitTests;

public sealed class ForeignBodyTests
{
    [Theory]
    [InlineData("<p>one<br>two</p><p>three</p>", "one\ntwo\n\nthree")]
    [InlineData("plain text", "plain text")]
    [InlineData("a <b>bold</b> and <i>slanted</i> word", "a **bold** and *slanted* word")]
    [InlineData("<b> x </b>y", "**x** y")]
    [InlineData("foo<b>bar</b>baz", "foo**bar**baz")]
    [InlineData("<b><i>both</i></b>", "**_both_**")]
    [InlineData("<b><b>twice</b></b>", "**twice**")]
    [InlineData("<b></b>x<i> </i>", "x")]
    [InlineData("<s>gone</s>", "~~gone~~")]
    [InlineData("<a href=\"https://a.example/x\">here</a>", "[here](https://a.example/x)")]
    [InlineData("<a href=\"https://a.example/\" onclick=\"x()\" rel=\"nofollow\" title=\"t\">https://a.example/</a>", "<https://a.example/>")]
    [InlineData("<a href=\"https://a.example/a(b)\">x</a>", "[x](<https://a.example/a(b)>)")]
    [InlineData("see https://a.example/x_y_z now", "see https://a.example/x_y_z now")]
    [InlineData("<a href=\"/relative\">text</a>", "text")]
    [InlineData("<a href=\"javascript:x()\">text</a>", "text")]
    [InlineData("<img src=\"https://a.example/i.png\" alt=\"a cat\">", "[a cat](https://a.example/i.png)")]
    [InlineData("<iframe src=\"//v.example/e/1\"></iframe>", "<https://v.example/e/1>")]
    [InlineData("smile <img class=\"smiley\" src=\"/s.gif\" alt=\":-)\">", "smile :-)")]
    [InlineData("<blockquote>said<blockquote>before</blockquote></blockquote>answer", "> said\n>\n> > before\n\nanswer")]
    [InlineData("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "- a\n- b\n  - c")]
    [InlineData("<ul><li><p>a</p></li><li><p>b</p></li></ul>", "- a\n- b")]
    [InlineData("<ol start=\"3\"><li>a</li><li>b</li></ol>", "3. a\n4. b")]
    [InlineData("<ul><li>a</li></ul><ul><li>b</li></ul>", "- a\n\n* b")]
    [InlineData("<ul><li><p>a</p><p>b</p></li></ul>", "- a\n\n  b")]
    [InlineData("<pre>  if (x)\n    <b>y</b>();\n</pre>", "```\n  if (x)\n    y();\n```")]
    [InlineData("<pre><code class=\"c\">a ``` b</code></pre>", "````\na ``` b\n````")]
    [InlineData("use <code>a`b</code>", "use ``a`b``")]
    [InlineData("<h1>Title</h1>text", "# Title\n\ntext")]
    [InlineData("a<hr>b", "a\n\n---\n\nb")]
    [InlineData("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>x|y</td></tr></table>", "| a | b |\n|---|---|\n| 1 | x\\|y |")]
    [InlineData("2 * 3 * 4 and [x] and `y`", "2 \\* 3 \\* 4 and \\[x\\] and \\`y\\`")]
    [InlineData("snake_case and _word_", "snake_case and \\_word\\_")]
    [InlineData("<p># no heading</p><p>1. no list</p><p>- nor this</p><p>+ nor that</p>", "\\# no heading\n\n1\\. no list\n\n\\- nor this\n\n\\+ nor that")]
    [InlineData("&lt;b&gt; &amp;amp; &copy;", "\\<b> \\&amp; ©")]
    [InlineData("<script>x()</script><style>y</style>seen", "seen")]
    [InlineData("<div>a</div><div>b <span>c</span></div>", "a\n\nb c")]
    [InlineData("<font color=red>a</font> <u>b</u>", "a b")]
    [InlineData("one<b><p>two</p></b>", "one\n**two**")]
    [InlineData("x<br><br>y", "x\n\ny")]
    [InlineData("x<br>\n<br />\n<br>y<br><br>", "x\n\ny")]
    [InlineData("<p>x<br><br>y</p>", "x\n\ny")]
    [InlineData("<b>x<br><br>y</b>", "**x\ny**")]
    [InlineData("<blockquote>x<br><br>y</blockquote>z", "> x\n>\n> y\n\nz")]
    public void Becomes_Markdown_that_renders_to_the_same(string html, string markdown)
    {
        var body = CommentBody.FromHtml(html).Value!;

        Assert.Equal(markdown, body.Markdown);
        Assert.True(body.IsSame);
        Assert.Equal(CommentBody.Render(markdown).Value, body.Html);
    }

    [Theory]
    [InlineData("one\ntwo\n\nthree", "one\ntwo\n\nthree")]
    [InlineData("one\r\ntwo <em>three\nfour</em>", "one\ntwo *three\nfour*")]
    [InlineData("<ul>\n<li>a</li>\n<li>b</li>\n</ul>\nafter", "- a\n- b\n\nafter")]
    [InlineData("before\n<blockquote>said\nmore</blockquote>\nafter", "before\n\n> said\n> more\n\nafter")]
    [InlineData("<pre>a\n\nb</pre>", "```\na\n\nb\n```")]
    public void Line_breaks_count_where_the_source_says_so(string html, string markdown)
    {
        var body = CommentBody.FromHtml(html, hasLineBreaks: true).Value!;

        Assert.Equal(markdown, body.Markdown);
        Assert.True(body.IsSame);
    }

    [Fact]
    public void Keeps_HTML_that_Markdown_cannot_say()
    {
        var body = CommentBody.FromHtml("<table><tr><td>1<br>2</td></tr></table>").Value!;

        Assert.False(body.IsSame);
        Assert.Contains("<td>1<br>", body.Html.Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<p> </p><br>&nbsp;\u200B")]
    [InlineData("<script>x</script>")]
    public void Refuses_what_shows_nothing(string html) => Assert.Equal(Refusal.BodyEmpty, CommentBody.FromHtml(html).Refusal);

    [Theory]
    [InlineData("<b>", 20_000)]
    [InlineData("<i><a href='https://x.example'>", 3_000)]
    [InlineData("<blockquote>", 5_000)]
    [InlineData("<ul><li>", 5_000)]
    [InlineData("<table><tr><td>", 3_000)]
    [InlineData("`", 60_000)]
    [InlineData("*", 60_000)]
    [InlineData("<p>", 20_000)]
    [InlineData("a<br>", 12_000)]
    [InlineData("<b x=1><p>a", 5_000)]
    public void Hostile_HTML_comes_out_bounded(string unit, int times)
    {
        var html = CommentBody.FromHtml(string.Concat(Enumerable.Repeat(unit, times)) + "end").Value!.Html.Value;

        Assert.Contains("end", html, StringComparison.Ordinal);
    }
}
