using System.Text;
using Embed.Server.Transfer.Formats;

namespace Embed.UnitTests.Transfer;

/// <summary>XML that is broken, as real exports are, or made to break us.</summary>
public sealed class HostileXmlTests
{
    private const string Start = """<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">""";

    [Theory]
    [InlineData("\uFEFF")]
    [InlineData("\n\n  \r\n")]
    [InlineData("`")]
    [InlineData("<br />\n<b>Warning</b>: Cannot modify <disqusting> header in <b>/x.php</b> & on <br>\n")]
    [InlineData("<!-- made < by & hand -- -->")]
    public void Junk_before_the_beginning_is_passed_over(string junk)
    {
        var file = $"{junk}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{Start}{Post("Hi")}</disqus>";

        var comment = Assert.Single(RecordedRows.OfText(file).Comments);

        Assert.Equal("Hi", comment.Text);
        Assert.Equal($"line {file.AsSpan(0, file.IndexOf("<post", StringComparison.Ordinal)).Count('\n') + 1}", comment.Place);
    }

    [Theory]
    [InlineData("a\u0001b\u0000c\u001F", "a�b�c�")]
    [InlineData("a&#x1;b&#0;c&#xFFFF;d&#x110000;", "a�b�c�d�")]
    [InlineData("&#55356;&#57182; &#x1F35E; \U0001F35E", "🍞 🍞 🍞")]
    [InlineData("&#55356; &#57182;", "� �")]
    [InlineData("&#65;&#x42;&lt;&amp;lt;&quot;&apos;", "AB<&lt;\"'")]
    [InlineData("salt & pepper &c; &; &&amp; AT&T; &toolonganameforanentity;", "salt & pepper &c; &; && AT&T; &toolonganameforanentity;")]
    [InlineData("caf&eacute;&nbsp;&hellip;", "café\u00a0…")]
    [InlineData("1 < 2 > 0 <3 ]]> <", "1 < 2 > 0 <3 ]]> <")]
    [InlineData("<!-- not &this <b> -->x<?php echo 1 ?>", "x")]
    [InlineData("<![CDATA[<p>a & b ]] > ]>\u0002</p>]]>", "<p>a & b ]] > ]>�</p>")]
    [InlineData("<![CDATA[a]]><![CDATA[b]]> c", "ab c")]
    [InlineData("<p>a<br/>b</p> c", "ab c")]
    public void Text_that_is_not_well_formed_is_mended(string written, string text)
    {
        var comment = Assert.Single(RecordedRows.OfText($"{Start}{Post(written)}</disqus>").Comments);

        Assert.Equal(text, comment.Text);
        Assert.Equal(text.Contains('�', StringComparison.Ordinal) ? 1 : 0, comment.Repairs.Count);
    }

    [Theory]
    [InlineData("<thread dsq:id=12/>", "12")]
    [InlineData("<thread dsq:id = 12 />", "12")]
    [InlineData("<thread x=1 dsq:id=a\"b></thread>", "a'b")]
    [InlineData("<thread dsq:id='a\"b'/>", "a\"b")]
    [InlineData("<thread dsq:id=\"a<b & c > d&#x1;\"/>", "a<b & c > d�")]
    [InlineData("<thread dsq:id=\"\"/>", "")]
    public void Attributes_that_are_not_well_formed_are_mended(string thread, string id) => Assert.Equal(
        id,
        Assert.Single(RecordedRows.OfText($"{Start}<post dsq:id='1'><createdAt>2020-05-06T07:08:09Z</createdAt>{thread}</post></disqus>").Comments).ThreadId);

    [Fact]
    public void A_prefix_that_nobody_declared_is_known()
    {
        var sink = RecordedRows.OfText("<disqus xmlns=\"http://disqus.com\"><thread dsq:id=\"5\"><link>/rye</link></thread></disqus>");

        Assert.Equal("5", Assert.Single(sink.Threads).Id);
    }

    [Theory]
    [InlineData("utf-8", "utf-8")]
    [InlineData("windows-1251", "windows-1251")]
    [InlineData("koi8-r", "koi8-r")]
    [InlineData("utf-16", "utf-16")]
    [InlineData("utf-8", "utf-16")]
    [InlineData("utf-16", "utf-8")]
    public void The_encoding_is_the_byte_order_marks_or_the_declared_one(string written, string declared)
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(written) ?? Encoding.GetEncoding(written);
        var file = $"<?xml version='1.0' encoding='{declared}'?>{Start}{Post("Привет")}</disqus>";

        var sink = RecordedRows.OfBytes([.. encoding.GetPreamble(), .. encoding.GetBytes(file)]);

        Assert.Equal("Привет", Assert.Single(sink.Comments).Text);
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void Sixteen_bits_are_seen_without_a_mark_too(string encoding)
    {
        var sink = RecordedRows.OfBytes(Encoding.GetEncoding(encoding).GetBytes($"<?xml version='1.0' encoding='utf-16'?>{Start}{Post("Привет")}</disqus>"));

        Assert.Equal("Привет", Assert.Single(sink.Comments).Text);
    }

    [Fact]
    public void Latin_1_that_calls_itself_UTF_8_loses_only_the_characters_that_it_has_wrong()
    {
        var sink = RecordedRows.OfBytes(
            Encoding.Latin1.GetBytes($"<?xml version='1.0' encoding='utf-8'?>{Start}{Post("caf\u00e9 au lait")}{Post("plain")}</disqus>"));

        Assert.Equal(["caf� au lait", "plain"], sink.Comments.Select(comment => comment.Text));
        Assert.Equal([1, 0], sink.Comments.Select(comment => comment.Repairs.Count));
    }

