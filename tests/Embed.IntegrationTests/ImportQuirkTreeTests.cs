using System.IO.Compression;
using System.Text;
using Embed.Server.Model;
using Embed.Server.Transfer.Importing;
using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>What real exports have in them that no description says: the whole tree that comes of each, and all that the report says.</summary>
public sealed class ImportQuirkTreeTests : IAsyncDisposable
{
    private readonly EmbedApplication _application = new();

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public Task Disqus() => AssertTreeAsync(
        Encoding.UTF8.GetBytes(
            """
            Content-Type: text/xml
            <br />Notice: junk <b>before</b> the prolog & all
            <?xml version="1.0" encoding="utf-8"?>
            <disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
            <category dsq:id="1"><forum>bakery</forum><title>General</title></category>
            <post dsq:id="103"><message><![CDATA[<p>Before its parent and its thread.</p>]]></message><createdAt>2020-05-06T07:10:00Z</createdAt><thread dsq:id="10"/><parent dsq:id="101"/></post>
            <thread dsq:id="10"><id/><link>https://blog.example/rye</link><title>Rye &amp; spelt</title><createdAt>2020-05-01T08:00:00Z</createdAt><isClosed>true</isClosed><isDeleted>false</isDeleted></thread>
            <thread dsq:id="11"><id/><link>https://blog.example/rye?utm_source=feed#disqus_thread</link><title>Rye, by its feed</title><isClosed>true</isClosed></thread>
            <thread dsq:id="12"><id>guest-book</id><link/><title>Guests</title></thread>
            <thread dsq:id="13"/>
            <thread dsq:id="14"><link>https://blog.example/gone</link><isDeleted>true</isDeleted></thread>
            <thread dsq:id="15"><link>https://blog.example/quiet</link></thread>
            <post dsq:id="101"><message><![CDATA[<p>Top, <b>bold</b> &amp; first.</p>]]></message><createdAt>2020-05-06T07:08:09Z</createdAt><isDeleted>false</isDeleted><isSpam>false</isSpam><author><email>ada@a.example</email><name>Ada</name><isAnonymous>false</isAnonymous><username>ada</username></author><ipAddress>192.0.2.7</ipAddress><thread dsq:id="10"/></post>
            <post dsq:id="102"><message>Answers what is of the page's other thread.</message><createdAt>2020-05-06T07:09:00Z</createdAt><author><name>Ada</name><username>ada</username></author><thread dsq:id="11"/><parent dsq:id="101"/></post>
            <post><message>No id, no mail, no network address.</message><createdAt>2020-05-06T07:11:00Z</createdAt><author><name>Bo</name><isAnonymous>true</isAnonymous></author><thread dsq:id="10"/></post>
            <post dsq:id="104"><message>Of a thread that is unknown.</message><createdAt>2020-05-06T07:12:00Z</createdAt><author><name>Cyd</name></author><thread dsq:id="99"/></post>
            <post dsq:id="105"><message>Of no thread.</message><createdAt>2020-05-06T07:13:00Z</createdAt></post>
            <post dsq:id="106"><message>Never.</message><createdAt>0000-00-00T00:00:00Z</createdAt><thread dsq:id="10"/><parent dsq:id="101"/></post>
            <post dsq:id="107"><message>Undated.</message><thread dsq:id="10"/></post>
            <post dsq:id="108"><message>Secret.</message><createdAt>2020-05-06T07:14:00Z</createdAt><isDeleted>true</isDeleted><author><name>Dee</name></author><thread dsq:id="10"/></post>
            <post dsq:id="109"><message>Answers what was deleted.</message><createdAt>2020-05-06T07:15:00Z</createdAt><thread dsq:id="10"/><parent dsq:id="108"/></post>
            <post dsq:id="110"><message>Buy!</message><createdAt>2020-05-06T07:16:00Z</createdAt><isSpam>true</isSpam><thread dsq:id="10"/></post>
            <post dsq:id="111"><message>Waits.</message><createdAt>2020-05-06T07:17:00Z</createdAt><isApproved>false</isApproved><thread dsq:id="10"/></post>
            <post dsq:id="112"><message>A &lt;i&gt;guest&lt;/i&gt;.</message><createdAt>2020-05-06T07:18:00Z</createdAt><thread dsq:id="12"/></post>
            <post dsq:id="113"><message>Of what was deleted.</message><createdAt>2020-05-06T07:19:00Z</createdAt><thread dsq:id="14"/></post>
            <post dsq:id="114"><message>Answers what is not here.</message><createdAt>2020-05-06T07:20:00Z</createdAt><thread dsq:id="10"/><parent dsq:id="1"/></post>
            <post dsq:id="115"><message>Of nothing but a number.</message><createdAt>2020-05-06T07:21:00Z</createdAt><thread dsq:id="13"/></post>
            </disqus>
            """),
        """
        https://blog.example/ “Guests” 1
          2020-05-06 07:18:00.000 nobody: A *guest*.
        https://blog.example/rye “Rye & spelt” closed 8
          2020-05-01 08:00:00.000 nobody: Undated.
          2020-05-06 07:08:09.000 Ada: Top, **bold** & first.
            2020-05-06 07:08:09.000 nobody: Never.
            2020-05-06 07:09:00.000 Ada: Answers what is of the page's other thread.
            2020-05-06 07:10:00.000 nobody: Before its parent and its thread.
          2020-05-06 07:11:00.000 Bo: No id, no mail, no network address.
          2020-05-06 07:14:00.000 Deleted nobody
            2020-05-06 07:15:00.000 nobody: Answers what was deleted.
          2020-05-06 07:16:00.000 Spam nobody: Buy!
          2020-05-06 07:17:00.000 Pending nobody: Waits.
          2020-05-06 07:20:00.000 Deleted nobody
            2020-05-06 07:20:00.000 nobody: Answers what is not here.
        comment 104: Skipped Its thread, 99, is not in the file.
        comment 105: Skipped It does not say which thread it is of.
        comment 106: Repaired Its time, “0000-00-00T00:00:00Z”, cannot be read. It has no time that can be; it was given that of what is around it.
        comment 107: Repaired Its time is missing. It has no time that can be; it was given that of what is around it.
        comment 108: Imported It was deleted there; a tombstone stands for it, because of its replies.
        comment 113: Skipped Its thread, 14, was deleted at Disqus.
        comment 114: Repaired The comment it answers is not in the file; a tombstone stands for it.
        comment 115: Skipped It has neither an address nor an id.
        comment made-43d38bc394ca7bfd3cd2ffa16e0cf141: Repaired It had no id; one was made from its author, time and text.
        person: Skipped No comment of theirs is imported.
        thread 13: Skipped It has neither an address nor an id.
        thread 14: Skipped It was deleted at Disqus.
        thread https://blog.example/quiet: Skipped It has no comments to import.
        thread https://blog.example/rye: Repaired Another thread of the file is of the same page; the comments of both are in one.
        """);

