using Embed.Tests;

namespace Embed.UnitTests.Transfer;

/// <summary>Files that other projects test their own importers with: all that is read of each, written out.</summary>
public sealed class ImportFixtureTests
{
    private const string FirstThread =
        "thread 247918464 | at http://radio-t.umputun.com/2011/03/229_8880.html | titled Радио-Т: Радио-Т 229 | from 2011-03-07T20:46:25";

    private const string LastThread =
        "thread 247937687 | at https://radio-t.com/p/2011/03/05/podcast-229/ | titled Радио-Т: Радио-Т 229 | closed | from 2011-03-07T21:17:17";

    private const string FirstPost = """
        person facebook-1787732238 | Alexander Blah
        comment 299619020 of 247937687 | by facebook-1787732238 | 2011-08-31T15:16:29 | from 178.178.178.178 | Html | “<p>The quick brown fox jumps over the lazy dog.</p><p><a href="https://https://radio-t.com" rel="nofollow noopener" title="radio-t">some link</a></p>”
        """;

    private const string NoBreakSpace = "\u00a0";

    private const string MiddlePostOfLastThread = $"""
        person mikhail-noname | mikhail | mail mihail.noname@gmail.com
        comment 299744309 of 247937687 | by mikhail-noname | 2011-08-31T17:44:22 | from 195.195.195.139 | Html | “<p>Microsoft показал проводник Windows 8 с ленточным интерфейсом.</p><p><a href="http://blogs.msdn.com/b/b8/archive/2011/08/29/improvements-in-windows-explorer.aspx" rel="nofollow noopener" title="http://blogs.msdn.com/b/b8/archive/2011/08/29/improvements-in-windows-explorer.aspx">http://blogs.msdn.com/b/b8/...</a>{NoBreakSpace}</p>”
        """;

    private const string PostsOfFirstThread = """
        person #1 | No Username | mail john.nousername@gmail.com
        comment 299986072 of 247918464 | by #1 | 2011-08-31T22:48:43 | from 89.89.89.139 | Html | “<p>Google App Engine скоро выходит из превью статуса.</p><p>Сейчас письмо пришло от гугла.</p><p>Для платных приложений использущих High Replication Datastore (HRD) будет 99.95% uptime SLA.<br>Будут Премьер аккаунты за 500 баксов/месяц с оперативной поддержкой и любым количеством приложений на аккаунте (+ плата за потребленные ресурсы).<br>В связи с переходом на новую систему оплаты, обещают снизить бесплатные квоты.<br>Всем кто включит биллинг до 31 октября, обещают 50 баксов :)</p>”
        person 74b9e7568ef6860e93862c5d77590123 | Blah Noname | mail blah.noname@gmail.com
        comment #2 of 247918464 | by 74b9e7568ef6860e93862c5d77590123 | 2011-08-31T22:49:43 | from 189.89.89.139 | Html | “This comment had no ID” | It had no id; one was made from its author, time and text.
        """;

    private const string SpamOfLastThread = """
        person google-2c5d77590123 | Spam Noname | mail spam.noname@gmail.com
        comment 299986073 of 247937687 | by google-2c5d77590123 | Spam | 2011-09-30T22:48:43 | from 189.89.89.139 | Html | “some ugly spam”
        """;

    private const string BadPost = """
        person #3 | Noname | mail noname@gmail.com
        comment x299986073 of 247937687 | by #3 | Pending | from 189.89.89.39 | Html | “some bad comment” | Its time, “2011-x09-30T22:48:43Z”, cannot be read. It is not clear whether it was published: isSpam is “123”. It waits for a moderator.
        """;

    [Fact]
    public void Disqus_of_Isso() => Assert.Equal(
        """
        thread 2 | at http://example.org/ | titled Hello, World! | from 2012-12-12T12:12:12
        thread 3
        person #1 | peter | mail foo@bar.com
        comment 4 of 2 | by #1 | 2013-10-10T19:20:29 | from 127.0.0.1 | Html | “...”
        person user | user | mail foo@bar.com
        comment 5 of 2 | answers 4 | by user | 2013-10-11T06:51:33 | from 127.0.0.1 | Html | “<p>Hello, World.</p>”
        person #2 | where am I? | mail foo@bar.com
        comment 6 of 1337 | by #2 | 2013-10-10T19:20:29 | from 127.0.0.1 | Html | “...”
        thread 7 | at http://localhost:4000/blog/2013/02/12/redacted/index.html | from 2013-02-12T16:29:45
        person EmptyUsername | Empty | mail baz@email.foo
        comment 8 of 7 | by EmptyUsername | 2013-10-11T06:51:33 | from 127.0.0.1 | Html | “<p>Message from thread with empty title and id</p>”
        comment 9 of 2 | Deleted | 2013-10-10T19:20:29 | “”
        comment 11 of 2 | answers 9 | by user | 2013-10-11T06:52:33 | from 127.0.0.1 | Html | “<p>Hello, World.</p>”
        """, Lines("isso/disqus.xml"));

