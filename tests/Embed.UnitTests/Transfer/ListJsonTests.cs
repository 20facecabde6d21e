using Embed.Server.Transfer.Formats;

namespace Embed.UnitTests.Transfer;

/// <summary>Artalk, Waline, Valine, Twikoo and Cusdis: what their lists of comments are read into.</summary>
public sealed class ListJsonTests
{
    [Fact]
    public void Artalk_is_read()
    {
        var rows = RecordedRows.Of(new ArtalkJson(), """
            [{"id":"12","rid":"0","content":"**Hi**","ua":"x","ip":"203.0.113.7","is_collapsed":"false","is_pending":"false","is_pinned":"true","vote_up":"6","vote_down":"1","created_at":"2021-10-28 20:50:15 +0800","updated_at":"2021-10-29 20:50:15 +0800","nick":"Ada","email":"Ada@example.com","link":"https://ada.example","password":"","page_key":"/rye.html","page_title":"Rye","page_admin_only":"false","site_name":"Bakery","site_urls":"http://localhost:3000/demo/,https://bakery.example"},
             {"id":13,"rid":12,"content":"Waits","is_pending":true,"vote_up":"-4","created_at":"2021-10-28 12:51:15","nick":"Ada","email":"ada@EXAMPLE.com ","page_key":"/rye.html","site_name":"Bakery"},
             {"id":"13","rid":"","content":"Another shop","created_at":"never","nick":"","page_key":"https://mill.example/rye.html","page_admin_only":"true","site_name":"Mill"},
             {"id":"14","content":"Its snippet's id","created_at":"2021-10-28 12:51:15Z","page_key":"guest book","site_name":"Mill"},
             {"id":"15","content":"No site","created_at":"2021-10-28 12:51:15Z","page_key":"/rye.html"}]
            """);

        Assert.Equal(
            """
            thread Bakery//rye.html | at https://bakery.example/rye.html | titled Rye
            person #1 | Ada | mail Ada@example.com | web https://ada.example
            comment 12 of Bakery//rye.html | key 12@2021-10-28T12:50:15Z | by #1 | 2021-10-28T12:50:15 | +6 | -1 | pinned | from 203.0.113.7 | “**Hi**”
            comment 13 of Bakery//rye.html | key 13@2021-10-28T12:51:15Z | answers 12 | by #1 | Pending | 2021-10-28T12:51:15 | “Waits” | Its time names no zone; it was taken as UTC.
            thread Mill/https://mill.example/rye.html | at https://mill.example/rye.html | closed
            comment 13 of Mill/https://mill.example/rye.html | key 13@8 | “Another shop” | Its time cannot be read.
            thread Mill/guest book | named guest book
            comment 14 of Mill/guest book | key 14@2021-10-28T12:51:15Z | 2021-10-28T12:51:15 | “Its snippet's id”
            thread //rye.html | at /rye.html
            comment 15 of //rye.html | key 15@2021-10-28T12:51:15Z | 2021-10-28T12:51:15 | “No site”
            """,
            // Without a time it is a hash of the content.
            rows.Text.Replace(rows.Comments[2].Key, "13@8", StringComparison.Ordinal));
        Assert.Matches("^13@[0-9a-f]{32}$", rows.Comments[2].Key);
    }

    [Theory]
    [InlineData("""{"exporter":{"name":"x"},"data":{"Comment":[ROWS],"Users":[]},"tables":["Comment"]}""")]
    [InlineData("""{"exporter":5,"note":"a \" } b","results":[ROWS]}""")]
    [InlineData("""{"first":null,"data":{"data":{"Comment":[ROWS]}}}""")]
    [InlineData("""{"padding":"LONG","data":{"Comment":[ROWS]}}""")]
    [InlineData("""[ROWS]""")]
    [InlineData("""ROWS""")]
    public void Rows_are_found_below_whatever_a_file_begins_with(string file)
    {
        // What a row has of the names of lists makes no list of it.
        const string Rows = """{"objectId":"a","data":"x","comment":"One","nick":"Ada","insertedAt":"2023-01-02T03:04:05.000Z","url":"/rye/"},{"objectId":"b","results":null,"comment":"Two","url":"/rye/"}""";

        var rows = RecordedRows.Of(new WalineJson(), file.Replace("ROWS", Rows, StringComparison.Ordinal).Replace("LONG", new string('x', 3_000_000), StringComparison.Ordinal));

        Assert.Equal(["One", "Two"], rows.Comments.Select(comment => comment.Text));
        Assert.Empty(rows.Skipped);
    }

