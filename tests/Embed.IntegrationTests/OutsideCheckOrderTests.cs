using System.Net;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>Nobody elsewhere hears of a comment that is refused all the same.</summary>
public sealed class OutsideCheckOrderTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();
    private readonly StandInChecks _checks = new();
    private readonly string _page = EmbedApplication.NewPage();
    private Person _ada = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _application.Settings["Embed:Limits:PostsPerCommenter"] = "2";
        _checks.PutInto(_application);
        _ada = await Person.SignInAsync(_application, "Ada");
        var site = await _application.SiteIdAsync();
        await using (var database = await _application.OpenDatabaseAsync())
        {
            database.OutsideChecks.Add(new OutsideCheck { SiteId = site, Kind = OutsideCheckKind.Http, Address = "https://check.example/comments" });
            await database.SaveChangesAsync(Cancellation);
        }

        await _application.ChangeSiteAsync(row => row.Rules =
            [new Rule { Condition = RuleCondition.OutsideCheck, Words = [nameof(OutsideCheckKind.Http)], Verdict = RuleVerdict.Spam }]);
    }

    public async ValueTask DisposeAsync()
    {
        _ada.Dispose();
        _checks.Dispose();
        await _application.DisposeAsync();
    }

    [Fact]
    public async Task What_comes_too_fast_is_not_asked_about_and_asking_does_not_count()
    {
        var first = await _ada.PostAsync(_page, "One");
        await _ada.PostAsync(_page, "Two");
        Assert.Equal(2, _checks.Asked.Count);

        await _ada.TryPostAsync(_page, "Three").AssertRefusedAsync(HttpStatusCode.TooManyRequests, "too-many");
        await _ada.EditAsync(first, "Another").AssertRefusedAsync(HttpStatusCode.TooManyRequests, "too-many");

        Assert.Equal(2, _checks.Asked.Count);
    }

    [Fact]
    public async Task A_closed_thread_a_parent_that_is_gone_and_slow_mode_are_not_asked_about()
    {
        using var moderator = await Person.SignInAsync(_application, "Mo", Role.Moderator);
        var slow = EmbedApplication.NewPage();
        await moderator.PostAsync(_page, "Begun");
        await moderator.CloseAsync(_page).AssertDoneAsync();
        await _application.ChangeSiteAsync(site => site.SlowModeMinutes = 5);
        await _ada.PostAsync(slow, "One");
        _checks.Asked.Clear();

        await _ada.TryPostAsync(_page, "x").AssertRefusedAsync(HttpStatusCode.Conflict, "thread-closed");
        await _ada.TryPostAsync(slow, "x").AssertRefusedAsync(HttpStatusCode.TooManyRequests, "slow-mode");
        await _ada.TryPostAsync(EmbedApplication.NewPage(), "x", parentId: 1).AssertRefusedAsync(HttpStatusCode.Conflict, "parent-gone");

        Assert.Empty(_checks.Asked);
        await using var database = await _application.OpenDatabaseAsync();
        // Looking has begun no thread.
        Assert.Equal(2, await database.Threads.CountAsync(Cancellation));
    }

    [Fact]
    public async Task A_draft_that_is_sent_again_is_not_asked_about_again()
    {
        var draft = Guid.NewGuid();
        var first = await _ada.TryPostAsync(_page, "Text", draftId: draft).JsonAsync();

        var again = await _ada.TryPostAsync(_page, "Text", draftId: draft).JsonAsync();

        Assert.Equal((long)first["id"]!, (long)again["id"]!);
        Assert.Single(_checks.Asked);
    }
}
