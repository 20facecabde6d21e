using System.Text;
using Embed.Server.Transfer.Formats;

namespace Embed.UnitTests.Transfer;

/// <summary>Giscus and Utterances, from what GitHub's API answers.</summary>
public sealed class GitHubJsonTests
{
    private const string Rye = """
        {"id":"D_1","number":4,"title":"posts/rye","url":"https://github.com/ada/blog/discussions/4","locked":true,"createdAt":"2022-01-01T00:00:00Z",
         "body":"# posts/rye\n\nBread.\n\n[https://bakery.example/posts/rye.html](https://bakery.example/posts/rye.html)\n<!-- sha1: 0 -->",
         "comments":{"pageInfo":{"hasNextPage":false,"endCursor":"x"},"nodes":[
          {"id":"DC_kwDOL4aMSs6Tkzl8","createdAt":"2022-01-02T00:00:00Z","lastEditedAt":"2022-01-02T01:00:00Z","deletedAt":null,"isMinimized":false,"upvoteCount":2,"body":"**Hi**",
           "author":{"__typename":"User","login":"octo-cat","databaseId":583231,"name":"Octo"},
           "reactionGroups":[{"content":"THUMBS_UP","reactors":{"totalCount":3}},{"content":"THUMBS_DOWN","users":{"totalCount":1}},{"content":"HEART","users":{"totalCount":9}}],
           "replies":{"nodes":[
            {"id":"r1","databaseId":71,"replyTo":{"id":"DC_kwDOL4aMSs6Tkzl8"},"createdAt":"2022-01-03T00:00:00Z","body":"From nobody now","author":null},
            {"id":"r2","databaseId":72,"createdAt":"2022-01-04T00:00:00Z","bodyHTML":"<p>x</p>","author":{"login":"app","__typename":"Bot","databaseId":9},"reactions":{"nodes":[{"content":"THUMBS_DOWN"}]}}]}},
          {"id":"c2","databaseId":73,"createdAt":"2022-01-05T00:00:00Z","deletedAt":"2022-01-06T00:00:00Z","body":"","author":null,"replies":{"nodes":[
            {"id":"r3","databaseId":74,"createdAt":"2022-01-07T00:00:00Z","bodyText":"Plain","author":{"login":"Old","id":"MDQ6VXNlcjU="}}]}},
          {"id":"c3","databaseId":75,"createdAt":"2022-01-08T00:00:00Z","isMinimized":true,"minimizedReason":"spam","body":"Buy","author":{"login":"pic","avatarUrl":"https://avatars.githubusercontent.com/u/6?v=4"}},
          {"id":"c4","databaseId":76,"createdAt":"2022-01-08T00:00:00Z","isMinimized":true,"classifier":"OUTDATED","body":"Old","author":{"login":"new","id":"U_kgDNAwk"}},
          {"id":"c5","databaseId":77,"createdAt":"2022-01-08T00:00:00Z","isMinimized":true,"body":"Hidden","author":{"login":"Only-Name"}}]}}
        """;

    private const string RyeRows = """
        thread D_1 | at /posts/rye.html | closed | from 2022-01-01T00:00:00
        person 583231 | Octo | GitHub 583231 | login octo-cat
        comment DC_kwDOL4aMSs6Tkzl8 of D_1 | key 2475899260 | by 583231 | 2022-01-02T00:00:00 | edited 2022-01-02T01:00:00 | +5 | -1 | “**Hi**”
        comment r1 of D_1 | key 71 | answers DC_kwDOL4aMSs6Tkzl8 | 2022-01-03T00:00:00 | “From nobody now”
        person login:app | app
        comment r2 of D_1 | key 72 | answers DC_kwDOL4aMSs6Tkzl8 | by login:app | 2022-01-04T00:00:00 | -1 | Html | “<p>x</p>”
        comment c2 of D_1 | key 73 | Deleted | 2022-01-05T00:00:00 | “”
        person 5 | Old | GitHub 5 | login Old
        comment r3 of D_1 | key 74 | answers c2 | by 5 | 2022-01-07T00:00:00 | PlainText | “Plain”
        person 6 | pic | GitHub 6 | login pic
        comment c3 of D_1 | key 75 | by 6 | Spam | 2022-01-08T00:00:00 | “Buy”
        person 777 | new | GitHub 777 | login new
        comment c4 of D_1 | key 76 | by 777 | 2022-01-08T00:00:00 | “Old”
        person login:only-name | Only-Name | login Only-Name
        comment c5 of D_1 | key 77 | by login:only-name | Rejected | 2022-01-08T00:00:00 | “Hidden” | It was hidden at GitHub; it is rejected here, and a moderator can publish it.
        """;

    private const string Issue = """
        {"url":"https://api.github.com/repos/Ada/blog/issues/7","comments_url":"https://api.github.com/repos/Ada/blog/issues/7/comments","html_url":"https://github.com/Ada/blog/issues/7","id":100,"number":7,"title":"posts/rye","user":{"login":"utterances-bot","id":1,"type":"User"},"state":"closed","locked":false,"comments":2,"created_at":"2021-01-01T00:00:00Z","body":"# Rye\n\n\n\n[https://bakery.example/posts/rye/](https://bakery.example/posts/rye/)"}
        """;

