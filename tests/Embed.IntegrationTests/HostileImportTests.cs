using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Embed.Server.Model;
using Embed.Server.Transfer.Importing;
using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>
/// Files made to do harm, through the whole of an import: what can be imported is, what cannot is in the report, and a file that cannot
/// be read to its end leaves nothing but a message that says where.
/// </summary>
public sealed partial class HostileImportTests : IAsyncDisposable
{
    private const int Depth = 1_200;
    private const int BombCharacters = 70_000_000;

    private readonly EmbedApplication _application = new();

    public static TheoryData<string> Formats => [.. HostileFiles.Texts.Keys, "isso"];

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task What_can_be_imported_is(string format)
    {
        var workshop = await ImportWorkshop.OpenAsync(_application);

        Assert.Equal(
            ["Imported", "Skipped The file has the same row before.", "Repaired Another comment has its id; it was given one of its own."],
            await ReportAsync(workshop, HostileFiles.Of(format, [new("d1"), new("d1"), new("d1", Text: "Other")])));

        var undated = await ReportAsync(workshop, HostileFiles.Of(format, [new("y1", Minute: 5), new("y2", Minute: null)]));
        Assert.Equal("Imported", undated[0]);
        Assert.Matches("^Repaired (Its time(, .*,)? cannot be read|It has its time only).* It has no time that can be; it was given that of what is around it.$", undated[1]);

        var wrong = await ReportAsync(workshop, HostileFiles.Of(format, [new("wrong", Text: "caf\u00e9")], Encoding.Latin1));
        Assert.Matches("^Repaired It has (characters that could not be read|bytes that are not UTF-8); each (became|was replaced by) \uFFFD.$", Assert.Single(wrong));
        Assert.Equal("caf\uFFFD", (await workshop.CommentsAsync()).Single(pair => pair.Key.Contains("wrong", StringComparison.Ordinal)).Value.Body);

        if (format != "isso-generic")
        {
            const string Opened = "Repaired It answers itself by way of others; it stands at top level.";
            Assert.Equal(
                [Opened, "Imported", "Imported", Opened, "Imported"],
                await ReportAsync(workshop, HostileFiles.Of(format, [new("r1", "r3"), new("r2", "r1", Minute: 1), new("r3", "r2", Minute: 2), new("s1", "s1"), new("s2", "s1")])));

            // The deepest first: every parent comes after its reply.
            await ReportAsync(workshop, HostileFiles.Of(format, Enumerable.Range(0, Depth).Reverse().Select(i => new HostileRow($"c{i}x", i == 0 ? null : $"c{i - 1}x"))));
            Assert.Equal(Depth - 1, (await workshop.CommentsAsync()).Values.Max(comment => comment.Depth));
        }

        await workshop.AssertSoundAsync();
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task What_cannot_be_read_to_its_end_leaves_nothing_and_says_where(string format)
    {
        var workshop = await ImportWorkshop.OpenAsync(_application);
        var before = await workshop.DumpAsync();
        // The same each time, and hard to pack.
        var rows = Enumerable.Range(0, 400).Select(i => new HostileRow($"{i}", Text: Convert.ToHexString(SHA256.HashData(BitConverter.GetBytes(i)))));
        var (whole, isDatabase) = (HostileFiles.Of(format, rows), format == "isso");
        var packed = Gzip(whole);
        var bomb = HostileFiles.Of(format, [new("1"), new("2", Filler: BombCharacters)]);

        await AssertRefusedAsync("cut", whole[..((whole.Length * 2 / 3) + 7)], isDatabase ? "database is damaged" : "damaged|incomplete|cut off");
        await AssertRefusedAsync("cut when packed", packed[..(packed.Length * 2 / 3)], "archive ends early");
        await AssertRefusedAsync("gzip bomb", Gzip(bomb), "archive unpacks to more than 200 times its size");
        await AssertRefusedAsync("zip bomb", Zip(isDatabase ? "a.db" : "a.xml", bomb), "archive unpacks to more than 200 times its size");
        Assert.Equal(before, await workshop.DumpAsync());

        async Task AssertRefusedAsync(string attack, byte[] content, string message)
        {
            var import = await workshop.ImportAsync(new ImportOptions(), new MemoryStream(content));

            Assert.True(import.State == ImportState.Failed && Regex.IsMatch(import.Message, message, RegexOptions.None, TimeSpan.FromSeconds(1)), $"{attack}: {import.Message}");
            // A database is looked at as a whole before its first row is read.
            Assert.True(isDatabase || Where().IsMatch(import.Message), $"{attack}: {import.Message}");
            Assert.Equal((attack, new OutcomeCounts()), (attack, ImportCounts.Of(import).Comments));
        }
    }

    [Theory]
    [InlineData("disqus", "")]
    [InlineData("wordpress", "")]
    [InlineData("disqus", "<?xml version=\"1.0\"?>\n")]
    public async Task Declarations_in_XML_are_refused_wherever_they_stand(string format, string prolog)
    {
        var workshop = await ImportWorkshop.OpenAsync(_application);
        var before = await workshop.DumpAsync();
        var secret = Path.Combine(_application.DataFolder, "secret.txt");
        await File.WriteAllTextAsync(secret, "a secret", TestContext.Current.CancellationToken);
        var laughs = string.Concat(Enumerable.Range(1, 9).Select(i => $"<!ENTITY l{i} \"{string.Concat(Enumerable.Repeat($"&l{i - 1};", 10))}\">"));

        foreach (var (declaration, text) in new[]
        {
            ($"<!DOCTYPE x [<!ENTITY e SYSTEM \"file://{secret}\">]>", "&e;"), ($"<!DOCTYPE x [<!ENTITY l0 \"ha\">{laughs}]>", "&l9;"),
            ("<!DOCTYPE x SYSTEM \"http://127.0.0.1:1/x.dtd\">", "Hi"), ("", "<!ENTITY e \"e\">&e;"), ("", "<!DOCTYPE x>"),
        })
        {
            var file = prolog + declaration + Encoding.UTF8.GetString(HostileFiles.Of(format, [new("1"), new("2", Text: text)]));

            var import = await workshop.ImportAsync(new ImportOptions(), new MemoryStream(Encoding.UTF8.GetBytes(file)));

            Assert.Equal(ImportState.Failed, import.State);
            Assert.Matches("^Line [1-4]: the file declares types or entities of its own \\(<!DOCTYPE>\\), which no export needs.$", import.Message);
        }

        Assert.Equal(before, await workshop.DumpAsync());
    }

    [Theory]
    [InlineData("disqus", "NEST", "<a>", "^Line 3: elements lie deeper in one another than 64")]
    [InlineData("wordpress", "NEST", "<a>", "^Line 3: elements lie deeper in one another than 64")]
    [InlineData("artalk", "\"NEST\"", "[", "^The file is nested more than 64 levels deep at byte [0-9]+")]
    [InlineData("isso-generic", "\"NEST\"", "[", "^The file is nested more than 64 levels deep at byte [0-9]+")]
    public async Task Ten_million_levels_are_refused(string format, string mark, string level, string message)
    {
        var workshop = await ImportWorkshop.OpenAsync(_application);
        var file = Encoding.UTF8.GetString(HostileFiles.Of(format, [new("1"), new("2", Text: "NEST")]));
        var at = file.IndexOf(mark, StringComparison.Ordinal);
        var nested = new Joined(Encoding.UTF8.GetBytes(file[..at]), Encoding.UTF8.GetBytes(level), 10_000_000, Encoding.UTF8.GetBytes(file[(at + mark.Length)..]));

        var import = await workshop.ImportAsync(new ImportOptions(), nested);

        Assert.Equal(ImportState.Failed, import.State);
        Assert.Matches(message, import.Message);
    }

    [Fact]
    public async Task A_line_of_too_many_levels_is_a_row_that_is_skipped()
    {
        var workshop = await ImportWorkshop.OpenAsync(_application);
        var file = Encoding.UTF8.GetString(HostileFiles.Of("remark42", [new("1"), new("2", Text: "NEST")]))
            .Replace("\"NEST\"", new string('[', 10_000_000), StringComparison.Ordinal);

        Assert.Equal(["Imported", "Skipped It is no JSON."], await ReportAsync(workshop, Encoding.UTF8.GetBytes(file)));
    }

    /// <summary>What became of each comment, in the file's order; those that the reader skipped come last.</summary>
    private static async Task<IReadOnlyList<string>> ReportAsync(ImportWorkshop workshop, byte[] content)
    {
        var import = await workshop.ImportAsync(new ImportOptions(), new MemoryStream(content));
        Assert.Equal((ImportState.Done, ""), (import.State, import.Message));
        return [.. (await workshop.ReportAsync(import.Id, ReportKind.Comment)).Select(line => line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..])];
    }

    private static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    private static byte[] Zip(string name, byte[] content)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var part = zip.CreateEntry(name, CompressionLevel.Optimal).Open();
            part.Write(content);
        }

        return packed.ToArray();
    }

    [GeneratedRegex("[Ll]ine [0-9]+|[Rr]ow [0-9]+|byte [0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex Where();

    /// <summary>A beginning, something very often, and an end: never in memory.</summary>
    private sealed class Joined(byte[] start, byte[] filler, int count, byte[] end) : Stream
    {
        private readonly long _endAt = start.Length + ((long)filler.Length * count);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => _endAt + end.Length;

        public override long Position { get; set; }

        public override int Read(Span<byte> buffer)
        {
            var length = (int)Math.Min(buffer.Length, Length - Position);
            for (var i = 0; i < length; i++, Position++)
            {
                buffer[i] = Position < start.Length ? start[Position]
                    : Position < _endAt ? filler[(int)((Position - start.Length) % filler.Length)]
                    : end[Position - _endAt];
            }

            return length;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
