using System.Globalization;
using System.Text;
using System.Xml;
using Embed.Server.Model;
using Embed.Server.Threads;
using Microsoft.Data.Sqlite;

namespace Embed.Server.Transfer.Export;

/// <summary>
/// A site's published comments in WordPress' format (WXR 1.0) with Disqus' element for a thread's id: what Disqus, WordPress and most
/// others import (https://help.disqus.com/en/articles/1717222-custom-xml-import-format).
/// </summary>
internal static class WriteWxr
{
    private const string Content = "http://purl.org/rss/1.0/modules/content/";
    private const string Disqus = "http://www.disqus.com/";
    private const string WordPress = "http://wordpress.org/export/1.0/";
    private const int MaxUnsentBytes = 64 * 1024;

    // Threads and their comments by id: a comment's id is larger than that of what it answers. CROSS JOIN keeps SQLite to this order.
    private const string Query =
        """
        SELECT t."Id", t."Title", t."PageAddress", t."Key", t."CreatedAt", t."IsClosed",
          c."Id", c."ParentId", c."State", c."PostedAt", c."BodyHtml", c."CommenterId", m."Name", p."Email"
        FROM "Threads" AS t NOT INDEXED CROSS JOIN "Comments" AS c CROSS JOIN "Commenters" AS m LEFT JOIN "ImportedPeople" AS p ON p."CommenterId" = m."Id"
        WHERE t."SiteId" = @site AND t."DeletedAt" IS NULL AND c."ThreadId" = t."Id" AND m."Id" = c."CommenterId" ORDER BY t."Id", c."Id"
        """;

    private sealed record Row(
        long ThreadId, string Title, string Address, string Key, DateTimeOffset Begun, bool IsClosed, long Id, long? ParentId, CommentState State,
        DateTimeOffset PostedAt, string Html, long AuthorId, string Author, string? Email);

    /// <summary>Writes it while it is read.</summary>
    /// <param name="snapshot">The database.</param>
    /// <param name="site">The site.</param>
    /// <param name="withEmail">Whether known mail addresses are in it.</param>
    /// <param name="output">Where to.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task WriteAsync(ExportSnapshot snapshot, Site site, bool withEmail, Stream output, CancellationToken cancellationToken)
    {
        using var unsent = new MemoryStream();
        await using var xml = XmlWriter.Create(unsent, new XmlWriterSettings
        {
            Async = true,
            Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            Indent = true,
            NewLineChars = "\n",
            // Texts are stripped of what XML cannot have.
            CheckCharacters = false,
        });
        WriteHead(xml, site);
        await using var command = snapshot.Command(Query, site.Id);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        long? thread = null;
        var isOpen = false;
        // What a reply to it answers here: itself, or the published comment above it. 0 at top level.
        var shown = new Dictionary<long, long>();
        while (await rows.ReadAsync(cancellationToken))
        {
            var row = Read(rows);
            if (thread != row.ThreadId)
            {
                End(xml, ref isOpen);
                thread = row.ThreadId;
                shown.Clear();
            }

            var parent = row.ParentId is { } answered ? shown.GetValueOrDefault(answered) : 0;
            shown[row.Id] = row.State == CommentState.Published ? row.Id : parent;
            if (row.State == CommentState.Published)
            {
                Begin(xml, row, ref isOpen);
                WriteComment(xml, row, parent, withEmail);
                await SendAsync(xml, unsent, output, MaxUnsentBytes, cancellationToken);
            }
        }

        End(xml, ref isOpen);
        WriteFoot(xml);
        await SendAsync(xml, unsent, output, 0, cancellationToken);
    }

    private static void WriteHead(XmlWriter xml, Site site)
    {
        xml.WriteStartDocument();
        xml.WriteStartElement("rss");
        xml.WriteAttributeString("version", "2.0");
        xml.WriteAttributeString("xmlns", "content", null, Content);
        xml.WriteAttributeString("xmlns", "dsq", null, Disqus);
        xml.WriteAttributeString("xmlns", "dc", null, "http://purl.org/dc/elements/1.1/");
        xml.WriteAttributeString("xmlns", "wp", null, WordPress);
        xml.WriteStartElement("channel");
        xml.WriteElementString("title", Clean(site.Name));
        xml.WriteElementString("link", site.Origins[0]);
        xml.WriteElementString("wxr_version", WordPress, "1.0");
    }