    private const string Comments = """
        {"url":"https://api.github.com/repos/Ada/blog/issues/comments/201","issue_url":"https://api.github.com/repos/Ada/blog/issues/7","id":201,"node_id":"IC_1","user":{"login":"octo-cat","id":583231,"node_id":"MDQ6VXNlcjU4MzIzMQ==","type":"User"},"created_at":"2021-01-02T00:00:00Z","updated_at":"2021-01-02T00:00:00Z","body":"**Hi**","reactions":{"url":"x","total_count":4,"+1":3,"-1":1}},
        {"url":"https://api.github.com/repos/Ada/blog/issues/comments/202","issue_url":"https://api.github.com/repos/Ada/blog/issues/7","id":202,"user":null,"created_at":"2021-01-03T00:00:00Z","updated_at":"2021-01-04T00:00:00Z","body_html":"<p>x</p>"}
        """;

    private const string IssueRows = """
        thread ada/blog#7 | at /posts/rye | from 2021-01-01T00:00:00
        person 583231 | octo-cat | GitHub 583231 | login octo-cat
        comment 201 of ada/blog#7 | by 583231 | 2021-01-02T00:00:00 | +3 | -1 | “**Hi**”
        comment 202 of ada/blog#7 | 2021-01-03T00:00:00 | edited 2021-01-04T00:00:00 | Html | “<p>x</p>”
        """;

    [Theory]
    [InlineData("""{"data":{"repository":{"discussions":{"pageInfo":{},"nodes":[{0}]}}}}""")]
    [InlineData("""{"data":{"repository":{"discussions":{"edges":[{"cursor":"x","node":{0}}]}}}}""")]
    [InlineData("""{"data":{"repository":{"discussion":{0}}}}""")]
    [InlineData("""{"data":{"viewer":{"login":"ada"},"search":{"discussionCount":1,"nodes":[{0}]}}}""")]
    [InlineData("""{"data":{"search":{"edges":[{"node":{0}}]}}}""")]
    [InlineData("""{"data":{"node":{0}}}""")]
    [InlineData("""[{"data":{"repository":{"discussions":{"nodes":[]}}}},{"data":{"repository":{"discussions":{"nodes":[{0}]}}}}]""")]
    [InlineData("""{"data":{"repository":{"discussions":{"nodes":[]}}}}{"data":{"repository":{"discussions":{"nodes":[{0}]}}}}""")]
    [InlineData("""[{0}]""")]
    [InlineData("""{0}""")]
    [InlineData("""{"discussions":[{0}]}""")]
    public void Giscus_is_read_in_each_form(string form) =>
        Assert.Equal(RyeRows, RecordedRows.Of(new GiscusJson(), form.Replace("{0}", Rye, StringComparison.Ordinal)).Text);

    [Fact]
    public void More_comments_and_more_replies_join_what_came_before()
    {
        var rows = RecordedRows.Of(new GiscusJson(), """
            {"data":{"repository":{"discussions":{"nodes":[{"id":"D_1","title":"How to bake rye","comments":{"nodes":[{"id":"c1","databaseId":1,"createdAt":"2022-01-01T00:00:00Z","body":"1"}]}}]}}}}
            {"data":{"node":{"id":"D_1","title":"How to bake rye","comments":{"nodes":[{"id":"c2","databaseId":2,"createdAt":"2022-01-01T00:00:00Z","body":"2"}]}}}}
            {"data":{"node":{"id":"c1","discussion":{"id":"D_1"},"replies":{"nodes":[{"id":"r1","databaseId":3,"createdAt":"2022-01-01T00:00:00Z","body":"3"}]}}}}
            {"data":{"node":{}}}
            {"data":{"node":null}}
            {"errors":[{"message":"no"}]}
            """);

        Assert.Equal(
            """
            thread D_1 | named How to bake rye
            comment c1 of D_1 | key 1 | 2022-01-01T00:00:00 | “1”
            comment c2 of D_1 | key 2 | 2022-01-01T00:00:00 | “2”
            comment r1 of D_1 | key 3 | answers c1 | 2022-01-01T00:00:00 | “3”
            skipped row 3 | row | It is no discussion: it has no title.
            skipped row 4 | row | It has no fields.
            """,
            rows.Text);
    }

    [Fact]
    public void Only_the_comment_with_a_broken_character_is_said_to_have_one()
    {
        var rows = RecordedRows.Of(new GiscusJson(), """
            [{"id":"D_1","title":"rye","comments":{"nodes":[{"id":"c1","createdAt":"2022-01-01T00:00:00Z","body":"half \ud83d"},{"id":"c2","createdAt":"2022-01-01T00:00:00Z","body":"whole"}]}}]
            """);

        Assert.Equal([1, 0], rows.Comments.Select(comment => comment.Repairs.Count));
        Assert.Equal("half \uFFFD", rows.Comments[0].Text);
    }

