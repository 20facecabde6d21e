using Embed.Server.Transfer.Formats;
using Microsoft.Data.Sqlite;

namespace Embed.UnitTests.Transfer;

public sealed class IssoTests
{
    private const string Tables = """
        CREATE TABLE preferences (key VARCHAR PRIMARY KEY, value VARCHAR);
        INSERT INTO preferences VALUES ('session-key', 'a secret nobody reads');
        CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR(256) UNIQUE, title VARCHAR(256));
        CREATE TABLE comments (
            tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent INTEGER, created FLOAT NOT NULL, modified FLOAT, mode INTEGER,
            remote_addr VARCHAR, text VARCHAR, author VARCHAR, email VARCHAR, website VARCHAR, likes INTEGER DEFAULT 0,
            dislikes INTEGER DEFAULT 0, voters BLOB NOT NULL DEFAULT x'', notification INTEGER NOT NULL DEFAULT 0);
        INSERT INTO threads VALUES (1, '/rye/', 'Rye'), (2, '/spelt/', NULL);
        """;

    [Fact]
    public void A_database_is_read()
    {
        var sink = Read(
            Tables + """
            INSERT INTO comments (tid, id, parent, created, modified, mode, remote_addr, text, author, email, website, likes, dislikes) VALUES
                (1, 1, NULL, 1588748887.123, 1588748999.5, 1, '192.0.2.0', 'A **loaf** &amp; <more>', 'Ada &lt;3 &amp;amp;', 'ada&amp;co@a.example', 'https://a.example/?a=1&amp;b=2', 4, 1),
                (1, 2, 1, 1588748888.0, NULL, 2, NULL, 'waits', NULL, NULL, NULL, 0, 0),
                (1, 3, 1, 1588748889, NULL, 4, '192.0.2.0', '', NULL, 'left@a.example', NULL, 0, 0),
                (9, 4, 3, 0, NULL, 1, NULL, 'of no thread, at no time', 'Bo', NULL, NULL, -1, 'x');
            """);

        Assert.Equal(
            $"""
             thread 1 | at /rye/ | titled Rye
             thread 2 | at /spelt/
             person #1 | Ada <3 &amp; | mail ada&co@a.example | web https://a.example/?a=1&b=2
             comment 1 of 1 | key 1@1588748887123 | by #1 | 2020-05-06T07:08:07.123 | edited 2020-05-06T07:09:59.5 | +4 | -1 | from 192.0.2.0 | “A **loaf** &amp; <more>”
             comment 2 of 1 | key 2@1588748888000 | answers 1 | Pending | 2020-05-06T07:08:08 | “waits”
             comment 3 of 1 | key 3@1588748889000 | answers 1 | Deleted | 2020-05-06T07:08:09 | “”
             person #2 | Bo
             comment 4 of 9 | key 4@0 | answers 3 | by #2 | “of no thread, at no time” | Its time, “0”, cannot be read.
             """,
            sink.Text);
    }

    [Fact]
    public void A_packed_database_is_unpacked_and_nothing_stays_behind()
    {
        using var database = Database(Tables);
        using var file = new TemporaryFile(TemporaryFile.Gzip(File.ReadAllBytes(database.Path)));

        Assert.Equal(2, RecordedRows.OfFile(file.Path).Threads.Count);
        Assert.Empty(file.Neighbours);
    }

    [Fact]
    public void Nothing_is_written_to_or_beside_a_database()
    {
        using var database = Database($"PRAGMA journal_mode = WAL; {Tables}");
        var before = File.ReadAllBytes(database.Path);

        RecordedRows.OfFile(database.Path);

        Assert.Equal(before, File.ReadAllBytes(database.Path));
        Assert.Empty(database.Neighbours);
    }

    [Fact]
    public void Older_tables_lack_columns()
    {
        var sink = Read(
            """
            CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR, title VARCHAR);
            CREATE TABLE comments (tid, id INTEGER PRIMARY KEY, created FLOAT, text VARCHAR, dislikes INTEGER);
            INSERT INTO comments VALUES (1, 1, 1588748887, 'Hi', 0);
            """);

        Assert.Equal("comment 1 of 1 | key 1@1588748887000 | 2020-05-06T07:08:07 | “Hi”", sink.Text);
    }

