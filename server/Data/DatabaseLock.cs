
namespace Embed.Server.Data;

/// <summary>
/// Says that a server runs on the database, for as long as it does. Servers share it: during an update the new one may start before
/// the old one has ended. So do commands that read the database, which must not be replaced meanwhile. What has to be alone with it,
/// a restore or an import, takes it alone.
/// </summary>
internal sealed class DatabaseLock(DataFolder folder) : IHostedService, IDisposable
{
    private FileLock? _lock;

    /// <summary>The file that is locked.</summary>
    public static string PathOf(string database) => database + ".lock";

    /// <summary>Takes the lock together with other servers, and with commands that read beside them.</summary>
    /// <exception cref="IOException">A restore or an import is under way.</exception>
    public static FileLock Share(string database) => FileLock.TryShare(PathOf(database)) ?? throw new IOException(
        $"A restore or an import is under way on {database}. Try again when it has ended.");

    /// <exception cref="IOException">A restore or an import is under way.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var database = folder.Database;
        _lock = Share(database);
        PendingRestore.DeleteUnfinished(database);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Not when it stops: until everything is disposed of, something may still write.
    public void Dispose() => _lock?.Dispose();
}
