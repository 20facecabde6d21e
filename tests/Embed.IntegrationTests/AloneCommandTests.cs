using Embed.Server.Data;
using Embed.Server.Hosting;
using Embed.Server.Transfer.Backups;
using Microsoft.AspNetCore.Builder;

namespace Embed.IntegrationTests;

/// <summary>A command that writes has the database alone.</summary>
public sealed class AloneCommandTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_server_runs_while_it_does_and_it_does_not_while_a_server_runs()
    {
        using var workshop = new BackupWorkshop();
        var builder = WebApplication.CreateBuilder(["--Embed:Database", workshop.Database]);
        builder.AddEmbed();
        await using var app = builder.Build();
        var command = AloneCommand.Of((_, _, _, _) => Task.FromResult(Share() is null ? 3 : 4), "Do it at /admin.");

        Assert.Equal(3, await command(app.Services, [], TextWriter.Null, Cancellation));
        await using (var application = workshop.Serve())
        {
            _ = application.Services;
            var fault = await Assert.ThrowsAsync<BackupFault>(() => command(app.Services, [], TextWriter.Null, Cancellation));
            Assert.Equal($"A server or another command runs on {workshop.Database}. Do it at /admin.", fault.Message);
        }

        Assert.Equal(3, await command(app.Services, [], TextWriter.Null, Cancellation));

        // As a server does when it starts.
        FileLock? Share() => FileLock.TryShare(DatabaseLock.PathOf(workshop.Database));
    }
}
