using Embed.Server.Transfer.Formats;

namespace Embed.UnitTests.Transfer;

/// <summary>What other systems call a page by.</summary>
public sealed class PageTermTests
{
    [Theory]
    [InlineData("https://bakery.example/rye", null, "https://bakery.example/rye", null, null)]
    [InlineData("https://bakery.example/rye", "https://other.example/", "https://bakery.example/rye", null, null)]
    [InlineData("/posts/rye/", null, "/posts/rye/", null, null)]
    [InlineData("posts/rye", null, "/posts/rye", null, null)]
    [InlineData("posts/r%C3%BCben", null, "/posts/r%C3%BCben", null, null)]
    [InlineData("index", null, "/", null, null)]
    [InlineData("index", "https://bakery.example/", "/", null, null)]
    [InlineData("//evil.example/rye", null, "/evil.example/rye", null, null)]
    [InlineData("posts/rye", "https://bakery.example/posts/rye.html?day=1", "/posts/rye.html", null, null)]
    [InlineData("posts/rye", "https://bakery.example/posts/spelt.html", "/posts/rye", null, null)]
    [InlineData("How to bake rye", "https://bakery.example/posts/rye", "https://bakery.example/posts/rye", null, "How to bake rye")]
    [InlineData("How to bake rye", "http://localhost:1313/posts/rye", "/posts/rye", null, "How to bake rye")]
    [InlineData("How to bake rye", null, null, "How to bake rye", null)]
    [InlineData("How to bake rye", "javascript:alert(1)", null, "How to bake rye", null)]
    [InlineData("黑麦/面包", null, null, "黑麦/面包", null)]
    [InlineData("  ", null, null, null, null)]
    [InlineData(null, null, null, null, null)]
    public void A_page_is_an_address_a_path_or_what_its_snippet_says(string? term, string? link, string? address, string? id, string? title)
    {
        var thread = PageTerm.Thread("1", "row 1", term, link);

        Assert.Equal((address, id, title), (thread.Address, thread.ExplicitId, thread.Title));
    }
}
