using Embed.Server.Http;

namespace Embed.UnitTests;

/// <summary>Whom our server asks because an administrator named them.</summary>
public sealed class PublicHostsTests
{
    [Theory]
    [InlineData("https://blog.example/jwks.json", true)]
    [InlineData("http://localhost:5000/jwks.json", true)]
    [InlineData("http://127.0.0.1/jwks.json", true)]
    [InlineData("http://blog.example/jwks.json", false)]
    [InlineData("https://10.0.0.1/jwks.json", false)]
    [InlineData("https://[fd00::1]/jwks.json", false)]
    [InlineData("https://169.254.169.254/latest/meta-data", false)]
    [InlineData("https://2130706433/", true)]
    [InlineData("https://user:secret@blog.example/", false)]
    [InlineData("https://blog.example/#keys", false)]
    [InlineData("file:///etc/passwd", false)]
    public void An_address_may_be_asked_or_not(string address, bool may) => Assert.Equal(may, PublicHosts.MayAsk(new Uri(address)));

    [Theory]
    [InlineData("https://169.254.169.254:1/")]
    [InlineData("https://[fd00::1]:1/")]
    [InlineData("https://[::ffff:10.0.0.1]:1/")]
    [InlineData("https://192.168.255.255:1/")]
    public async Task A_connection_to_no_public_address_is_not_begun(string address)
    {
        using var http = new HttpClient(PublicHosts.CreateHandler());

        var fault = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri(address), TestContext.Current.CancellationToken));

        Assert.Contains("no public address", fault.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    // On this machine, but not by a name that says so. Nobody listens there: what matters is whether it is tried.
    [InlineData("http://[::ffff:127.0.0.2]:1/api", true)]
    [InlineData("http://[::ffff:127.0.0.2]:2/api", false)]
    [InlineData("http://[::ffff:127.0.0.3]:1/api", false)]
    public async Task A_host_and_port_that_the_settings_name_may_be_anywhere(string address, bool isTried)
    {
        using var http = new HttpClient(PublicHosts.CreateHandler(new Uri("http://[::ffff:127.0.0.2]:1/api/v3")));

        var fault = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri(address), TestContext.Current.CancellationToken));

        Assert.Equal(isTried, !fault.ToString().Contains("no public address", StringComparison.Ordinal));
    }
}
