using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Embed.Tests;
using Embed.Widget;

namespace Embed.IntegrationTests;

public sealed class ReadingTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private readonly string _page = EmbedApplication.NewPage();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_page_without_comments_says_so_and_reading_it_writes_nothing()
    {
        var html = await application.ReadHtmlAsync(_page);
        var thread = await application.ReadThreadAsync(_page);

        Assert.Equal(WidgetText.For("en")["Empty"], html.QuerySelector(".empty")?.TextContent);
        Assert.Equal("0", html.QuerySelector(".thread")!.GetAttribute("data-count"));
        Assert.Empty(html.QuerySelectorAll(".comment"));
        Assert.Equal((0, 0L), (thread.CommentCount, thread.Version));
        await using var database = await application.OpenDatabaseAsync();
        Assert.DoesNotContain(database.Threads, row => row.PageAddress == _page);
    }

    [Fact]
    public async Task A_comment_shows_name_time_text_and_its_permalink()
    {
        using var ada = await Person.SignInAsync(application, "<i>Ada</i> & Co");
        var now = application.Clock.GetUtcNow().UtcDateTime;
        var id = await ada.PostAsync(_page, "Text with <b>no</b> markup");

        var comment = (await application.ReadHtmlAsync(_page)).Comment(id);

        Assert.Equal("<i>Ada</i> & Co", comment.QuerySelector(".name")?.TextContent);
        Assert.Equal(now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), comment.QuerySelector("time")?.GetAttribute("datetime"));
        Assert.Equal("Text with <b>no</b> markup", comment.QuerySelector(".body")?.TextContent);
        Assert.Equal($"/c/{id}", comment.QuerySelector("a.when")?.GetAttribute("href"));
        Assert.Null(comment.QuerySelector(".badge"));
    }

    [Theory]
    [InlineData("Moderator")]
    [InlineData("Administrator")]
    public async Task Only_a_moderator_of_the_site_is_marked_as_one(string role)
    {
        using var writer = await Person.SignInAsync(application, "Mo", Enum.Parse<Role>(role));
        var id = await writer.PostAsync(_page, "Back to the topic, please");

        var badge = (await application.ReadHtmlAsync(_page)).Comment(id).QuerySelector(".badge")?.TextContent;

        Assert.Equal(role == "Moderator" ? "Moderator" : null, badge);
    }

    [Fact]
    public async Task A_closed_thread_shows_everything_and_offers_no_form()
    {
        using var moderator = await Person.SignInAsync(application, "Mo", Role.Moderator);
        var id = await moderator.PostAsync(_page, "Last word");
        await moderator.CloseAsync(_page).AssertDoneAsync();

        var html = await application.ReadHtmlAsync(_page);

        Assert.Equal("Last word", html.Comment(id).QuerySelector(".body")?.TextContent);
        Assert.NotNull(html.QuerySelector(".notice.closed"));
        Assert.Empty(html.QuerySelectorAll("form, [data-act=compose], [data-act=reply]"));
    }

    [Fact]
    public async Task Nothing_in_it_depends_on_who_looks()
    {
        using var ada = await Person.SignInAsync(application, "Ada Reader");
        using var ben = await Person.SignInAsync(application, "Ben Writer");
        var id = await ben.PostAsync(_page, "Text");
        await ada.VoteAsync(id, 1).AssertDoneAsync();
        using var nobody = application.CreateClient();

        var seenByAda = await ada.Http.GetStringAsync(ThreadReader.AddressOf(_page), Cancellation);
        var seenByNobody = await nobody.GetStringAsync(ThreadReader.AddressOf(_page), Cancellation);

        Assert.Equal(seenByNobody, seenByAda);
        Assert.DoesNotContain("Ada Reader", seenByAda, StringComparison.Ordinal);
        Assert.DoesNotContain(ada.Token!, seenByAda, StringComparison.Ordinal);
        Assert.All(ThreadReader.Parse(seenByAda).QuerySelectorAll(".vote"), vote => Assert.Equal("false", vote.GetAttribute("aria-pressed")));
    }

    [Fact]
    public async Task No_cookie_is_set_and_any_origin_may_read()
    {
        using var http = application.CreateClient();
        http.DefaultRequestHeaders.Add("Origin", "https://anybody.example");

        foreach (var form in new[] { "thread.html", "thread" })
        {
            using var answer = await http.GetAsync(ThreadReader.AddressOf(_page, form), Cancellation);
            Assert.False(answer.Headers.Contains("Set-Cookie"));
            Assert.Equal(["*"], answer.Headers.GetValues("Access-Control-Allow-Origin"));
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
        }
    }

    [Theory]
    [InlineData("thread.html")]
    [InlineData("thread")]
    public async Task The_same_version_is_answered_with_304_and_every_change_with_a_new_ETag(string form)
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var moderator = await Person.SignInAsync(application, "Mo", Role.Moderator);
        var tags = new List<EntityTagHeaderValue> { await TagAsync(form) };
        long id = 0;
        Func<Task>[] changes =
        [
            async () => id = await ada.PostAsync(_page, "Text"),
            () => ada.EditAsync(id, "New text").AssertDoneAsync(),
            () => moderator.VoteAsync(id, 1).AssertDoneAsync(),
            () => moderator.CloseAsync(_page).AssertDoneAsync(),
            () => moderator.DeleteAsync(id).AssertDoneAsync(),
            () => application.ChangeSiteAsync(site => site.IsNumbered = !site.IsNumbered),
        ];

        foreach (var change in changes)
        {
            await change();
            tags.Add(await TagAsync(form));
        }

        Assert.Equal(tags.Count, tags.Select(tag => tag.Tag).Distinct(StringComparer.Ordinal).Count());
        Assert.All(tags, tag => Assert.False(tag.IsWeak));
        Assert.Equal(HttpStatusCode.NotModified, await StatusAsync(form, tags[^1]));
        Assert.All(await Task.WhenAll(tags.SkipLast(1).Select(tag => StatusAsync(form, tag))), status => Assert.Equal(HttpStatusCode.OK, status));
    }

    [Theory]
    [InlineData("br", "br")]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("gzip;q=1.0, br;q=0", "gzip")]
    [InlineData("zstd", null)]
    [InlineData(null, null)]
    public async Task It_is_sent_in_the_smallest_encoding_the_client_takes(string? accepted, string? encoding)
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        await ada.PostAsync(_page, "A text that is there in every encoding");
        using var request = new HttpRequestMessage(HttpMethod.Get, ThreadReader.AddressOf(_page));
        request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        using var http = application.CreateClient();

        using var answer = await http.SendAsync(request, Cancellation);

        Assert.Equal(encoding, answer.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Contains("Accept-Encoding", answer.Headers.Vary);
        Assert.Contains("Accept-Language", answer.Headers.Vary);
        Assert.Equal("public, no-cache", $"{answer.Headers.CacheControl}".Replace("no-cache, public", "public, no-cache", StringComparison.Ordinal));
        await using var body = await answer.Content.ReadAsStreamAsync(Cancellation);
        await using var plain = encoding switch
        {
            "br" => new BrotliStream(body, CompressionMode.Decompress),
            "gzip" => new GZipStream(body, CompressionMode.Decompress),
            _ => body,
        };
        using var reader = new StreamReader(plain);
        Assert.Contains("in every encoding", await reader.ReadToEndAsync(Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lang=de", null, "de", "ltr", "Antworten")]
    [InlineData("lang=ar", null, "ar", "rtl", null)]
    [InlineData("lang=xx", null, "en", "ltr", "Reply")]
    [InlineData(null, "fr, de-AT;q=0.8, en;q=0.5", "de", "ltr", "Antworten")]
    [InlineData("lang=en", "de", "en", "ltr", "Reply")]
    public async Task It_speaks_the_language_asked_for(string? more, string? accepted, string language, string direction, string? reply)
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var id = await ada.PostAsync(_page, "Text");
        using var http = application.CreateClient();
        http.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Language", accepted);

        var html = ThreadReader.Parse(await http.GetStringAsync(ThreadReader.AddressOf(_page, more: more), Cancellation));

        var thread = html.QuerySelector(".thread")!;
        Assert.Equal((language, direction), (thread.GetAttribute("lang"), thread.GetAttribute("dir")));
        Assert.Equal(reply ?? WidgetText.For(language)["Reply"], html.Comment(id).QuerySelector("[data-act=reply]")?.TextContent);
        // What people wrote keeps the direction of its own words.
        Assert.Equal("auto", html.Comment(id).QuerySelector(".body")?.GetAttribute("dir"));
    }

    [Fact]
    public async Task The_top_level_is_sorted_as_asked_and_replies_always_oldest_first()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var ben = await Person.SignInAsync(application, "Ben");
        var old = await ada.PostAsync(_page, "Old");
        application.Clock.Advance(TimeSpan.FromSeconds(1));
        var liked = await ada.PostAsync(_page, "Liked");
        application.Clock.Advance(TimeSpan.FromSeconds(1));
        var young = await ada.PostAsync(_page, "Young");
        var replies = new[] { await ben.PostAsync(_page, "One", old), await ben.PostAsync(_page, "Two", old) };
        await ben.VoteAsync(liked, 1).AssertDoneAsync();

        Assert.Equal([old, liked, young], await TopAsync("sort=oldest"));
        Assert.Equal([young, liked, old], await TopAsync("sort=newest"));
        Assert.Equal([liked, old, young], await TopAsync("sort=best"));
        Assert.Equal([old, liked, young], await TopAsync(null));
        Assert.Equal([old, liked, young], await TopAsync("sort=17"));
        Assert.Equal(replies, (await application.ReadHtmlAsync(_page, "sort=newest")).Comment(old).QuerySelector("ol.replies")!.Ids());

        async Task<IReadOnlyList<long>> TopAsync(string? sort) =>
            (await application.ReadHtmlAsync(_page, sort)).QuerySelector("ol.comments")!.Ids();
    }

    [Theory]
    [InlineData("?page=https%3A%2F%2Felsewhere.example%2F", HttpStatusCode.UnprocessableEntity, "page-invalid")]
    [InlineData("", HttpStatusCode.UnprocessableEntity, "page-invalid")]
    [InlineData("?page=%00", HttpStatusCode.UnprocessableEntity, "page-invalid")]
    public async Task Refuses_pages_that_are_not_the_sites(string query, HttpStatusCode status, string code)
    {
        using var http = application.CreateClient();

        foreach (var form in new[] { "thread.html", "thread", "thread/events" })
        {
            await http.GetAsync($"/api/v1/sites/{EmbedApplication.Site}/{form}{query}", Cancellation).AssertRefusedAsync(status, code);
        }
    }

    [Fact]
    public async Task Refuses_unknown_sites_and_says_what_to_check()
    {
        using var http = application.CreateClient();

        foreach (var form in new[] { "thread.html", "thread", "thread/events", "counts" })
        {
            await http.GetAsync($"/api/v1/sites/nobody/{form}?page={_page}", Cancellation).AssertRefusedAsync(HttpStatusCode.NotFound, "site-not-found");
        }
    }

    [Fact]
    public async Task Many_spellings_of_an_address_are_one_thread_and_an_id_is_another()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        await ada.PostAsync(_page, "Text");

        foreach (var spelling in new[] { _page + "/", _page + "#top", _page + "/index.html", _page + "?utm_source=x", _page.Replace("https", "http", StringComparison.Ordinal) })
        {
            Assert.Equal(1, (await application.ReadThreadAsync(spelling)).CommentCount);
        }

        Assert.Equal(0, (await application.ReadThreadAsync(_page, "thread=an-id")).CommentCount);
    }

    private async Task<EntityTagHeaderValue> TagAsync(string form)
    {
        using var http = application.CreateClient();
        using var answer = await http.GetAsync(ThreadReader.AddressOf(_page, form), Cancellation);
        return answer.Headers.ETag!;
    }

    private async Task<HttpStatusCode> StatusAsync(string form, EntityTagHeaderValue tag)
    {
        using var http = application.CreateClient();
        http.DefaultRequestHeaders.IfNoneMatch.Add(tag);
        using var answer = await http.GetAsync(ThreadReader.AddressOf(_page, form), Cancellation);
        return answer.StatusCode;
    }
}
