using Embed.Server.Me;
using Embed.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Embed.IntegrationTests;

/// <summary>Runs the service that deletes accounts, without waiting for its turn.</summary>
internal static class AccountDeletion
{
    /// <summary>Deletes all whose time has come.</summary>
    public static Task<int> RunAsync(EmbedApplication application) =>
        application.Services.GetServices<IHostedService>().OfType<DeleteDueAccounts>().Single().RunAsync(TestContext.Current.CancellationToken);
}
