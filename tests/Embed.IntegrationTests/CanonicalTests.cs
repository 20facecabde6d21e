using System.Net.Http.Json;
using Embed.Tests;
using Embed.Widget;

namespace Embed.IntegrationTests;

/// <summary>A page that says which address is its own, and a site that says which parameters are part of addresses.</summary>
public sealed class CanonicalTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private readonly string _page = EmbedApplication.NewPage();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_way_to_a_thread_honours_the_canonical_address()
    {
        using var ada = await Person.SignInAsync(application, "Ada", Role.Moderator);
        var (print, more) = ($"{_page}?view=print", $"canonical={Uri.EscapeDataString(_page)}");

        await ada.SendAsync(
            HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/comments",
            new { page = print, canonical = _page, body = "Text", draftId = Guid.NewGuid() }).AssertDoneAsync();
        await ada.SendAsync(
            HttpMethod.Patch, ThreadReader.AddressOf(print, "thread", more), new { isClosed = true }).AssertDoneAsync();
        await ada.SendAsync(
            HttpMethod.Patch, ThreadReader.AddressOf(print, "thread", more), new { isClosed = false }).AssertDoneAsync();
        await using var live = await LiveThread.OpenAsync(application, print, ada.Token);
        var opened = await live.Session.OpenAsync(
            new ThreadRequest(EmbedApplication.Site, print, null, null, null, ada.Token, Canonical: _page), Cancellation);
        Assert.Null((await live.Session.PostAsync(null, "More", Guid.NewGuid(), Cancellation)).Refusal);
        using var own = await OwnOrigin.OpenAsync(application);
        var page = await own.ReadAsync($"/t/{EmbedApplication.Site}?page={Uri.EscapeDataString(print)}&{more}");

        Assert.Equal(1, opened.Thread!.CommentCount);
        Assert.Equal(2, (await application.ReadThreadAsync(_page)).CommentCount);
        Assert.Equal(2, (await application.ReadThreadAsync(print, more)).CommentCount);
        Assert.Equal(2, (await application.ReadHtmlAsync(print, more)).QuerySelectorAll(".comment").Length);
        Assert.Equal(0, (await application.ReadThreadAsync(print)).CommentCount);
        Assert.Equal(2, page.QuerySelectorAll(".comment").Length);
        Assert.Equal(_page, page.QuerySelector("a")!.GetAttribute("href"));
    }

    [Fact]
    public async Task A_canonical_address_elsewhere_does_not_count()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        await ada.PostAsync(_page, "Text");

        var thread = await application.ReadThreadAsync(_page, "canonical=https%3A%2F%2Felsewhere.example%2F");

        Assert.Equal(1, thread.CommentCount);
    }

    [Fact]
    public async Task Parameters_that_a_site_does_not_name_lead_to_one_thread()
    {
        await application.ChangeSiteAsync(site => site.QueryParameters = ["p"], EmbedApplication.OtherSite);
        using var ada = await Person.SignInAsync(application, "Ada", site: EmbedApplication.OtherSite, origin: EmbedApplication.OtherOrigin);
        var page = EmbedApplication.NewPage(EmbedApplication.OtherOrigin);
        await ada.PostAsync($"{page}?p=1&lang=de", "Text");
        using var http = application.CreateClient();
        var address = $"/api/v1/sites/{EmbedApplication.OtherSite}/thread?page={Uri.EscapeDataString(page)}";

        var same = await http.GetFromJsonAsync<ThreadJson>($"{address}%3Futm_source%3Dx%26p%3D1", Cancellation);
        var other = await http.GetFromJsonAsync<ThreadJson>($"{address}%3Fp%3D2", Cancellation);

        Assert.Equal((1, $"{page}?p=1"), (same!.CommentCount, same.PageAddress));
        Assert.Equal(0, other!.CommentCount);
    }
}
