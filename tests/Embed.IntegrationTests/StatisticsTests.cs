using Embed.Server.Admin;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>The figures of the dashboards: what waits, and what has happened by day, for those who may know.</summary>
public sealed class StatisticsTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();
    private readonly string _page = EmbedApplication.NewPage();
    private Person _ada = null!;
    private Person _mo = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ReadStatistics Handler => _application.Services.GetRequiredService<ReadStatistics>();

    public async ValueTask InitializeAsync()
    {
        _ada = await Person.SignInAsync(_application, "Ada");
        _mo = await Person.SignInAsync(_application, "Mo", Role.Moderator);
    }

    public ValueTask DisposeAsync()
    {
        _ada.Dispose();
        _mo.Dispose();
        return _application.DisposeAsync();
    }

    [Fact]
    public async Task Days_are_those_of_the_time_zone()
    {
        // Noon, 2 January. Ten and a half hours on it is 22:30, and the next day in Berlin no more than an hour and a half away.
        await _ada.PostAsync(_page, "Noon");
        _application.Clock.Advance(TimeSpan.FromHours(10.5));
        await _mo.PostAsync(_page, "22:30 UTC, 23:30 in Berlin");
        _application.Clock.Advance(TimeSpan.FromHours(1));
        await _ada.PostAsync(_page, "23:30 UTC, 0:30 in Berlin");

        var utc = await ReadAsync("UTC");
        var berlin = await ReadAsync("Europe/Berlin");

        Assert.Equal((new DateOnly(2030, 1, 2), 3, 2), Last(utc));
        Assert.Equal((new DateOnly(2030, 1, 3), 1, 1), Last(berlin));
        Assert.Equal((new DateOnly(2030, 1, 2), 2, 2), (berlin.Days[^2].Day, berlin.Days[^2].Comments, berlin.Days[^2].Commenters));
        Assert.Equal(7, berlin.Days.Count);
        Assert.Equal(new DateOnly(2029, 12, 28), berlin.Days[0].Day);
    }

    [Fact]
    public async Task What_waits_what_was_reported_and_what_is_spam_is_counted()
    {
        var ids = new List<long>();
        for (var i = 0; i < 6; i++)
        {
            ids.Add(await _ada.PostAsync(_page, $"Text {i}"));
        }

        await using var database = await _application.OpenDatabaseAsync();
        await SetAsync(ids[0], CommentState.Pending);
        await SetAsync(ids[1], CommentState.Pending);
        await SetAsync(ids[2], CommentState.Spam);
        await SetAsync(ids[3], CommentState.Rejected);
        await SetAsync(ids[4], CommentState.Shadowed);
        database.Flags.Add(new Flag { CommentId = ids[5], CommenterId = _mo.Id, Note = "", At = _application.Clock.GetUtcNow() });
        await database.SaveChangesAsync(Cancellation);
        await database.Comments.Where(c => c.Id == ids[5]).ExecuteUpdateAsync(set => set.SetProperty(c => c.OpenFlags, 1), Cancellation);

        var work = (await Handler.ReadWorkAsync(await CommenterAsync(_mo.Id), null, Cancellation)).Value!;
        var day = (await ReadAsync("UTC")).Days[^1];

        Assert.Equal(new WaitingWork(2, 1, 1), work);
        Assert.Equal(new DayOfComments(new DateOnly(2030, 1, 2), 1, 4, 1, 1), day);

        Task<int> SetAsync(long id, CommentState state) =>
            database.Comments.Where(c => c.Id == id).ExecuteUpdateAsync(set => set.SetProperty(c => c.State, state), Cancellation);
    }

    [Fact]
    public async Task The_pages_most_discussed_come_first_and_only_of_the_time_and_the_sites_asked_for()
    {
        var old = EmbedApplication.NewPage();
        await _ada.PostAsync(old, "Long ago");
        _application.Skip(TimeSpan.FromDays(8));
        var other = EmbedApplication.NewPage();
        await _ada.PostAsync(_page, "One");
        await _ada.PostAsync(other, "One");
        await _ada.PostAsync(other, "Two");
        using var elsewhere = await Person.SignInAsync(_application, "Eve", site: EmbedApplication.OtherSite, origin: EmbedApplication.OtherOrigin);
        await elsewhere.PostAsync(EmbedApplication.NewPage(EmbedApplication.OtherOrigin), "Elsewhere");

        Assert.Equal([(other, 2), (_page, 1)], (await ReadAsync("UTC")).Pages.Select(page => (page.Address, page.Comments)));
        Assert.Equal([(other, 2), (_page, 1), (old, 1)], (await ReadAsync("UTC", days: 30)).Pages.Select(page => (page.Address, page.Comments)));
        var (root, _) = await _application.MakeSessionAsync("Root", Role.Administrator);
        Assert.Equal(3, (await Handler.HandleAsync(root, null, 7, TimeZoneInfo.Utc, Cancellation)).Value!.Pages.Count);
    }

    [Fact]
    public async Task Who_does_not_moderate_a_site_learns_nothing_of_it()
    {
        await _ada.PostAsync(_page, "Text");
        var (site, other) = (await _application.SiteIdAsync(), await _application.SiteIdAsync(EmbedApplication.OtherSite));
        var (ada, mo) = (await CommenterAsync(_ada.Id), await CommenterAsync(_mo.Id));

        Assert.Equal(Refusal.NotAllowed, (await Handler.HandleAsync(ada, site, 7, TimeZoneInfo.Utc, Cancellation)).Refusal);
        Assert.Equal(Refusal.NotAllowed, (await Handler.HandleAsync(mo, other, 7, TimeZoneInfo.Utc, Cancellation)).Refusal);
        Assert.Equal(Refusal.NotAllowed, (await Handler.ReadWorkAsync(ada, site, Cancellation)).Refusal);
        Assert.Equal(0, (await Handler.HandleAsync(ada, null, 7, TimeZoneInfo.Utc, Cancellation)).Value!.Days.Sum(day => day.Comments));
        Assert.Equal(1, (await Handler.HandleAsync(mo, null, 7, TimeZoneInfo.Utc, Cancellation)).Value!.Days.Sum(day => day.Comments));
        Assert.Equal(Refusal.NotAllowed, (await Handler.HandleAsync(mo, null, 8, TimeZoneInfo.Utc, Cancellation)).Refusal);
    }

    [Fact]
    public async Task They_are_kept_for_a_minute_and_read_from_the_index_alone()
    {
        await _ada.PostAsync(_page, "One");
        var asked = await _application.Queries.DuringAsync(async () => Assert.Equal(1, (await ReadAsync("UTC")).Days[^1].Comments));
        await _ada.PostAsync(_page, "Two");
        Assert.Equal(1, (await ReadAsync("UTC")).Days[^1].Comments);
        _application.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, (await ReadAsync("UTC")).Days[^1].Comments);

        var plans = new List<string>();
        await using var database = await _application.OpenDatabaseAsync();
        await database.Database.OpenConnectionAsync(Cancellation);
        foreach (var command in asked.Where(command => command.CommandText.Contains("json_each", StringComparison.Ordinal) && !command.CommandText.Contains("Flags", StringComparison.Ordinal)))
        {
            command.Connection = database.Database.GetDbConnection();
#pragma warning disable CA2100 // A query of the product's own, as it sent it.
            command.CommandText = "EXPLAIN QUERY PLAN " + command.CommandText;
#pragma warning restore CA2100
            await using var reader = await command.ExecuteReaderAsync(Cancellation);
            while (await reader.ReadAsync(Cancellation))
            {
                plans.Add(reader.GetString(3));
            }
        }

        var ofComments = plans.Where(step => step.Contains(" c ", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, ofComments.Count);
        Assert.All(ofComments, step => Assert.StartsWith("SEARCH c USING COVERING INDEX IX_Comments_SiteId_PostedAt", step, StringComparison.Ordinal));
    }

    private static (DateOnly, int, int) Last(SiteStatistics statistics) =>
        (statistics.Days[^1].Day, statistics.Days[^1].Comments, statistics.Days[^1].Commenters);

    private async Task<SiteStatistics> ReadAsync(string zone, int days = 7) => (await Handler.HandleAsync(
        await CommenterAsync(_mo.Id), await _application.SiteIdAsync(), days, TimeZoneInfo.FindSystemTimeZoneById(zone), Cancellation)).Value!;

    private async Task<Commenter> CommenterAsync(long id)
    {
        await using var database = await _application.OpenDatabaseAsync();
        return await database.Commenters.AsNoTracking().Include(c => c.Accounts).SingleAsync(c => c.Id == id, Cancellation);
    }
}
