using System.Text;
using Embed.Server.Transfer.Formats;

namespace Embed.UnitTests.Transfer;

public sealed class ImportSourceTests
{
    private static readonly byte[] Disqus = Encoding.UTF8.GetBytes(
        """<disqus xmlns="http://disqus.com"><thread id="1"><link>https://bakery.example/rye</link></thread></disqus>""");

    public static TheoryData<string, byte[]> PackedWays => new()
    {
        { "plain", Disqus },
        { "gzip", TemporaryFile.Gzip(Disqus) },
        { "gzip in two members", TemporaryFile.Gzip(Disqus[..40], Disqus[40..]) },
        { "zip", TemporaryFile.Zip(("export.xml", Disqus)) },
        { "zip of one file of any name", TemporaryFile.Zip(("export", Disqus)) },
        { "zip with what is not worth reading", TemporaryFile.Zip(("a/", []), ("a/export.XML", Disqus), ("a/read me.txt", [65]), ("a/.xml", [65])) },
    };

    public static TheoryData<string, byte[], string> Unreadable => new()
    {
        { "empty", [], "The file is empty." },
        { "no known format", Encoding.UTF8.GetBytes("<html>"), "The file is of no known format. Known are: Embed, Disqus XML, WordPress WXR, Isso database" },
        { "a database of something else", "SQLite format 3\0 CREATE TABLE bread"u8.ToArray(), "The file is of no known format." },
        { "gzip of nothing", TemporaryFile.Gzip([]), "The file is empty." },
        { "gzip in gzip", TemporaryFile.Gzip(TemporaryFile.Gzip(Disqus)), "There is an archive within the archive." },
        { "gzip in zip", TemporaryFile.Zip(("a.xml", TemporaryFile.Gzip(Disqus))), "There is an archive within the archive." },
        { "zip in gzip", TemporaryFile.Gzip(TemporaryFile.Zip(("a.xml", Disqus))), "There is an archive within the archive." },
        { "half a gzip", TemporaryFile.Gzip(Disqus)[..30], "The archive ends early" },
        { "gzip and rubbish", [0x1f, 0x8b, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7], "The archive is damaged" },
        { "half a zip", TemporaryFile.Zip(("a.xml", Disqus))[..60], "The zip is damaged or incomplete." },
        { "zip of nothing", TemporaryFile.Zip(), "The zip has no file to import in it" },
        { "zip of pictures", TemporaryFile.Zip(("a.png", [1]), ("b.png", [2])), "The zip has no file to import in it" },
        { "zip of several", TemporaryFile.Zip(("a.json", Disqus), ("b.xml", Disqus)), "The zip has several files in it (a.json, b.xml)." },
    };

    [Theory]
    [MemberData(nameof(PackedWays))]
    public void Is_unpacked(string way, byte[] content)
    {
        var sink = RecordedRows.OfBytes(content);

        Assert.True(sink.Threads is [{ Address: "https://bakery.example/rye" }], way);
    }

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void Says_what_is_wrong(string what, byte[] content, string message)
    {
        var fault = Assert.Throws<ImportFileException>(() => RecordedRows.OfBytes(content));

        Assert.True(fault.Message.StartsWith(message, StringComparison.Ordinal), $"{what}: {fault.Message}");
    }

