using System.Text;

namespace Embed.UnitTests.Transfer;

public sealed class WordPressXmlTests
{
    private const string Plain =
        "<wp:comment_id>5</wp:comment_id><wp:comment_date_gmt>2020-05-06 07:08:09</wp:comment_date_gmt>"
        + "<wp:comment_content>Hi</wp:comment_content><wp:comment_approved>1</wp:comment_approved>";

    [Theory]
    [InlineData("1.0")]
    [InlineData("1.1")]
    [InlineData("1.2")]
    public void All_versions_are_read(string version) => Assert.Equal(
        """
        thread 7 | at https://bakery.example/rye | titled Rye & spelt’s | closed | from 2020-05-01T10:00:00
        person #1 | O'Brien | mail ob@a.example | web https://ob.example/
        comment 7/5 of 7 | key 5@2020-05-06 07:08:09 | by #1 | 2020-05-06T07:08:09 | from 192.0.2.7 | HtmlWithLineBreaks | “One<br>⏎two”
        comment 7/6 of 7 | key 6@2020-05-06 07:08:10 | answers 7/5 | by #1 | Pending | 2020-05-06T07:08:10 | HtmlWithLineBreaks | “<b>Three</b>”
        """,
        RecordedRows.OfText(
            $"""
             <?xml version="1.0" encoding="UTF-8" ?>
             <!-- generator="WordPress/6.5" -->
             <rss version="2.0" xmlns:excerpt="http://wordpress.org/export/{version}/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/{version}/">
             <channel>
               <title>Bakery</title><link>https://bakery.example</link><wp:wxr_version>{version}</wp:wxr_version>
               <wp:author><wp:author_id>1</wp:author_id></wp:author>
               <item/>
               <item>
                 <title><![CDATA[Rye &amp; spelt&#8217;s]]></title><link>https://bakery.example/rye</link>
                 <content:encoded><![CDATA[<p>long</p>]]></content:encoded>
                 <wp:post_id>7</wp:post_id><wp:post_date_gmt>2020-05-01 10:00:00</wp:post_date_gmt>
                 <wp:comment_status>closed</wp:comment_status><wp:ping_status>open</wp:ping_status><wp:status>publish</wp:status>
                 <wp:post_password></wp:post_password>
                 <wp:comment><wp:comment_id>5</wp:comment_id><wp:comment_author>O&amp;#039;Brien</wp:comment_author>
                   <wp:comment_author_email>ob@a.example</wp:comment_author_email><wp:comment_author_url>https://ob.example/</wp:comment_author_url>
                   <wp:comment_author_IP>192.0.2.7</wp:comment_author_IP><wp:comment_date>2020-05-06 09:08:09</wp:comment_date>
                   <wp:comment_date_gmt>2020-05-06 07:08:09</wp:comment_date_gmt>
                   <wp:comment_content>One&lt;br&gt;
             two</wp:comment_content>
                   <wp:comment_approved>1</wp:comment_approved><wp:comment_type>comment</wp:comment_type><wp:comment_parent>0</wp:comment_parent>
                   <wp:comment_user_id>0</wp:comment_user_id><wp:commentmeta><wp:meta_key>k</wp:meta_key><wp:meta_value>v</wp:meta_value></wp:commentmeta></wp:comment>
                 <wp:comment><wp:comment_id>6</wp:comment_id><wp:comment_author><![CDATA[O&#039;Brien]]></wp:comment_author>
                   <wp:comment_author_email>OB@a.example</wp:comment_author_email><wp:comment_date_gmt>2020-05-06 07:08:10</wp:comment_date_gmt>
                   <wp:comment_content><![CDATA[<b>Three</b>]]></wp:comment_content><wp:comment_approved>0</wp:comment_approved>
                   <wp:comment_parent>5</wp:comment_parent></wp:comment>
               </item>
               <item><title>Nobody wrote here</title><link>https://bakery.example/quiet</link><wp:post_id>8</wp:post_id></item>
             </channel>
             </rss>
             """).Text);

    [Theory]
    [InlineData("1", "Published")]
    [InlineData("0", "Pending")]
    [InlineData("spam", "Spam")]
    [InlineData("trash", "Rejected")]
    [InlineData("post-trashed", "Rejected")]
    [InlineData("maybe", "Pending")]
    public void What_the_blog_decided_is_kept(string approved, string state)
    {
        var comment = Assert.Single(Read(Plain.Replace("approved>1<", $"approved>{approved}<", StringComparison.Ordinal)).Comments);

        Assert.Equal(state, $"{comment.State}");
        Assert.Equal("Hi", comment.Text);
        Assert.Equal(approved == "maybe", comment.Repairs.Count > 0);
    }