    [Fact]
    public void A_row_that_is_too_long_is_skipped_wherever_its_names_are()
    {
        var rows = RecordedRows.Of(
            new WalineJson(), $$"""{"ua":"{{new string('x', 3_000_000)}}","objectId":"a","comment":"One","url":"/rye/"}{"objectId":"b","comment":"Two","url":"/rye/"}""");

        Assert.Equal("row 1: row: It is longer than 2 MB.", Assert.Single(rows.Skipped));
        Assert.Equal("Two", Assert.Single(rows.Comments).Text);
    }

    [Fact]
    public void Waline_is_read_and_its_users_count_more_than_what_comments_say_of_them()
    {
        var rows = RecordedRows.Of(new WalineJson(), """
            {"type":"waline","version":1,"time":1700000000000,"tables":["Comment","Counter","Users"],"data":{
             "Comment":[
              {"objectId":7,"user_id":1,"comment":"**Hi**","insertedAt":"2023-01-02T03:04:05.000Z","createdAt":"2023-09-09T09:09:09.000Z","ip":"203.0.113.7","link":"https://old.example","mail":"old@example.com","nick":"Old name","pid":null,"rid":null,"sticky":1,"status":"approved","like":4,"ua":"x","url":"/rye/"},
              {"objectId":8,"user_id":null,"comment":"Spam","insertedAt":"2023-01-02T03:04:06.000Z","mail":"bob@example.com","nick":"Bob","pid":7,"rid":7,"sticky":null,"status":"spam","like":null,"url":"/rye/"},
              {"objectId":"64b0c0ffee64b0c0ffee64b0","user_id":2,"comment":"<p>From Valine</p>\n","insertedAt":"2023-01-02 03:04:07","nick":"Cyd","pid":"","rid":"7","status":"waiting","url":"https://bakery.example/spelt"},
              {"objectId":9,"comment":"a < b > c","insertedAt":"2023-01-02T03:04:08.000Z","status":"odd","url":"/rye/"}],
             "Counter":[{"objectId":1,"time":5,"url":"/rye/"}],
             "Users":[
              {"objectId":1,"display_name":"Ada","email":"ada@example.com","password":"$2a$secret","url":"https://ada.example","github":"ada","type":"administrator"},
              {"display_name":"Nobody"}]}}
            """);

        Assert.Equal(
            """
            thread /rye/ | at /rye/
            comment 7 of /rye/ | key 7@2023-01-02T03:04:05Z | by user:1 | 2023-01-02T03:04:05 | +4 | pinned | from 203.0.113.7 | “**Hi**”
            person #1 | Bob | mail bob@example.com
            comment 8 of /rye/ | key 8@2023-01-02T03:04:06Z | answers 7 | by #1 | Spam | 2023-01-02T03:04:06 | “Spam”
            thread https://bakery.example/spelt | at https://bakery.example/spelt
            comment 64b0c0ffee64b0c0ffee64b0 of https://bakery.example/spelt | answers 7 | by user:2 | Pending | 2023-01-02T03:04:07 | Html | “<p>From Valine</p>⏎” | Its time names no zone; it was taken as UTC.
            comment 9 of /rye/ | key 9@2023-01-02T03:04:08Z | Pending | 2023-01-02T03:04:08 | “a < b > c” | Its state is none of Waline's; it waits in the queue.
            person user:1 | Ada | mail ada@example.com | web https://ada.example | login ada
            skipped row 2 of Users | user | It has no id, so that no comment can be theirs.
            person user:2 | Cyd
            """,
            rows.Text);
    }

