using Embed.Server.Data;
using Embed.Server.Hosting;
using Embed.Server.Model;
using Embed.Server.Transfer.Backups;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>A command that writes: alone on the database, by the same queue as a server.</summary>
public sealed class AloneCommandTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_writes_to_a_database_that_is_up_to_date_and_is_refused_while_a_server_runs()
    {
        using var workshop = new BackupWorkshop();

        Assert.Equal(0, await RunAsync(workshop.Database));
        await using (var application = workshop.Serve())
        {
            _ = application.Services;
            var fault = await Assert.ThrowsAsync<BackupFault>(() => RunAsync(workshop.Database));
            Assert.Equal($"A server runs on {workshop.Database}. Do it at /admin.", fault.Message);
        }

        // Those of the server, and the one from before.
        Assert.Equal(3, await RunAsync(workshop.Database));
    }

    private static async Task<int> RunAsync(string database)
    {
        var builder = WebApplication.CreateBuilder(["--Embed:Database", database]);
        builder.AddEmbed();
        await using var app = builder.Build();
        return await AloneCommand.Of(AddSiteAsync, "Do it at /admin.")(app.Services, [], TextWriter.Null, Cancellation);
    }

    // Answers how many sites there were.
    private static async Task<int> AddSiteAsync(IServiceProvider services, string[] arguments, TextWriter output, CancellationToken cancellationToken)
    {
        var counted = await services.GetRequiredService<WriteQueue>().RunAsync<int>(
            async scope =>
            {
                var before = await scope.Database.Sites.CountAsync(cancellationToken);
                scope.Database.Sites.Add(new Site { Key = $"site-{before}", Name = "New", Origins = [], CreatedAt = DateTimeOffset.UnixEpoch });
                await scope.Database.SaveChangesAsync(cancellationToken);
                return before;
            },
            cancellationToken);
        return counted.Value;
    }
}
