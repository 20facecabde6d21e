using System.Text;
using Embed.Server.Transfer.Formats;

namespace Embed.UnitTests.Transfer;

/// <summary>JSON of any size and any quality is read row by row.</summary>
public sealed class JsonRowsTests
{
    private static readonly JsonShape Shape = new(["comments[]", "data.list[]", "[]", "[][]"], ["comments", "data", "more"]) { MaxRowBytes = 1_000 };

    public static TheoryData<string, string[]> Files => new()
    {
        { """{"comments":[1,"two",{"three":[3]},[4],null]}""", ["row 1 of comments: 1", "row 2 of comments: \"two\"", "row 3 of comments: {\"three\":[3]}", "row 4 of comments: [4]", "row 5 of comments: null"] },
        { """ { "more" : {"comments":[0],"x":"]}\"[{"} , "data" : { "other" : [ 9 ], "list" : [ 1 , 2 ] } , "comments" : [ ] } """, ["row 1 of list: 1", "row 2 of list: 2"] },
        { """[{"a":1},{"b":2}]""", ["row 1: {\"a\":1}", "row 2: {\"b\":2}"] },
        { """[[{"a":1}],[],[{"b":2}]]""", ["row 1: {\"a\":1}", "row 2: {\"b\":2}"] },
        { "{\"a\":1}\n{\"b\":2}\r\n\n{\"c\":3}", ["row 1: {\"a\":1}", "row 2: {\"b\":2}", "row 3: {\"c\":3}"] },
        { "{\"a\":1},\n{\"b\":2},\n", ["row 1: {\"a\":1}", "row 2: {\"b\":2}"] },
        { "#filetype:JSON-streaming {\"type\":\"Class\"}\n{\"a\":1}\n", ["row 1: {\"a\":1}"] },
        { """{"comments":[1]}{"comments":[2]}[3]""", ["row 1 of comments: 1", "row 2 of comments: 2", "row 1: 3"] },
        { """{"\u0063omments":[1],"comments":[2],}""", ["row 1 of comments: 1", "row 2 of comments: 2"] },
        { """{"x":1,"y":{"z":[2]},"data":{"list":[1]}}""", ["row 1 of list: 1"] },
        { """{"x":1,"y":{"z":[2]},}""", ["row 1: {\"x\":1,\"y\":{\"z\":[2]},}"] },
        { "{}", [] },
        { "[]", [] },
        { """{"comments":{"comments":[1]}}""", [] },
        { """{"comments":7}""", [] },
        { """{"comments":["half \ud83d \ud83d\ude00 \uDE00 \\ud83d"]}""", ["row 1 of comments: \"half \\ufffd \\ud83d\\ude00 \\ufffd \\\\ud83d\" It has halves of characters; each was replaced by \uFFFD."] },
    };

