using Embed.Server.Data;
using Embed.Server.Transfer.Backups;

namespace Embed.Server.Hosting;

/// <summary>A command that reads the database, beside servers or without one. No restore replaces it meanwhile.</summary>
internal static class BesideCommand
{
    /// <summary>The command, run on a database that is there: a wrong name must not make a new one.</summary>
    /// <param name="run">What it does.</param>
    public static Func<IServiceProvider, string[], TextWriter, CancellationToken, Task<int>> Of(
        Func<IServiceProvider, string[], TextWriter, CancellationToken, Task<int>> run) =>
        async (services, arguments, output, cancellationToken) =>
        {
            var database = services.GetRequiredService<DataFolder>().Database;
            PendingRestore.Finish(database);
            if (!File.Exists(database))
            {
                throw new BackupFault($"There is no database {database}. Does Embed:Database name it?");
            }

            using var beside = DatabaseLock.Share(database);
            return await run(services, arguments, output, cancellationToken);
        };
}
