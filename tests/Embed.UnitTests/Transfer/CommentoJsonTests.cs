using Embed.Server.Transfer.Formats;
using Embed.Tests;

namespace Embed.UnitTests.Transfer;

/// <summary>Commento, Commento++ and Comentario.</summary>
public sealed class CommentoJsonTests
{
    [Fact]
    public void The_fixture_of_remark42_is_read()
    {
        var rows = RecordedRows.Of(new CommentoJson(), File.ReadAllBytes(Fixtures.PathOf("remark42/commento.json")));

        Assert.Equal(
            """
            thread https://example.com/blog/post/2 | at https://example.com/blog/post/2
            person #1 | Anonymous
            comment e7069a7dfcfaed43caf62300a9b0edb1c124ad79d0f5887c93649c15d7f69945 of https://example.com/blog/post/2 | by #1 | 2021-03-12T11:21:56 | +1 | “Example comment created by user.”
            thread https://example.com/blog/post/1 | at https://example.com/blog/post/1
            comment 7d77e39fcd813241d6281478cc8f21ab5f807d043c750bc1a936bc23b34fb854 of https://example.com/blog/post/1 | by a1ac58ed1146bd7fe3feff6a7276f73955c3bfd23cacee00e2e0a7a89b1a8c10 | 2021-03-17T12:09:47.722181 | “Example 2 comment created by user.”
            comment ea5f7bcd6ac9bb7b657f7d0569831104e1bcf9c253d03c1e16bf9654c49a5ce9 of https://example.com/blog/post/1 | answers 7d77e39fcd813241d6281478cc8f21ab5f807d043c750bc1a936bc23b34fb854 | by bd1290ab5c858cf2a05903c2a9a61fd63399c6635db38cc6597002195e22e061 | 2021-05-11T15:43:01.852651 | “Great reply!”
            person a1ac58ed1146bd7fe3feff6a7276f73955c3bfd23cacee00e2e0a7a89b1a8c10 | User5276 | mail somegreatmail@gmail.com | web https://example.com/profile/257
            person bd1290ab5c858cf2a05903c2a9a61fd63399c6635db38cc6597002195e22e061 | Saturnin Uf | mail moregreatmail@gmail.com | web https://example.com/profile/259
            """,
            rows.Text);
    }

    [Theory]
    [InlineData("""{"commentHex":"a","domain":"b.example","url":"rye","parentHex":"root","markdown":"x","state":"approved"}""", "thread https://b.example/rye | at https://b.example/rye\ncomment a of https://b.example/rye | “x”")]
    [InlineData("""{"commentHex":"a","host":"b.example","path":"/rye","markdown":"x","state":"approved","commenterHex":"0000000000"}""", "thread https://b.example/rye | at https://b.example/rye\nperson #1 | Anonymous\ncomment a of https://b.example/rye | by #1 | “x”")]
    [InlineData("""{"commentHex":"a","url":"/rye","markdown":"[deleted]","state":"approved","commenterHex":"anonymous"}""", "thread /rye | at /rye\ncomment a of /rye | Deleted | “”")]
    [InlineData("""{"commentHex":"a","url":"/rye","markdown":"x","state":"unapproved"}""", "thread /rye | at /rye\ncomment a of /rye | Pending | “x”")]
    [InlineData("""{"commentHex":"a","url":"https://b.example/rye","domain":"c.example","markdown":"x","state":"flagged"}""", "thread https://b.example/rye | at https://b.example/rye\ncomment a of https://b.example/rye | Spam | “x”")]
    [InlineData("""{"commentHex":"a","url":"/rye","markdown":"x","state":"odd"}""", "thread /rye | at /rye\ncomment a of /rye | Pending | “x” | Its state is none of Commento's; it waits in the queue.")]
    [InlineData("""{"commentHex":"a","url":"/rye","markdown":"x","deleted":true,"state":"approved","parentHex":"b"}""", "thread /rye | at /rye\ncomment a of /rye | answers b | Deleted | “”")]
    [InlineData("""{"commentHex":"a","url":"/rye","markdown":"[deleted]","state":"approved","score":-3}""", "thread /rye | at /rye\ncomment a of /rye | Deleted | -3 | “”")]
    [InlineData("""{"commentHex":"a","url":"/rye","markdown":"","html":"<p>x</p>","state":"approved"}""", "thread /rye | at /rye\ncomment a of /rye | Html | “<p>x</p>”")]
    [InlineData("""{"commentHex":"a","commentHex":"b","url":"/rye","markdown":"x","state":"approved","creationDate":"0001-01-01T00:00:00Z"}""", "thread /rye | at /rye\ncomment b of /rye | “x”")]
    [InlineData("""{"commentHex":"a","url":"/rye","markdown":"x","state":"approved","creationDate":"0000-13-99"}""", "thread /rye | at /rye\ncomment a of /rye | “x” | Its time cannot be read.")]
    [InlineData("""{"url":"/rye","markdown":"x","state":"approved"}""", "thread /rye | at /rye\ncomment #1 of /rye | “x” | It had no id; one was made from its author, time and text.")]
    [InlineData("""{"url":"/rye","markdown":" ","state":"approved"}""", "thread /rye | at /rye\nskipped row 1 of comments | comment | It has neither an id nor a text.")]
    [InlineData("17", "skipped row 1 of comments | row | It has no fields.")]
    public void A_comment_is_kept_with_its_quirks(string comment, string expected) =>
        Assert.Equal(expected, RecordedRows.Of(new CommentoJson(), $$"""{"version":1,"comments":[{{comment}}],"commenters":null}""").Text);

