using System.Net;
using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>Server-sent events: what an open page hears of its threads.</summary>
public sealed class EventsTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private readonly string _page = EmbedApplication.NewPage();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_present_version_comes_first_and_then_every_change()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        await using var events = await ListenAsync();
        Assert.Equal("0", await events.NextAsync());

        var id = await ada.PostAsync(_page, "Secret words");
        Assert.Equal("1", await events.NextAsync());
        await ada.EditAsync(id, "Other secret words").AssertDoneAsync();
        Assert.Equal("2", await events.NextAsync());
        await ada.DeleteAsync(id).AssertDoneAsync();
        Assert.Equal("3", await events.NextAsync());
    }

    [Fact]
    public async Task An_event_is_a_version_and_nothing_else()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        await using var events = await ListenAsync();
        await events.NextAsync();
        await ada.PostAsync(_page, "Secret words");

        await events.NextAsync();

        Assert.Equal("retry: 5000\n\nevent: version\nid: 0\ndata: 0\n\nevent: version\nid: 1\ndata: 1\n\n", events.Seen);
    }

    [Fact]
    public async Task What_happens_on_other_pages_is_not_heard()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        await using var events = await ListenAsync();
        await events.NextAsync();

        await ada.PostAsync(EmbedApplication.NewPage(), "Elsewhere");
        await ada.PostAsync(_page, "Here");

        Assert.Equal("1", await events.NextAsync());
    }

    [Fact]
    public async Task Any_origin_may_listen_and_no_cache_or_proxy_keeps_anything_back()
    {
        await using var events = await ListenAsync();

        Assert.Equal(["*"], events.Answer.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.Equal("text/event-stream", events.Answer.Content.Headers.ContentType?.MediaType);
        Assert.True(events.Answer.Headers.CacheControl is { NoCache: true, NoStore: true });
        Assert.Equal(["no"], events.Answer.Headers.GetValues("X-Accel-Buffering"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_comes_back_hears_what_was_missed_and_nothing_twice(bool byHeader)
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        await ada.PostAsync(_page, "One");
        await using var before = await ListenAsync();
        Assert.Equal("1", await before.NextAsync());

        await using (var nothingNew = await ListenAsync(last: before.Id, byHeader: byHeader))
        {
            await ada.PostAsync(_page, "Two");
            Assert.Equal("2", await nothingNew.NextAsync());
        }

        await using var missed = await ListenAsync(last: before.Id, byHeader: byHeader);
        Assert.Equal("2", await missed.NextAsync());
    }

    [Theory]
    [InlineData("1,2")]
    [InlineData("x")]
    [InlineData("-1")]
    public async Task An_id_that_is_none_of_ours_counts_as_nothing_seen(string last)
    {
        await using var events = await ListenAsync(last: last);

        Assert.Equal("0", await events.NextAsync());
    }

    [Fact]
    public async Task One_connection_follows_threads_of_several_pages_and_sites()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var otherPage = EmbedApplication.NewPage();
        var otherSites = EmbedApplication.NewPage(EmbedApplication.OtherOrigin);
        using var ben = await Person.SignInAsync(application, "Ben", site: EmbedApplication.OtherSite, origin: EmbedApplication.OtherOrigin);
        await ada.PostAsync(otherPage, "There already");
        var threads = Address((EmbedApplication.Site, _page, ""), (EmbedApplication.Site, otherPage, ""), (EmbedApplication.OtherSite, otherSites, ""));
        await using var events = await ListenAsync(threads);
        Assert.Equal("0,1,0", await events.NextAsync());

        await ada.PostAsync(_page, "Here");
        Assert.Equal("1,1,0", await events.NextAsync());
        await ben.PostAsync(otherSites, "On the other site");
        Assert.Equal("1,1,1", await events.NextAsync());

        await using var resumed = await ListenAsync(threads, last: "1,1,0");
        Assert.Equal("1,1,1", await resumed.NextAsync());
        Assert.Equal("1,1,1", resumed.Id);
    }

    [Fact]
    public async Task Threads_with_ids_of_their_own_are_told_apart()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        await using var events = await ListenAsync(Address((EmbedApplication.Site, _page, "one"), (EmbedApplication.Site, _page, "")));
        Assert.Equal("0,0", await events.NextAsync());

        await ada.PostAsync(_page, "Without an id");

        Assert.Equal("0,1", await events.NextAsync());
    }

    [Fact]
    public async Task A_quiet_stream_says_something_from_time_to_time()
    {
        await using var own = new EmbedApplication();
        await using var events = await EventListener.OpenAsync(own, ThreadReader.AddressOf(_page, "thread/events"));
        await events.NextAsync();

        own.Clock.Advance(TimeSpan.FromSeconds(25));
        Assert.EndsWith("data: 0\n\n: \n\n", await events.ReadOnAsync(), StringComparison.Ordinal);
        own.Clock.Advance(TimeSpan.FromSeconds(25));
        Assert.EndsWith("data: 0\n\n: \n\n: \n\n", await events.ReadOnAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?site=nowhere&page=x", HttpStatusCode.NotFound, "site-not-found")]
    [InlineData("?site=test&page=https://elsewhere.example/", HttpStatusCode.UnprocessableEntity, "page-invalid")]
    [InlineData("", HttpStatusCode.BadRequest, "request-invalid")]
    [InlineData("?site=test", HttpStatusCode.BadRequest, "request-invalid")]
    [InlineData("?site=test&page=https://blog.example/&thread=a&thread=b", HttpStatusCode.BadRequest, "request-invalid")]
    public async Task What_cannot_be_followed_is_refused(string query, HttpStatusCode status, string code)
    {
        using var http = application.CreateClient();

        await http.GetAsync("/api/v1/events" + query, Cancellation).AssertRefusedAsync(status, code);
    }

    [Fact]
    public async Task Twenty_threads_are_followed_and_one_more_is_refused()
    {
        var threads = Enumerable.Range(1, 20).Select(i => (EmbedApplication.Site, _page, $"{i}")).ToArray();
        await using var events = await ListenAsync(Address(threads));
        Assert.Equal(string.Join(',', threads.Select(_ => "0")), await events.NextAsync());

        using var http = application.CreateClient();
        await http.GetAsync(Address([.. threads, threads[0]]), Cancellation)
            .AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "too-many-threads");
    }

    [Fact]
    public async Task One_address_holds_no_more_streams_than_allowed_and_a_closed_one_makes_room()
    {
        await using var own = new EmbedApplication();
        own.Settings["Embed:Limits:StreamsPerAddress"] = "1";
        own.Settings["Embed:Limits:CircuitsPerAddress"] = "1";
        var address = ThreadReader.AddressOf(_page, "thread/events");
        var first = await EventListener.OpenAsync(own, address);
        await first.NextAsync();
        using var http = own.CreateClient();

        using (var refused = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, Cancellation))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Equal(["*"], refused.Headers.GetValues("Access-Control-Allow-Origin"));
            Assert.Equal(TimeSpan.FromMinutes(5), refused.Headers.RetryAfter?.Delta);
        }

        await first.DisposeAsync();
        HttpStatusCode status;
        do
        {
            // The server hears of the closed connection a moment later.
            using var again = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, Cancellation);
            status = again.StatusCode;
        }
        while (status == HttpStatusCode.ServiceUnavailable);

        Assert.Equal(HttpStatusCode.OK, status);
    }

    private static string Address(params (string Site, string Page, string Thread)[] threads) => "/api/v1/events?" + string.Join('&', threads.Select(
        thread => $"site={thread.Site}&page={Uri.EscapeDataString(thread.Page)}&thread={thread.Thread}"));

    private Task<EventListener> ListenAsync(string? address = null, string? last = null, bool byHeader = true) =>
        EventListener.OpenAsync(application, address ?? ThreadReader.AddressOf(_page, "thread/events"), last, byHeader);
}
