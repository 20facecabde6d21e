using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Embed.IntegrationTests;

/// <summary>A comment of a file that was made to do harm.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Parent">The id of what it answers.</param>
/// <param name="Text">What it says, as it stands in the file.</param>
/// <param name="Minute">When it was written; null for the year 0.</param>
/// <param name="Filler">So many characters follow the text; made while they are written.</param>
internal sealed record HostileRow(string Id, string? Parent = null, string Text = "Hi", int? Minute = 0, int Filler = 0)
{
    private static readonly DateTime Begin = new(2020, 5, 1, 10, 0, 0, DateTimeKind.Utc);

    /// <summary>The time as text.</summary>
    public string Time(string pattern, string yearZero) =>
        Minute is { } minute ? Begin.AddMinutes(minute).ToString(pattern, CultureInfo.InvariantCulture) : yearZero;

    /// <summary>The time in seconds since 1970.</summary>
    public long Seconds => Minute is { } minute ? new DateTimeOffset(Begin.AddMinutes(minute)).ToUnixTimeSeconds() : -62_167_219_200;
}

/// <summary>The same comments as files of systems of every kind: XML, JSON in one piece, a line each, a database. All are of one page.</summary>
internal static class HostileFiles
{
    private const int Piece = 100_000;

    /// <summary>By the format's name.</summary>
    public static IReadOnlyDictionary<string, Action<TextWriter, IEnumerable<HostileRow>>> Texts { get; } =
        new Dictionary<string, Action<TextWriter, IEnumerable<HostileRow>>>(StringComparer.Ordinal)
        {
            ["disqus"] = (file, rows) => Write(
                file, rows, """<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals"><thread dsq:id="1"><link>https://blog.example/rye</link></thread>""",
                "\n", "\n</disqus>",
                row => $"""<post dsq:id="{row.Id}"><createdAt>{row.Time("yyyy-MM-ddTHH:mm:ssZ", "0000-00-00T00:00:00Z")}</createdAt><thread dsq:id="1"/>{(row.Parent is null ? "" : $"<parent dsq:id=\"{row.Parent}\"/>")}<message>""",
                "</message></post>"),
            ["wordpress"] = (file, rows) => Write(
                file, rows, """<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"><channel><item><link>https://blog.example/rye</link><wp:post_id>7</wp:post_id>""",
                "\n", "\n</item></channel></rss>",
                row => $"""<wp:comment><wp:comment_id>{row.Id}</wp:comment_id><wp:comment_date_gmt>{row.Time("yyyy-MM-dd HH:mm:ss", "0000-00-00 00:00:00")}</wp:comment_date_gmt><wp:comment_approved>1</wp:comment_approved><wp:comment_parent>{row.Parent ?? "0"}</wp:comment_parent><wp:comment_content>""",
                "</wp:comment_content></wp:comment>"),
            ["artalk"] = (file, rows) => Write(
                file, rows, "[", "\n,", "\n]",
                row => $$"""{"id":"{{row.Id}}","rid":"{{row.Parent ?? "0"}}","page_key":"/rye","created_at":"{{row.Time("yyyy-MM-dd HH:mm:ss +0000", "0000-00-00 00:00:00 +0000")}}","nick":"","site_urls":"https://blog.example","content":""" + "\"",
                "\"}"),
            ["isso-generic"] = (file, rows) => Write(
                file, rows, """[{"id":"/rye","title":"Rye","comments":[""", "\n,", "\n]}]",
                row => $$"""{"id":"{{row.Id}}","author":"","created":"{{row.Time("yyyy-MM-dd HH:mm:ss", "0000-00-00 00:00:00")}}","text":""" + "\"",
                "\"}"),
            ["remark42"] = (file, rows) => Write(
                file, rows, """{"version":1,"users":[],"posts":[]}""", "\n", "\n",
                row => $$"""{"id":"{{row.Id}}","pid":"{{row.Parent}}","locator":{"site":"x","url":"https://blog.example/rye"},"time":"{{row.Time("yyyy-MM-ddTHH:mm:ssZ", "0000-01-01T00:00:00Z")}}","text":""" + "\"",
                "\"}"),
        };

    /// <summary>A file of a format, in an encoding.</summary>
    public static byte[] Of(string format, IEnumerable<HostileRow> rows, Encoding? encoding = null)
    {
        if (!Texts.TryGetValue(format, out var write))
        {
            return Database(rows, encoding ?? Encoding.UTF8);
        }

        using var bytes = new MemoryStream();
        using (var file = new StreamWriter(bytes, encoding ?? new UTF8Encoding(false)))
        {
            write(file, rows);
        }

        return bytes.ToArray();
    }

    /// <summary>A database that this SQL makes.</summary>
    public static byte[] Database(string sql) => Made(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    });

    /// <summary>A file that somebody else has open.</summary>
    public static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return bytes.ToArray();
    }

    // Isso's, but for the keys that it has and somebody else's need not have.
    private static byte[] Database(IEnumerable<HostileRow> rows, Encoding encoding) => Made(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            CREATE TABLE threads (id, uri, title);
            INSERT INTO threads VALUES (1, '/rye', 'Rye');
            CREATE TABLE comments (tid, id, parent, created, modified, mode, remote_addr, text, author, email, website, likes, dislikes);
            """;
        command.ExecuteNonQuery();
        using var transaction = connection.BeginTransaction();
        command.Transaction = transaction;
        command.CommandText = "INSERT INTO comments (tid, id, parent, created, mode, text) VALUES (1, @id, @parent, @created, 1, CAST(@text AS TEXT) || hex(zeroblob(@filler)))";
        foreach (var row in rows)
        {
            command.Parameters.Clear();
            command.Parameters.AddWithValue("@id", row.Id);
            command.Parameters.AddWithValue("@parent", (object?)row.Parent ?? DBNull.Value);
            command.Parameters.AddWithValue("@created", row.Seconds);
            command.Parameters.AddWithValue("@text", encoding.GetBytes(row.Text));
            command.Parameters.AddWithValue("@filler", row.Filler / 2);
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    });

    private static byte[] Made(Action<SqliteConnection> fill)
    {
        var folder = Directory.CreateTempSubdirectory("embed-test-");
        try
        {
            var path = Path.Combine(folder.FullName, "made.db");
            using (var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, ForeignKeys = false }.ConnectionString))
            {
                connection.Open();
                fill(connection);
            }

            return File.ReadAllBytes(path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Write(
        TextWriter file, IEnumerable<HostileRow> rows, string begin, string between, string end, Func<HostileRow, string> before, string after)
    {
        file.Write(begin);
        var isFirst = between[^1] == ',';
        foreach (var row in rows)
        {
            file.Write(isFirst ? "\n" : between);
            isFirst = false;
            file.Write(before(row));
            file.Write(row.Text);
            for (var left = row.Filler; left > 0; left -= Piece)
            {
                file.Write(new string('0', Math.Min(Piece, left)));
            }

            file.Write(after);
        }

        file.Write(end);
    }
}
