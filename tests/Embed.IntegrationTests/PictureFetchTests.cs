using System.Net;
using System.Net.Sockets;
using Embed.Server.Pictures;
using Microsoft.Extensions.Time.Testing;

namespace Embed.IntegrationTests;

/// <summary>Fetching what others name: only from where it may be, and not without bounds.</summary>
public sealed class PictureFetchTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new();
    private PictureHost _host = null!;
    private PictureClient _client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _client = new PictureClient(_clock);
        _host = await PictureHost.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_file_comes_as_it_is_and_tells_its_host_nothing_of_anybody()
    {
        var address = _host.Put("/1.png", [1, 2, 3]);

        Assert.Equal([1, 2, 3], await FetchAsync(address));
        Assert.Equal([1, 2, 3], await FetchAsync(address));

        Assert.Equal(2, _host.Requests.Count);
        Assert.All(_host.Requests, headers => Assert.Equal(["Accept", "Host", "User-Agent"], headers.Keys.Order()));
    }

    [Fact]
    public async Task Three_redirects_are_followed_and_no_more()
    {
        _host.Put("/1.png", [1]);
        _host.Redirect("/a", "/1.png");
        _host.Redirect("/b", _host.Origin + "/a");
        var three = _host.Redirect("/c", "/b");
        var four = _host.Redirect("/d", "/c");

        Assert.Equal([1], await FetchAsync(three));
        await Assert.ThrowsAsync<HttpRequestException>(() => FetchAsync(four));
    }

    [Theory]
    [InlineData("https://10.0.0.1/1.png")]
    [InlineData("https://169.254.169.254/latest/meta-data/")]
    [InlineData("https://192.168.0.1/1.png")]
    [InlineData("https://[fd00::1]/1.png")]
    [InlineData("https://[::ffff:10.0.0.1]/1.png")]
    [InlineData("https://[64:ff9b::a00:1]/1.png")]
    public async Task No_redirect_leads_into_a_private_network(string to)
    {
        var fault = await Assert.ThrowsAsync<HttpRequestException>(() => FetchAsync(_host.Redirect("/a", to)));

        Assert.Contains("no public address", fault.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://1.1.1.1/1.png")]
    [InlineData("file:///etc/hostname")]
    [InlineData("https://name:password@blog.example/1.png")]
    public async Task No_redirect_leads_to_what_may_not_be_named(string to)
    {
        var fault = await Assert.ThrowsAsync<HttpRequestException>(() => FetchAsync(_host.Redirect("/a", to)));

        Assert.Equal("answered 302", fault.Message);
    }

    // With the dot the name does not look like this machine's, but it is.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task This_machine_is_not_reached_by_a_name_that_only_leads_to_it(bool isLocal)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"https://localhost.:{((IPEndPoint)listener.LocalEndpoint).Port}/1.png";

        await Assert.ThrowsAsync<HttpRequestException>(() => FetchAsync(address, isLocal));

        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Two_megabytes_are_taken_and_not_a_byte_more()
    {
        Assert.Equal(PictureClient.MaxBytes, (await FetchAsync(_host.Put("/large", new byte[PictureClient.MaxBytes]))).Length);

        // Sent in pieces, so that nothing says beforehand how much comes.
        await Assert.ThrowsAsync<HttpRequestException>(() => FetchAsync(_host.Put("/larger", new byte[PictureClient.MaxBytes + 1])));
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
                await http.Response.Body.WriteAsync(new byte[] { 1 }, http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
            }

            isAsked.SetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        });

        var fetching = FetchAsync(address);
        await isAsked.Task.WaitAsync(Cancellation);
        _clock.Advance(PictureClient.Patience);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetching);
    }

    [Theory]
    [InlineData(204)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(500)]
    public async Task Any_other_answer_is_no_file(int status) => await Assert.ThrowsAsync<HttpRequestException>(() => FetchAsync(_host.Put("/none", http =>
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    })));

    private Task<byte[]> FetchAsync(string address, bool isLocal = true) =>
        _client.FetchAsync(PictureAddress.Of(address, isLocal) ?? throw new ArgumentException(address, nameof(address)), Cancellation);
}
