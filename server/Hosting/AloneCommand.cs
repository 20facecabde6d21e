using Embed.Server.Data;
using Embed.Server.Transfer.Backups;

namespace Embed.Server.Hosting;

/// <summary>
/// A command that changes the database through the handlers that a server uses. No server runs meanwhile: it would go on showing
/// what it remembers.
/// </summary>
internal static class AloneCommand
{
    /// <summary>The command, run by the one process that has the database, which none starts to serve until it ends.</summary>
    /// <param name="run">What it does.</param>
    /// <param name="instead">What to do while a server runs, as a sentence.</param>
    public static Func<IServiceProvider, string[], TextWriter, CancellationToken, Task<int>> Of(
        Func<IServiceProvider, string[], TextWriter, CancellationToken, Task<int>> run, string instead) =>
        async (services, arguments, output, cancellationToken) =>
        {
            var database = services.GetRequiredService<DataFolder>().Database;
            using var alone = FileLock.TryTake(DatabaseLock.PathOf(database)) ?? throw new BackupFault($"A server or another command runs on {database}. {instead}");
            PendingRestore.FinishAlone(database);
            return await run(services, arguments, output, cancellationToken);
        };
}