    [Theory]
    [InlineData("#filetype:JSON-streaming {\"type\":\"Class\",\"class\":\"Comment\"}\n{0}\n{1}\n")]
    [InlineData("{0}\n{1}")]
    [InlineData("{0},\n{1},\n")]
    [InlineData("[{0},{1}]")]
    [InlineData("{\"results\":[{0},{1}]}")]
    [InlineData("{\"errno\":0,\"errmsg\":\"\",\"data\":{\"type\":\"waline\",\"data\":{\"Comment\":[{0},{1}]}}}")]
    public void What_LeanCloud_exports_of_Waline_and_Valine_is_read_in_each_form(string form)
    {
        const string First = """{"nick":"Ada","ip":"203.0.113.7","updatedAt":"2019-05-06T07:09:08.123Z","ACL":{"*":{"read":true}},"objectId":"5cd0c0ffee5cd0c0ffee5cd0","mail":"ada@example.com","insertedAt":{"__type":"Date","iso":"2019-05-06T07:08:08.123Z"},"createdAt":"2019-05-06T07:08:09.000Z","link":"","comment":"<p>Hi</p>","url":"/rye/","QQAvatar":""}""";
        const string Second = """{"nick":"Bob","objectId":"5cd0c0ffee5cd0c0ffee5cd1","createdAt":"2019-05-06T08:08:09.000Z","comment":"<p><a class=\"at\" href=\"#1\">@Ada </a>, hi</p>","isSpam":true,"pid":{"__type":"Pointer","className":"Comment","objectId":"5cd0c0ffee5cd0c0ffee5cd0"},"rid":"5cd0c0ffee5cd0c0ffee5cd0","url":"/rye/"}""";

        var rows = RecordedRows.Of(new WalineJson(), form.Replace("{0}", First, StringComparison.Ordinal).Replace("{1}", Second, StringComparison.Ordinal));

        Assert.Equal(
            """
            thread /rye/ | at /rye/
            person #1 | Ada | mail ada@example.com
            comment 5cd0c0ffee5cd0c0ffee5cd0 of /rye/ | by #1 | 2019-05-06T07:08:08.123 | from 203.0.113.7 | Html | “<p>Hi</p>”
            person #2 | Bob
            comment 5cd0c0ffee5cd0c0ffee5cd1 of /rye/ | answers 5cd0c0ffee5cd0c0ffee5cd0 | by #2 | Spam | 2019-05-06T08:08:09 | Html | “<p><a class="at" href="#1">@Ada </a>, hi</p>”
            """,
            rows.Text);
    }

    [Theory]
    [InlineData("[{0},{1},{2}]")]
    [InlineData("{\"results\":[{0},{1},{2}]}")]
    [InlineData("{\"code\":0,\"data\":[{0},{1},{2}]}")]
    [InlineData("{0}\n{1}\n{2}\n")]
    public void Twikoo_is_read_in_each_form(string form)
    {
        const string First = """{"_id":"f0e1d2c3b4a5968778695a4b3c2d1e0f","uid":"u","nick":"Ada","mail":"ada@example.com","mailMd5":"x","link":"https://ada.example","ua":"x","ip":"203.0.113.7","master":false,"url":"/rye/","href":"https://preview.example/rye/?a=1","comment":"<p>Hi</p>","pid":null,"rid":"","isSpam":false,"created":1600000000123,"updated":1600000000999,"ups":["a","b"],"downs":["c"],"top":true}""";
        const string Second = """{"_id":{"$oid":"64b0c0ffee64b0c0ffee64b0"},"nick":"Bob","mail":"","url":"/rye/","comment":"<p>Hello</p>","pid":"f0e1d2c3b4a5968778695a4b3c2d1e0f","rid":"f0e1d2c3b4a5968778695a4b3c2d1e0f","isSpam":true,"created":{"$numberLong":"1600000001000"},"like":"[\"a\"]"}""";
        const string Third = """{"_id":"x3","nick":"Cyd","href":"https://bakery.example/oat","comment":"<p>Late</p>","rid":"gone","created":{"$date":{"$numberLong":"1600000002000"}},"like":[],"ups":"none"}""";

        var rows = RecordedRows.Of(
            new TwikooJson(),
            form.Replace("{0}", First, StringComparison.Ordinal).Replace("{1}", Second, StringComparison.Ordinal).Replace("{2}", Third, StringComparison.Ordinal));

        Assert.Equal(
            """
            thread /rye/ | at /rye/
            person #1 | Ada | mail ada@example.com | web https://ada.example
            comment f0e1d2c3b4a5968778695a4b3c2d1e0f of /rye/ | by #1 | 2020-09-13T12:26:40.123 | +2 | -1 | pinned | from 203.0.113.7 | Html | “<p>Hi</p>”
            person #2 | Bob
            comment 64b0c0ffee64b0c0ffee64b0 of /rye/ | answers f0e1d2c3b4a5968778695a4b3c2d1e0f | by #2 | Spam | 2020-09-13T12:26:41 | +1 | Html | “<p>Hello</p>”
            thread https://bakery.example/oat | at https://bakery.example/oat
            person #3 | Cyd
            comment x3 of https://bakery.example/oat | answers gone | by #3 | 2020-09-13T12:26:42 | Html | “<p>Late</p>”
            """,
            rows.Text);
    }