    [Theory]
    [InlineData("<!DOCTYPE disqus [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>", "&x;", "Line 1: the file declares types or entities of its own")]
    [InlineData("<!DOCTYPE disqus [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]>", "&b;", "Line 1: the file declares types or entities of its own")]
    [InlineData("<!DOCTYPE disqus SYSTEM \"http://127.0.0.1:1/x.dtd\">", "", "Line 1: the file declares types or entities of its own")]
    [InlineData("", "<!ENTITY x 'y'>", "Line 1: the file declares types or entities of its own")]
    [InlineData("", "</post>", "The file is damaged or incomplete: it cannot be read beyond line 1, after 2 rows.")]
    public void What_is_declared_or_cannot_be_mended_ends_the_reading(string before, string within, string message)
    {
        var fault = Assert.Throws<ImportFileException>(() => RecordedRows.OfText($"{before}{Start}{Post("first")}<post>{within}</b></post></disqus>"));

        Assert.StartsWith(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_ends_early_says_where_and_after_how_much()
    {
        using var file = new TemporaryFile(Encoding.UTF8.GetBytes($"{Start}\n{Post("one")}\n{Post("two")}\n<post dsq:id='3'><message>thr"));
        var sink = new RecordedRows();

        var fault = Assert.Throws<ImportFileException>(() =>
            new DisqusXml().Read(new ImportSource(file.Path), sink, TestContext.Current.CancellationToken));

        Assert.StartsWith("The file is damaged or incomplete: it cannot be read beyond line 4, after 2 rows.", fault.Message, StringComparison.Ordinal);
        Assert.Equal(["one", "two"], sink.Comments.Select(comment => comment.Text));
    }

    [Fact]
    public void Another_kind_of_XML_is_refused_by_name()
    {
        using var file = new TemporaryFile(Encoding.UTF8.GetBytes("<rss>" + new string(' ', 100_000) + "</rss>"));

        var fault = Assert.Throws<ImportFileException>(() =>
            new DisqusXml().Read(new ImportSource(file.Path), new RecordedRows(), TestContext.Current.CancellationToken));

        Assert.Equal("The file does not begin with <disqus>: it is no such export.", fault.Message);
    }

    [Theory]
    [InlineData("<message>", "</message>", 100)]
    [InlineData("<message><![CDATA[", "]]></message>", 100)]
    [InlineData("<unknown>", "</unknown>", 100)]
    [InlineData("<message>&lt;", "</message>", 100)]
    [InlineData("<unknown><![CDATA[", "]]></unknown>", 100)]
    [InlineData("<!--", "-->", 20)]
    public void A_string_of_100_MB_is_read_in_little_memory(string start, string end, int megabytes)
    {
        using var file = new TemporaryFile(path =>
        {
            using var writer = new StreamWriter(path);
            writer.Write($"{Start}<post dsq:id='1'><createdAt>2020-05-06T07:08:09Z</createdAt>{start}");
            for (var i = 0; i < megabytes * 10; i++)
            {
                writer.Write(new string('x', 100_000));
            }

            writer.Write($"{end}</post>{Post("after it")}</disqus>");
        });
        var before = GC.GetAllocatedBytesForCurrentThread();

        var sink = RecordedRows.OfFile(file.Path);

        // As text it would be 200 MB. Of CDATA some pieces become strings, each let go of at once.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 120_000_000);
        Assert.Equal(
            !start.StartsWith("<message>", StringComparison.Ordinal) ? [] : ["line 1: comment 1: It is too long: its message has 100.0 million characters."], sink.Skipped);
        Assert.Equal("after it", sink.Comments[^1].Text);
    }

    [Fact]
    public void A_tag_a_depth_and_names_without_end_are_refused()
    {
        Assert.Equal("Line 1: a tag is longer than 65536 characters.", FaultOf($"<post dsq:id='{new string('x', 70_000)}'/>"));
        Assert.Equal("Line 1: a tag is longer than 65536 characters.", FaultOf($"<post dsq:id={new string('x', 70_000)}/>"));
        Assert.Equal(
            "Line 1: elements lie deeper in one another than 64, as in no export.",
            FaultOf(string.Concat(Enumerable.Repeat("<a>", 100_000))));
        Assert.StartsWith(
            "The file has more than 20000 different names",
            FaultOf(string.Concat(Enumerable.Range(0, 21_000).Select(i => $"<a{i}/>"))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(510)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(10_000)]
    public void A_long_section_of_CDATA_is_one_text_wherever_it_is_parted(int length)
    {
        var start = new string('x', length);
        foreach (var (written, read) in new[] { ("\r\n", "\n"), ("\r", "\n"), ("]", "]"), ("🍞", "🍞"), ("]]>]]&gt;<![CDATA[", "]]>"), ("<&>", "<&>"), ("\u0001", "�") })
        {
            var comment = Assert.Single(RecordedRows.OfText($"{Start}{Post($"<![CDATA[{start}{written}{start}]]>")}</disqus>").Comments);

            Assert.Equal($"{start}{read}{start}", comment.Text);
        }
    }

    [Fact]
    public void Reading_can_be_stopped()
    {
        using var file = new TemporaryFile(Encoding.UTF8.GetBytes($"{Start}{Post("one")}</disqus>"));

        Assert.Throws<OperationCanceledException>(() =>
            new DisqusXml().Read(new ImportSource(file.Path), new RecordedRows(), new CancellationToken(canceled: true)));
    }

    private static string FaultOf(string rows) =>
        Assert.Throws<ImportFileException>(() => RecordedRows.OfText($"{Start}{rows}</disqus>")).Message;

    private static string Post(string message) =>
        $"<post dsq:id='1'><message>{message}</message><createdAt>2020-05-06T07:08:09Z</createdAt><thread dsq:id='1'/></post>";
}
