using Embed.Server.Transfer.Importing;

namespace Embed.UnitTests.Transfer;

public sealed class ImportOptionsTests
{
    [Theory]
    [InlineData("old.example", true)]
    [InlineData(" old.example:8080/blog ", true)]
    [InlineData("http://old.example/blog/", true)]
    [InlineData("https://blog.example", true)]
    [InlineData("localhost:5081", true)]
    [InlineData("", false)]
    [InlineData(" ", false)]
    [InlineData("not a host!!", false)]
    [InlineData("//old.example", false)]
    [InlineData("ftp://old.example", false)]
    [InlineData("javascript://old.example", false)]
    public void What_addresses_begin_with_is_a_host_or_an_address(string text, bool isAddress)
    {
        Assert.Equal(isAddress, ImportOptions.IsAddress(text));
        Assert.Equal(isAddress, new ImportOptions { Rewrites = [new(text, "https://blog.example")] }.IsValid);
        Assert.Equal(isAddress, new ImportOptions { Rewrites = [new("old.example", text)] }.IsValid);
    }

    [Fact]
    public void An_address_has_a_limit()
    {
        Assert.True(ImportOptions.IsAddress($"https://old.example/{new string('a', 1_980)}"));
        Assert.False(ImportOptions.IsAddress($"https://old.example/{new string('a', 1_981)}"));
    }
}
