using System.Net;
using Embed.Server.Http;
using Embed.Server.Pictures;

namespace Embed.UnitTests;

/// <summary>What is fetched for others comes from the public internet.</summary>
public sealed class PublicAddressTests
{
    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("185.199.108.133")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:50c0:8000::153")]
    [InlineData("2a00:1450:4001::1")]
    public void Addresses_of_the_internet_are_public(string address) => Assert.True(PublicAddress.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.8")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.251")]
    [InlineData("239.255.255.250")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::7f00:1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("100::1")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("3fff::1")]
    [InlineData("5f00::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%2")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void All_others_are_not(string address) => Assert.False(PublicAddress.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("https://avatars.example/1?v=4", false, true)]
    [InlineData("https://avatars.example/1?v=4", true, true)]
    [InlineData("http://avatars.example/1", true, false)]
    [InlineData("http://localhost:5082/avatars/1", true, true)]
    [InlineData("http://localhost:5082/avatars/1", false, false)]
    [InlineData("https://localhost/1", false, false)]
    [InlineData("https://127.0.0.1/1", false, false)]
    [InlineData("https://0x7f.1/1", false, false)]
    [InlineData("https://[::1]/1", false, false)]
    [InlineData("ftp://localhost/1", true, false)]
    [InlineData("file:///etc/passwd", true, false)]
    [InlineData("data:image/png;base64,AAAA", true, false)]
    [InlineData("https://user:password@avatars.example/1", false, false)]
    [InlineData("/avatars/1", true, false)]
    [InlineData("", true, false)]
    [InlineData(null, true, false)]
    public void Pictures_are_fetched_from_secure_addresses_and_from_this_machine_only_for_providers_on_it(string? named, bool isLocal, bool isFetched) =>
        Assert.Equal(isFetched, PictureAddress.Of(named, isLocal) is not null);

    [Fact]
    public void No_address_is_longer_than_any_of_a_picture()
    {
        const string Start = "https://avatars.example/";

        Assert.NotNull(PictureAddress.Of(Start + new string('a', PictureAddress.MaxCharacters - Start.Length), isLocal: false));
        Assert.Null(PictureAddress.Of(Start + new string('a', PictureAddress.MaxCharacters + 1 - Start.Length), isLocal: false));
    }
}
