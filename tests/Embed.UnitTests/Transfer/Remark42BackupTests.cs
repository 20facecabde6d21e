using System.Text;
using System.Text.Json;
using Embed.Server.Transfer.Formats;

namespace Embed.UnitTests.Transfer;

public sealed class Remark42BackupTests
{
    private const string Meta =
        """{"version":1,"users":[{"id":"github_1","blocked":{"status":false}}],"posts":[{"url":"https://bakery.example/rye","read_only":true}]}""";

    [Fact]
    public void A_backup_is_read_line_by_line()
    {
        // SHA-1 of Ada-L: the login name in the upper and lower case in which GitHub has it.
        const string Hash = "ebdd636839d2d023eabd49ab6e27b45239759520";

        var sink = RecordedRows.OfBytes(TemporaryFile.Gzip(Encoding.UTF8.GetBytes(
            $$"""
              {{Meta}}
              {"id":"a1","pid":"","text":"<p>A <b>loaf</b></p>\n","orig":"A **loaf** &amp; a &#34;roll&#34;","user":{"name":"Ada &lt;3","id":"github_{{Hash}}","picture":"","ip":"5e1f","admin":false,"site_id":"bakery"},"locator":{"site":"bakery","url":"https://bakery.example/rye"},"score":1,"votes":{"u1":true,"u2":true,"u3":false},"vote":0,"time":"2020-05-06T09:08:07.123456789+02:00","edit":{"time":"2020-05-06T10:00:00Z","summary":""},"pin":true,"title":"Rye"}

              {"id":"a2","pid":"a1","text":"<p>Only HTML</p>","user":{"name":"Bo","id":"anonymous_1"},"locator":{"url":"https://bakery.example/spelt"},"score":-2,"time":"2020-05-06T07:08:08Z"}
              {"id":"a3","pid":"a1","text":"","user":{"name":"Bo","id":"anonymous_1"},"locator":{"url":"https://bakery.example/rye"},"score":0,"votes":{},"time":"2020-05-06T07:08:09Z","delete":true}
              {"id":"a4","text":"gone","user":{"name":"deleted","id":"deleted"},"locator":{"url":"https://bakery.example/rye"},"score":3,"time":"0001-01-01T00:00:00Z"}
              {"text":"half \ud83d, whole \ud83c\udf5e","locator":{"url":"https://bakery.example/rye"},"time":"2020-05-06T07:08:10Z"}
              no JSON
              [1]

              """)));

        Assert.Equal(
            $"""
             thread https://bakery.example/rye | at https://bakery.example/rye | titled Rye | closed
             person github_{Hash} | Ada <3 | login hash {Hash}
             comment a1 of https://bakery.example/rye | by github_{Hash} | 2020-05-06T07:08:07.1234567 | edited 2020-05-06T10:00:00 | +2 | -1 | pinned | “A **loaf** & a "roll"”
             thread https://bakery.example/spelt | at https://bakery.example/spelt
             person anonymous_1 | Bo
             comment a2 of https://bakery.example/spelt | answers a1 | by anonymous_1 | 2020-05-06T07:08:08 | -2 | Html | “<p>Only HTML</p>”
             comment a3 of https://bakery.example/rye | answers a1 | Deleted | 2020-05-06T07:08:09 | “”
             comment a4 of https://bakery.example/rye | +3 | Html | “gone” | Its time, “0001-01-01T00:00:00Z”, cannot be read.
             comment #1 of https://bakery.example/rye | 2020-05-06T07:08:10 | Html | “half �, whole 🍞” | It had no id; one was made from its author, time and text. It has characters that could not be read; each became �.
             skipped line 8 | comment | It is no JSON.
             skipped line 9 | comment | It is no JSON object.
             """,
            sink.Text);
    }

