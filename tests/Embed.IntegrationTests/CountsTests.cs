using System.Net;
using Embed.Tests;

namespace Embed.IntegrationTests;

public sealed class CountsTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    [Fact]
    public async Task Counts_come_in_the_order_asked_for_with_the_address_as_asked()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var (two, none, one) = (EmbedApplication.NewPage(), EmbedApplication.NewPage(), EmbedApplication.NewPage());
        await ada.PostAsync(two, "One");
        await ada.PostAsync(two, "Two");
        var id = await ada.PostAsync(one, "One");
        await ada.PostAsync(one, "Reply", id);
        await ada.DeleteAsync(id).AssertDoneAsync();

        var counts = await CountsAsync(ada, one + "#top", two, none, two, "https://elsewhere.example/", "nonsense");

        Assert.Equal([(one + "#top", 1), (two, 2), (none, 0), (two, 2)], counts);
    }

    [Fact]
    public async Task Takes_100_pages_and_refuses_one_more()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var pages = Enumerable.Range(0, 101).Select(number => $"{EmbedApplication.Origin}/{number}").ToArray();

        Assert.Equal(100, (await CountsAsync(ada, pages[1..])).Count);
        await ada.SendAsync(HttpMethod.Get, AddressOf(pages)).AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "too-many-pages");
    }

    [Fact]
    public async Task What_one_reader_asks_is_not_the_answer_to_what_another_asks()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var (first, second) = (EmbedApplication.NewPage(), EmbedApplication.NewPage());
        await ada.PostAsync(first, "One");

        Assert.Empty(await CountsAsync(ada, $"{first}\n{second}"));

        Assert.Equal([(first, 1), (second, 0)], await CountsAsync(ada, first, second));
    }

    [Fact]
    public async Task Asked_for_nothing_it_answers_nothing()
    {
        using var nobody = Person.Anonymous(application);

        Assert.Empty(await CountsAsync(nobody));
    }

    [Fact]
    public async Task Threads_with_ids_of_their_own_are_counted_too()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var id = $"post {Guid.NewGuid():N}";
        await ada.SendAsync(
            HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/comments",
            new { page = EmbedApplication.NewPage(), thread = id, body = "Text", draftId = Guid.NewGuid() }).AssertDoneAsync();

        var answer = await ada.SendAsync(
            HttpMethod.Get, $"/api/v1/sites/{EmbedApplication.Site}/counts?thread=none&thread={Uri.EscapeDataString(id)}&thread=&thread={new string('x', 201)}").JsonAsync();

        Assert.Empty(answer["counts"]!.AsArray());
        Assert.Equal([("none", 0), (id, 1)], answer["threads"]!.AsArray().Select(item => ((string)item!["thread"]!, (int)item["count"]!)));
    }

    [Fact]
    public async Task Pages_and_threads_share_the_limit()
    {
        using var nobody = Person.Anonymous(application);
        var pages = Enumerable.Range(0, 60).Select(number => $"{EmbedApplication.Origin}/{number}").ToArray();
        var threads = string.Concat(Enumerable.Range(0, 41).Select(number => $"&thread={number}"));

        await nobody.SendAsync(HttpMethod.Get, AddressOf(pages) + threads).AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "too-many-pages");
    }

    [Fact]
    public async Task Counts_are_asked_for_every_time_and_sent_when_they_have_changed()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        var page = EmbedApplication.NewPage();

        using var before = await ada.SendAsync(HttpMethod.Get, AddressOf([page]));
        ada.Http.DefaultRequestHeaders.TryAddWithoutValidation("If-None-Match", before.Headers.ETag!.ToString());
        // A change elsewhere on the site.
        await ada.PostAsync(EmbedApplication.NewPage(), "Elsewhere");
        using var unchanged = await ada.SendAsync(HttpMethod.Get, AddressOf([page]));
        await ada.PostAsync(page, "Here");
        using var changed = await ada.SendAsync(HttpMethod.Get, AddressOf([page]));

        Assert.Equal("public, no-cache", before.Headers.GetValues("Cache-Control").Single());
        Assert.Equal("*", before.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
    }

    private static async Task<IReadOnlyList<(string, int)>> CountsAsync(Person person, params string[] pages)
    {
        var answer = await person.SendAsync(HttpMethod.Get, AddressOf(pages)).JsonAsync();
        return [.. answer["counts"]!.AsArray().Select(item => ((string)item!["page"]!, (int)item["count"]!))];
    }

    private static string AddressOf(string[] pages) =>
        $"/api/v1/sites/{EmbedApplication.Site}/counts?{string.Join('&', pages.Select(page => $"page={Uri.EscapeDataString(page)}"))}";
}
