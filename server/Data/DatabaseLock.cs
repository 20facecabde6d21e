using Microsoft.Extensions.Options;

namespace Embed.Server.Data;

/// <summary>
/// Says that a server runs on the database, for as long as it does. Servers share it: during an update the new one may start before
/// the old one has ended. What has to be alone with the database, a restore or an import, takes it alone.
/// </summary>
internal sealed class DatabaseLock(DataFolder folder, IOptions<EmbedOptions> options) : IHostedService, IDisposable
{
    private FileLock? _lock;

    /// <summary>The file that is locked.</summary>
    public static string PathOf(string database) => database + ".lock";

    /// <exception cref="InvalidOperationException">A restore or an import is under way.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var database = folder.Resolve(options.Value.Database);
        _lock = FileLock.TryShare(PathOf(database)) ?? throw new InvalidOperationException(
            $"A restore or an import is under way on {database}. Start the server when it has ended.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Not when it stops: until everything is disposed of, something may still write.
    public void Dispose() => _lock?.Dispose();
}
