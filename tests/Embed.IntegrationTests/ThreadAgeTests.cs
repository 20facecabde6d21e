using System.Net;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Threads close when they are as old as their site lets them be.</summary>
public sealed class ThreadAgeTests : IAsyncDisposable
{
    private readonly EmbedApplication _application = new();
    private readonly string _page = EmbedApplication.NewPage();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_over_age_takes_nothing_even_before_it_is_closed()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        await _application.Services.GetRequiredService<CloseOldThreads>().StopAsync(Cancellation);
        await _application.ChangeSiteAsync(site => (site.ClosesAfterDays, site.EditWindowMinutes) = (30, Site.MaxEditWindowMinutes));
        await ada.PostAsync(_page, "Early");
        _application.Skip(TimeSpan.FromDays(30) - TimeSpan.FromMinutes(1));
        var id = await ada.PostAsync(_page, "In time");
        Assert.False((await _application.ReadThreadAsync(_page)).IsClosed);
        _application.Clock.Advance(TimeSpan.FromMinutes(1));

        await ada.TryPostAsync(_page, "Late").AssertRefusedAsync(HttpStatusCode.Conflict, "thread-closed");
        await ada.EditAsync(id, "Changed").AssertRefusedAsync(HttpStatusCode.Conflict, "thread-closed");
        await ada.DeleteAsync(id).AssertDoneAsync();
    }

    [Fact]
    public async Task The_hour_closes_what_has_come_of_age_and_whoever_follows_it_hears()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        await _application.ChangeSiteAsync(site => site.ClosesAfterDays = 30);
        await ada.PostAsync(_page, "Text");
        await using var events = await EventListener.OpenAsync(_application, ThreadReader.AddressOf(_page, "thread/events"));
        Assert.Equal("1", await events.NextAsync());

        _application.Skip(TimeSpan.FromDays(30) - TimeSpan.FromHours(1));
        _application.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal("2", await events.NextAsync());
        Assert.True((await _application.ReadThreadAsync(_page)).IsClosed);
        await using var database = await _application.OpenDatabaseAsync();
        Assert.Empty(await database.ModerationLog.ToListAsync(Cancellation));
    }

    [Fact]
    public async Task A_changed_setting_holds_at_once_for_threads_of_any_number()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        for (var i = 0; i < 120; i++)
        {
            await ada.PostAsync($"{EmbedApplication.Origin}/post-{i}", "Text");
        }

        _application.Skip(TimeSpan.FromDays(20));
        await ada.PostAsync(_page, "Young");
        await using var events = await EventListener.OpenAsync(_application, ThreadReader.AddressOf($"{EmbedApplication.Origin}/post-119", "thread/events"));
        Assert.Equal("1", await events.NextAsync());

        await _application.ChangeSiteAsync(site => site.ClosesAfterDays = 7);

        Assert.Equal("2", await events.NextAsync());
        await using var database = await _application.OpenDatabaseAsync();
        Assert.Equal(120, await database.Threads.CountAsync(t => t.IsClosed, Cancellation));
        Assert.False((await _application.ReadThreadAsync(_page)).IsClosed);
    }

    [Fact]
    public async Task What_a_moderator_opens_again_stays_open_and_undoing_that_closes_it()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        using var moderator = await Person.SignInAsync(_application, "Mo", Role.Moderator);
        var moves = await ThreadMoves.OpenAsync(_application);
        await _application.ChangeSiteAsync(site => site.ClosesAfterDays = 30);
        await ada.PostAsync(_page, "Text");
        _application.Skip(TimeSpan.FromDays(40));
        var service = _application.Services.GetRequiredService<CloseOldThreads>();
        await service.RunAsync(isChangedOnly: false, Cancellation);
        await ada.TryPostAsync(_page, "x").AssertRefusedAsync(HttpStatusCode.Conflict, "thread-closed");

        await moderator.CloseAsync(_page, isClosed: false).AssertDoneAsync();

        Assert.Equal(0, await service.RunAsync(isChangedOnly: false, Cancellation));
        await ada.TryPostAsync(_page, "y").AssertDoneAsync();
        await using var database = await _application.OpenDatabaseAsync();
        await moves.UndoAsync(await database.ModerationLog.Select(e => e.Id).SingleAsync(Cancellation));
        await ada.TryPostAsync(_page, "z").AssertRefusedAsync(HttpStatusCode.Conflict, "thread-closed");
    }

    [Fact]
    public async Task A_closed_thread_says_what_has_closed_it_as_far_as_that_is_known()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        using var moderator = await Person.SignInAsync(_application, "Mo", Role.Moderator);
        var service = _application.Services.GetRequiredService<CloseOldThreads>();
        var (byHand, byAge) = (_page, EmbedApplication.NewPage());
        await ada.PostAsync(byHand, "Text");
        await ada.PostAsync(byAge, "Text");
        await moderator.CloseAsync(byHand).AssertDoneAsync();
        Assert.Equal("moderator", await ClosedByAsync(byHand));
        Assert.Null(await ClosedByAsync(byAge));

        await _application.ChangeSiteAsync(site => site.ClosesAfterDays = 30);
        _application.Clock.Advance(TimeSpan.FromDays(40));
        await service.RunAsync(isChangedOnly: false, Cancellation);
        Assert.Equal("moderator", await ClosedByAsync(byHand));
        Assert.Equal("age", await ClosedByAsync(byAge));

        await moderator.CloseAsync(byAge, isClosed: false).AssertDoneAsync();
        await moderator.CloseAsync(byAge).AssertDoneAsync();
        Assert.Equal("moderator", await ClosedByAsync(byAge));
    }

    private async Task<string?> ClosedByAsync(string page)
    {
        using var reader = Person.Anonymous(_application);
        return (string?)(await reader.SendAsync(HttpMethod.Get, ThreadReader.AddressOf(page, "thread")).JsonAsync())["closedBy"];
    }

    [Theory]
    [InlineData(90)]
    [InlineData(0)]
    public async Task What_its_age_has_closed_opens_when_threads_may_grow_older_and_what_a_moderator_has_closed_does_not(int days)
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        using var moderator = await Person.SignInAsync(_application, "Mo", Role.Moderator);
        var byHand = EmbedApplication.NewPage();
        await _application.ChangeSiteAsync(site => site.ClosesAfterDays = 30);
        await ada.PostAsync(_page, "Text");
        await ada.PostAsync(byHand, "Text");
        await moderator.CloseAsync(byHand).AssertDoneAsync();
        _application.Clock.Advance(TimeSpan.FromDays(45));
        var service = _application.Services.GetRequiredService<CloseOldThreads>();
        await service.StopAsync(Cancellation);
        await service.RunAsync(isChangedOnly: false, Cancellation);
        Assert.True((await _application.ReadThreadAsync(_page)).IsClosed);

        await _application.ChangeSiteAsync(site => site.ClosesAfterDays = days);
        await service.RunAsync(isChangedOnly: true, Cancellation);

        Assert.False((await _application.ReadThreadAsync(_page)).IsClosed);
        Assert.True((await _application.ReadThreadAsync(byHand)).IsClosed);
        await ada.TryPostAsync(_page, "Again").AssertDoneAsync();
        // Lowered again, it is closed again.
        await _application.ChangeSiteAsync(site => site.ClosesAfterDays = 30);
        await service.RunAsync(isChangedOnly: true, Cancellation);
        Assert.True((await _application.ReadThreadAsync(_page)).IsClosed);
    }

    [Fact]
    public async Task What_a_moderator_closes_that_its_age_has_closed_already_stays_closed()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        using var moderator = await Person.SignInAsync(_application, "Mo", Role.Moderator);
        await _application.ChangeSiteAsync(site => site.ClosesAfterDays = 30);
        await ada.PostAsync(_page, "Text");
        _application.Clock.Advance(TimeSpan.FromDays(40));
        var service = _application.Services.GetRequiredService<CloseOldThreads>();
        await service.StopAsync(Cancellation);
        await service.RunAsync(isChangedOnly: false, Cancellation);

        await moderator.CloseAsync(_page).AssertDoneAsync();
        await _application.ChangeSiteAsync(site => site.ClosesAfterDays = 0);
        Assert.Equal(0, await service.RunAsync(isChangedOnly: true, Cancellation));

        await ada.TryPostAsync(_page, "x").AssertRefusedAsync(HttpStatusCode.Conflict, "thread-closed");
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