    [Theory]
    // Both have been cleaned as HTML: what is not a tag is escaped.
    [InlineData("**a** &lt;3 &amp;amp; &#34;b&#34;", "<p><strong>a</strong> &lt;3 &amp;amp; &#34;b&#34;</p>", "Markdown: **a** <3 &amp; \"b\"")]
    [InlineData("&gt; said", "<blockquote>\n<p>said</p>\n</blockquote>", "Markdown: > said")]
    [InlineData("see https://a.example/long/path/that/is/shown/shorter", "<p>see <a href=\"https://a.example/long/path/that/is/shown/shorter\">https://a.example/long/path/…</a></p>", "Markdown: see https://a.example/long/path/that/is/shown/shorter")]
    // A tag that Remark42 lets through is HTML there, and would be shown as it was typed here.
    [InlineData("a <b>b</b>", "<p>a <b>b</b></p>", "Html: <p>a <b>b</b></p>")]
    // What it takes away is still shown where it was in a piece of code, or between angle brackets.
    [InlineData("use `` here", "<p>use <code>&lt;script&gt;</code> here</p>", "Html: <p>use <code>&lt;script&gt;</code> here</p>")]
    [InlineData("see ", "<p>see <a href=\"https://a.example\">https://a.example</a></p>", "Html: <p>see <a href=\"https://a.example\">https://a.example</a></p>")]
    [InlineData(null, "<p>a</p>", "Html: <p>a</p>")]
    [InlineData("a", null, "Markdown: a")]
    public void Of_Markdown_and_HTML_the_one_is_taken_that_says_all(string? orig, string? text, string expected)
    {
        var row = JsonSerializer.Serialize(new { id = "1", orig, text });

        var comment = Assert.Single(RecordedRows.OfText($"{Meta}\n{row}\n").Comments);

        Assert.Equal(expected, $"{comment.Markup}: {comment.Text}");
    }

    [Theory]
    [InlineData("\"score\":1,\"votes\":{\"a\":true,\"b\":true,\"c\":false}", 2, 1)]
    [InlineData("\"score\":7,\"votes\":{\"a\":true,\"b\":false}", 8, 1)]
    [InlineData("\"score\":-7,\"votes\":{\"a\":true}", 1, 8)]
    [InlineData("\"score\":-3", 0, 3)]
    [InlineData("\"votes\":{\"a\":true}", 1, 0)]
    [InlineData("\"score\":-2147483648,\"votes\":null", 0, 1_073_741_823)]
    [InlineData("\"score\":\"many\",\"votes\":[true]", 0, 0)]
    public void Votes_are_those_of_the_list_and_what_the_score_has_beyond(string votes, int up, int down)
    {
        var comment = Assert.Single(RecordedRows.OfText($"{Meta}\n{{\"id\":\"1\",\"text\":\"x\",{votes}}}\n").Comments);

        Assert.Equal((up, down), (comment.UpVotes, comment.DownVotes));
    }

    [Fact]
    public void A_file_that_ends_within_a_line_says_so()
    {
        var fault = Assert.Throws<ImportFileException>(() => RecordedRows.OfText(
            Meta + "\n{\"id\":\"1\",\"text\":\"x\"}\n{\"id\":\"2\",\"te"));

        Assert.Equal("The file is incomplete: it ends within line 3, after 1 comments. Get it anew.", fault.Message);
    }

    [Fact]
    public void A_packed_file_that_ends_early_says_so()
    {
        var packed = TemporaryFile.Gzip(Encoding.UTF8.GetBytes(
            Meta + "\n" + string.Concat(Enumerable.Range(0, 5000).Select(i => $"{{\"id\":\"{Guid.NewGuid()}\",\"text\":\"{i}\"}}\n"))));

        var fault = Assert.Throws<ImportFileException>(() => RecordedRows.OfBytes(packed[..(packed.Length / 2)]));

        Assert.StartsWith("The archive ends early", fault.Message, StringComparison.Ordinal);
        Assert.Contains("It was read up to line ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_mended()
    {
        var sink = RecordedRows.OfBytes(
            [.. Encoding.UTF8.GetBytes($"\uFEFF{Meta}\n"), .. Encoding.Latin1.GetBytes("{\"id\":\"1\",\"text\":\"caf\u00e9\",\"time\":\"2020-05-06T07:08:08Z\"}\n")]);

        var comment = Assert.Single(sink.Comments);
        Assert.Equal("caf\uFFFD", comment.Text);
        Assert.Single(comment.Repairs);
    }

    [Fact]
    public void Too_long_lines_and_texts_are_skipped()
    {
        var sink = RecordedRows.OfText(
            $"{Meta}\n{{\"id\":\"1\",\"text\":\"{new string('x', 200)}\"}}\n{{\"id\":\"2\",\"text\":\"{new string('x', 2_000_000)}\"}}\n{{\"id\":\"3\",\"text\":\"x\"}}\n",
            new ImportLimits { LineBytes = 1000, ValueCharacters = 100 });

        Assert.Equal(
            ["line 2: comment 1: It is too long: it has 0.0 million characters.", "line 3: comment: It is too long: its line has 2.0 MB."],
            sink.Skipped);
        Assert.Equal("3", Assert.Single(sink.Comments).Id);
    }
}
