using Embed.Server.Me;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Embed.IntegrationTests;

/// <summary>Runs the service that deletes accounts, without waiting for its turn.</summary>
internal static class AccountDeletion
{
    /// <summary>Deletes all whose time has come.</summary>
    public static Task<int> RunAsync(EmbedApplication application) =>
        application.Services.GetServices<IHostedService>().OfType<DeleteDueAccounts>().Single().RunAsync(TestContext.Current.CancellationToken);

    /// <summary>Has somebody's account be due.</summary>
    public static async Task MarkDueAsync(EmbedApplication application, long commenterId, bool keepsComments)
    {
        await using var database = await application.OpenDatabaseAsync();
        await database.Commenters.Where(c => c.Id == commenterId).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.DeletionDueAt, application.Clock.GetUtcNow()).SetProperty(c => c.DeletionKeepsComments, keepsComments),
            TestContext.Current.CancellationToken);
    }

    /// <summary>Deletes somebody's account now.</summary>
    public static async Task RunAsync(EmbedApplication application, long commenterId, bool keepsComments)
    {
        await MarkDueAsync(application, commenterId, keepsComments);
        Assert.Equal(1, await RunAsync(application));
    }
}