    [Theory]
    // On a server of a firm's own the same number is somebody else's.
    [InlineData("\"html_url\":\"https://git.example/ada\",\"url\":\"https://git.example/api/v3/users/ada\"", "git.example:17", "git.example")]
    [InlineData("\"url\":\"https://api.firm.ghe.com/users/ada\"", "api.firm.ghe.com:17", "api.firm.ghe.com")]
    [InlineData("\"html_url\":\"https://github.com/ada\",\"url\":\"https://git.example/ada\"", "17", null)]
    [InlineData("\"url\":\"https://api.github.com/users/ada\"", "17", null)]
    [InlineData("\"url\":\"http://localhost:5000/ada\"", "17", null)]
    [InlineData("\"html_url\":\"javascript:x\"", "17", null)]
    [InlineData("\"html_url\":\"https://github.com.evil.example/ada\"", "github.com.evil.example:17", "github.com.evil.example")]
    public void An_account_is_known_with_the_server_it_is_of(string address, string id, string? host)
    {
        var rows = RecordedRows.Of(new UtterancesJson(), $$$"""
            [{"id":1,"issue_url":"https://api.github.com/repos/a/b/issues/1","created_at":"2022-01-01T00:00:00Z","body":"x","user":{"login":"ada","id":17,{{{address}}}}}]
            """);

        var person = Assert.Single(rows.People);
        Assert.Equal((id, host, 17L), (person.Id, person.GitHubHost, person.GitHubId));
    }

    [Theory]
    [InlineData("[{0},{1}]")]
    [InlineData("[{0}]\n[{1}]")]
    [InlineData("[[{0}],[{1}]]")]
    [InlineData("""{"issues":[{0}],"comments":[{1}]}""")]
    [InlineData("""{"total_count":1,"incomplete_results":false,"items":[{0}]}[{1}]""")]
    public void Utterances_is_read_in_each_form(string form) =>
        Assert.Equal(IssueRows, RecordedRows.Of(new UtterancesJson(), form.Replace("{0}", Issue, StringComparison.Ordinal).Replace("{1}", Comments, StringComparison.Ordinal)).Text);

    [Fact]
    public void Issues_may_have_their_comments_in_them_and_pull_requests_are_skipped()
    {
        var rows = RecordedRows.Of(new UtterancesJson(), $$$"""
            [{{{Issue.Replace("\"comments\":2", $"\"comments\":[{Comments}]", StringComparison.Ordinal)}}},{"number":8,"title":"Fix","pull_request":{},"user":{"login":"x"}},
             {"url":"https://api.github.com/repos/Ada/blog/issues/9","number":9,"title":"Rye bread","locked":true,"state":"open"}]
            """);

        Assert.Equal(
            IssueRows + "\nskipped row 2 | pull request 8 | Pull requests are no pages' threads.\nthread ada/blog#9 | named Rye bread | closed", rows.Text);
    }

    [Fact]
    public void Formats_know_their_files_by_the_beginning()
    {
        (string Name, string Head)[] files =
        [
            ("commento", """{"version":1,"comments":[{"commentHex":"a","""),
            ("commento", """{"commenters":[{"commenterHex":"a","email":"x"}],"comments":[]}"""),
            ("comentario", """{"version":3,"pages":[{"id":"a","domainId":"b","isReadonly":false,"path":"/rye","title":"Rye","url":"x"}"""),
            ("comentario", """{"version":3,"pages":[],"comments":[],"commenters":[]}"""),
            ("artalk", "\uFEFF" + """[ {"id":"1","rid":"0","content":"x","page_key":"/rye","nick":"a"}"""),
            ("waline", """{"type":"waline","version":1,"time":1,"tables":["Comment"],"data":{"Comment":[]"""),
            ("waline", "#filetype:JSON-streaming {\"type\":\"Class\",\"class\":\"Comment\"}\n" + """{"nick":"a","objectId":"x","comment":"x","url":"/"}"""),
            ("waline", """{"_id":{"$oid":"x"},"nick":"a","insertedAt":{"$date":1},"comment":"x","url":"/","mail":"x"}"""),
            ("twikoo", """[{"_id":"x","nick":"a","url":"/","comment":"x","mailMd5":"x"}]"""),
            ("cusdis", """{"data":{"commentCount":1,"data":[{"id":"x","by_nickname":"a","page":{"id":"p","slug":"x"}}]}}"""),
            ("cusdis", """{"pages":[{"id":"p","slug":"x","url":null,"title":"x"}"""),
            ("giscus", """{"data":{"repository":{"discussions":{"nodes":[{"id":"D","title":"x","createdAt":"x","comments":{"nodes":[{"author":{}"""),
            ("giscus", Rye),
            ("utterances", $"[{Issue}]"),
            ("utterances", $"[{Comments}]"),
            ("", """{"comments":[{"text":"{\"commentHex\":\"a\"}"}]}"""),
            ("", "<html>"),
            ("", ""),
        ];

        Assert.All(files, file => Assert.Equal(
            file.Name,
            string.Join(' ', ImportFormats.All.Where(format => format.Recognises(new ImportHead(Encoding.UTF8.GetBytes(file.Head), file.Head))).Select(format => format.Name))));
    }
}