    [Fact]
    public void A_text_of_100_MB_is_skipped_without_being_loaded()
    {
        using var database = Database(
            $"{Tables} INSERT INTO comments (tid, id, created, text) VALUES (1, 1, 1588748887, CAST(zeroblob(100000000) AS TEXT)), (1, 2, 1588748887, 'x');");
        var before = GC.GetAllocatedBytesForCurrentThread();

        var sink = RecordedRows.OfFile(database.Path);

        Assert.Equal(["row 1 of comments: comment 1: It is too long: its text has 100.0 MB."], sink.Skipped);
        Assert.Equal("x", Assert.Single(sink.Comments).Text);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    [Theory]
    [InlineData("CREATE TABLE threads (id, uri, title); CREATE VIEW comments AS SELECT 1 tid, 2 dislikes FROM threads", "no table “comments”, or one that is not plain")]
    [InlineData("CREATE TABLE threads (id, uri, title); CREATE VIRTUAL TABLE comments USING fts5(tid, dislikes)", "no table “comments”, or one that is not plain")]
    [InlineData("CREATE TABLE threads (id, uri, title AS (hex(uri))); CREATE TABLE comments (tid, dislikes)", "computes columns of its table “threads”")]
    public void What_could_make_SQLite_run_something_is_refused(string schema, string why) =>
        Assert.Contains(why, Assert.Throws<ImportFileException>(() => Read(schema)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_damaged_database_is_refused()
    {
        using var database = Database(
            $"{Tables} INSERT INTO comments (tid, created, text) SELECT 1, 1588748887, hex(randomblob(500)) FROM generate_series;"
                .Replace("generate_series", "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) SELECT i FROM n)", StringComparison.Ordinal));
        var bytes = File.ReadAllBytes(database.Path);

        var cut = Assert.Throws<ImportFileException>(() => RecordedRows.OfBytes(bytes[..(bytes.Length / 2)]));
        Array.Fill(bytes, (byte)0xAA, bytes.Length / 2, 8192);
        var scribbled = Assert.Throws<ImportFileException>(() => RecordedRows.OfBytes(bytes));

        Assert.All([cut, scribbled], fault => Assert.StartsWith("The database is damaged or incomplete.", fault.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Generic_JSON_is_read() => Assert.Equal(
        """
        thread https://bakery.example/rye | at https://bakery.example/rye | titled Rye
        person #1 | Ada | mail ada@a.example | web https://a.example
        comment https://bakery.example/rye/1 of https://bakery.example/rye | key https://bakery.example/rye/1@2020-05-06 07:08:07 | by #1 | 2020-05-06T07:08:07 | from 192.0.2.0 | “Hi”
        comment https://bakery.example/rye/2 of https://bakery.example/rye | key https://bakery.example/rye/2@1588748887.5 | 2020-05-06T07:08:07.5 | “seconds”
        skipped row 3 of comments | comment | It is no JSON object.
        comment https://bakery.example/rye/made-* of https://bakery.example/rye | key * | “no time” | It had no id; one was made from its author, time and text. Its time is missing.
        comment /1 of  | key /1@2020-05-06 07:08:07 | 2020-05-06T07:08:07 | “nowhere”
        """,
        System.Text.RegularExpressions.Regex.Replace(
            RecordedRows.OfText(
                """
                [{"id": "https://bakery.example/rye", "title": "Rye", "comments": [
                    {"id": 1, "author": "Ada", "email": "ada@a.example", "website": "https://a.example", "remote_addr": "192.0.2.0", "created": "2020-05-06 07:08:07", "text": "Hi"},
                    {"id": 2, "created": 1588748887.5, "text": "seconds", "remote_addr": "0.0.0.0"}, 7,
                    {"text": "no time"}]},
                 {"comments": [{"id": 1, "text": "nowhere", "created": "2020-05-06 07:08:07"}]}, {"id": ""}]
                """).Text,
            "made-[0-9a-f]{32} |key \\S*made-\\S*", match => match.Value[0] == 'k' ? "key *" : "made-* ", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));

    [Fact]
    public void The_id_of_a_page_may_stand_behind_its_comments_but_not_behind_any_number()
    {
        const string Comment = """{"id": 1, "author": "", "created": 1588748887, "text": "Hi"}""";
        const string Late = $$"""[{"comments": [{{Comment}}], "title": "Rye", "id": "/rye"}]""";

        var fault = Assert.Throws<ImportFileException>(() => RecordedRows.OfText(Late, new ImportLimits { WaitingCharacters = 10 }));

        Assert.Equal(
            """
            thread /rye | at /rye | titled Rye
            comment /rye/1 of /rye | key /rye/1@1588748887 | 2020-05-06T07:08:07 | “Hi”
            """,
            RecordedRows.OfText(Late).Text);
        Assert.Equal("Row 1 of comments: the page's id stands behind more than 10 characters of its comments. Put it before them.", fault.Message);
    }

    [Theory]
    [InlineData("""[{"id": "/rye", "comments": [{"author": "", "created": "", "text": "x"}]}""", "The file ends too early, at byte 73 after row 1 of comments:")]
    [InlineData("""[{"id": "/rye", "comments": [{"author": "", "created": "", "text": "x"}, {"id""", "The file ends too early, at byte 77 after row 1 of comments:")]
    [InlineData("""[{"id": "/rye", "comments": [{"author": "", "created": "", "text" "x"}]}]""", "Row 1 of comments is broken JSON, before byte 70 of the file.")]
    public void Generic_JSON_that_is_broken_says_where(string file, string message) => Assert.StartsWith(
        message, Assert.Throws<ImportFileException>(() => RecordedRows.OfText(file)).Message, StringComparison.Ordinal);

    [Fact]
    public void Generic_JSON_that_is_none_is_refused()
    {
        using var file = new TemporaryFile("""{"id": "/rye", "comments": []}"""u8.ToArray());

        Assert.Equal(
            "The file is no list of pages with comments.",
            Assert.Throws<ImportFileException>(() =>
                new IssoGeneric().Read(new ImportSource(file.Path), new RecordedRows(), TestContext.Current.CancellationToken)).Message);
    }

    [Fact]
    public void Generic_JSON_of_any_size_is_read_in_little_memory()
    {
        using var file = new TemporaryFile(path =>
        {
            using var writer = new StreamWriter(path);
            writer.Write("[{\"id\": \"/rye\", \"comments\": [{\"author\": \"a\", \"created\": 0, \"text\": \"first\"},{\"text\":\"");
            for (var i = 0; i < 1_000; i++)
            {
                writer.Write(new string('x', 100_000));
            }

            writer.Write("\"},{\"created\": 1588748887, \"text\": \"last\"}]}]");
        });
        var before = GC.GetAllocatedBytesForCurrentThread();

        var sink = RecordedRows.OfFile(file.Path);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
        Assert.Equal(["row 2 of comments: comment: It is longer than 2 MB."], sink.Skipped);
        Assert.Equal(["first", "last"], sink.Comments.Select(comment => comment.Text));
    }

    private static RecordedRows Read(string sql)
    {
        using var database = Database(sql);
        return RecordedRows.OfFile(database.Path);
    }

    private static TemporaryFile Database(string sql) => new(path =>
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, ForeignKeys = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    });
}
