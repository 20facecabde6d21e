using Embed.Server.Data;
using Embed.Server.Hosting;
using Embed.Server.Transfer.Backups;
using Microsoft.AspNetCore.Builder;

namespace Embed.IntegrationTests;

/// <summary>A command that reads the database runs beside servers, and not while the database is replaced.</summary>
public sealed class BesideCommandTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_runs_beside_a_server_and_keeps_a_restore_away_and_a_restore_keeps_it_away()
    {
        using var workshop = new BackupWorkshop();
        await using var application = workshop.Serve();
        _ = application.Services;
        await using var app = Program(workshop);
        var command = BesideCommand.Of((_, _, _, _) => Task.FromResult(FileLock.TryTake(DatabaseLock.PathOf(workshop.Database)) is null ? 3 : 4));

        Assert.Equal(3, await command(app.Services, [], TextWriter.Null, Cancellation));
        await application.DisposeAsync();
        Assert.Equal(3, await command(app.Services, [], TextWriter.Null, Cancellation));
        using var restoring = FileLock.TryTake(DatabaseLock.PathOf(workshop.Database));
        var fault = await Assert.ThrowsAsync<IOException>(() => command(app.Services, [], TextWriter.Null, Cancellation));
        Assert.Equal($"A restore or an import is under way on {workshop.Database}. Try again when it has ended.", fault.Message);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_not_made()
    {
        using var workshop = new BackupWorkshop();
        await using var app = Program(workshop);
        var command = BesideCommand.Of((_, _, _, _) => throw new InvalidOperationException("It ran."));

        var fault = await Assert.ThrowsAsync<BackupFault>(() => command(app.Services, [], TextWriter.Null, Cancellation));

        Assert.Equal($"There is no database {workshop.Database}. Does Embed:Database name it?", fault.Message);
        Assert.Empty(Directory.GetFiles(workshop.Folder));
    }

    private static WebApplication Program(BackupWorkshop workshop)
    {
        var builder = WebApplication.CreateBuilder(["--Embed:Database", workshop.Database]);
        builder.AddEmbed();
        return builder.Build();
    }
}
