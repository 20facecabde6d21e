using Embed.Server.Admin.Sites;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>What slow mode and the age of threads would do is said before they are saved.</summary>
public sealed class PreviewModerationTests : IAsyncDisposable
{
    private readonly EmbedApplication _application = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_counts_threads_that_would_close_or_open_and_leaves_out_what_moderators_decided()
    {
        using var moderator = await Person.SignInAsync(_application, "Mo", Role.Moderator);
        var closed = EmbedApplication.NewPage();
        foreach (var page in new[] { EmbedApplication.NewPage(), EmbedApplication.NewPage(), closed })
        {
            await moderator.PostAsync(page, "Text");
        }

        await moderator.CloseAsync(closed).AssertDoneAsync();
        _application.Clock.Advance(TimeSpan.FromDays(20));
        await moderator.PostAsync(EmbedApplication.NewPage(), "Young");

        Assert.Equal((2, 0), await AgeAsync(10));
        Assert.Equal((0, 0), await AgeAsync(30));
        Assert.Equal((0, 0), await AgeAsync(0));
        await _application.ChangeSiteAsync(site => site.ClosesAfterDays = 10);
        Assert.Equal((0, 0), await AgeAsync(5));
        Assert.Equal((0, 2), await AgeAsync(30));
        Assert.Equal((0, 2), await AgeAsync(0));
    }

    [Fact]
    public async Task It_counts_the_latest_comments_that_came_too_soon_one_person_and_one_thread_at_a_time()
    {
        using var ada = await Person.SignInAsync(_application, "Ada");
        using var ben = await Person.SignInAsync(_application, "Ben");
        var (page, other) = (EmbedApplication.NewPage(), EmbedApplication.NewPage());
        await ada.PostAsync(page, "0");
        await ben.PostAsync(page, "0");
        await ada.PostAsync(other, "0");
        _application.Clock.Advance(TimeSpan.FromMinutes(3));
        await ada.PostAsync(page, "3");
        _application.Clock.Advance(TimeSpan.FromMinutes(2));
        // Five minutes after the first; the one between would not have been there.
        await ada.PostAsync(page, "5");

        Assert.Equal((1, 5), await SlowAsync(5));
        Assert.Equal((2, 5), await SlowAsync(6));
        Assert.Equal((0, 5), await SlowAsync(0));
    }

    [Fact]
    public async Task Only_owners_are_told()
    {
        var moderator = await AdminActors.OfAsync(_application, Role.Moderator);

        Assert.Equal(Refusal.NotAllowed, (await Handler.HandleAsync(moderator, 0, 0, Cancellation)).Refusal);
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private PreviewModeration Handler => _application.Services.GetRequiredService<PreviewModeration>();

    private async Task<(int Closed, int Opened)> AgeAsync(int days)
    {
        var effect = (await Handler.HandleAsync(await AdminActors.OfAsync(_application, Role.Administrator), days, 0, Cancellation)).Value!;
        return (effect.Closed, effect.Opened);
    }

    private async Task<(int TooSoon, int Latest)> SlowAsync(int minutes)
    {
        var effect = (await Handler.HandleAsync(await AdminActors.OfAsync(_application, Role.Administrator), 0, minutes, Cancellation)).Value!;
        return (effect.TooSoon, effect.Latest);
    }
}
