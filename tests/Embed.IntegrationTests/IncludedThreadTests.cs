using System.Net;
using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>The thread as markup for a page's source, over HTTP.</summary>
public sealed class IncludedThreadTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private const string As = "as=document-fragment";
    private readonly string _page = EmbedApplication.NewPage();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_one_element_with_styles_thread_and_a_link()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var id = await ada.PostAsync(_page, "Text with href=\"/x\" in it and a [link](https://elsewhere.example/)");

        var element = Assert.Single((await application.ReadHtmlAsync(_page, $"{As}&lang=de")).Children);

        Assert.Equal("embed-comments", element.LocalName);
        Assert.Equal(("test", _page, "de"), (element.GetAttribute("site"), element.GetAttribute("page"), element.GetAttribute("lang")));
        var inside = element.ShadowRoot!;
        Assert.Contains(".comment", inside.QuerySelector("style")!.TextContent, StringComparison.Ordinal);
        var comment = inside.QuerySelector($".embed > .thread #comment-{id}")!;
        Assert.Contains("href=\"/x\"", comment.TextContent, StringComparison.Ordinal);
        Assert.Equal($"http://localhost/c/{id}", comment.QuerySelector("a.when")!.GetAttribute("href"));
        Assert.Equal("https://elsewhere.example/", comment.QuerySelector(".body a")!.GetAttribute("href"));
        Assert.Equal(
            $"http://localhost/t/test?page={Uri.EscapeDataString(_page)}&lang=de", element.QuerySelector("a:last-child")!.GetAttribute("href"));
        Assert.NotNull(inside.QuerySelector(".thread[data-version='1']"));
    }

    [Theory]
    [InlineData("thread=an%20%22id%22%3C", "thread", "an \"id\"<")]
    [InlineData("sort=newest", "sort", "newest")]
    [InlineData("sort=sideways", "sort", null)]
    [InlineData("theme=dark", "theme", "dark")]
    [InlineData("theme=%22%3E%3Cscript%3E", "theme", null)]
    public async Task What_was_asked_for_is_stated_outside_and_inside(string more, string name, string? value)
    {
        var element = (await application.ReadHtmlAsync(_page, $"{As}&{more}")).FirstElementChild!;

        Assert.Equal(value, element.GetAttribute(name));
        Assert.Equal(value, element.ShadowRoot!.QuerySelector(".embed")!.GetAttribute($"data-{name}"));
    }

    [Fact]
    public async Task The_address_one_request_came_to_is_not_in_the_answer_to_another()
    {
        using var one = application.CreateClient();
        one.DefaultRequestHeaders.Host = "elsewhere.example";

        var there = await one.GetStringAsync(ThreadReader.AddressOf(_page, more: As), Cancellation);
        using var http = application.CreateClient();
        var here = await http.GetStringAsync(ThreadReader.AddressOf(_page, more: As), Cancellation);

        Assert.Contains("http://elsewhere.example/t/", there, StringComparison.Ordinal);
        Assert.DoesNotContain("elsewhere.example", here, StringComparison.Ordinal);
        Assert.DoesNotContain("localhost", await http.GetStringAsync(ThreadReader.AddressOf(_page), Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_build_may_ask_whether_it_has_changed()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var first = await AskAsync(null);
        using var again = await AskAsync($"{first.Headers.ETag}");
        await ada.PostAsync(_page, "Text");
        using var changed = await AskAsync($"{first.Headers.ETag}");
        using var http = application.CreateClient();
        using var bare = await http.GetAsync(ThreadReader.AddressOf(_page), Cancellation);

        Assert.Equal((HttpStatusCode.NotModified, HttpStatusCode.OK), (again.StatusCode, changed.StatusCode));
        Assert.NotEqual(bare.Headers.ETag, changed.Headers.ETag);
        Assert.True(changed.Headers.CacheControl is { Public: true, NoCache: true });
    }

    [Fact]
    public Task Refuses_pages_that_are_not_the_sites() =>
        application.CreateClient().GetAsync(ThreadReader.AddressOf("https://elsewhere.example/", more: As), Cancellation)
            .AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "page-invalid");

    private async Task<HttpResponseMessage> AskAsync(string? etag)
    {
        var http = application.CreateClient();
        http.DefaultRequestHeaders.TryAddWithoutValidation("If-None-Match", etag);
        return await http.GetAsync(ThreadReader.AddressOf(_page, more: As), Cancellation);
    }
}
