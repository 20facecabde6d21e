using AngleSharp.Html.Parser;
using Embed.Server.Admin;

namespace Embed.IntegrationTests;

/// <summary>What the wizard has people copy is what the contract says.</summary>
public sealed class SnippetTests
{
    [Fact]
    public void The_snippet_is_the_one_that_the_contract_begins_with()
    {
        var contract = string.Join('\n', Repository.Read("widget/README.md").Split('\n').SkipWhile(line => !line.StartsWith("    <script", StringComparison.Ordinal))
            .TakeWhile(line => line.StartsWith("    ", StringComparison.Ordinal)).Select(line => line[4..]));

        Assert.StartsWith("<script async crossorigin", contract, StringComparison.Ordinal);
        Assert.Equal(contract, Snippets.Html("https://comments.example", "my-blog"));
    }

    [Fact]
    public void Every_generators_has_the_same_address_and_site_and_an_element()
    {
        var snippets = Snippets.For("https://comments.example", "my-blog");

        Assert.True(snippets.Count >= 8);
        Assert.Distinct(snippets.Select(snippet => snippet.Generator));
        Assert.All(snippets, snippet =>
        {
            Assert.Contains("https://comments.example/embed.js", snippet.Code, StringComparison.Ordinal);
            Assert.Contains("my-blog", snippet.Code, StringComparison.Ordinal);
            Assert.NotNull(new HtmlParser().ParseDocument(snippet.Code).QuerySelector("embed-comments"));
        });
    }
}