    [Theory]
    [InlineData("""{"commenterHex":"a","email":"a@b.example","name":"Ada","link":"https://github.com/ada","photo":"https://avatars0.githubusercontent.com/u/17?v=4","provider":"github"}""", "person a | Ada | mail a@b.example | web https://github.com/ada | GitHub 17 | login ada")]
    [InlineData("""{"commenterHex":"a","name":"Ada","link":"https://github.com/ada","photo":"https://avatars0.githubusercontent.com/u/17?v=4","provider":"commento"}""", "person a | Ada | web https://github.com/ada")]
    [InlineData("""{"commenterHex":"a","name":"[deleted]","deleted":true}""", "person a")]
    [InlineData("""{"commenterHex":"a","email":"undefined","name":"Ada","link":"undefined","photo":"undefined","provider":"anon"}""", "person a | Ada")]
    [InlineData("""{"commenterHex":"a","email":"a@b.example","name":"Ada","link":"undefined","websiteUrl":"https://ada.example","provider":"sso"}""", "person a | Ada | mail a@b.example | web https://ada.example")]
    [InlineData("""{"name":"Ada"}""", "skipped row 1 of commenters | commenter | It has no id, so that no comment can be theirs.")]
    [InlineData("""{"commenterHex":"a","name":"Ada"},{"commenterHex":"a","name":"Bob"}""", "person a | Ada")]
    public void A_commenter_is_kept_with_their_quirks(string commenter, string expected) =>
        Assert.Equal(expected, RecordedRows.Of(new CommentoJson(), $$"""{"commenters":[{{commenter}}],"version":1,"comments":[]}""").Text);

    [Fact]
    public void Texts_beyond_the_limit_are_skipped_and_the_others_kept()
    {
        var rows = RecordedRows.Of(new CommentoJson(), $$"""
            {"comments":[{"commentHex":"a","url":"/","markdown":"{{new string('x', 1_000_001)}}","state":"approved"},
             {"commentHex":"b","url":"/","markdown":"{{new string('x', 2_100_000)}}","state":"approved"},
             {"commentHex":"c","url":"/","markdown":"{{new string('x', 1_000_000)}}","state":"approved"}]}
            """);

        Assert.Equal(["row 1 of comments: comment a: It is too long: it has 1.0 million characters.", "row 2 of comments: row: It is longer than 2 MB."], rows.Skipped);
        Assert.Equal("c", Assert.Single(rows.Comments).Id);
    }

    [Fact]
    public void Duplicate_ids_are_handed_on()
    {
        var rows = RecordedRows.Of(new CommentoJson(), """{"comments":[{"commentHex":"a","url":"/","markdown":"1","state":"approved"},{"commentHex":"a","url":"/","markdown":"2","state":"approved"}]}""");

        Assert.Equal(["1", "2"], rows.Comments.Select(comment => comment.Text));
    }

    [Fact]
    public void A_made_id_is_the_same_each_time_and_another_for_another_comment()
    {
        string[] texts = ["x", "y"];
        var file = $$"""{"comments":[{{string.Join(',', texts.Select(text => $$"""{"url":"/rye","markdown":"{{text}}","state":"approved"}"""))}}]}""";

        var first = RecordedRows.Of(new CommentoJson(), file).Comments.Select(comment => comment.Id).ToList();

        Assert.Equal(2, first.Distinct().Count());
        Assert.Equal(first, RecordedRows.Of(new CommentoJson(), file).Comments.Select(comment => comment.Id));
    }

