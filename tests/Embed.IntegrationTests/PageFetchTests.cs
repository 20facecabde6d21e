using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using Embed.Server.Admin.SelfCheck;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Embed.IntegrationTests;

/// <summary>The self-check fetches what somebody names: only from where it may, and not without bounds.</summary>
public sealed class PageFetchTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new();
    private PictureHost _host = null!;
    private PageClient _client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _client = new PageClient(_clock);
        _host = await PictureHost.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_page_comes_with_its_headers_and_status_and_tells_its_host_nothing_of_anybody()
    {
        var address = _host.Put("/post", async http =>
        {
            http.Response.StatusCode = 404;
            http.Response.Headers.ContentSecurityPolicy = new(["default-src 'self'", "img-src *"]);
            await http.Response.WriteAsync("<p>Grüße");
        });

        var page = await FetchAsync(address + "#part");

        Assert.Equal((404, "<p>Grüße", _host.Origin), (page.Status, page.Html, page.Origin));
        Assert.Equal(["default-src 'self'", "img-src *"], page.Header("content-security-policy"));
        Assert.All(_host.Requests, headers => Assert.Equal(["Accept", "Accept-Encoding", "Host", "User-Agent"], headers.Keys.Order()));
    }

    [Fact]
    public async Task Five_redirects_are_followed_and_no_more()
    {
        _host.Put("/0", "x"u8.ToArray());
        for (var hop = 1; hop <= 6; hop++)
        {
            _host.Redirect($"/{hop}", $"/{hop - 1}");
        }

        var page = await FetchAsync($"{_host.Origin}/5");

        Assert.Equal(new Uri($"{_host.Origin}/0"), page.Address);
        Assert.Equal(5, page.Passed.Count);
        await Assert.ThrowsAsync<PageNotFetchedException>(() => FetchAsync($"{_host.Origin}/6"));
    }

    [Theory]
    [InlineData("http://10.0.0.1/")]
    [InlineData("http://172.16.0.1/")]
    [InlineData("https://192.168.0.1/")]
    [InlineData("http://100.64.0.1/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://[fd00::1]/")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://[::ffff:10.0.0.1]/")]
    [InlineData("http://[64:ff9b::a00:1]/")]
    public async Task Private_networks_are_asked_neither_at_once_nor_after_a_redirect(string hostile)
    {
        var atOnce = await Assert.ThrowsAsync<PageNotFetchedException>(() => FetchAsync(hostile));
        var redirected = await Assert.ThrowsAsync<PageNotFetchedException>(() => FetchAsync(_host.Redirect("/a", hostile)));

        Assert.Contains("no public address", $"{atOnce}", StringComparison.Ordinal);
        Assert.Contains("no public address", $"{redirected}", StringComparison.Ordinal);
        // Who asks is not told what the server found there.
        Assert.Equal(atOnce.Message, redirected.Message);
    }

    // No address at all: the resolver refuses it before anything is connected to.
    [Fact]
    public async Task The_unspecified_address_is_not_asked_either() =>
        await Assert.ThrowsAsync<PageNotFetchedException>(() => FetchAsync("http://0.0.0.0:1/"));

    [Theory]
    [InlineData("ftp://blog.example/")]
    [InlineData("file:///etc/hostname")]
    [InlineData("https://name:password@blog.example/")]
    public async Task Neither_is_what_may_not_be_named(string hostile)
    {
        Assert.Null(PageAddress.Of(hostile, isLocal: true));
        await Assert.ThrowsAsync<PageNotFetchedException>(() => FetchAsync(_host.Redirect("/a", hostile)));
    }

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://localhost:5000/admin")]
    [InlineData("http://[::1]/")]
    public void This_machine_is_for_sites_on_it_alone(string address)
    {
        Assert.Null(PageAddress.Of(address, isLocal: false));
        Assert.NotNull(PageAddress.Of(address, isLocal: true));
        Assert.Null(PageAddress.Of("https://blog.example/", isLocal: false)!.Redirected(new Uri(address)));
    }

    // With the dot the name does not look like this machine's, but it is.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_name_that_leads_to_this_machine_is_not_followed(bool isLocal)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"http://localhost.:{((IPEndPoint)listener.LocalEndpoint).Port}/";

        await Assert.ThrowsAsync<PageNotFetchedException>(() => FetchAsync(address, isLocal));

        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Two_megabytes_are_read_and_a_body_without_end_is_left()
    {
        var address = _host.Put("/endless", async http =>
        {
            while (!http.RequestAborted.IsCancellationRequested)
            {
                await http.Response.Body.WriteAsync(new byte[16 * 1024], http.RequestAborted);
            }
        });

        Assert.Equal(PageClient.MaxBytes, (await FetchAsync(_host.Put("/large", Enumerable.Repeat((byte)'x', PageClient.MaxBytes).ToArray()))).Html.Length);
        Assert.Contains("longer than 2 MB", (await Assert.ThrowsAsync<PageNotFetchedException>(() => FetchAsync(address))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task What_is_packed_is_counted_unpacked(string encoding)
    {
        async Task PackAsync(HttpContext http, int megabytes)
        {
            http.Response.Headers.ContentEncoding = encoding;
            await using Stream packing = encoding switch
            {
                "gzip" => new GZipStream(http.Response.Body, CompressionLevel.Fastest, leaveOpen: true),
                "br" => new BrotliStream(http.Response.Body, CompressionLevel.Fastest, leaveOpen: true),
                _ => new ZLibStream(http.Response.Body, CompressionLevel.Fastest, leaveOpen: true),
            };
            for (var written = 0; written < megabytes; written++)
            {
                await packing.WriteAsync(new byte[1024 * 1024], http.RequestAborted);
            }
        }

        Assert.Equal(1024 * 1024, (await FetchAsync(_host.Put("/packed", http => PackAsync(http, 1)))).Html.Length);
        Assert.Contains(
            "longer than 2 MB",
            (await Assert.ThrowsAsync<PageNotFetchedException>(() => FetchAsync(_host.Put("/bomb", http => PackAsync(http, 64))))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_packing_or_an_unknown_one_is_a_fault_in_words()
    {
        foreach (var encoding in new[] { "gzip", "zstd" })
        {
            await Assert.ThrowsAsync<PageNotFetchedException>(() => FetchAsync(_host.Put("/broken", async http =>
            {
                http.Response.Headers.ContentEncoding = encoding;
                await http.Response.WriteAsync("This is not packed at all.", http.RequestAborted);
            })));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_takes_longer_than_ten_seconds_is_left(bool hasBegun)
    {
        var isAsked = new TaskCompletionSource();
        var address = _host.Put("/slow", async http =>
        {
            if (hasBegun)
            {
                await http.Response.WriteAsync("x", http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
            }

            isAsked.SetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        });

        var fetching = FetchAsync(address);
        await isAsked.Task.WaitAsync(Cancellation);
        _clock.Advance(PageClient.Patience);

        Assert.Contains("10 seconds", (await Assert.ThrowsAsync<PageNotFetchedException>(() => fetching)).Message, StringComparison.Ordinal);
    }

    private Task<FetchedPage> FetchAsync(string address, bool isLocal = true) =>
        _client.FetchAsync(PageAddress.Of(address, isLocal) ?? throw new ArgumentException(address, nameof(address)), Cancellation);
}
