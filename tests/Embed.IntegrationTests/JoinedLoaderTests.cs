using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>Loader and thread in one answer, over HTTP.</summary>
public sealed partial class JoinedLoaderTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private const string Address = $"/embed.js?site={EmbedApplication.Site}&lang=de";
    private readonly string _page = EmbedApplication.NewPage();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Script_has_the_very_fragment_and_ends_with_the_very_loader()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        await ada.PostAsync(_page, "</script> \u2028 \" ' \\ مرحبا 🙂");
        using var http = application.CreateClient();

        var script = await ScriptAsync(Address, _page);

        var joined = JsonNode.Parse(Joined().Match(script).Groups["json"].Value)!;
        Assert.Equal(await http.GetStringAsync(ThreadReader.AddressOf(_page, more: "lang=de"), Cancellation), (string?)joined["html"]);
        Assert.Equal((_page, "de"), ((string?)joined["page"], (string?)joined["lang"]));
        Assert.EndsWith("\n" + await http.GetStringAsync("/embed.js", Cancellation), script, StringComparison.Ordinal);
        Assert.DoesNotContain('<', script.Split('\n')[0]);
        Assert.DoesNotContain('\u2028', script);
        Assert.Contains("مرحبا", script, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_shared_cache_may_keep_it_and_the_browser_asks_again()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var elsewhere = EmbedApplication.NewPage();
        await ada.PostAsync(elsewhere, "Text");
        await ada.PostAsync(_page, "Text");
        using var first = await AskAsync(Address, _page);
        using var again = await AskAsync(Address, _page, $"{first.Headers.ETag}");
        await ada.PostAsync(_page, "Text");
        using var changed = await AskAsync(Address, _page, $"{first.Headers.ETag}");
        using var other = await AskAsync(Address, elsewhere, $"{first.Headers.ETag}");

        Assert.True(first.Headers.CacheControl is { Private: true, NoCache: true, Public: false });
        Assert.Equal(["Accept-Encoding", "Accept-Language", "Referer"], first.Headers.Vary);
        Assert.Equal("text/javascript; charset=utf-8", $"{first.Content.Headers.ContentType}");
        Assert.Equal(["nosniff"], first.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(
            [HttpStatusCode.NotModified, HttpStatusCode.OK, HttpStatusCode.OK], new[] { again, changed, other }.Select(answer => answer.StatusCode));
    }

    [Theory]
    [InlineData(Address, null)]
    [InlineData(Address, EmbedApplication.Origin)]
    [InlineData(Address, EmbedApplication.Origin + "/")]
    [InlineData(Address, "https://elsewhere.example/post")]
    [InlineData(Address, EmbedApplication.Origin + "/post?utm_source=mail")]
    [InlineData(Address, "javascript:alert(1)")]
    [InlineData("/embed.js?site=nobody", EmbedApplication.Origin + "/post")]
    [InlineData("/embed.js?site=", EmbedApplication.Origin + "/post")]
    public async Task Plain_loader_where_no_page_of_the_site_is_named(string address, string? referer)
    {
        using var http = application.CreateClient();

        using var answer = await AskAsync(address, referer);

        Assert.Equal(await http.GetStringAsync("/embed.js", Cancellation), await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.True(answer.Headers.CacheControl is { Private: true, NoCache: true });
        Assert.Contains("Referer", answer.Headers.Vary);
    }

    [Fact]
    public async Task Plain_address_is_shared_whatever_the_Referer()
    {
        using var answer = await AskAsync("/embed.js", _page);

        Assert.True(answer.Headers.CacheControl is { Public: true, Private: false });
        Assert.DoesNotContain("Referer", answer.Headers.Vary);
    }

    // Every reader waits for it, so what it need not do goes into the files that come later. About 7,140 bytes in English when
    // this was written; whoever has to raise the budget says why in the commit.
    [Fact]
    public async Task Loader_costs_a_reader_no_more_than_its_budget()
    {
        using var http = application.CreateClient();
        http.DefaultRequestHeaders.Add("Accept-Encoding", "br");

        using var answer = await http.GetAsync("/embed.js", Cancellation);

        Assert.Equal(["br"], answer.Content.Headers.ContentEncoding);
        Assert.InRange((await answer.Content.ReadAsByteArrayAsync(Cancellation)).Length, 1_000, 7_300);
    }

    private async Task<string> ScriptAsync(string address, string referer)
    {
        using var answer = await AskAsync(address, referer);
        return await answer.Content.ReadAsStringAsync(Cancellation);
    }

    private async Task<HttpResponseMessage> AskAsync(string address, string? referer, string? etag = null)
    {
        var http = application.CreateClient();
        http.DefaultRequestHeaders.TryAddWithoutValidation("Referer", referer);
        http.DefaultRequestHeaders.TryAddWithoutValidation("If-None-Match", etag);
        return await http.GetAsync(address, Cancellation);
    }

    [GeneratedRegex(@"^document\.currentScript\.joined=(?<json>\{.*\});\n", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Joined();
}