    [Fact]
    public void What_came_before_a_cut_is_handed_on()
    {
        var rows = new RecordedRows();

        Assert.Throws<ImportFileException>(() => rows.Read(
            new CommentoJson(), """{"comments":[{"commentHex":"a","url":"/","markdown":"1","state":"approved"},{"commentHex":"b","ur"""u8.ToArray()));

        Assert.Equal("a", Assert.Single(rows.Comments).Id);
    }

    [Fact]
    public void Comentario_packed_with_gzip_is_recognised_and_read()
    {
        using var file = new TemporaryFile(TemporaryFile.Gzip("""{"version":3,"pages":[{"id":"p1","path":"/rye"}],"comments":[],"commenters":[]}"""u8.ToArray()));
        var source = new ImportSource(file.Path);
        var rows = new RecordedRows();

        ImportFormats.Recognise(ImportFormats.All, source).Read(source, rows, TestContext.Current.CancellationToken);

        Assert.Equal("thread p1 | at /rye", rows.Text);
    }

    [Fact]
    public void Comentario_is_read()
    {
        var rows = RecordedRows.Of(new ComentarioJson(), """
            {"version":3,
             "pages":[
              {"id":"p1","domainId":"d","path":"/rye","title":"Rye","isReadonly":true,"createdTime":"2024-01-02T03:04:05.678Z","countComments":3,"countViews":-1},
              {"id":"p2","domainId":"d","path":"spelt","isReadonly":false,"createdTime":"0001-01-01T00:00:00.000Z"},
              {"path":"/none"}],
             "comments":[
              {"id":"c1","pageId":"p1","markdown":"**Hi**","html":"<p>Hi</p>","score":5,"isSticky":true,"isApproved":true,"isPending":false,"isDeleted":false,"createdTime":"2024-01-02T04:00:00.000Z","editedTime":"2024-01-02T05:00:00.000Z","deletedTime":"0001-01-01T00:00:00.000Z","userCreated":"u1","authorIP":"203.0.113.7","url":"https://bakery.example/rye#comentario-c1"},
              {"id":"c2","parentId":"c1","pageId":"p1","markdown":"Waits","score":-2,"isApproved":false,"isPending":true,"isDeleted":false,"createdTime":"2024-01-02T06:00:00.000Z","userCreated":"00000000-0000-0000-0000-000000000000","authorName":"Guest"},
              {"id":"c3","parentId":"00000000-0000-0000-0000-000000000000","pageId":"p1","markdown":"No","isApproved":false,"isPending":false,"createdTime":"2024-01-02T07:00:00.000Z","userCreated":"u2"},
              {"id":"c4","parentId":"c9","pageId":"p1","markdown":"Gone","isApproved":true,"isDeleted":true,"createdTime":"2024-01-02T08:00:00.000Z","userCreated":"u1","authorIP":"203.0.113.7"},
              {"id":"c5","pageId":"p9","html":"<p>Old</p>","isApproved":true,"createdTime":"0001-01-01T00:00:00.000Z","url":"https://bakery.example/oat#c5"},
              {"id":"c6","pageId":"p1","markdown":"x","isApproved":true,"userCreated":"00000000-0000-0000-0000-000000000000"}],
             "commenters":[
              {"id":"u1","email":"ada@example.com","name":"Ada","websiteUrl":"https://github.com/ada","federatedIdP":"github","colourIndex":3},
              {"id":"u2","name":"Bob","websiteUrl":"https://github.com/ada"},
              {"name":"Nobody"}]}
            """);

        Assert.Equal(
            """
            thread p1 | at /rye | titled Rye | closed | from 2024-01-02T03:04:05.678
            thread p2 | at /spelt
            skipped row 3 of pages | page | It has no id, so that no comment can be of it.
            comment c1 of p1 | by u1 | 2024-01-02T04:00:00 | edited 2024-01-02T05:00:00 | +5 | pinned | from 203.0.113.7 | “**Hi**”
            person #1 | Guest
            comment c2 of p1 | answers c1 | by #1 | Pending | 2024-01-02T06:00:00 | -2 | “Waits”
            comment c3 of p1 | by u2 | Rejected | 2024-01-02T07:00:00 | “No”
            comment c4 of p1 | answers c9 | Deleted | 2024-01-02T08:00:00 | “”
            thread p9 | at https://bakery.example/oat
            comment c5 of p9 | Html | “<p>Old</p>”
            person #2 | Anonymous
            comment c6 of p1 | by #2 | “x”
            person u1 | Ada | mail ada@example.com | web https://github.com/ada | login ada
            person u2 | Bob | web https://github.com/ada
            skipped row 3 of commenters | commenter | It has no id, so that no comment can be theirs.
            """,
            rows.Text);
    }
}
