using Embed.Server.Admin.Sites;

namespace Embed.UnitTests;

/// <summary>What the wizard proposes from the address of a blog.</summary>
public sealed class SiteDraftTests
{
    [Theory]
    [InlineData("https://blog.example", "blog-example", "https://blog.example https://www.blog.example")]
    [InlineData("blog.example/2026/post?x=1#y", "blog-example", "https://blog.example https://www.blog.example")]
    [InlineData("https://www.blog.example", "blog-example", "https://www.blog.example https://blog.example")]
    [InlineData("https://notes.blog.example", "notes-blog-example", "https://notes.blog.example")]
    [InlineData("HTTPS://Blog.Example:8443/", "blog-example", "https://blog.example:8443 https://www.blog.example:8443")]
    [InlineData("http://localhost:5081/", "localhost", "http://localhost:5081")]
    [InlineData("http://127.0.0.1:5081", "127-0-0-1", "http://127.0.0.1:5081")]
    [InlineData("https://bücher.example", "xn--bcher-kva-example", "https://xn--bcher-kva.example https://www.xn--bcher-kva.example")]
    public void Key_and_origins_follow_from_the_address(string typed, string key, string origins)
    {
        var address = SiteDraft.AddressOf(typed);

        Assert.NotNull(address);
        Assert.Equal(key, SiteDraft.KeyOf(address));
        Assert.Equal(origins.Split(' '), SiteDraft.OriginsOf(address));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ftp://blog.example")]
    [InlineData("https://")]
    [InlineData("https://name:secret@blog.example")]
    [InlineData("not an address")]
    public void What_is_no_web_address_proposes_nothing(string typed) => Assert.Null(SiteDraft.AddressOf(typed));

    [Fact]
    public void A_key_is_no_longer_than_keys_may_be() =>
        Assert.True(Embed.Server.Model.Site.IsKey(SiteDraft.KeyOf(new Uri($"https://{new string('a', 60)}.{new string('b', 60)}.example"))));
}