    public static TheoryData<string, string> Broken => new()
    {
        { "", "The file is empty." },
        { " \n", "The file is empty." },
        { "<html>", "The file is not JSON at byte 0" },
        { "\"text\"", "The file is not JSON at byte 0" },
        { """{"comments":[1]} x""", "The file is no JSON any more at byte 17, after row 1 of comments." },
        { """{"comments":[1,{"a":"b""", "The file ends too early, at byte 22 after row 1 of comments" },
        { """{"comments":[1,2""", "The file ends too early, at byte 16 after row 2 of comments" },
        { """{"comments":[1,""", "The file ends too early, at byte 15 after row 1 of comments" },
        { """{"comments":""", "The file ends too early, at byte 12 after the beginning" },
        { """{"comm""", "The file ends too early, at byte 6 after the beginning" },
        { """{"comments":[1 2]}""", "The file is broken JSON at byte 15, after row 1 of comments." },
        { """{"comments" [1]}""", "The file is broken JSON at byte 12" },
        { """{"comments":[x]}""", "The file is broken JSON at byte 13" },
        { """{comments:[1]}""", "The file is broken JSON at byte 1" },
        { """{"comments":[1,{"a":tru}]}""", "Row 2 of comments is broken JSON, before byte 24 of the file." },
        { """{"comments":[{"a":1]}]}""", "Row 1 of comments is broken JSON, before byte 20 of the file." },
        { """{"a":1""" + "\n" + """{"b":2}""", "The file is broken JSON at byte 7, after the beginning." },
        { """{"a":1""", "The file ends too early, at byte 6 after the beginning" },
        { """{"a":1,""", "The file ends too early, at byte 7 after the beginning" },
        { """{"x":1 "data":{"list":[1]}}""", "The file is broken JSON at byte 7, after the beginning." },
        { """{"x":{"y":1} "data":{"list":[1]}}""", "The file is broken JSON at byte 13" },
        { """{"x":,"data":{"list":[1]}}""", "The file is broken JSON at byte 5" },
        { """{"x":1,,"data":{"list":[1]}}""", "The file is broken JSON at byte 7" },
        { """{"x":1]"data":{"list":[1]}}""", "The file is broken JSON at byte 6" },
        { """{"\x":1, "comments":[1]}""", "The file has a broken name" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void Rows_come_in_the_order_of_the_file_with_their_place(string file, string[] rows) => Assert.Equal(rows, Read(Encoding.UTF8.GetBytes(file)));

    [Theory]
    [MemberData(nameof(Files))]
    public void So_they_do_however_the_bytes_arrive(string file, string[] rows)
    {
        using var stream = new Trickle(new MemoryStream(Encoding.UTF8.GetBytes(file)));

        Assert.Equal(rows, Read(stream));
    }

    [Theory]
    [InlineData("utf-8", true)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-16BE", false)]
    public void An_encoding_that_can_be_known_is_read(string encoding, bool hasMark)
    {
        var text = Encoding.GetEncoding(encoding);
        var body = new StringBuilder("{\"comments\":[");
        // Longer than what is read at once, so that a character falls on its border.
        for (var i = 0; i < 20_000; i++)
        {
            body.Append(i == 0 ? "" : ",").Append("\"ä😀\"");
        }

        byte[] file = [.. hasMark ? text.GetPreamble() : [], .. text.GetBytes(body.Append("]}").ToString())];

        var rows = Read(file);

        Assert.Equal(20_000, rows.Count);
        Assert.All(rows, row => Assert.EndsWith(": \"ä😀\"", row, StringComparison.Ordinal));
    }

    [Fact]
    public void Bytes_of_another_encoding_are_replaced_and_said_so()
    {
        byte[] file = [.. "{\"comments\":[\"caf"u8, 0xE9, .. "\",\"tea\"]}"u8];

        Assert.Equal(["row 1 of comments: \"caf\uFFFD\" It has bytes that are not UTF-8; each was replaced by \uFFFD.", "row 2 of comments: \"tea\""], Read(file));
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void What_is_broken_is_refused_with_its_place(string file, string message)
    {
        var fault = Assert.Throws<ImportFileException>(() => Read(Encoding.UTF8.GetBytes(file)));

        Assert.StartsWith(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_came_before_is_given()
    {
        var rows = new List<string>();

        Assert.Throws<ImportFileException>(() =>
        {
            foreach (var row in JsonRows.Read(new MemoryStream("""{"comments":[1,2,{"a":"""u8.ToArray()), Shape, TestContext.Current.CancellationToken))
            {
                rows.Add(row.Place);
            }
        });

        Assert.Equal(["row 1 of comments", "row 2 of comments"], rows);
    }

    [Theory]
    [InlineData("{\"comments\":[", '[')]
    [InlineData("{\"more\":", '[')]
    [InlineData("", '[')]
    public void Ten_million_levels_are_refused(string start, char bracket)
    {
        var file = new Generated(start, bracket, 10_000_000, "");

        var fault = Assert.Throws<ImportFileException>(() => Read(file));

        Assert.StartsWith("The file is nested more than 64 levels deep", fault.Message, StringComparison.Ordinal);
        Assert.True(file.Position < 1_000_000);
    }

    [Theory]
    [InlineData("{\"comments\":[\"short\",{\"text\":\"", "\"},\"last\"]}")]
    [InlineData("{\"comments\":[\"short\",\"", "\",\"last\"]}")]
    [InlineData("{\"comments\":[\"short\",9", ",\"last\"]}")]
    public void A_row_of_100_MB_is_given_as_too_long_and_not_held(string start, string end)
    {
        using var file = new Generated(start, '9', 100_000_000, end);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var rows = Read(file);

        Assert.Equal(["row 1 of comments: \"short\"", "row 2 of comments: too long", "row 3 of comments: \"last\""], rows);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void A_name_of_100_MB_is_no_row_and_not_held()
    {
        using var file = new Generated("{\"data\":{\"", 'n', 100_000_000, "\":[1],\"list\":[2]}}");
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(["row 1 of list: 2"], Read(file));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void What_is_of_no_interest_is_gone_over_without_being_held()
    {
        using var file = new Generated("{\"more\":[\"", 'x', 100_000_000, "\"],\"comments\":[1]}");
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(["row 1 of comments: 1"], Read(file));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Reading_stops_when_nobody_wants_it_any_more()
    {
        using var stop = new CancellationTokenSource();
        using var file = new Generated("{\"comments\":[1,\"", 'x', 100_000_000, "\"]}");
        var rows = JsonRows.Read(file, Shape, stop.Token).GetEnumerator();
        Assert.True(rows.MoveNext());

        stop.Cancel();

        Assert.Throws<OperationCanceledException>(() => rows.MoveNext());
    }

    private static List<string> Read(byte[] file) => Read(new MemoryStream(file));

    private static List<string> Read(Stream stream) =>
        [.. JsonRows.Read(stream, Shape, TestContext.Current.CancellationToken).Select(row =>
            $"{row.Place}: {row.Element?.GetRawText() ?? "too long"}{(row.Repair is null ? "" : " " + row.Repair)}")];

    /// <summary>A beginning, one character many times, and an end: never in memory.</summary>
    private sealed class Generated(string start, char filler, int count, string end) : Stream
    {
        private readonly byte[] _start = Encoding.UTF8.GetBytes(start);
        private readonly byte[] _end = Encoding.UTF8.GetBytes(end);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => _start.Length + count + _end.Length;

        public override long Position { get; set; }

        public override int Read(Span<byte> buffer)
        {
            var take = (int)Math.Min(buffer.Length, Length - Position);
            buffer[..take].Fill((byte)filler);
            Put(_start, 0, buffer[..take]);
            Put(_end, _start.Length + count, buffer[..take]);
            Position += take;
            return take;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private void Put(byte[] text, long at, Span<byte> buffer)
        {
            var from = Math.Max(at, Position);
            var to = Math.Min(at + text.Length, Position + buffer.Length);
            if (from < to)
            {
                text.AsSpan((int)(from - at), (int)(to - from)).CopyTo(buffer[(int)(from - Position)..]);
            }
        }
    }

    /// <summary>Gives one byte at a time.</summary>
    private sealed class Trickle(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer) => buffer.IsEmpty ? 0 : inner.Read(buffer[..1]);

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