    [Fact]
    public Task WordPress_in_one_zip_of_three_versions() => AssertTreeAsync(
        Zip(
            ("bakery.001.xml", Wxr("1.0", """
                <item><title>Rye &amp;amp; spelt&amp;#8217;s</title><link>https://blog.example/rye</link><wp:post_id>7</wp:post_id><wp:comment_status>open</wp:comment_status><wp:status>publish</wp:status>
                <wp:comment><wp:comment_id>1</wp:comment_id><wp:comment_author>O&amp;#039;Brien</wp:comment_author><wp:comment_author_email>ob@a.example</wp:comment_author_email><wp:comment_author_IP>192.0.2.7</wp:comment_author_IP><wp:comment_date>2020-05-06 09:08:09</wp:comment_date><wp:comment_date_gmt>2020-05-06 07:08:09</wp:comment_date_gmt><wp:comment_content>Two
                lines &amp; &lt;b&gt;bold&lt;/b&gt;</wp:comment_content><wp:comment_approved>1</wp:comment_approved><wp:comment_type></wp:comment_type><wp:comment_parent>0</wp:comment_parent></wp:comment>
                <wp:comment><wp:comment_id>2</wp:comment_id><wp:comment_date>2020-05-06 09:10:00</wp:comment_date><wp:comment_date_gmt>0000-00-00 00:00:00</wp:comment_date_gmt><wp:comment_content>Never approved.</wp:comment_content><wp:comment_approved>0</wp:comment_approved><wp:comment_parent>1</wp:comment_parent></wp:comment>
                <wp:comment><wp:comment_id>3</wp:comment_id><wp:comment_date_gmt>2020-05-06 07:11:00</wp:comment_date_gmt><wp:comment_content>[...] links here [...]</wp:comment_content><wp:comment_approved>1</wp:comment_approved><wp:comment_type>pingback</wp:comment_type></wp:comment>
                <wp:comment><wp:comment_id>4</wp:comment_id><wp:comment_date_gmt>2020-05-06 07:12:00</wp:comment_date_gmt><wp:comment_content>Links here, too</wp:comment_content><wp:comment_approved>1</wp:comment_approved><wp:comment_type>trackback</wp:comment_type></wp:comment>
                </item>
                """)),
            ("bakery.002.xml", Wxr("1.1", """
                <item><title>Rye, further comments</title><link>https://blog.example/rye</link><wp:post_id>7</wp:post_id>
                <wp:comment><wp:comment_id>5</wp:comment_id><wp:comment_date_gmt>2020-05-06 07:13:00</wp:comment_date_gmt><wp:comment_content>Buy!</wp:comment_content><wp:comment_approved>spam</wp:comment_approved></wp:comment>
                <wp:comment><wp:comment_id>6</wp:comment_id><wp:comment_date_gmt>2020-05-06 07:14:00</wp:comment_date_gmt><wp:comment_content>Thrown away.</wp:comment_content><wp:comment_approved>trash</wp:comment_approved><wp:comment_parent>1</wp:comment_parent></wp:comment>
                <wp:comment><wp:comment_id>7</wp:comment_id><wp:comment_date_gmt>2020-05-06 07:15:00</wp:comment_date_gmt><wp:comment_content>Answers what is in the part before.</wp:comment_content><wp:comment_approved>1</wp:comment_approved><wp:comment_parent>1</wp:comment_parent></wp:comment>
                </item>
                """)),
            ("bakery.003.xml", Wxr("1.2", """
                <item><title><![CDATA[Closed]]></title><link>https://blog.example/closed</link><wp:post_id>8</wp:post_id><wp:comment_status><![CDATA[closed]]></wp:comment_status>
                <wp:comment><wp:comment_id>8</wp:comment_id><wp:comment_author><![CDATA[Ada]]></wp:comment_author><wp:comment_date><![CDATA[0000-00-00 00:00:00]]></wp:comment_date><wp:comment_date_gmt><![CDATA[0000-00-00 00:00:00]]></wp:comment_date_gmt><wp:comment_content><![CDATA[At no time.]]></wp:comment_content><wp:comment_approved><![CDATA[1]]></wp:comment_approved><wp:comment_type><![CDATA[comment]]></wp:comment_type></wp:comment>
                <wp:comment><wp:comment_id>9</wp:comment_id><wp:comment_date_gmt>2020-05-06 07:16:00</wp:comment_date_gmt><wp:comment_content>Nobody says.</wp:comment_content></wp:comment>
                </item>
                <item><title>Nobody wrote here</title><link>https://blog.example/quiet</link><wp:post_id>9</wp:post_id></item>
                <item><title>Secret</title><link>https://blog.example/secret</link><wp:post_id>10</wp:post_id><wp:status>private</wp:status>
                <wp:comment><wp:comment_id>10</wp:comment_id><wp:comment_date_gmt>2020-05-06 07:17:00</wp:comment_date_gmt><wp:comment_content>Secret.</wp:comment_content><wp:comment_approved>1</wp:comment_approved></wp:comment>
                </item>
                """))),
        """
        https://blog.example/closed “Closed” closed 1
          2020-05-06 07:15:00.000 Ada: At no time.
          2020-05-06 07:16:00.000 Pending nobody: Nobody says.
        https://blog.example/rye “Rye & spelt’s” 2
          2020-05-06 07:08:09.000 O'Brien: Two⏎lines & **bold**
            2020-05-06 07:14:00.000 Rejected nobody: Thrown away.
            2020-05-06 07:15:00.000 nobody: Answers what is in the part before.
            2020-05-06 09:10:00.000 Pending nobody: Never approved.
          2020-05-06 07:13:00.000 Spam nobody: Buy!
        comment 10: Skipped Its post is not public (private).
        comment 3: Skipped It is a pingback: a notice by a machine that some page links here.
        comment 4: Skipped It is a trackback: a notice by a machine that some page links here.
        comment 7/2: Repaired It has its time only as the blog's clock showed it, which was taken for UTC.
        comment 8/8: Repaired Its time, “0000-00-00 00:00:00”, cannot be read. It has no time that can be; it was given that of what is around it.
        comment 8/9: Repaired It is not clear whether it was approved: it does not say. It waits for a moderator.
        """);

