using System.Text;
using Embed.Server.Transfer.Formats;

namespace Embed.UnitTests.Transfer;

/// <summary>Our own export, as a format that a site imports.</summary>
public sealed class EmbedFormatTests
{
    private const string File =
        """
        {"format":"embed-export","version":1,"gitHub":{"GitHub":"github.com","Work":"git.example"},"sites":[{"id":1}],
         "accounts":[{"commenterId":1,"provider":"GitHub","subject":"583231"},{"commenterId":1,"provider":"GitLab","subject":"7"},{"commenterId":3,"provider":"Work","subject":"9"},{"commenterId":4,"provider":"Home","subject":"9"}],
         "people":[{"id":1,"kind":"person","name":"Ada","createdAt":"2020-01-01T00:00:00.000Z"},{"id":2,"kind":"former","name":"","createdAt":"2020-01-01T00:00:00.000Z"},{"id":3,"kind":"person","name":"Bea","createdAt":"2020-01-01T00:00:00.000Z"},{"id":4,"kind":"person","name":"Cy","createdAt":"2020-01-01T00:00:00.000Z"}],
         "threads":[
          {"id":1,"key":"blog.example/rye","pageAddress":"https://blog.example/rye","title":"Rye","isClosed":true,"createdAt":"2020-01-02T00:00:00.000Z","pinnedCommentId":1},
          {"id":2,"key":"#guest-book","pageAddress":"https://blog.example/g","isClosed":false,"pinnedCommentId":null}],
         "comments":[
          {"id":1,"threadId":1,"parentId":null,"commenterId":1,"body":"**Hi**","bodyHtml":"<p dir=\"auto\"><strong>Hi</strong></p>","state":"published","postedAt":"2020-01-03T00:00:00.000Z","editedAt":"2020-01-03T01:00:00.000Z","upVotes":3,"downVotes":1},
          {"id":2,"threadId":1,"parentId":1,"commenterId":2,"body":"","bodyHtml":"","state":"deleted","postedAt":"2020-01-03T00:00:00.000Z"},
          {"id":3,"threadId":1,"parentId":2,"commenterId":1,"body":"x","bodyHtml":"<p dir=\"auto\"><em>x</em></p>","state":"pending","postedAt":"2020-01-03T00:00:00.000Z"},
          {"id":4,"threadId":2,"commenterId":9,"body":"x","bodyHtml":"<p dir=\"auto\">x</p>","state":"spam","postedAt":"2020-01-03T00:00:00.000Z"},
          {"id":5,"threadId":2,"commenterId":1,"body":"x","bodyHtml":"<p dir=\"auto\">x</p>","state":"shadowed","postedAt":"never"}]}
        """;

    [Fact]
    public void All_that_a_site_takes_is_read() => Assert.Equal(
        """
        person 1 1577836800000 | Ada | GitHub 583231 | of github.com
        person 3 1577836800000 | Bea | GitHub 9 | of git.example
        person 4 1577836800000 | Cy
        thread 1 1577923200000 | at https://blog.example/rye | titled Rye | closed | from 2020-01-02T00:00:00
        thread 2 0 | at https://blog.example/g | named guest-book
        comment 1 of 1 1577923200000 | key 1 1578009600000 | by 1 1577836800000 | 2020-01-03T00:00:00 | edited 2020-01-03T01:00:00 | +3 | -1 | pinned | “**Hi**”
        comment 2 of 1 1577923200000 | key 2 1578009600000 | answers 1 | Deleted | 2020-01-03T00:00:00 | “”
        comment 3 of 1 1577923200000 | key 3 1578009600000 | answers 2 | by 1 1577836800000 | Pending | 2020-01-03T00:00:00 | Html | “<p dir="auto"><em>x</em></p>”
        comment 4 of 2 0 | key 4 1578009600000 | Spam | 2020-01-03T00:00:00 | “x”
        comment 5 of 2 0 | key 5 0 | by 1 1577836800000 | Rejected | “x”
        """,
        RecordedRows.Of(new EmbedFormat(), File).Text);

    [Fact]
    public void More_than_can_be_remembered_is_refused()
    {
        var rows = new RecordedRows();

        // Two accounts, four people, two threads and a pin.
        rows.Read(new EmbedFormat(9), Encoding.UTF8.GetBytes(File));
        var fault = Assert.Throws<ImportFileException>(() => RecordedRows.Of(new EmbedFormat(8), File));

        Assert.Equal(5, rows.Comments.Count);
        Assert.Equal("The file has more than 8 people, threads and pins. Export fewer at once.", fault.Message);
    }
}
