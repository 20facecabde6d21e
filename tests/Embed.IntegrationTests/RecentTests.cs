using System.Net;
using System.Text.Json.Nodes;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>A site's latest comments as JSON.</summary>
public sealed class RecentTests : IAsyncDisposable
{
    // A server for each test: the list is of the whole site.
    private readonly EmbedApplication _application = new();
    private readonly string _page = EmbedApplication.NewPage();

    private static string Address => $"/api/v1/sites/{EmbedApplication.Site}/recent";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public async Task Latest_come_first_with_what_a_list_shows()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        await ada.TryPostAsync(_page, "Older", title: "The page").AssertDoneAsync();
        var id = await ada.PostAsync(_page, "Some **strong** words & <b>signs</b>\n\nand a second paragraph");

        var comments = await RecentAsync();

        Assert.Equal(2, comments.Count);
        var newest = comments[0]!;
        Assert.Equal(id, (long)newest["id"]!);
        Assert.Equal("Ada", (string?)newest["authorName"]);
        Assert.Equal("Some strong words & <b>signs</b> and a second paragraph", (string?)newest["excerpt"]);
        Assert.Equal($"{_page}#comment-{id}", (string?)newest["address"]);
        Assert.Equal(_page, (string?)newest["pageAddress"]);
        Assert.Equal("The page", (string?)newest["pageTitle"]);
        Assert.Equal("2030-01-02T12:00:00+00:00", (string?)newest["postedAt"]);
        Assert.Equal(ada.Id, (long)newest["author"]!);
        Assert.Null(newest["authorPicture"]);
        Assert.Equal(9, newest.AsObject().Count);
    }

    [Fact]
    public async Task Only_as_many_as_asked_for_and_only_of_the_site()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        using var other = await Person.SignInAsync(_application, "Bob", site: EmbedApplication.OtherSite, origin: EmbedApplication.OtherOrigin);
        for (var i = 1; i <= 7; i++)
        {
            await ada.PostAsync(_page, $"Number {i}");
        }

        await other.PostAsync($"{EmbedApplication.OtherOrigin}/page", "Elsewhere");

        Assert.Equal(["Number 7", "Number 6"], Excerpts(await RecentAsync("?count=2")));
        Assert.Equal(5, (await RecentAsync()).Count);
        Assert.Equal(7, (await RecentAsync("?count=50")).Count);
    }

    [Theory]
    [InlineData("?count=0", HttpStatusCode.UnprocessableEntity, "count-invalid")]
    [InlineData("?count=51", HttpStatusCode.UnprocessableEntity, "count-invalid")]
    [InlineData("?count=many", HttpStatusCode.BadRequest, "request-invalid")]
    public async Task Refuses_other_numbers(string query, HttpStatusCode status, string code)
    {
        using var nobody = Person.Anonymous(_application);

        await nobody.SendAsync(HttpMethod.Get, Address + query).AssertRefusedAsync(status, code);
    }

    [Fact]
    public async Task Changes_are_seen_at_once()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        Assert.Empty(await RecentAsync());

        var first = await ada.PostAsync(_page, "First");
        var second = await ada.PostAsync(_page, "Second", first);
        Assert.Equal(["Second", "First"], Excerpts(await RecentAsync()));
        await ada.EditAsync(second, "Second, edited").AssertDoneAsync();
        Assert.Equal(["Second, edited", "First"], Excerpts(await RecentAsync()));
        await ada.DeleteAsync(first).AssertDoneAsync();

        Assert.Equal(["Second, edited"], Excerpts(await RecentAsync()));
    }

    [Fact]
    public async Task What_is_held_or_rejected_is_not_there()
    {
        await _application.ChangeSiteAsync(site => site.HoldsComments = true);
        using var ada = await Person.SignInAsync(_application, "Ada");
        using var moderator = await Person.SignInAsync(_application, "Marta", Role.Moderator);
        var published = await ada.PostAsync(_page, "To be published");
        var rejected = await ada.PostAsync(_page, "To be rejected");
        Assert.Empty(await RecentAsync());

        await moderator.JudgeAsync(published, publish: true).AssertDoneAsync();
        await moderator.JudgeAsync(rejected, publish: false).AssertDoneAsync();

        Assert.Equal(["To be published"], Excerpts(await RecentAsync()));
    }

    [Fact]
    public async Task An_unchanged_list_is_not_sent_again()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        var id = await ada.PostAsync(_page, "Text");
        using var bob = await Person.SignInAsync(_application, "Bob");

        var before = await TagAsync(null);
        // A vote is a change of the thread, but not of the list.
        await bob.VoteAsync(id, 1).AssertDoneAsync();
        var unchanged = await TagAsync(before.Tag);
        await ada.EditAsync(id, "Text, edited").AssertDoneAsync();
        var changed = await TagAsync(before.Tag);

        Assert.Equal("public, no-cache", before.CacheControl);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.Status);
        Assert.Equal(HttpStatusCode.OK, changed.Status);
        Assert.NotEqual(before.Tag, changed.Tag);
    }

    [Fact]
    public async Task Many_readers_cost_one_reading()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        await ada.PostAsync(_page, "Text");
        await RecentAsync();

        // Behind the server's back: who sees it has read the database again.
        await using (var database = await _application.OpenDatabaseAsync())
        {
            await database.Comments.ExecuteUpdateAsync(set => set.SetProperty(c => c.BodyHtml, "<p>Changed</p>"), Cancellation);
        }

        Assert.Equal(["Text"], Excerpts(await RecentAsync()));
    }

    [Fact]
    public async Task A_new_name_is_shown_at_once()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        await ada.PostAsync(_page, "Text");
        await RecentAsync();

        await using (var database = await _application.OpenDatabaseAsync())
        {
            await database.Commenters.ExecuteUpdateAsync(set => set.SetProperty(c => c.Name, "Augusta"), Cancellation);
        }

        await _application.ChangeSiteAsync(site => site.NamesRevision++);

        Assert.Equal("Augusta", (string?)(await RecentAsync())[0]!["authorName"]);
    }

    private static IEnumerable<string> Excerpts(JsonArray comments) => comments.Select(comment => (string)comment!["excerpt"]!);

    private async Task<JsonArray> RecentAsync(string query = "")
    {
        using var nobody = Person.Anonymous(_application);
        return (await nobody.SendAsync(HttpMethod.Get, Address + query).JsonAsync())["comments"]!.AsArray();
    }

    private async Task<(HttpStatusCode Status, string Tag, string? CacheControl)> TagAsync(string? known)
    {
        using var http = _application.CreateClient();
        http.DefaultRequestHeaders.TryAddWithoutValidation("If-None-Match", known);
        using var answer = await http.GetAsync(Address, Cancellation);
        return (answer.StatusCode, answer.Headers.ETag!.ToString(), answer.Headers.GetValues("Cache-Control").Single());
    }
}
