using System.IO.Compression;
using System.Text;
using Embed.Server.Model;
using Embed.Server.Transfer.Importing;
using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>
/// Our own samples of the JSON formats, each with its system's quirks: the whole tree that comes of it, and what its report says of the
/// comments that are not just as the file has them. All are imported into one server, each below a path of its own.
/// </summary>
public sealed class ImportFormatTreeTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    /// <summary>The system, its file, and what comes of it.</summary>
    public static TheoryData<string, string, string> Samples => new()
    {
        {
            "remark42",
            // SHA-1 of Ada-L; votes that came with an import; text in which the Markdown has lost a tag.
            """
            {"version":1,"users":[{"id":"github_ebdd636839d2d023eabd49ab6e27b45239759520","blocked":{"status":true}}],"posts":[{"url":"https://blog.example/remark42/rye","read_only":true}]}
            {"id":"r1","pid":"","text":"<p>A <strong>loaf</strong></p>\n","orig":"A **loaf** &amp; more","user":{"name":"Ada &lt;3","id":"github_ebdd636839d2d023eabd49ab6e27b45239759520"},"locator":{"site":"b","url":"https://blog.example/remark42/rye"},"score":5,"votes":{"u1":true,"u2":true,"u3":false},"vote":0,"time":"2020-05-06T09:08:07.123456789+02:00","edit":{"time":"2020-05-06T10:00:00Z","summary":""},"pin":true,"title":"Rye"}
            {"id":"r4","pid":"r3","text":"<p>Below what is gone</p>","user":{"name":"Cyd","id":"email_1"},"locator":{"url":"https://blog.example/remark42/rye"},"score":0,"votes":{},"time":"2020-05-06T12:00:00Z"}
            {"id":"r2","pid":"r1","text":"<p>Use <code>&lt;script&gt;</code></p>","orig":"Use ``","user":{"name":"Bo","id":"anonymous_1"},"locator":{"url":"https://blog.example/remark42/rye"},"score":-2,"time":"2020-05-06T10:00:00Z"}
            {"id":"r3","pid":"r2","text":"","orig":"","user":{"name":"deleted","id":"deleted"},"locator":{"url":"https://blog.example/remark42/rye"},"score":0,"votes":{},"time":"2020-05-06T11:00:00Z","delete":true}
            {"id":"r5","pid":"","text":"","user":{"name":"Bo","id":"anonymous_1"},"locator":{"url":"https://blog.example/remark42/oat"},"score":0,"time":"2020-05-06T11:00:00Z","delete":true}
            {"id":"r6","pid":"nowhere","text":"<p>Above is nothing</p>","user":{"name":"Bo","id":"anonymous_1"},"locator":{"url":"https://blog.example/remark42/oat"},"score":0,"time":"2020-05-06T11:30:00Z"}
            """,
            """
            https://blog.example/remark42/oat “” 1
              2020-05-06 11:30:00.000 Deleted nobody
                2020-05-06 11:30:00.000 Bo: Above is nothing
            https://blog.example/remark42/rye “Rye” closed 3
              2020-05-06 07:08:07.123 Ada <3 +6 -1 pinned edited 2020-05-06 10:00:00.000: A **loaf** & more
                2020-05-06 10:00:00.000 Bo -2: Use `<script>`
                  2020-05-06 11:00:00.000 Deleted nobody
                    2020-05-06 12:00:00.000 Cyd: Below what is gone
            comment r3: Imported It was deleted there; a tombstone stands for it, because of its replies.
            comment r5: Skipped It was deleted there, and nothing hangs from it.
            comment r6: Repaired The comment it answers is not in the file; a tombstone stands for it.
            """
        },
        {
            "commento",
            // Version 1 of Commento++: no "deleted" in the export, a named guest, and "undefined" for what there is not.
            """
            {"version":1,"comments":[
             {"commentHex":"c4","domain":"blog.example","url":"/commento/rye","commenterHex":"aa","markdown":"Answers one who is gone","html":"","parentHex":"c3","score":0,"state":"approved","creationDate":"2021-03-12T14:00:00.5Z","direction":0,"deleted":false},
             {"commentHex":"c1","domain":"blog.example","url":"/commento/rye","commenterHex":"anonymous","markdown":"**Hi**","html":"","parentHex":"root","score":3,"state":"approved","creationDate":"2021-03-12T11:21:56.123456Z"},
             {"commentHex":"c2","domain":"blog.example","url":"/commento/rye","commenterHex":"bb","markdown":"Waits","html":"","parentHex":"c1","score":-2,"state":"unapproved","creationDate":"2021-03-12T12:00:00Z"},
             {"commentHex":"c3","domain":"blog.example","url":"/commento/rye","commenterHex":"anonymous","markdown":"[deleted]","html":"","parentHex":"c1","score":1,"state":"approved","creationDate":"2021-03-12T13:00:00Z"},
             {"commentHex":"c5","domain":"blog.example","url":"/commento/rye","commenterHex":"gone","markdown":"Buy","html":"","parentHex":"root","score":0,"state":"flagged","creationDate":"2021-03-12T15:00:00Z"}],
            "commenters":[
             {"commenterHex":"aa","email":"undefined","name":"Named guest","link":"undefined","photo":"undefined","provider":"anon","joinDate":"2021-03-12T10:00:00Z"},
             {"commenterHex":"bb","email":"bo@example.com","name":"Bo","link":"undefined","photo":"undefined","provider":"commento"}]}
            """,
            """
            https://blog.example/commento/rye “” 2
              2021-03-12 11:21:56.123 Anonymous +3: **Hi**
                2021-03-12 12:00:00.000 Pending Bo -2: Waits
                2021-03-12 13:00:00.000 Deleted nobody
                  2021-03-12 14:00:00.500 Named guest: Answers one who is gone
              2021-03-12 15:00:00.000 Spam nobody: Buy
            comment c3: Imported It was deleted there; a tombstone stands for it, because of its replies.
            comment c5: Repaired Its author is not in the file; it stands without a name.
            """
        },
        {
            "comentario",
            """
            {"version":3,
             "pages":[{"id":"p1","domainId":"d","path":"/comentario/rye","title":"Rye","isReadonly":true,"createdTime":"2024-01-02T03:04:05.678Z"}],
             "comments":[
              {"id":"m1","parentId":"00000000-0000-0000-0000-000000000000","pageId":"p1","markdown":"**Hi**","html":"<p><b>Hi</b></p>","score":5,"isSticky":true,"isApproved":true,"isPending":false,"isDeleted":false,"createdTime":"2024-01-02T04:00:00.250Z","editedTime":"2024-01-02T05:00:00.000Z","deletedTime":"0001-01-01T00:00:00.000Z","moderatedTime":"0001-01-01T00:00:00.000Z","userCreated":"u1"},
              {"id":"m2","parentId":"m1","pageId":"p1","markdown":"Waits","score":-2,"isApproved":false,"isPending":true,"createdTime":"2024-01-02T06:00:00.000Z","editedTime":"0001-01-01T00:00:00.000Z","userCreated":"00000000-0000-0000-0000-000000000000","authorName":"Guest"},
              {"id":"m3","parentId":"m1","pageId":"p1","markdown":"No","isApproved":false,"isPending":false,"createdTime":"2024-01-02T07:00:00.000Z","userCreated":"00000000-0000-0000-0000-000000000000"},
              {"id":"m4","parentId":"m1","pageId":"p1","markdown":"","html":"","isApproved":true,"isDeleted":true,"createdTime":"2024-01-02T08:00:00.000Z","deletedTime":"2024-01-02T09:00:00.000Z","userCreated":"u1"},
              {"id":"m5","parentId":"m4","pageId":"p1","markdown":"Without an account by now","isApproved":true,"createdTime":"2024-01-02T10:00:00.000Z"}],
             "commenters":[{"id":"u1","email":"ada@example.com","name":"Ada","websiteUrl":"https://github.com/ada","federatedIdP":"github"}]}
            """,
            """
            https://blog.example/comentario/rye “Rye” closed 2
              2024-01-02 04:00:00.250 Ada +5 pinned edited 2024-01-02 05:00:00.000: **Hi**
                2024-01-02 06:00:00.000 Pending Guest -2: Waits
                2024-01-02 07:00:00.000 Rejected Anonymous: No
                2024-01-02 08:00:00.000 Deleted nobody
                  2024-01-02 10:00:00.000 nobody: Without an account by now
            comment m4: Imported It was deleted there; a tombstone stands for it, because of its replies.
            """
        },
        {
            "artalk",
            """
            [{"id":"12","rid":"0","content":"**Hi**","ua":"x","ip":"203.0.113.7","is_collapsed":"false","is_pending":"false","is_pinned":"true","vote_up":"6","vote_down":"1","created_at":"2021-10-28 20:50:15 +0800","updated_at":"2021-10-29 20:50:15 +0800","nick":"Ada","email":"ada@example.com","link":"","password":"","badge_name":"","badge_color":"","page_key":"/artalk/rye.html","page_title":"Rye","page_admin_only":"true","site_name":"Bakery","site_urls":"http://localhost:3000,https://blog.example"},
             {"id":"13","rid":"12","content":"Waits","is_pending":"true","is_pinned":"false","vote_up":"0","vote_down":"0","created_at":"2021-10-28 12:51:15 +0000","nick":"Bo","page_key":"/artalk/rye.html","page_title":"Rye","page_admin_only":"true","site_name":"Bakery","site_urls":"http://localhost:3000,https://blog.example"},
             {"id":"14","rid":"99","content":"Above is nothing","is_pending":"false","vote_up":"0","vote_down":"0","created_at":"2021-10-28 13:00:00 +0000","nick":"Bo","page_key":"https://blog.example/artalk/oat","page_admin_only":"false","site_name":"Bakery","site_urls":"https://blog.example"}]
            """,
            """
            https://blog.example/artalk/oat “” 1
              2021-10-28 13:00:00.000 Deleted nobody
                2021-10-28 13:00:00.000 Bo: Above is nothing
            https://blog.example/artalk/rye.html “Rye” closed 1
              2021-10-28 12:50:15.000 Ada +6 -1 pinned: **Hi**
                2021-10-28 12:51:15.000 Pending Bo: Waits
            comment 14: Repaired The comment it answers is not in the file; a tombstone stands for it.
            """
        },
        {
            "waline",
            """
            {"type":"waline","version":1,"time":1700000000000,"tables":["Comment","Counter","Users"],"data":{
             "Comment":[
              {"objectId":7,"user_id":1,"comment":"**Hi**","insertedAt":"2023-01-02T03:04:05.250Z","createdAt":"2023-09-09T09:09:09.000Z","mail":"old@example.com","nick":"Old name","pid":null,"rid":null,"sticky":1,"status":"approved","like":4,"url":"/waline/rye/"},
              {"objectId":8,"user_id":null,"comment":"Buy","insertedAt":"2023-01-02T03:04:06.000Z","nick":"Bo","pid":7,"rid":7,"sticky":null,"status":"spam","like":null,"url":"/waline/rye/"},
              {"objectId":9,"user_id":null,"comment":"<p>From <b>Valine</b></p>","insertedAt":"2023-01-02T03:04:07.000Z","nick":"Cyd","pid":"","rid":"7","status":"waiting","url":"/waline/rye/"},
              {"objectId":11,"comment":"Its parent was deleted","insertedAt":"2023-01-02T03:04:08.000Z","nick":"Cyd","pid":10,"rid":7,"status":"approved","url":"/waline/rye/"}],
             "Counter":[],"Users":[{"objectId":1,"display_name":"Ada","email":"ada@example.com","github":"ada"}]}}
            """,
            """
            https://blog.example/waline/rye/ “” 2
              2023-01-02 03:04:05.250 Ada +4 pinned: **Hi**
                2023-01-02 03:04:06.000 Spam Bo: Buy
                2023-01-02 03:04:07.000 Pending Cyd: From **Valine**
              2023-01-02 03:04:08.000 Deleted nobody
                2023-01-02 03:04:08.000 Cyd: Its parent was deleted
            comment 11: Repaired The comment it answers is not in the file; a tombstone stands for it.
            """
        },
        {
            "leancloud",
            // The class Comment of Valine: a row a line, dates as objects, newest first.
            """
            #filetype:JSON-streaming {"type":"Class","class":"Comment"}
            {"nick":"Bo","objectId":"5cd0c0ffee5cd0c0ffee5cd1","createdAt":"2019-05-06T08:08:09.000Z","insertedAt":{"__type":"Date","iso":"2019-05-06T08:08:08.000Z"},"comment":"<p><a class=\"at\" href=\"#1\">@Ada </a>, hi</p>","isSpam":true,"pid":"5cd0c0ffee5cd0c0ffee5cd0","rid":"5cd0c0ffee5cd0c0ffee5cd0","url":"/leancloud/rye"}
            {"nick":"Ada","updatedAt":"2019-05-06T07:09:08.123Z","ACL":{"*":{"read":true}},"objectId":"5cd0c0ffee5cd0c0ffee5cd0","mail":"ada@example.com","insertedAt":{"__type":"Date","iso":"2019-05-06T07:08:08.123Z"},"createdAt":"2019-05-06T07:08:09.000Z","comment":"<p>Hi</p>","url":"/leancloud/rye"}
            """,
            """
            https://blog.example/leancloud/rye “” 1
              2019-05-06 07:08:08.123 Ada: Hi
                2019-05-06 08:08:08.000 Spam Bo: @Ada , hi

            """
        },
        {
            "twikoo",
            // One row as Twikoo exports it, the others as MongoDB does.
            """
            {"_id":"f0e1d2c3b4a5968778695a4b3c2d1e0f","nick":"Ada","mail":"ada@example.com","mailMd5":"x","url":"/twikoo/rye/","href":"https://preview.example/twikoo/rye/","comment":"<p>One<br><br>two <strong>bold</strong></p>","pid":null,"rid":"","isSpam":false,"created":1600000000123,"updated":1600000000999,"ups":["a","b"],"downs":["c"],"top":true}
            {"_id":{"$oid":"64b0c0ffee64b0c0ffee64b0"},"nick":"Bo","url":"/twikoo/rye/","comment":"<p>Buy</p>","pid":"f0e1d2c3b4a5968778695a4b3c2d1e0f","rid":"f0e1d2c3b4a5968778695a4b3c2d1e0f","isSpam":true,"created":{"$numberLong":"1600000001000"},"like":["a"]}
            {"_id":{"$oid":"64b0c0ffee64b0c0ffee64b1"},"nick":"Cyd","url":"/twikoo/rye/","comment":"<p>Hi</p>","pid":"64b0c0ffee64b0c0ffee64b0","rid":"f0e1d2c3b4a5968778695a4b3c2d1e0f","isSpam":false,"created":{"$date":{"$numberLong":"1600000002000"}}}
            """,
            """
            https://blog.example/twikoo/rye/ “” 2
              2020-09-13 12:26:40.123 Ada +2 -1 pinned: One⏎⏎two **bold**
                2020-09-13 12:26:41.000 Spam Bo +1: Buy
                  2020-09-13 12:26:42.000 Cyd: Hi

            """
        },
        {
            "cusdis",
            """
            {"pages":[{"id":"p1","slug":"/cusdis/rye","url":"https://blog.example/cusdis/rye","title":"Rye","created_at":1640995200000}],
             "comments":[
              {"id":"k1","pageId":"p1","created_at":1641038400000,"deletedAt":null,"by_email":"ada@example.com","by_nickname":"Ada","content":"**Hi**","approved":1,"parentId":null},
              {"id":"k2","pageId":"p1","created_at":1641042000000,"deletedAt":1641124800000,"by_email":null,"by_nickname":"Bo","content":"Oops","approved":1,"parentId":"k1"},
              {"id":"k3","pageId":"p1","created_at":1641045600000,"by_nickname":"Cyd","content":"Waits","approved":0,"parentId":"k2"}]}
            """,
            """
            https://blog.example/cusdis/rye “Rye” 1
              2022-01-01 12:00:00.000 Ada: **Hi**
                2022-01-01 13:00:00.000 Deleted nobody
                  2022-01-01 14:00:00.000 Pending Cyd: Waits
            comment k2: Imported It was deleted there; a tombstone stands for it, because of its replies.
            """
        },
        {
            "giscus",
            """
            {"data":{"repository":{"discussions":{"nodes":[{"id":"D_1","number":4,"title":"giscus/rye","locked":true,"createdAt":"2022-01-01T00:00:00Z","body":"# giscus/rye\n\nhttps://blog.example/giscus/rye.html",
             "comments":{"nodes":[
              {"id":"g1","databaseId":1,"createdAt":"2022-01-02T00:00:00Z","lastEditedAt":"2022-01-02T01:00:00Z","deletedAt":null,"upvoteCount":2,"body":"**Hi**","author":{"__typename":"User","login":"octo-cat","databaseId":583231,"name":"Octo"},
               "reactionGroups":[{"content":"THUMBS_UP","reactors":{"totalCount":3}},{"content":"THUMBS_DOWN","reactors":{"totalCount":1}},{"content":"HEART","reactors":{"totalCount":9}}],
               "replies":{"nodes":[{"id":"g2","databaseId":2,"createdAt":"2022-01-03T00:00:00Z","body":"From nobody now","author":null}]}},
              {"id":"g3","databaseId":3,"createdAt":"2022-01-05T00:00:00Z","deletedAt":"2022-01-06T00:00:00Z","body":"","author":null,
               "replies":{"nodes":[{"id":"g4","databaseId":4,"createdAt":"2022-01-07T00:00:00Z","body":"Below","author":{"login":"app","__typename":"Bot"}}]}},
              {"id":"g5","databaseId":5,"createdAt":"2022-01-08T00:00:00Z","isMinimized":true,"minimizedReason":"spam","body":"Buy","author":{"login":"eve"}},
              {"id":"g6","databaseId":6,"createdAt":"2022-01-09T00:00:00Z","isMinimized":true,"minimizedReason":"off-topic","body":"Off","author":{"login":"eve"}},
              {"id":"g7","databaseId":7,"createdAt":"2022-01-09T00:00:00Z","deletedAt":"2022-01-10T00:00:00Z","body":"","author":null,"replies":{"nodes":[]}}]}}]}}}}
            """,
            """
            https://blog.example/giscus/rye.html “” closed 3
              2022-01-02 00:00:00.000 Octo +5 -1 edited 2022-01-02 01:00:00.000: **Hi**
                2022-01-03 00:00:00.000 nobody: From nobody now
              2022-01-05 00:00:00.000 Deleted nobody
                2022-01-07 00:00:00.000 app: Below
              2022-01-08 00:00:00.000 Spam eve: Buy
              2022-01-09 00:00:00.000 Rejected eve: Off
            comment g3: Imported It was deleted there; a tombstone stands for it, because of its replies.
            comment g6: Repaired It was hidden at GitHub; it is rejected here, and a moderator can publish it.
            comment g7: Skipped It was deleted there, and nothing hangs from it.
            """
        },
        {
            "utterances",
            """
            [{"url":"https://api.github.com/repos/Ada/blog/issues/7","comments_url":"https://api.github.com/repos/Ada/blog/issues/7/comments","number":7,"title":"utterances/rye","user":{"login":"utterances-bot","id":1},"state":"closed","locked":true,"comments":2,"created_at":"2021-01-01T00:00:00Z","body":"# Rye\n\n[https://blog.example/utterances/rye/](https://blog.example/utterances/rye/)"},
             {"url":"https://api.github.com/repos/Ada/blog/issues/8","number":8,"title":"A fix","pull_request":{},"user":{"login":"ada","id":17},"created_at":"2021-01-01T00:00:00Z"}]
            [{"id":201,"issue_url":"https://api.github.com/repos/Ada/blog/issues/7","user":{"login":"hub-cat","id":583232,"type":"User"},"created_at":"2021-01-02T00:00:00Z","updated_at":"2021-01-02T00:00:00Z","body":"**Hi**","reactions":{"+1":3,"-1":1}},
             {"id":202,"issue_url":"https://api.github.com/repos/Ada/blog/issues/7","user":null,"created_at":"2021-01-03T00:00:00Z","updated_at":"2021-01-04T00:00:00Z","body":"Edited"},
             {"id":203,"issue_url":"https://api.github.com/repos/Ada/blog/issues/8","user":{"login":"ada","id":17},"created_at":"2021-01-03T00:00:00Z","updated_at":"2021-01-03T00:00:00Z","body":"About the fix"}]
            """,
            """
            https://blog.example/utterances/rye “” closed 2
              2021-01-02 00:00:00.000 hub-cat +3 -1: **Hi**
              2021-01-03 00:00:00.000 nobody edited 2021-01-04 00:00:00.000: Edited
            comment 203: Skipped Its thread, ada/blog#8, is not in the file.
            pull request 8: Skipped Pull requests are no pages' threads.
            """
        },
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task The_tree_is_the_source_s(string system, string file, string expected)
    {
        var workshop = await ImportWorkshop.OpenAsync(application);
        // As the systems hand it out: packed, and without an end.
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(file), TestContext.Current.CancellationToken);
        }

        packed.Position = 0;
        var import = await workshop.ImportAsync(new ImportOptions(), packed);

        Assert.Equal((ImportState.Done, ""), (import.State, import.Message));
        Assert.Equal(expected, await ImportedTree.DrawAsync(application, $"{EmbedApplication.Origin}/{system}/") + await ReportAsync(workshop, import.Id));
        await workshop.AssertSoundAsync();
    }

    // Of threads and people the tree says it.
    private static async Task<string> ReportAsync(ImportWorkshop workshop, long importId) => string.Join('\n', (await workshop.ReportAsync(importId))
        .Where(line => !line.StartsWith("thread ", StringComparison.Ordinal) && !line.StartsWith("person:", StringComparison.Ordinal)
            && !line.EndsWith(": Imported", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal));
}
