using Embed.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Embed.IntegrationTests;

/// <summary>What runs beside requests.</summary>
public sealed class BackgroundServiceTests
{
    // As when another part of a start fails: the host is disposed and was never stopped. What has not ended well by then is
    // logged as a failure, beside the one that somebody has to find.
    [Fact]
    public async Task Those_that_are_disposed_without_being_stopped_end_and_none_has_failed()
    {
        await using var application = new EmbedApplication();
        var services = application.Services.GetServices<IHostedService>().OfType<BackgroundService>().Where(IsOurs).ToList();
        Assert.NotEmpty(services);

        foreach (var service in services)
        {
            service.Dispose();
        }

        foreach (var service in services)
        {
            await service.ExecuteTask!.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    private static bool IsOurs(BackgroundService service) => service.GetType().Assembly == typeof(Program).Assembly;
}
