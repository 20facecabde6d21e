using Embed.Server.Data;
using Embed.Server.Transfer.Backups;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Hosting;

/// <summary>
/// A command that changes the database through the handlers that a server uses. No server runs meanwhile: it would go on showing
/// what it remembers.
/// </summary>
internal static class AloneCommand
{
    /// <summary>The command, run alone on a database that is up to date, with the queue that everything is written through.</summary>
    /// <param name="run">What it does.</param>
    /// <param name="instead">What to do while a server runs, as a sentence.</param>
    public static Func<IServiceProvider, string[], TextWriter, CancellationToken, Task<int>> Of(
        Func<IServiceProvider, string[], TextWriter, CancellationToken, Task<int>> run, string instead) =>
        async (services, arguments, output, cancellationToken) =>
        {
            var database = services.GetRequiredService<BackupFolder>().Database;
            using var alone = FileLock.TryTake(DatabaseLock.PathOf(database)) ?? throw new BackupFault($"A server runs on {database}. {instead}");
            PendingRestore.FinishAlone(database);
            await services.GetRequiredService<IDbContextFactory<EmbedDbContext>>().MigrateAsync(cancellationToken);
            var writes = services.GetRequiredService<WriteQueue>();
            await writes.StartAsync(cancellationToken);
            try
            {
                return await run(services, arguments, output, cancellationToken);
            }
            finally
            {
                // What has been taken is written.
                await writes.StopAsync(CancellationToken.None);
            }
        };
}
