using Embed.Server.Admin;
using Embed.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>What the list of sites says once threads have been moved.</summary>
public sealed class MovingPagesTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    [Fact]
    public async Task A_site_counts_threads_and_not_their_former_addresses()
    {
        using var ada = await Person.SignInAsync(application, "Ada", site: EmbedApplication.OtherSite, origin: EmbedApplication.OtherOrigin);
        var moves = await ThreadMoves.OpenAsync(application);
        var id = await ada.PostAsync(EmbedApplication.NewPage(EmbedApplication.OtherOrigin), "Text");

        await moves.MoveAsync(await moves.ThreadOfAsync(id), EmbedApplication.NewPage(EmbedApplication.OtherOrigin));

        var root = await SiteSignOn.ActorAsync(application, Role.Administrator);
        var listed = (await application.Services.GetRequiredService<ListSites>().HandleAsync(root.Commenter, TestContext.Current.CancellationToken))
            .Single(site => site.Key == EmbedApplication.OtherSite);
        Assert.Equal((1, 1), (listed.Threads, listed.Comments));
    }
}
