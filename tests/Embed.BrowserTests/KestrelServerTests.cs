using System.Net.Sockets;
using Embed.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.BrowserTests;

/// <summary>The control of tests that stop the server in the middle of something.</summary>
public sealed class KestrelServerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restart_keeps_address_data_and_clock()
    {
        await using var server = KestrelServer.Start();
        var origin = server.Origin;
        await Databases(server).MigrateAsync(Cancellation);
        server.Clock.Advance(TimeSpan.FromDays(1));

        await server.StopAsync();
        Assert.False(await AnswersAsync(origin));
        server.Start();

        Assert.True(await AnswersAsync(server.Origin));
        Assert.Equal(origin, server.Origin);
        await using var database = await Databases(server).CreateDbContextAsync(Cancellation);
        Assert.Empty(await database.Database.GetPendingMigrationsAsync(Cancellation));
        Assert.InRange(
            server.Services.GetRequiredService<TimeProvider>().GetUtcNow() - TimeProvider.System.GetUtcNow(),
            TimeSpan.FromHours(23),
            TimeSpan.FromHours(25));
    }

    private static IDbContextFactory<EmbedDbContext> Databases(KestrelServer server) =>
        server.Services.GetRequiredService<IDbContextFactory<EmbedDbContext>>();

    private static async Task<bool> AnswersAsync(string origin)
    {
        using var client = new HttpClient();
        try
        {
            using var answer = await client.GetAsync(new Uri(origin), Cancellation);
            return true;
        }
        catch (HttpRequestException refused) when (refused.InnerException is SocketException)
        {
            return false;
        }
    }
}