    [Fact]
    public Task Isso() => AssertTreeAsync(
        HostileFiles.Database(
            """
            CREATE TABLE preferences (key VARCHAR PRIMARY KEY, value VARCHAR);
            INSERT INTO preferences VALUES ('session-key', 'a secret nobody reads');
            CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR(256) UNIQUE, title VARCHAR(256));
            CREATE TABLE comments (
                tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent INTEGER, created FLOAT NOT NULL, modified FLOAT, mode INTEGER,
                remote_addr VARCHAR, text VARCHAR, author VARCHAR, email VARCHAR, website VARCHAR, likes INTEGER DEFAULT 0,
                dislikes INTEGER DEFAULT 0, voters BLOB NOT NULL DEFAULT x'', notification INTEGER NOT NULL DEFAULT 0);
            INSERT INTO threads VALUES (1, '/rye/', 'Rye'), (2, '/quiet/', NULL);
            INSERT INTO comments (tid, id, parent, created, modified, mode, remote_addr, text, author, email, website, likes, dislikes) VALUES
                (1, 1, NULL, 1588748887.123, 1588748999.5, 1, '192.0.2.0', 'A **loaf** &amp; more', 'Ada &lt;3 &amp;amp;', 'ada&amp;co@a.example', 'https://a.example/?a=1&amp;b=2', 4, 1),
                (1, 2, 1, 1588748888.0, NULL, 2, NULL, 'Waits.', NULL, NULL, NULL, 0, 0),
                (1, 3, 1, 1588748889, NULL, 4, '192.0.2.0', '', NULL, 'left@a.example', NULL, 2, 0),
                (1, 4, 3, 1588748890, NULL, 1, NULL, 'Answers what was deleted.', 'Bo', NULL, NULL, 0, 2),
                (1, 5, NULL, 1588748891, NULL, 4, NULL, '', NULL, 'left@a.example', NULL, 0, 0),
                (9, 6, NULL, 1588748892, NULL, 1, NULL, 'Of a thread that is not there.', 'Cyd', NULL, NULL, 0, 0),
                (1, 7, NULL, -62167219200, NULL, 1, NULL, 'In the year 0.', NULL, NULL, NULL, -3, 'x'),
                (NULL, 8, NULL, 1588748893, NULL, 1, NULL, 'Of no thread.', NULL, NULL, NULL, 0, 0);
            """),
        """
        https://blog.example/rye/ “Rye” 3
          2020-05-06 07:08:07.123 Ada <3 &amp; +4 -1 edited 2020-05-06 07:09:59.500: A **loaf** &amp; more
            2020-05-06 07:08:08.000 Pending nobody: Waits.
            2020-05-06 07:08:09.000 Deleted nobody
              2020-05-06 07:08:10.000 Bo -2: Answers what was deleted.
          2020-05-06 07:08:12.000 nobody: In the year 0.
        comment 3: Imported It was deleted there; a tombstone stands for it, because of its replies.
        comment 5: Skipped It was deleted there, and nothing hangs from it.
        comment 6: Skipped Its thread, 9, is not in the file.
        comment 7: Repaired Its time, “-62167219200”, cannot be read. It has no time that can be; it was given that of what is around it.
        comment 8: Skipped It does not say which thread it is of.
        person: Skipped No comment of theirs is imported.
        thread https://blog.example/quiet/: Skipped It has no comments to import.
        """);

