using System.Net;
using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>Moderators ban commenters from their site; whoever is banned reads on and acts no more, by whatever way.</summary>
public sealed class BanTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();
    private readonly string _page = EmbedApplication.NewPage();
    private Person _ada = null!;
    private Person _moderator = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _ada = await Person.SignInAsync(_application, "Ada");
        _moderator = await Person.SignInAsync(_application, "Mo", Role.Moderator);
    }

    public ValueTask DisposeAsync()
    {
        _ada.Dispose();
        _moderator.Dispose();
        return _application.DisposeAsync();
    }

    [Fact]
    public async Task A_banned_commenter_is_refused_every_act_in_words_until_the_ban_is_lifted()
    {
        var id = await _ada.PostAsync(_page, "Text");
        var other = await _moderator.PostAsync(_page, "Other");
        await BanAsync(new { }).AssertDoneAsync();

        foreach (var act in new[]
        {
            () => _ada.TryPostAsync(_page, "x"), () => _ada.EditAsync(id, "x"), () => _ada.DeleteAsync(id),
            () => _ada.VoteAsync(other, 1), () => _ada.TryReadSourceAsync(id),
        })
        {
            await act().AssertRefusedAsync(HttpStatusCode.Forbidden, "banned");
        }

        await LiftAsync().AssertDoneAsync();
        await LiftAsync().AssertDoneAsync();
        await _ada.PostAsync(_page, "Back again");
    }

    [Fact]
    public async Task A_ban_with_an_end_says_when_and_ends_then()
    {
        await BanAsync(new { days = 2 }).AssertDoneAsync();

        using var refused = await _ada.TryPostAsync(_page, "x");
        Assert.Contains("4 Jan 2030, 12:00 UTC", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        _application.Skip(TimeSpan.FromDays(2));
        await _ada.PostAsync(_page, "Back again");
    }

    [Fact]
    public async Task In_a_live_thread_a_banned_commenter_reads_as_themselves_and_acts_no_more()
    {
        await using var live = await LiveThread.OpenAsync(_application, _page, _ada.Token);
        await BanAsync(new { days = 1 }).AssertDoneAsync();

        var refused = (await live.Session.PostAsync(null, "x", Guid.NewGuid(), Cancellation)).Refusal;
        var read = await live.Session.ReadAsync(Cancellation);

        Assert.Equal(("banned", _application.Clock.GetUtcNow().AddDays(1)), (refused?.Code, refused?.Until));
        Assert.Equal(_ada.Id, read.Viewer?.Commenter);
        Assert.False(read.HasTokenEnded);
    }

    [Fact]
    public async Task A_plain_form_of_a_banned_commenter_comes_back_with_the_reason_and_the_text()
    {
        using var page = new Popup(_application);
        page.Take(await OwnOrigin.CookieAsync(_application, _ada.Id));
        var address = $"/t/{EmbedApplication.Site}?page={Uri.EscapeDataString(_page)}";
        await page.GoAsync(address);
        await BanAsync(new { }).AssertDoneAsync();

        await page.PressAsync("/t/", "body", "Kept");

        Assert.Equal(HttpStatusCode.Forbidden, page.Status);
        Assert.Equal("banned", page.Page.QuerySelector(".refused")?.GetAttribute("data-code"));
        Assert.Equal("Kept", page.Page.QuerySelector("textarea")?.TextContent.TrimStart('\n'));
    }

    [Fact]
    public async Task A_ban_holds_at_its_site_alone_and_one_without_a_site_everywhere()
    {
        await BanAsync(new { }).AssertDoneAsync();
        using var elsewhere = await SignInElsewhereAsync();
        await elsewhere.PostAsync(EmbedApplication.NewPage(EmbedApplication.OtherOrigin), "Text");

        await using var database = await _application.OpenDatabaseAsync();
        database.Bans.Add(new() { CommenterId = _ada.Id, CreatedAt = _application.Clock.GetUtcNow() });
        await database.SaveChangesAsync(Cancellation);

        await elsewhere.TryPostAsync(EmbedApplication.NewPage(EmbedApplication.OtherOrigin), "x")
            .AssertRefusedAsync(HttpStatusCode.Forbidden, "banned");
    }

    [Fact]
    public async Task Commenters_moderators_of_other_sites_and_strangers_ban_nobody()
    {
        using var stranger = await Person.SignInAsync(
            _application, "Eve", Role.Moderator, EmbedApplication.OtherSite, EmbedApplication.OtherOrigin);

        await BanAsync(new { }, by: _ada).AssertRefusedAsync(HttpStatusCode.Forbidden, "not-allowed");
        await LiftAsync(by: _ada).AssertRefusedAsync(HttpStatusCode.Forbidden, "not-allowed");
        await BanAsync(new { }, by: stranger).AssertRefusedAsync(HttpStatusCode.Forbidden, "origin-not-allowed");
        await stranger.SendAsync(HttpMethod.Put, $"/api/v1/sites/{EmbedApplication.OtherSite}/commenters/{_ada.Id}/ban", new { })
            .AssertRefusedAsync(HttpStatusCode.NotFound, "commenter-not-found");
    }

    [Fact]
    public async Task Moderators_and_administrators_cannot_be_banned()
    {
        using var second = await Person.SignInAsync(_application, "Second", Role.Moderator);
        using var administrator = await Person.SignInAsync(_application, "Root", Role.Administrator);

        await BanAsync(new { }, second.Id).AssertRefusedAsync(HttpStatusCode.Forbidden, "not-allowed");
        await BanAsync(new { }, administrator.Id).AssertRefusedAsync(HttpStatusCode.Forbidden, "not-allowed");
        await BanAsync(new { }, _moderator.Id).AssertRefusedAsync(HttpStatusCode.Forbidden, "not-allowed");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(3_651)]
    public async Task A_ban_lasts_1_to_3650_days(int days) =>
        await BanAsync(new { days }).AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "ban-days-invalid");

    [Fact]
    public async Task Bans_stand_in_the_log_with_their_end()
    {
        await BanAsync(new { days = 2 }).AssertDoneAsync();
        await LiftAsync().AssertDoneAsync();

        var log = await LogReader.SentencesAsync(_application);

        Assert.StartsWith("Ended the ban of ", log[0], StringComparison.Ordinal);
        Assert.StartsWith("Banned ", log[1], StringComparison.Ordinal);
        Assert.EndsWith("until 4 January 2030, 12:00 UTC.", log[1], StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> BanAsync(object terms, long? commenter = null, Person? by = null) => (by ?? _moderator).SendAsync(
        HttpMethod.Put, $"/api/v1/sites/{EmbedApplication.Site}/commenters/{commenter ?? _ada.Id}/ban", terms);

    private Task<HttpResponseMessage> LiftAsync(Person? by = null) => (by ?? _moderator).SendAsync(
        HttpMethod.Delete, $"/api/v1/sites/{EmbedApplication.Site}/commenters/{_ada.Id}/ban");

    private async Task<Person> SignInElsewhereAsync() =>
        Person.Of(_application, EmbedApplication.OtherSite, EmbedApplication.OtherOrigin, _ada.Id, await _application.SessionOfAsync(_ada.Id, EmbedApplication.OtherSite));
}