    [Fact]
    public void WordPress_of_Isso() => Assert.Equal(
        """
        thread 18 | at http://example.tld/2014/test/ | titled Hello, World… | from 2014-01-14T17:31:03
        person #1 | Ohai | mail test@example.org | web http://example.tld/
        comment 18/2 of 18 | key 2@2014-01-14 17:32:12 | by #1 | 2014-01-14T17:32:12 | from ::ffff:82.119.20.0 | HtmlWithLineBreaks | “Erster!1”
        person #2 | Tester | mail info@posativ.org
        comment 18/6 of 18 | key 6@2014-04-29 15:21:27 | by #2 | 2014-04-29T15:21:27 | from ::ffff:86.56.63.0 | HtmlWithLineBreaks | “Zweiter.”
        person #3 | Tester | mail info@posativ.org
        comment 18/7 of 18 | key 7@2014-04-29 15:21:35 | answers 18/6 | by #3 | 2014-04-29T15:21:35 | from ::ffff:86.56.63.0 | HtmlWithLineBreaks | “Drölfter!”
        comment 18/8 of 18 | key 8@2014-04-29 15:21:45 | answers 18/7 | by #2 | 2014-04-29T15:21:45 | from ::ffff:86.56.63.0 | HtmlWithLineBreaks | “Yet another reply.”
        comment 18/9 of 18 | key 9@2014-04-29 15:21:52 | answers 18/7 | by #2 | 2014-04-29T15:21:52 | from ::ffff:86.56.63.0 | HtmlWithLineBreaks | “...”
        person #4 | Multiline Author | mail multiline@example.org
        comment 18/10 of 18 | key 10@2022-06-06 02:13:14 | by #4 | 2022-06-06T02:13:14 | from ::ffff:86.52.1.0 | HtmlWithLineBreaks | “When you have a comment with multiple lines:⏎WordPress exports it like this.”
        person #5 | Letzter :/ | mail info@posativ.org
        comment 18/11 of 18 | key 11@2022-06-07 15:21:56 | by #5 | 2022-06-07T15:21:56 | from ::ffff:86.56.63.0 | HtmlWithLineBreaks | “...”
        thread http://example.tld/?p=4 | at http://example.tld/?p=4 | titled ...
        person #6 | Anonymous | mail info@posativ.org
        comment http://example.tld/?p=4/11 of http://example.tld/?p=4 | key 11@2014-04-29 15:21:57 | by #6 | 2014-04-29T15:21:57 | from ::ffff:86.56.63.0 | HtmlWithLineBreaks | “...”
        """, Lines("isso/wordpress.xml"));

    [Fact]
    public void Generic_JSON_of_Isso() => Assert.Equal(
        """
        thread /posts/0001/ | at /posts/0001/ | titled Test+post
        person #1 | texas holdem | web http://www.tigerspice.com
        comment /posts/0001//0 of /posts/0001/ | key /posts/0001//0@2005-02-24 04:03:37 | by #1 | 2005-02-24T04:03:37 | “Great men can't be ruled. by free online poker”
        thread /posts/0007/ | at /posts/0007/ | titled Nat+%26+Miguel
        person #2 | Richard Crinshaw | mail 105421439@87750645.com
        comment /posts/0007//0 of /posts/0007/ | key /posts/0007//0@2005-05-08 06:50:26 | by #2 | 2005-05-08T06:50:26 | “Ja-make-a me crazzy mon :)”
        """, Lines("isso/generic.json"));

    [Fact]
    public void Disqus_of_Remark42() => Assert.Equal(
        string.Join('\n', FirstThread, LastThread, FirstPost, MiddlePostOfLastThread, PostsOfFirstThread, SpamOfLastThread, BadPost), Lines("remark42/disqus.xml"));

    [Fact]
    public void Disqus_of_Remark42_with_a_deleted_post() => Assert.Equal(
        string.Join(
            '\n', FirstThread, LastThread, "comment 299619020 of 247937687 | Deleted | 2011-08-31T15:16:29 | “”",
            MiddlePostOfLastThread, PostsOfFirstThread, SpamOfLastThread, BadPost),
        Lines("remark42/disqus-deleted-post.xml"));

    [Fact]
    public void Disqus_of_Remark42_with_a_deleted_thread() => Assert.Equal(
        string.Join(
            '\n', FirstThread, "skipped line 29 | thread 247937687 | It was deleted at Disqus.",
            "skipped line 49 | comment 299619020 | Its thread, 247937687, was deleted at Disqus.",
            "skipped line 67 | comment 299744309 | Its thread, 247937687, was deleted at Disqus.",
            PostsOfFirstThread,
            "skipped line 119 | comment 299986073 | Its thread, 247937687, was deleted at Disqus.",
            "skipped line 135 | comment x299986073 | Its thread, 247937687, was deleted at Disqus."),
        Lines("remark42/disqus-deleted-thread.xml"));

    private static string Lines(string fixture) => RecordedRows.OfFile(Fixtures.PathOf(fixture)).Text;
}
