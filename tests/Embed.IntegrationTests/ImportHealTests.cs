using System.Text;
using Embed.Server.Model;
using Embed.Server.Transfer.Importing;
using Embed.Tests;
using Microsoft.Data.Sqlite;
using static Embed.IntegrationTests.ImportWorkshop;

namespace Embed.IntegrationTests;

/// <summary>A later, fuller file of the same source puts a comment in the place of the tombstone that stood for it.</summary>
public sealed class ImportHealTests : IAsyncDisposable
{
    private readonly EmbedApplication _application = NewApplication();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Theory]
    [InlineData("wordpress")]
    [InlineData("isso")]
    [InlineData("artalk")]
    [InlineData("waline")]
    public async Task The_comment_of_a_later_file_takes_the_place_of_its_tombstone(string format)
    {
        var workshop = await OpenAsync(_application);
        await ImportAsync(workshop, format, 4, 5);
        var before = await workshop.DumpAsync();
        var replies = (await workshop.CommentsAsync()).Values.Where(comment => comment.ParentId is not null).ToList();
        Assert.Equal(2, replies.Count);

        var later = await ImportAsync(workshop, format, 3, 4, 5, 6);

        Assert.Equal((format, ImportState.Done, ""), (later.Format, later.State, later.Message));
        Assert.Equal(
            ["comment 3: Updated A tombstone stood for it; it is in its place now.", "comment 4: AlreadyThere", "comment 5: AlreadyThere", "comment 6: Imported"],
            await RowsAsync(workshop, later));
        var comments = (await workshop.CommentsAsync()).Values.OrderBy(comment => comment.Id).ToList();
        Assert.Equal(4, comments.Count);
        Assert.Equal(
            ("Text of 3", "Ada", CommentState.Published, Then.AddMinutes(3)),
            (comments[0].Body, comments[0].Commenter!.Name, comments[0].State, comments[0].PostedAt));
        Assert.Equal([.. replies.Select(reply => reply.Id)], comments.Where(comment => comment.ParentId == comments[0].Id).Select(comment => comment.Id).Take(2));
        await workshop.AssertSoundAsync();
        var after = await workshop.DumpAsync();
        Assert.Equal(0, ImportCounts.Of(await ImportAsync(workshop, format, 3, 4, 5, 6)).Comments.Updated);
        // A file that lacks it again, and has another reply to it: that finds it by the replies that are here.
        var partial = await ImportAsync(workshop, format, 4, 7);
        Assert.Equal(["comment 4: AlreadyThere", "comment 7: Imported"], await RowsAsync(workshop, partial));
        Assert.Equal(comments[0].Id, (await workshop.CommentsAsync()).Values.Single(comment => comment.Body == "Text of 7").ParentId);
        await workshop.UndoAsync(partial.Id);
        Assert.Equal(after, await workshop.DumpAsync());
        await workshop.UndoAsync(later.Id);
        Assert.Equal(before, await workshop.DumpAsync());
    }

    [Fact]
    public async Task A_comment_of_another_database_takes_nobody_s_place()
    {
        var workshop = await OpenAsync(_application);
        object[] Database(int year, params string[] ids) =>
            [Thread("t"), .. ids.Select(id => Comment(id, "t", id == "3" ? null : "3", int.Parse(id, null)) with { Key = $"{id}@{year}" })];
        await workshop.ImportAsync(Database(2010, "4"));

        var other = await workshop.ImportAsync(Database(2011, "3", "5"));

        Assert.Equal(["comment 3: Imported", "comment 5: Imported"], await workshop.ReportAsync(other.Id, ReportKind.Comment));
        Assert.Equal(CommentState.Deleted, (await workshop.CommentsAsync()).Values.OrderBy(comment => comment.Id).First().State);
        await workshop.AssertSoundAsync();
    }

    // WordPress counts comments within the whole blog, and the rows name the post as well.
    private static async Task<IEnumerable<string>> RowsAsync(ImportWorkshop workshop, Import import) =>
        (await workshop.ReportAsync(import.Id, ReportKind.Comment)).Select(row => row.Replace("comment 7/", "comment ", StringComparison.Ordinal));

    /// <summary>Imports a file with these comments: the third is at top level, the others answer it.</summary>
    private static async Task<Import> ImportAsync(ImportWorkshop workshop, string format, params int[] ids)
    {
        using var file = new MemoryStream(format switch
        {
            "wordpress" => Encoding.UTF8.GetBytes(WordPress(ids)),
            "artalk" => Encoding.UTF8.GetBytes($"[{string.Join(',', ids.Select(id => $$"""{"id":"{{id}}","rid":"{{ParentOf(id)}}","content":"Text of {{id}}","created_at":"{{At(id):yyyy-MM-dd HH:mm:ss}}Z","nick":"Ada","email":"ada@example.com","page_key":"/rye"}"""))}]"),
            "waline" => Encoding.UTF8.GetBytes($$$"""{"type":"waline","version":1,"time":1,"tables":["Comment"],"data":{"Comment":[{{{string.Join(',', ids.Select(id => $$"""{"objectId":{{id}},"comment":"Text of {{id}}","insertedAt":"{{At(id):yyyy-MM-dd'T'HH:mm:ss}}.000Z","nick":"Ada","mail":"ada@example.com","pid":{{(ParentOf(id) == 0 ? "null" : "3")}},"status":"approved","url":"/rye"}"""))}}}]}}"""),
            _ => await IssoAsync(ids),
        });
        return await workshop.ImportAsync(new ImportOptions(), file);
    }

    private static int ParentOf(int id) => id == 3 ? 0 : 3;

    private static DateTime At(int id) => Then.AddMinutes(id).UtcDateTime;

    private static string WordPress(int[] ids) =>
        $"""
         <?xml version="1.0" encoding="UTF-8"?>
         <rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"><channel><wp:wxr_version>1.2</wp:wxr_version>
         <item><title>Rye</title><link>{EmbedApplication.Origin}/rye</link><wp:post_id>7</wp:post_id><wp:comment_status>open</wp:comment_status><wp:status>publish</wp:status>
         {string.Join('\n', ids.Select(id =>
             $"""
              <wp:comment><wp:comment_id>{id}</wp:comment_id><wp:comment_author>Ada</wp:comment_author><wp:comment_date_gmt>{At(id):yyyy-MM-dd HH:mm:ss}</wp:comment_date_gmt>
              <wp:comment_content>Text of {id}</wp:comment_content><wp:comment_approved>1</wp:comment_approved><wp:comment_type>comment</wp:comment_type>
              <wp:comment_parent>{ParentOf(id)}</wp:comment_parent></wp:comment>
              """))}
         </item></channel></rss>
         """;

    private static async Task<byte[]> IssoAsync(int[] ids)
    {
        var path = Path.Combine(Path.GetTempPath(), $"embed-test-{Guid.NewGuid():N}.db");
        try
        {
            await using (var database = new SqliteConnection($"Data Source={path};Pooling=False"))
            {
                await database.OpenAsync(Cancellation);
                await using var command = database.CreateCommand();
#pragma warning disable CA2100 // Numbers of this test's own.
                command.CommandText = $"""
                    CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR(256) UNIQUE, title VARCHAR(256));
                    CREATE TABLE comments (tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent INTEGER, created FLOAT NOT NULL, modified FLOAT, mode INTEGER,
                      remote_addr VARCHAR, text VARCHAR, author VARCHAR, email VARCHAR, website VARCHAR, likes INTEGER DEFAULT 0, dislikes INTEGER DEFAULT 0,
                      voters BLOB NOT NULL DEFAULT x'');
                    INSERT INTO threads VALUES (1, '/rye', 'Rye');
                    {string.Join('\n', ids.Select(id => $"INSERT INTO comments (tid, id, parent, created, mode, text, author) VALUES (1, {id}, {(ParentOf(id) == 0 ? "NULL" : "3")}, {new DateTimeOffset(At(id), TimeSpan.Zero).ToUnixTimeSeconds()}, 1, 'Text of {id}', 'Ada');"))}
                    """;
#pragma warning restore CA2100
                await command.ExecuteNonQueryAsync(Cancellation);
            }

            return await File.ReadAllBytesAsync(path, Cancellation);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