    [Fact]
    public void A_gzip_that_is_cut_off_anywhere_says_so_whatever_its_rest_unpacks_to()
    {
        var rows = string.Join(",", Enumerable.Range(0, 60).Select(i => $$"""{"objectId":{{i}},"comment":"{{Guid.NewGuid()}}","nick":"Ada","url":"/rye/","insertedAt":"2023-01-02T03:04:05.000Z"}"""));
        var packed = TemporaryFile.Gzip(Encoding.UTF8.GetBytes($"[{rows}]"));
        Assert.Equal(60, RecordedRows.OfBytes(packed).Comments.Count);

        for (var length = Packing.MagicBytes; length < packed.Length; length++)
        {
            var fault = Assert.Throws<ImportFileException>(() => RecordedRows.Of(new WalineJson(), packed[..length]));
            Assert.True(fault.Message.StartsWith("The archive ends early, ", StringComparison.Ordinal), $"{length}: {fault.Message}");
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zip")]
    public void A_bomb_is_stopped_long_before_it_is_unpacked(string packing)
    {
        var content = new byte[50_000_000];
        Disqus.CopyTo(content, 0);
        var bomb = packing == "gzip" ? TemporaryFile.Gzip(content) : TemporaryFile.Zip(("a.xml", content));
        var limits = new ImportLimits { UnpackedBytesAtAnyRatio = 1_000_000 };

        using var file = new TemporaryFile(bomb);
        using var stream = new ImportSource(file.Path, limits).Open();
        var (fault, read) = ReadAll(stream);

        Assert.StartsWith("The archive unpacks to more than 200 times its size", fault?.Message, StringComparison.Ordinal);
        Assert.InRange(read, 0, bomb.Length * 201L + 1_000_000);
    }

    [Fact]
    public void More_than_the_limit_is_not_unpacked_however_well_it_shrank()
    {
        using var file = new TemporaryFile(TemporaryFile.Gzip(new byte[1_000_000]));
        using var stream = new ImportSource(file.Path, new ImportLimits { UnpackedBytes = 100_000 }).Open();

        Assert.Equal("The archive unpacks to more than 100000 bytes, the most that is read.", ReadAll(stream).Fault?.Message);
    }

    [Fact]
    public void A_zip_of_countless_files_is_refused_before_its_list_is_read()
    {
        var zip = TemporaryFile.Zip([.. Enumerable.Range(0, 20_000).Select(i => ($"{i}{new string('x', 100)}.xml", Array.Empty<byte>()))]);

        Assert.StartsWith(
            "The zip has too many files in it.", Assert.Throws<ImportFileException>(() => RecordedRows.OfBytes(zip)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-8", true)]
    [InlineData("utf-8", false)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-16BE", false)]
    [InlineData("utf-32", true)]
    public void The_head_is_text_by_its_byte_order_mark_or_how_it_begins(string encoding, bool hasMark)
    {
        var text = Encoding.GetEncoding(encoding);
        using var file = new TemporaryFile([.. hasMark ? text.GetPreamble() : [], .. text.GetBytes("Brötchen")]);

        Assert.Equal("Brötchen", new ImportSource(file.Path).Head(ImportSource.FirstHeadBytes).Text);
    }

    [Fact]
    public void The_head_is_the_beginning_only()
    {
        using var file = new TemporaryFile(new byte[1_001]);

        Assert.Equal(1_000, new ImportSource(file.Path).Head(1_000).Bytes.Length);
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(3_000_000)]
    public void A_long_first_row_hides_no_format(int characters)
    {
        var text = new string('x', characters);

        Assert.Equal("isso-generic", Recognised($$"""[{"id": "/rye", "title": "{{text}}", "comments": [{"author": "a", "text": "b", "created": 0}]}]"""));
        Assert.Equal("artalk", Recognised($$"""[{"content":"{{text}}","page_key":"/rye","rid":"0"}]"""));
        Assert.Equal("twikoo", Recognised($$"""[{"comment":"{{text}}","_id":"1","url":"/rye","created":1,"nick":"a","uid":"","mailMd5":"","href":"/rye","ua":"","master":false}]"""));
    }

    [Fact]
    public void What_is_looked_at_to_recognise_a_format_is_bounded()
    {
        var fault = Assert.Throws<ImportFileException>(() => Recognised($$"""[{"content":"{{new string('x', 5_000_000)}}","page_key":"/rye","rid":"0"}]"""));

        Assert.StartsWith("The file is of no known format.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_format_has_a_name_of_its_own_for_the_command_line() =>
        Assert.All(ImportFormats.All.CountBy(format => format.Name), name => Assert.True(name.Value == 1 && !name.Key.Any(char.IsUpper), name.Key));

    [Theory]
    [InlineData(10)]
    [InlineData(4)]
    public void A_zip_that_says_that_its_list_is_described_elsewhere_and_describes_it_nowhere_is_damaged(int field)
    {
        var zip = TemporaryFile.Zip(("a.xml", [.. Disqus]));
        var end = zip.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        zip[end + field] = zip[end + field + 1] = 0xFF;

        Assert.Contains("damaged", Assert.Throws<ImportFileException>(() => RecordedRows.OfBytes(zip)).Message, StringComparison.Ordinal);
    }

    private static string Recognised(string text)
    {
        using var file = new TemporaryFile(Encoding.UTF8.GetBytes(text));
        return ImportFormats.Recognise(ImportFormats.All, new ImportSource(file.Path)).Name;
    }

    private static (ImportFileException? Fault, long Bytes) ReadAll(Stream stream)
    {
        var buffer = new byte[10_000];
        long bytes = 0;
        try
        {
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                bytes += read;
            }

            return (null, bytes);
        }
        catch (ImportFileException fault)
        {
            return (fault, bytes);
        }
    }
}
