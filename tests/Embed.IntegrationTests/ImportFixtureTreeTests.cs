using System.Reflection;
using Embed.Server.Model;
using Embed.Server.Transfer.Importing;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>Files that other projects test their own importers with: the whole tree that comes of each, written out.</summary>
public sealed class ImportFixtureTreeTests : IAsyncDisposable
{
    private static readonly string[] Sources = ["isso", "remark42"];

    private readonly EmbedApplication _application = new();

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Theory]
    [InlineData("isso/disqus.xml", "http://example.org=https://blog.example", "http://localhost:4000=https://blog.example", """
        https://blog.example/ “Hello, World!” 3
          2013-10-10 19:20:29.000 peter: ...
            2013-10-11 06:51:33.000 user: Hello, World.
          2013-10-10 19:20:29.000 Deleted nobody
            2013-10-11 06:52:33.000 user: Hello, World.
        https://blog.example/blog/2013/02/12/redacted/index.html “” 1
          2013-10-11 06:51:33.000 Empty: Message from thread with empty title and id
        comment 6: Skipped Its thread, 1337, is not in the file.
        comment 9: Imported It was deleted there; a tombstone stands for it, because of its replies.
        person: Skipped No comment of theirs is imported.
        thread 3: Skipped It has neither an address nor an id.
        """)]
    [InlineData("isso/wordpress.xml", "http://example.tld=https://blog.example", "", """
        https://blog.example/2014/test/ “Hello, World…” 7
          2014-01-14 17:32:12.000 Ohai: Erster!1
          2014-04-29 15:21:27.000 Tester: Zweiter.
            2014-04-29 15:21:35.000 Tester: Drölfter!
              2014-04-29 15:21:45.000 Tester: Yet another reply.
              2014-04-29 15:21:52.000 Tester: ...
          2022-06-06 02:13:14.000 Multiline Author: When you have a comment with multiple lines:⏎WordPress exports it like this.
          2022-06-07 15:21:56.000 Letzter :/: ...
        https://blog.example/?p=4 “...” 1
          2014-04-29 15:21:57.000 Anonymous: ...

        """)]
    [InlineData("isso/generic.json", "", "", """
        https://blog.example/posts/0001/ “Test+post” 1
          2005-02-24 04:03:37.000 texas holdem: Great men can't be ruled. by free online poker
        https://blog.example/posts/0007/ “Nat+%26+Miguel” 1
          2005-05-08 06:50:26.000 Richard Crinshaw: Ja-make-a me crazzy mon :)

        """)]
    [InlineData("remark42/commento.json", "https://example.com=https://blog.example", "", """
        https://blog.example/blog/post/1 “” 2
          2021-03-17 12:09:47.722 User5276: Example 2 comment created by user.
            2021-05-11 15:43:01.852 Saturnin Uf: Great reply!
        https://blog.example/blog/post/2 “” 1
          2021-03-12 11:21:56.000 Anonymous +1: Example comment created by user.

        """)]
    [InlineData("remark42/disqus.xml", "https://radio-t.com=https://blog.example", "http://radio-t.umputun.com=https://blog.example", """
        https://blog.example/2011/03/229_8880.html “Радио-Т: Радио-Т 229” 2
          2011-08-31 22:48:43.000 No Username: Google App Engine скоро выходит из превью статуса.⏎⏎Сейчас письмо пришло от гугла.⏎⏎Для платных приложений использущих High Replication Datastore (HRD) будет 99.95% uptime SLA.⏎Будут Премьер аккаунты за 500 баксов/месяц с оперативной поддержкой и любым количеством приложений на аккаунте (+ плата за потребленные ресурсы).⏎В связи с переходом на новую систему оплаты, обещают снизить бесплатные квоты.⏎Всем кто включит биллинг до 31 октября, обещают 50 баксов :)
          2011-08-31 22:49:43.000 Blah Noname: This comment had no ID
        https://blog.example/p/2011/03/05/podcast-229/ “Радио-Т: Радио-Т 229” closed 2
          2011-03-07 21:17:17.000 Pending Noname: some bad comment
          2011-08-31 15:16:29.000 Alexander Blah: The quick brown fox jumps over the lazy dog.⏎⏎[some link](https://https://radio-t.com)
          2011-08-31 17:44:22.000 mikhail: Microsoft показал проводник Windows 8 с ленточным интерфейсом.⏎⏎[http://blogs.msdn.com/b/b8/...](http://blogs.msdn.com/b/b8/archive/2011/08/29/improvements-in-windows-explorer.aspx)␣
          2011-09-30 22:48:43.000 Spam Spam Noname: some ugly spam
        comment made-39aa0459d7d81e32c555605367032d26: Repaired It had no id; one was made from its author, time and text.
        comment x299986073: Repaired Its time, “2011-x09-30T22:48:43Z”, cannot be read. It is not clear whether it was published: isSpam is “123”. It waits for a moderator. It has no time that can be; it was given that of what is around it.
        """)]
    [InlineData("remark42/disqus-deleted-post.xml", "https://radio-t.com=https://blog.example", "http://radio-t.umputun.com=https://blog.example", """
        https://blog.example/2011/03/229_8880.html “Радио-Т: Радио-Т 229” 2
          2011-08-31 22:48:43.000 No Username: Google App Engine скоро выходит из превью статуса.⏎⏎Сейчас письмо пришло от гугла.⏎⏎Для платных приложений использущих High Replication Datastore (HRD) будет 99.95% uptime SLA.⏎Будут Премьер аккаунты за 500 баксов/месяц с оперативной поддержкой и любым количеством приложений на аккаунте (+ плата за потребленные ресурсы).⏎В связи с переходом на новую систему оплаты, обещают снизить бесплатные квоты.⏎Всем кто включит биллинг до 31 октября, обещают 50 баксов :)
          2011-08-31 22:49:43.000 Blah Noname: This comment had no ID
        https://blog.example/p/2011/03/05/podcast-229/ “Радио-Т: Радио-Т 229” closed 1
          2011-03-07 21:17:17.000 Pending Noname: some bad comment
          2011-08-31 17:44:22.000 mikhail: Microsoft показал проводник Windows 8 с ленточным интерфейсом.⏎⏎[http://blogs.msdn.com/b/b8/...](http://blogs.msdn.com/b/b8/archive/2011/08/29/improvements-in-windows-explorer.aspx)␣
          2011-09-30 22:48:43.000 Spam Spam Noname: some ugly spam
        comment 299619020: Skipped It was deleted there, and nothing hangs from it.
        comment made-39aa0459d7d81e32c555605367032d26: Repaired It had no id; one was made from its author, time and text.
        comment x299986073: Repaired Its time, “2011-x09-30T22:48:43Z”, cannot be read. It is not clear whether it was published: isSpam is “123”. It waits for a moderator. It has no time that can be; it was given that of what is around it.
        """)]
    [InlineData("remark42/disqus-deleted-thread.xml", "https://radio-t.com=https://blog.example", "http://radio-t.umputun.com=https://blog.example", """
        https://blog.example/2011/03/229_8880.html “Радио-Т: Радио-Т 229” 2
          2011-08-31 22:48:43.000 No Username: Google App Engine скоро выходит из превью статуса.⏎⏎Сейчас письмо пришло от гугла.⏎⏎Для платных приложений использущих High Replication Datastore (HRD) будет 99.95% uptime SLA.⏎Будут Премьер аккаунты за 500 баксов/месяц с оперативной поддержкой и любым количеством приложений на аккаунте (+ плата за потребленные ресурсы).⏎В связи с переходом на новую систему оплаты, обещают снизить бесплатные квоты.⏎Всем кто включит биллинг до 31 октября, обещают 50 баксов :)
          2011-08-31 22:49:43.000 Blah Noname: This comment had no ID
        comment 299619020: Skipped Its thread, 247937687, was deleted at Disqus.
        comment 299744309: Skipped Its thread, 247937687, was deleted at Disqus.
        comment 299986073: Skipped Its thread, 247937687, was deleted at Disqus.
        comment made-39aa0459d7d81e32c555605367032d26: Repaired It had no id; one was made from its author, time and text.
        comment x299986073: Skipped Its thread, 247937687, was deleted at Disqus.
        thread 247937687: Skipped It was deleted at Disqus.
        """)]
    public async Task The_tree_is_the_source_s(string fixture, string rewrite, string otherRewrite, string expected)
    {
        var workshop = await ImportWorkshop.OpenAsync(_application);
        var rewrites = new[] { rewrite, otherRewrite }.Where(pair => pair.Length > 0).Select(pair => pair.Split('='))
            .Select(pair => new AddressRewrite(pair[0], pair[1])).ToList();
        await using var file = File.OpenRead(Fixtures.PathOf(fixture));

        var import = await workshop.ImportAsync(new ImportOptions { Rewrites = rewrites }, file);

        Assert.Equal((ImportState.Done, ""), (import.State, import.Message));
        Assert.Equal(expected, await ImportedTree.DrawAsync(_application) + await ImportedTree.OthersAsync(workshop, import.Id));
        await workshop.AssertSoundAsync();
        var before = await workshop.DumpAsync();
        await using var again = File.OpenRead(Fixtures.PathOf(fixture));
        await workshop.ImportAsync(new ImportOptions { Rewrites = rewrites }, again);
        Assert.Equal(before, await workshop.DumpAsync());
        Assert.Equal(ImportState.Undone, (await workshop.UndoAsync(import.Id)).State);
        Assert.Empty(await workshop.KeptAsync(import.Id));
        await using var database = await _application.OpenDatabaseAsync();
        Assert.Equal(
            (0, 0, 0),
            (await database.Comments.CountAsync(TestContext.Current.CancellationToken), await database.Threads.CountAsync(TestContext.Current.CancellationToken), await database.ImportedItems.CountAsync(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public void No_file_is_left_out()
    {
        var folder = Path.GetDirectoryName(Path.GetDirectoryName(Fixtures.PathOf("isso/disqus.xml")))!;
        var files = Sources.SelectMany(source => Directory.GetFiles(Path.Combine(folder, source)))
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal);

        var drawn = typeof(ImportFixtureTreeTests).GetMethod(nameof(The_tree_is_the_source_s))!.GetCustomAttributes<InlineDataAttribute>()
            .Select(row => (string)row.Data[0]!).Order(StringComparer.Ordinal);

        Assert.Equal(files, drawn);
    }
}