    [Fact]
    public async Task What_Isso_left_of_who_is_deleted_and_the_key_of_its_sessions_come_nowhere()
    {
        await Isso();

        await using var database = await _application.OpenDatabaseAsync();
        var files = Directory.EnumerateFiles(_application.DataFolder, "*", SearchOption.AllDirectories).Select(HostileFiles.ReadShared).ToList();

        Assert.NotEmpty(files);
        Assert.All(files, bytes => Assert.True(bytes.AsSpan().IndexOf("left@a.example"u8) < 0 && bytes.AsSpan().IndexOf("a secret nobody reads"u8) < 0));
    }

    private async Task AssertTreeAsync(byte[] content, string expected)
    {
        var workshop = await ImportWorkshop.OpenAsync(_application);

        var import = await workshop.ImportAsync(new ImportOptions { KeepsPrivate = true }, new MemoryStream(content));

        Assert.Equal((ImportState.Done, ""), (import.State, import.Message));
        Assert.Equal(expected, await ImportedTree.DrawAsync(_application) + await ImportedTree.OthersAsync(workshop, import.Id));
        await workshop.AssertSoundAsync();
        var before = await workshop.DumpAsync();
        await workshop.ImportAsync(new ImportOptions { KeepsPrivate = true }, new MemoryStream(content));
        Assert.Equal(before, await workshop.DumpAsync());
    }

    private static string Wxr(string version, string items) =>
        $"""
         <?xml version="1.0" encoding="UTF-8" ?>
         <rss version="2.0" xmlns:excerpt="http://wordpress.org/export/{version}/excerpt/" xmlns:wp="http://wordpress.org/export/{version}/">
         <channel><title>Bakery</title><wp:wxr_version>{version}</wp:wxr_version>
         {items}
         </channel></rss>
         """;

    private static byte[] Zip(params (string Name, string Content)[] parts)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in parts)
            {
                using var part = new StreamWriter(zip.CreateEntry(name).Open());
                part.Write(content);
            }
        }

        return packed.ToArray();
    }
}
