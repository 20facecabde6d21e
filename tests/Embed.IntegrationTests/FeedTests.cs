using System.Net;
using System.Xml;
using System.Xml.Linq;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>Atom feeds, read as a feed reader does and held against RFC 4287, RFC 4685 and RFC 5005.</summary>
public sealed class FeedTests : IAsyncDisposable
{
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";
    private static readonly XNamespace Thr = "http://purl.org/syndication/thread/1.0";

    private readonly EmbedApplication _application = new();
    private readonly string _page = EmbedApplication.NewPage();

    private static string SiteFeed => $"/api/v1/sites/{EmbedApplication.Site}/comments.atom";

    private string ThreadFeed => ThreadReader.AddressOf(_page, "thread.atom");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public async Task An_entry_says_who_wrote_what_when_and_where()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        await ada.TryPostAsync(_page, "Some *text* & more", title: "The page").AssertDoneAsync();
        var id = (await _application.ReadThreadAsync(_page)).Comments[0].Id;
        _application.Clock.Advance(TimeSpan.FromMinutes(2));
        await ada.EditAsync(id, "Some *edited* text & more").AssertDoneAsync();

        var feed = await ReadAsync(ThreadFeed);

        AssertFollowsTheRules(feed);
        var entry = Assert.Single(feed.Elements(Atom + "entry"));
        Assert.Equal("Ada", (string?)entry.Element(Atom + "author")!.Element(Atom + "name"));
        Assert.Equal("Comment by Ada on The page", (string?)entry.Element(Atom + "title"));
        Assert.Equal("2030-01-02T12:00:00Z", (string?)entry.Element(Atom + "published"));
        Assert.Equal("2030-01-02T12:02:00Z", (string?)entry.Element(Atom + "updated"));
        Assert.Equal("html", (string?)entry.Element(Atom + "content")!.Attribute("type"));
        Assert.Equal("<p dir=\"auto\">Some <em>edited</em> text &amp; more</p>", (string?)entry.Element(Atom + "content"));
        Assert.Equal($"{_page}#comment-{id}", LinkOf(entry, "alternate"));
        Assert.Equal("2030-01-02T12:02:00Z", (string?)feed.Element(Atom + "updated"));
        Assert.Equal("Discussion: The page", (string?)feed.Element(Atom + "title"));
        Assert.Equal(_page, LinkOf(feed, "alternate"));
    }

    [Fact]
    public async Task A_reply_names_what_it_answers_and_a_comment_its_replies()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        var parent = await ada.PostAsync(_page, "Question");
        var reply = await ada.PostAsync(_page, "Answer", parent);

        var feed = await ReadAsync(SiteFeed);

        AssertFollowsTheRules(feed);
        var entries = feed.Elements(Atom + "entry").ToList();
        var answers = Assert.Single(entries[0].Elements(Thr + "in-reply-to"));
        Assert.Equal($"{_page}#comment-{reply}", LinkOf(entries[0], "alternate"));
        Assert.Equal((string?)entries[1].Element(Atom + "id"), (string?)answers.Attribute("ref"));
        Assert.Equal($"{_page}#comment-{parent}", (string?)answers.Attribute("href"));
        Assert.Equal("text/html", (string?)answers.Attribute("type"));
        var source = await ReadAsync(new Uri((string)answers.Attribute("source")!).PathAndQuery);
        Assert.Contains((string?)answers.Attribute("ref"), source.Elements(Atom + "entry").Select(entry => (string?)entry.Element(Atom + "id")));
        Assert.Equal(1, (int?)entries[1].Element(Thr + "total"));
        Assert.Equal("1", (string?)entries[1].Elements(Atom + "link").Single(link => (string?)link.Attribute("rel") == "replies").Attribute(Thr + "count"));
        Assert.Empty(entries[1].Elements(Thr + "in-reply-to"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(51)]
    [InlineData(120)]
    public async Task Following_next_meets_every_comment_once_newest_first(int comments)
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        for (var i = 0; i < comments; i++)
        {
            await ada.PostAsync(_page, $"Number {i}");
        }

        var texts = new List<string>();
        var pages = new List<XElement>();
        for (var next = ThreadFeed; next is not null; next = LinkOf(pages[^1], "next") is { } link ? new Uri(link).PathAndQuery : null)
        {
            var page = await ReadAsync(next);
            AssertFollowsTheRules(page);
            pages.Add(page);
            texts.AddRange(page.Elements(Atom + "entry").Select(entry => (string)entry.Element(Atom + "content")!));
        }

        Assert.Equal(Enumerable.Range(0, comments).Reverse().Select(i => $"<p dir=\"auto\">Number {i}</p>"), texts);
        Assert.Equal(Math.Max(1, (comments + 49) / 50), pages.Count);
        Assert.Null(LinkOf(pages[0], "previous"));
        Assert.All(pages, page => Assert.Equal(LinkOf(pages[0], "self"), LinkOf(page, "first")));
        for (var i = 1; i < pages.Count; i++)
        {
            Assert.Equal(Ids(pages[i - 1]), Ids(await ReadAsync(new Uri(LinkOf(pages[i], "previous")!).PathAndQuery)));
        }
    }

    [Fact]
    public async Task Ids_do_not_depend_on_what_the_request_calls_the_server()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        await ada.PostAsync(_page, "Text");

        var here = await ReadAsync(SiteFeed);
        var elsewhere = await ReadAsync(SiteFeed, host: "feeds.example");

        Assert.Equal(Ids(here), Ids(elsewhere));
        Assert.Equal((string?)here.Element(Atom + "id"), (string?)elsewhere.Element(Atom + "id"));
        Assert.StartsWith("http://feeds.example/", LinkOf(elsewhere, "self"), StringComparison.Ordinal);
        Assert.DoesNotContain("feeds.example", (await ReadAsync(SiteFeed)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_feed_is_sent_again_only_when_it_has_changed()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        var first = await ada.PostAsync(_page, "First");
        await ada.PostAsync(_page, "Second");

        var before = await TagAsync(ThreadFeed, null);
        var again = await TagAsync(ThreadFeed, before.Tag);
        await ada.DeleteAsync(first).AssertDoneAsync();
        var after = await TagAsync(ThreadFeed, before.Tag);

        Assert.Equal(HttpStatusCode.NotModified, again.Status);
        Assert.Equal(HttpStatusCode.OK, after.Status);
        Assert.Equal("<p dir=\"auto\">Second</p>", (string?)Assert.Single((await ReadAsync(ThreadFeed)).Elements(Atom + "entry")).Element(Atom + "content"));
    }

    [Fact]
    public async Task Held_comments_are_in_no_feed()
    {
        await _application.ChangeSiteAsync(site => site.HoldsComments = true);
        using var ada = await Person.SignInAsync(_application, "Ada");
        await ada.PostAsync(_page, "Held");

        Assert.Empty((await ReadAsync(SiteFeed)).Elements(Atom + "entry"));
        Assert.Empty((await ReadAsync(ThreadFeed)).Elements(Atom + "entry"));
    }

    [Fact]
    public async Task A_thread_with_an_id_of_its_own_has_a_feed()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        await ada.SendAsync(
            HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/comments",
            new { page = _page, thread = "post 1", body = "Text", draftId = Guid.NewGuid() }).AssertDoneAsync();
        await ada.PostAsync(_page, "In the thread of the address");

        var feed = await ReadAsync($"{ThreadFeed}&thread=post%201");

        Assert.Single(feed.Elements(Atom + "entry"));
        Assert.EndsWith("thread=post%201", LinkOf(feed, "self"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_whose_comments_are_elsewhere_has_their_feed_and_count()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        var moved = EmbedApplication.NewPage();
        await ada.PostAsync(_page, "Text");
        await ada.PostAsync(moved, "Old");
        await using (var database = await _application.OpenDatabaseAsync())
        {
            var target = await database.Threads.SingleAsync(t => t.PageAddress == _page, Cancellation);
            await database.Threads.Where(t => t.PageAddress == moved)
                .ExecuteUpdateAsync(set => set.SetProperty(t => t.AliasOfId, target.Id).SetProperty(t => t.CommentCount, 0), Cancellation);
        }

        var feed = await ReadAsync(ThreadReader.AddressOf(moved, "thread.atom"));
        var counts = await ada.SendAsync(HttpMethod.Get, ThreadReader.AddressOf(moved, "counts")).JsonAsync();

        Assert.Equal(_page, LinkOf(feed, "alternate"));
        Assert.Single(feed.Elements(Atom + "entry"));
        Assert.Equal(1, (int)counts["counts"]![0]!["count"]!);
    }

    [Fact]
    public async Task A_request_that_calls_the_server_nothing_is_refused()
    {
        var answer = await _application.Server.SendAsync(context =>
        {
            context.Request.Path = SiteFeed;
            context.Request.Host = new("");
        }, Cancellation);

        Assert.Equal(400, answer.Response.StatusCode);
    }

    [Theory]
    [InlineData("/api/v1/sites/none/comments.atom", HttpStatusCode.NotFound, "site-not-found")]
    [InlineData("/api/v1/sites/test/thread.atom?page=https%3A%2F%2Fevil.example%2F", HttpStatusCode.UnprocessableEntity, "page-invalid")]
    [InlineData("/api/v1/sites/test/comments.atom?before=x", HttpStatusCode.BadRequest, "request-invalid")]
    public async Task What_is_not_there_is_refused(string address, HttpStatusCode status, string code)
    {
        using var nobody = Person.Anonymous(_application);

        await nobody.SendAsync(HttpMethod.Get, address).AssertRefusedAsync(status, code);
    }

    [Fact]
    public async Task Hostile_texts_names_and_titles_stay_XML_and_stay_text()
    {
        const string Hostile = "]]></title><script>alert(1)</script>\u0001\u000B\uFFFE&#0;\u2028\uD83D\uDE00";
        using var ada = await Person.SignInAsync(_application, "<b>Ada</b>&amp;");
        await ada.PostAsync(_page, Hostile);
        await using (var database = await _application.OpenDatabaseAsync())
        {
            // As something that does not clean its input, such as an import, might have left it.
            await database.Threads.ExecuteUpdateAsync(set => set.SetProperty(t => t.Title, Hostile), Cancellation);
        }

        var entry = Assert.Single((await ReadAsync(SiteFeed)).Elements(Atom + "entry"));

        Assert.Equal("<b>Ada</b>&amp;", (string?)entry.Element(Atom + "author")!.Element(Atom + "name"));
        Assert.Equal(
            "Comment by <b>Ada</b>&amp; on ]]></title><script>alert(1)</script>&#0;\u2028\uD83D\uDE00", (string?)entry.Element(Atom + "title"));
        Assert.DoesNotContain("<script>", (string?)entry.Element(Atom + "content"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_naughty_string_fits_in_a_feed()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        foreach (var text in Fixtures.NaughtyStrings())
        {
            (await ada.TryPostAsync(_page, text)).Dispose();
        }

        var count = 0;
        for (var next = SiteFeed; next is not null;)
        {
            var page = await ReadAsync(next);
            count += page.Elements(Atom + "entry").Count();
            next = LinkOf(page, "next") is { } link ? new Uri(link).PathAndQuery : null;
        }

        Assert.Equal((await _application.ReadThreadAsync(_page)).CommentCount, count);
    }

    /// <summary>What RFC 4287 demands of every feed and entry (4.1.1, 4.1.2, 3.3, 4.2.6, 4.2.7).</summary>
    private static void AssertFollowsTheRules(XElement feed)
    {
        Assert.Equal(Atom + "feed", feed.Name);
        foreach (var element in feed.Elements(Atom + "entry").Prepend(feed))
        {
            Assert.StartsWith("urn:uuid:", Assert.Single(element.Elements(Atom + "id")).Value, StringComparison.Ordinal);
            Assert.NotEmpty(Assert.Single(element.Elements(Atom + "title")).Value);
            Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$", Assert.Single(element.Elements(Atom + "updated")).Value);
            Assert.All(element.Elements(Atom + "link"), link => Assert.True(Uri.TryCreate((string?)link.Attribute("href"), UriKind.Absolute, out _)));
            Assert.Distinct(element.Elements(Atom + "link").Select(link => $"{link.Attribute("rel")} {link.Attribute("type")}"), StringComparer.Ordinal);
        }

        Assert.All(feed.Elements(Atom + "entry"), entry => Assert.NotEmpty(entry.Elements(Atom + "author").Single().Element(Atom + "name")!.Value));
        Assert.Distinct(Ids(feed), StringComparer.Ordinal);
        Assert.NotNull(LinkOf(feed, "self"));
    }

    private static IReadOnlyList<string> Ids(XElement feed) => [.. feed.Elements(Atom + "entry").Select(entry => (string)entry.Element(Atom + "id")!)];

    private static string? LinkOf(XElement element, string relation) => (string?)element.Elements(Atom + "link")
        .SingleOrDefault(link => (string?)link.Attribute("rel") == relation)?.Attribute("href");

    private async Task<XElement> ReadAsync(string address, string? host = null)
    {
        using var http = _application.CreateClient();
        http.DefaultRequestHeaders.Host = host;
        using var answer = await http.GetAsync(address, Cancellation);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{address}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancellation)}");
        Assert.Equal("application/atom+xml", answer.Content.Headers.ContentType!.MediaType);
        using var reader = XmlReader.Create(await answer.Content.ReadAsStreamAsync(Cancellation), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, Async = true });
        return await XElement.LoadAsync(reader, LoadOptions.None, Cancellation);
    }

    private async Task<(HttpStatusCode Status, string Tag)> TagAsync(string address, string? known)
    {
        using var http = _application.CreateClient();
        http.DefaultRequestHeaders.TryAddWithoutValidation("If-None-Match", known);
        using var answer = await http.GetAsync(address, Cancellation);
        Assert.False(answer.Headers.ETag!.IsWeak);
        return (answer.StatusCode, answer.Headers.ETag.ToString());
    }
}
