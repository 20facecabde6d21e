using System.Net;
using AngleSharp.Dom;
using Embed.Server.Admin;
using Embed.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>What the list of sites and the log say once threads have been moved.</summary>
public sealed class MovingPagesTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private const string Log = $"/admin/sites/{EmbedApplication.Site}/log";
    private readonly string _a = EmbedApplication.NewPage();
    private readonly string _b = EmbedApplication.NewPage();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_act_that_a_later_one_builds_on_says_so_at_its_entry()
    {
        using var admin = await OwnOrigin.OpenAsync(application, Role.Administrator);
        using var ada = await Person.SignInAsync(application, "Ada");
        var moves = await ThreadMoves.OpenAsync(application);
        var thread = await moves.ThreadOfAsync(await ada.PostAsync(_a, "First"));
        var first = await moves.MoveAsync(thread, _b);
        await moves.MoveAsync(thread, EmbedApplication.NewPage());

        using var refused = await admin.SendAsync((await admin.ReadAsync(Log)).QuerySelector($"#entry-{first} form")!);
        var log = await ReadAsync(refused);

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains($"undo that first: Moved {_b}", log.QuerySelector($"#entry-{first} .fault")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_site_counts_threads_and_not_their_former_addresses()
    {
        using var admin = await OwnOrigin.OpenAsync(application, Role.Administrator);
        using var ada = await Person.SignInAsync(application, "Ada", site: EmbedApplication.OtherSite, origin: EmbedApplication.OtherOrigin);
        var moves = await ThreadMoves.OpenAsync(application);
        var id = await ada.PostAsync(EmbedApplication.NewPage(EmbedApplication.OtherOrigin), "Text");

        await moves.MoveAsync(await moves.ThreadOfAsync(id), EmbedApplication.NewPage(EmbedApplication.OtherOrigin));

        var root = await SiteSignOn.ActorAsync(application, Role.Administrator);
        var listed = (await application.Services.GetRequiredService<ListSites>().HandleAsync(root.Commenter, TestContext.Current.CancellationToken))
            .Single(site => site.Key == EmbedApplication.OtherSite);
        Assert.Equal((1, 1), (listed.Threads, listed.Comments));
    }

    private static async Task<IElement> ReadAsync(HttpResponseMessage answer) =>
        ThreadReader.Parse(await answer.Content.ReadAsStringAsync(Cancellation));
}