    [Theory]
    [InlineData("pingback", "It is a pingback: a notice by a machine that some page links here.")]
    [InlineData("trackback", "It is a trackback: a notice by a machine that some page links here.")]
    [InlineData("order_note", "It is no comment, but of the type “order_note”.")]
    public void What_is_no_comment_is_skipped_and_makes_no_thread(string type, string why)
    {
        var sink = Read($"{Plain}<wp:comment_type>{type}</wp:comment_type>");

        Assert.Equal([$"line 6: comment 5: {why}"], sink.Skipped);
        Assert.Empty(sink.Threads);
    }

    [Theory]
    [InlineData("<wp:status>private</wp:status>", "Its post is not public (private).")]
    [InlineData("<wp:status>trash</wp:status>", "Its post is not public (trash).")]
    [InlineData("<wp:status>publish</wp:status><wp:post_password>x</wp:post_password>", "Its post is behind a password.")]
    public void Comments_of_what_is_not_public_stay_where_they_are(string status, string why) =>
        Assert.Equal([$"line 6: comment 5: {why}"], Read(Plain, status).Skipped);

    [Theory]
    [InlineData("2020-05-06 07:08:09", "2020-05-06 09:08:09", "2020-05-06 07:08:09Z", null)]
    [InlineData("0000-00-00 00:00:00", "2020-05-06 09:08:09", "2020-05-06 09:08:09Z", "It has its time only as the blog's clock showed it, which was taken for UTC.")]
    [InlineData("0000-00-00 00:00:00", "0000-00-00 00:00:00", null, "Its time, “0000-00-00 00:00:00”, cannot be read.")]
    public void Without_a_time_in_UTC_the_blogs_counts(string gmt, string local, string? time, string? repair)
    {
        var comment = Assert.Single(Read(
            Plain.Replace("2020-05-06 07:08:09", gmt, StringComparison.Ordinal) + $"<wp:comment_date>{local}</wp:comment_date>").Comments);

        Assert.Equal(time, comment.PostedAt?.ToString("u"));
        Assert.Equal(repair is null ? [] : [repair], comment.Repairs);
    }

    [Fact]
    public void The_blogs_own_people_are_told_from_guests_of_their_name()
    {
        const string Ada = "<wp:comment_author>Ada</wp:comment_author>";

        var sink = Read($"{Plain}{Ada}<wp:comment_user_id>3</wp:comment_user_id></wp:comment><wp:comment>{Plain}{Ada}");

        Assert.Equal(["Ada", "Ada"], sink.People.Select(person => person.Name));
        Assert.Equal(2, sink.Comments.Select(comment => comment.PersonId).Distinct().Count());
    }

    [Fact]
    public void Parts_in_one_zip_are_read_in_order_of_name()
    {
        var sink = RecordedRows.OfBytes(TemporaryFile.Zip(
            ("export/b.xml", Encoding.UTF8.GetBytes(Whole(Plain.Replace("Hi", "second", StringComparison.Ordinal)))),
            ("export/a.xml", Encoding.UTF8.GetBytes(Whole(Plain.Replace("Hi", "first", StringComparison.Ordinal)))),
            ("__MACOSX/export/._a.xml", [0, 5, 22, 7]),
            ("readme.txt", [65])));

        Assert.Equal(["first", "second"], sink.Comments.Select(comment => comment.Text));
        Assert.Equal("export/a.xml, line 6", sink.Comments[0].Place);
    }

    [Fact]
    public void What_is_made_for_Disqus_has_its_thread_identifier()
    {
        var sink = Read(Plain, "<dsq:thread_identifier>rye</dsq:thread_identifier>", link: "");

        Assert.Equal("rye", Assert.Single(sink.Threads).ExplicitId);
    }

    private static RecordedRows Read(string comment, string post = "", string link = "<link>https://bakery.example/rye</link>") =>
        RecordedRows.OfText(Whole(comment, post, link));

    private static string Whole(string comment, string post = "", string link = "<link>https://bakery.example/rye</link>") =>
        $"""
         <rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/">
         <channel>
         <item>
         {link}<wp:post_id>7</wp:post_id>
         {post}
         <wp:comment>{comment}</wp:comment>
         </item>
         </channel>
         </rss>
         """;
}