    private static void WriteFoot(XmlWriter xml)
    {
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndDocument();
    }

    private static void Begin(XmlWriter xml, Row row, ref bool isOpen)
    {
        if (isOpen)
        {
            return;
        }

        isOpen = true;
        xml.WriteStartElement("item");
        xml.WriteElementString("title", Clean(row.Title));
        xml.WriteElementString("link", Clean(row.Address));
        xml.WriteElementString("encoded", Content, "");
        xml.WriteElementString("thread_identifier", Disqus, Clean(PageUrl.ThreadIn(row.Key) ?? row.Address));
        xml.WriteElementString("post_id", WordPress, Text(row.ThreadId));
        xml.WriteElementString("post_date_gmt", WordPress, Text(row.Begun));
        xml.WriteElementString("comment_status", WordPress, row.IsClosed ? "closed" : "open");
        xml.WriteElementString("status", WordPress, "publish");
        xml.WriteElementString("post_type", WordPress, "post");
    }

    private static void End(XmlWriter xml, ref bool isOpen)
    {
        if (isOpen)
        {
            isOpen = false;
            xml.WriteEndElement();
        }
    }

    private static void WriteComment(XmlWriter xml, Row row, long parent, bool withEmail)
    {
        xml.WriteStartElement("comment", WordPress);
        xml.WriteElementString("comment_id", WordPress, Text(row.Id));
        xml.WriteElementString("comment_author", WordPress, Clean(row.Author.Length == 0 ? Widget.WidgetText.For("en").NameOf("") : row.Author));
        // Disqus takes all who have the same address, or none, for one person. Nothing is ever sent to .invalid (RFC 2606).
        xml.WriteElementString(
            "comment_author_email", WordPress, withEmail && row.Email is { } email ? Clean(email) : $"{Text(row.AuthorId)}@people.invalid");
        xml.WriteElementString("comment_author_url", WordPress, "");
        xml.WriteElementString("comment_author_IP", WordPress, "");
        // WordPress shows the one and sorts by the other; here there is no zone but UTC.
        xml.WriteElementString("comment_date", WordPress, Text(row.PostedAt));
        xml.WriteElementString("comment_date_gmt", WordPress, Text(row.PostedAt));
        xml.WriteStartElement("comment_content", WordPress);
        xml.WriteCData(Clean(WithoutLineBreaks(row.Html)));
        xml.WriteEndElement();
        xml.WriteElementString("comment_approved", WordPress, "1");
        xml.WriteElementString("comment_type", WordPress, "");
        xml.WriteElementString("comment_parent", WordPress, Text(parent));
        xml.WriteEndElement();
    }

    private static async Task SendAsync(XmlWriter xml, MemoryStream unsent, Stream output, int most, CancellationToken cancellationToken)
    {
        await xml.FlushAsync();
        if (unsent.Length > most)
        {
            await output.WriteAsync(unsent.GetBuffer().AsMemory(0, (int)unsent.Length), cancellationToken);
            unsent.SetLength(0);
        }
    }

    private static Row Read(SqliteDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)), row.GetBoolean(5),
        row.GetInt64(6), row.IsDBNull(7) ? null : row.GetInt64(7), (CommentState)row.GetInt64(8), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(9)),
        row.GetString(10), row.GetInt64(11), row.GetString(12), row.IsDBNull(13) ? null : row.GetString(13));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>In WordPress a line break is one that is seen; in HTML it is only where text is preformatted.</summary>
    private static string WithoutLineBreaks(string html)
    {
        var text = new StringBuilder(html.Length);
        for (var at = 0; at < html.Length;)
        {
            var start = html.IndexOf("<pre", at, StringComparison.Ordinal) is >= 0 and var found ? found : html.Length;
            text.Append(html, at, start - at).Replace('\n', ' ', text.Length - (start - at), start - at);
            at = html.IndexOf("</pre>", start, StringComparison.Ordinal) is >= 0 and var end ? end : html.Length;
            text.Append(html, start, at - start);
        }

        return text.ToString();
    }

    /// <summary>The text without characters that XML cannot have (https://www.w3.org/TR/xml/#charsets).</summary>
    private static string Clean(string text) => text.All(XmlConvert.IsXmlChar)
        ? text
        : string.Concat(text.EnumerateRunes().Where(rune => rune.Value > 0xFFFF || XmlConvert.IsXmlChar((char)rune.Value)).Select(rune => rune.ToString()));
}
