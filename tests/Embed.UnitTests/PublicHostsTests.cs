using System.Net;
using Embed.Server.Http;

namespace Embed.UnitTests;

/// <summary>Whom our server asks on somebody's word.</summary>
public sealed class PublicHostsTests
{
    [Theory]
    [InlineData("93.184.215.14", true)]
    [InlineData("2606:2800:21f:cb07::1", true)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.31.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("2002:a00:1::", false)]
    [InlineData("2001:db8::1", false)]
    public void An_address_is_public_or_not(string address, bool isPublic) => Assert.Equal(isPublic, PublicHosts.IsPublic(IPAddress.Parse(address)));

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
}
