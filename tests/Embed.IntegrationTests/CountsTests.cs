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
    public async Task Asked_for_nothing_it_answers_nothing()
    {
        using var nobody = Person.Anonymous(application);

        Assert.Empty(await CountsAsync(nobody));
    }

    private static async Task<IReadOnlyList<(string, int)>> CountsAsync(Person person, params string[] pages)
    {
        var answer = await person.SendAsync(HttpMethod.Get, AddressOf(pages)).JsonAsync();
        return [.. answer["counts"]!.AsArray().Select(item => ((string)item!["page"]!, (int)item["count"]!))];
    }

    private static string AddressOf(string[] pages) =>
        $"/api/v1/sites/{EmbedApplication.Site}/counts?{string.Join('&', pages.Select(page => $"page={Uri.EscapeDataString(page)}"))}";
}
