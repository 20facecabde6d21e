using System.Net;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>One comment of each person in a thread in so many minutes.</summary>
public sealed class SlowModeTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();
    private readonly string _page = EmbedApplication.NewPage();
    private Person _ada = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _ada = await Person.SignInAsync(_application, "Ada");
        await _application.ChangeSiteAsync(site => site.SlowModeMinutes = 5);
    }

    public ValueTask DisposeAsync()
    {
        _ada.Dispose();
        return _application.DisposeAsync();
    }

    [Fact]
    public async Task The_next_comment_waits_for_as_long_as_is_said()
    {
        await _ada.PostAsync(_page, "First");
        _application.Clock.Advance(TimeSpan.FromMinutes(1.5));

        using var refused = await _ada.TryPostAsync(_page, "Second");
        var text = await refused.Content.ReadAsStringAsync(Cancellation);
        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(210)), (refused.StatusCode, refused.Headers.RetryAfter?.Delta));
        Assert.Contains("\"slow-mode\"", text, StringComparison.Ordinal);
        Assert.Contains("in 4 min", text, StringComparison.Ordinal);

        _application.Clock.Advance(TimeSpan.FromSeconds(210));
        await _ada.PostAsync(_page, "Second");
    }

    [Fact]
    public async Task Elsewhere_and_others_are_not_slowed()
    {
        using var ben = await Person.SignInAsync(_application, "Ben");
        var id = await _ada.PostAsync(_page, "First");

        await ben.PostAsync(_page, "Reply", id);
        await _ada.PostAsync(EmbedApplication.NewPage(), "Elsewhere");
        await _ada.EditAsync(id, "Mended").AssertDoneAsync();
    }

    [Fact]
    public async Task Deleting_and_replying_are_no_way_around()
    {
        var id = await _ada.PostAsync(_page, "First");
        await _ada.TryPostAsync(_page, "Reply", id).AssertRefusedAsync(HttpStatusCode.TooManyRequests, "slow-mode");
        await _ada.DeleteAsync(id).AssertDoneAsync();

        await _ada.TryPostAsync(_page, "Again").AssertRefusedAsync(HttpStatusCode.TooManyRequests, "slow-mode");
    }

    [Fact]
    public async Task Of_many_at_once_one_is_taken()
    {
        await _ada.PostAsync(_page, "Begun");
        _application.Clock.Advance(TimeSpan.FromMinutes(6));

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => _ada.TryPostAsync(_page, $"At once {i}")));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        Assert.Equal(9, answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests));
        Assert.Equal(2, (await _application.ReadThreadAsync(_page)).CommentCount);
        Array.ForEach(answers, answer => answer.Dispose());
    }

    [Fact]
    public async Task The_same_draft_again_returns_the_first_result()
    {
        var draft = Guid.NewGuid();
        await _ada.TryPostAsync(_page, "Once", draftId: draft).AssertDoneAsync();
        await _ada.TryPostAsync(_page, "Once", draftId: draft).AssertDoneAsync();
    }

    [Fact]
    public async Task Moderators_and_the_trusted_are_not_slowed()
    {
        using var moderator = await Person.SignInAsync(_application, "Mo", Role.Moderator);
        await moderator.PostAsync(_page, "First");
        await moderator.PostAsync(_page, "Second");
        await using (var database = await _application.OpenDatabaseAsync())
        {
            var site = await database.Sites.SingleAsync(row => row.Key == EmbedApplication.Site, Cancellation);
            database.RoleGrants.Add(new RoleGrant { CommenterId = _ada.Id, SiteId = site.Id, Role = SiteRole.Trusted, GivenAt = _application.Clock.GetUtcNow() });
            await database.SaveChangesAsync(Cancellation);
        }

        await _ada.PostAsync(_page, "First");
        await _ada.PostAsync(_page, "Second");
        await using var live = await LiveThread.OpenAsync(_application, _page, _ada.Token);
        Assert.True(live.Opened.Viewer!.IsNotSlowed);
    }

    [Theory]
    [InlineData(3, 5)]
    [InlineData(30, 30)]
    public async Task The_slower_of_site_and_thread_holds_and_readers_are_told(int ofThread, int minutes)
    {
        await _ada.PostAsync(_page, "First");
        await using (var database = await _application.OpenDatabaseAsync())
        {
            await database.Threads.ExecuteUpdateAsync(
                set => set.SetProperty(t => t.SlowModeMinutes, ofThread).SetProperty(t => t.Version, t => t.Version + 1), Cancellation);
        }

        await using var live = await LiveThread.OpenAsync(_application, _page, _ada.Token);
        Assert.Equal(minutes, live.Opened.Thread!.SlowModeMinutes);
        _application.Clock.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromMilliseconds(1));
        await _ada.TryPostAsync(_page, "Too soon").AssertRefusedAsync(HttpStatusCode.TooManyRequests, "slow-mode");
        _application.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await _ada.PostAsync(_page, "In time");
    }
}
