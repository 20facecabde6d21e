namespace Embed.UnitTests.Transfer;

public sealed class DisqusXmlTests
{
    [Fact]
    public void Threads_have_an_address_or_only_an_id() => Assert.Equal(
        """
        thread 1 | at https://bakery.example/rye | titled Rye & spelt | from 2019-03-01T08:00:00
        thread 2 | at https://bakery.example/rye | titled Rye, once more | closed
        thread 3 | named rye-bread
        thread 4
        skipped line 6 | thread 5 | It was deleted at Disqus.
        skipped line 7 | thread without id | It has no id, so no comment can be of it.
        """,
        Read(
            """
            <thread dsq:id="1"><id>rye</id><link>https://bakery.example/rye</link><title>Rye &amp; spelt</title><createdAt>2019-03-01T08:00:00Z</createdAt><isClosed>false</isClosed></thread>
            <thread dsq:id="2"><link>https://bakery.example/rye</link><title>Rye, once more</title><isClosed>true</isClosed></thread>
            <thread dsq:id="3"><id>rye-bread</id></thread>
            <thread dsq:id="4"><id/></thread>
            <thread dsq:id="5"><link>https://bakery.example/gone</link><isDeleted>true</isDeleted></thread>
            <thread><link>https://bakery.example/lost</link></thread>
            """).Text);

    [Theory]
    [InlineData("<isDeleted>true</isDeleted>", "Deleted")]
    [InlineData("<isDeleted>true</isDeleted><isSpam>true</isSpam>", "Deleted")]
    [InlineData("<isSpam>true</isSpam>", "Spam")]
    [InlineData("<isSpam>1</isSpam>", "Spam")]
    [InlineData("<isApproved>false</isApproved>", "Pending")]
    [InlineData("<isApproved>true</isApproved>", "Published")]
    [InlineData("<isApproved/><isSpam/>", "Published")]
    [InlineData("<isSpam>perhaps</isSpam>", "Pending")]
    [InlineData("", "Published")]
    public void Flags_become_the_state(string flags, string state)
    {
        var comment = Assert.Single(Read(Post(flags + Author)).Comments);

        Assert.Equal(state, $"{comment.State}");
        Assert.Equal(state != "Deleted", comment.PersonId is not null && comment.Text == "<p>Hi</p>");
        Assert.Equal(flags.Contains("perhaps", StringComparison.Ordinal), comment.Repairs.Count > 0);
    }

    [Theory]
    [InlineData("2019-03-01T08:00:00Z", "2019-03-01T08:00:00.0000000+00:00")]
    [InlineData("2019-03-01T08:00:00", "2019-03-01T08:00:00.0000000+00:00")]
    [InlineData("2019-03-01T08:00:00.123+02:00", "2019-03-01T06:00:00.1230000+00:00")]
    [InlineData("0000-00-00T00:00:00Z", null)]
    [InlineData("0000-01-01T00:00:00Z", null)]
    [InlineData("0001-01-01T00:00:00Z", null)]
    [InlineData("1970-01-01T00:00:00Z", null)]
    [InlineData("2019-02-30T08:00:00Z", null)]
    [InlineData("9999-12-31T23:59:59Z", null)]
    [InlineData("yesterday", null)]
    [InlineData("", null)]
    public void Times_that_cannot_be_are_unknown_and_said(string createdAt, string? time)
    {
        var sink = Read($"<post dsq:id='1'><message>Hi</message><createdAt>{createdAt}</createdAt><thread dsq:id='1'/></post>");

        var comment = Assert.Single(sink.Comments);
        Assert.Equal(time, comment.PostedAt?.ToString("O"));
        Assert.Equal(time is null, comment.Repairs.Any(repair => repair.Contains(createdAt.Length == 0 ? "Its time is missing." : "cannot be read", StringComparison.Ordinal)));
    }

    [Fact]
    public void Somebody_with_an_account_is_one_person_and_guests_are_what_they_typed()
    {
        var sink = Read(
            Post("<author><name>Ada</name><username>ada</username><email>ada@a.example</email><isAnonymous>false</isAnonymous></author>")
            + Post("<author><name>Ada L.</name><username>ada</username><isAnonymous>false</isAnonymous></author>")
            + Post("<author><name>Ada</name><username>ada</username><isAnonymous>true</isAnonymous></author>")
            + Post("<author><name>Ada</name><isAnonymous>true</isAnonymous></author>")
            + Post("<author><name>Ada</name><email>ada@a.example</email></author>")
            + Post("<author><name>Ada</name><email>ADA@a.example</email></author>")
            + Post("<author/>")
            + Post(""));

        Assert.Equal(["Ada", "Ada", "Ada"], sink.People.Select(person => person.Name));
        Assert.Equal([0, 0, 1, 1, 2, 2, -1, -1], sink.Comments.Select(comment => sink.People.FindIndex(person => person.Id == comment.PersonId)));
        Assert.Equal("ada", sink.People[0].Id);
    }

    [Fact]
    public void Posts_without_id_keep_the_one_made_for_them_whenever_they_are_read()
    {
        const string Posts =
            "<post><message>One</message><createdAt>2019-03-01T08:00:00Z</createdAt><thread dsq:id='1'/></post>"
            + "<post><message>Two</message><createdAt>2019-03-01T08:00:00Z</createdAt><thread dsq:id='1'/></post>";

        var first = Read(Posts).Comments.ConvertAll(comment => comment.Key);
        var again = Read(Post("") + Posts).Comments.ConvertAll(comment => comment.Key);

        Assert.Equal(first, again[1..]);
        Assert.Equal(2, first.Distinct().Count());
    }

    [Fact]
    public void What_comes_too_early_or_belongs_nowhere_is_passed_on() => Assert.Equal(
        """
        comment 2 of 1 | answers 9 | 2019-03-01T08:00:00 | Html | “before parent and thread”
        comment 3 of  | 2019-03-01T08:00:00 | Html | “nowhere”
        comment 9 of 1 | 2019-03-01T08:00:00 | Html | “parent”
        thread 1 | at https://bakery.example/rye
        """,
        Read(
            """
            <post dsq:id="2"><message>before parent and thread</message><createdAt>2019-03-01T08:00:00Z</createdAt><thread dsq:id="1"/><parent dsq:id="9"/></post>
            <post dsq:id="3"><message>nowhere</message><createdAt>2019-03-01T08:00:00Z</createdAt></post>
            <category dsq:id="4"><title>Bread</title></category>
            <post dsq:id="9"><message>parent</message><createdAt>2019-03-01T08:00:00Z</createdAt><thread dsq:id="1"/></post>
            <thread dsq:id="1"><link>https://bakery.example/rye</link></thread>
            """).Text);

    private const string Author = "<author><name>Ada</name></author>";

    private static string Post(string more) =>
        $"<post dsq:id='7'><message><![CDATA[<p>Hi</p>]]></message><createdAt>2019-03-01T08:00:00Z</createdAt>{more}<thread dsq:id='1'/></post>";

    private static RecordedRows Read(string rows) => RecordedRows.OfText(
        $"""
         <disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
         {rows}
         </disqus>
         """);
}