    [Fact]
    public void Cusdis_is_read_from_its_interface_where_replies_come_twice()
    {
        const string Page = "\"page\":{\"id\":\"p1\",\"slug\":\"rye\",\"url\":\"https://bakery.example/rye\",\"title\":\"Rye\",\"createdAt\":\"2022-01-01T00:00:00.000Z\"}";
        const string Reply = "{\"id\":\"c2\",\"createdAt\":\"2022-01-02T00:00:00.000Z\",\"content\":\"Thanks\",\"by_nickname\":\"Baker\",\"approved\":true,\"moderatorId\":\"m\"," + Page + ",\"replies\":{\"data\":[]}}";

        var rows = RecordedRows.Of(
            new CusdisJson(),
            "{\"data\":{\"commentCount\":2,\"pageSize\":10,\"pageCount\":2,\"data\":[" + Reply + ",{\"id\":\"c1\",\"createdAt\":\"2022-01-01T12:00:00.000Z\",\"content\":\"**Hi**\",\"by_nickname\":\"Ada\",\"by_email\":\"ada@example.com\",\"approved\":false,"
            + Page + ",\"replies\":{\"data\":[" + Reply + "]},\"parsedContent\":\"<p>\"}]}}\n{\"data\":{\"data\":[{\"id\":\"c3\",\"content\":\"Everybody's\",\"page\":{\"id\":\"p2\",\"slug\":\"guest book\",\"url\":null},\"replies\":{\"data\":[]}}]}}");

        Assert.Equal(
            """
            thread p1 | at https://bakery.example/rye | titled Rye | from 2022-01-01T00:00:00
            person #1 | Ada | mail ada@example.com
            comment c1 of p1 | by #1 | Pending | 2022-01-01T12:00:00 | “**Hi**”
            person #2 | Baker
            comment c2 of p1 | answers c1 | by #2 | 2022-01-02T00:00:00 | “Thanks”
            thread p2 | named guest book
            comment c3 of p2 | “Everybody's”
            """,
            rows.Text);
    }

    [Fact]
    public void Cusdis_is_read_from_its_database()
    {
        var rows = RecordedRows.Of(new CusdisJson(), """
            {"pages":[{"id":"p1","slug":"/rye","url":null,"title":"Rye","created_at":1640995200000}],
             "comments":[
              {"id":"c1","pageId":"p1","created_at":1641038400000,"deletedAt":null,"by_email":"ada@example.com","by_nickname":"Ada","content":"Hi","approved":1,"parentId":null},
              {"id":"c2","pageId":"p1","created_at":"2022-01-02 00:00:00","deletedAt":1641124800000,"by_email":null,"by_nickname":"Bob","content":"Oops","approved":1,"parentId":"c1"},
              {"id":"c3","pageId":"p1","created_at":1641211200000,"by_nickname":"Bob","content":"Waits","approved":0,"parentId":"c2"},
              {"id":"c3","pageId":"p1","created_at":1641211200000,"by_nickname":"Bob","content":"Twice","approved":0,"parentId":"c2"}]}
            """);

        Assert.Equal(
            """
            thread p1 | at /rye | titled Rye | from 2022-01-01T00:00:00
            person #1 | Ada | mail ada@example.com
            comment c1 of p1 | by #1 | 2022-01-01T12:00:00 | “Hi”
            person #2 | Bob
            comment c2 of p1 | answers c1 | Deleted | 2022-01-02T00:00:00 | “” | Its time names no zone; it was taken as UTC.
            comment c3 of p1 | answers c2 | by #2 | Pending | 2022-01-03T12:00:00 | “Waits”
            comment c3 of p1 | answers c2 | by #2 | Pending | 2022-01-03T12:00:00 | “Twice”
            """,
            rows.Text);
    }
}
