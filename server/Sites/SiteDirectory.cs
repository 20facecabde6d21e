using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Sites;

/// <summary>
/// All sites, in memory: every request asks for one. The entities handed out are shared and must not be changed; to change
/// a site, change its row and call <see cref="Forget"/>.
/// </summary>
internal sealed class SiteDirectory(IDbContextFactory<EmbedDbContext> databases)
{
    private readonly Lock _changing = new();
    private volatile Snapshot? _snapshot;
    private long _forgotten;

    /// <summary>Something about a site has changed. Called where the change was announced: must not take long.</summary>
    public event Action? Changed;

    private sealed record Snapshot(Dictionary<string, Site> ByKey, Dictionary<long, Site> ById, HashSet<string> Origins);

    public async ValueTask<Site?> FindAsync(string key, CancellationToken cancellationToken) =>
        (_snapshot ?? await LoadAsync(cancellationToken)).ByKey.GetValueOrDefault(key);

    public async ValueTask<Site?> FindAsync(long id, CancellationToken cancellationToken) =>
        (_snapshot ?? await LoadAsync(cancellationToken)).ById.GetValueOrDefault(id);

    /// <summary>Whether any site is embedded by pages of this origin.</summary>
    public async ValueTask<bool> IsKnownOriginAsync(string origin, CancellationToken cancellationToken) =>
        (_snapshot ?? await LoadAsync(cancellationToken)).Origins.Contains(origin);

    /// <summary>Whether there is a site like that.</summary>
    public async ValueTask<bool> AnyAsync(Func<Site, bool> like, CancellationToken cancellationToken) =>
        (_snapshot ?? await LoadAsync(cancellationToken)).ById.Values.Any(like);

    /// <summary>All of them, in no order.</summary>
    public async ValueTask<IReadOnlyCollection<Site>> AllAsync(CancellationToken cancellationToken) =>
        (_snapshot ?? await LoadAsync(cancellationToken)).ById.Values;

    /// <summary>Makes the next look-up read the database again. Call after the change is committed.</summary>
    public void Forget()
    {
        lock (_changing)
        {
            _forgotten++;
            _snapshot = null;
        }

        Changed?.Invoke();
    }

    private async Task<Snapshot> LoadAsync(CancellationToken cancellationToken)
    {
        var forgotten = Volatile.Read(ref _forgotten);
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var sites = await database.Sites.AsNoTracking().ToListAsync(cancellationToken);
        var snapshot = new Snapshot(
            sites.ToDictionary(site => site.Key, StringComparer.Ordinal),
            sites.ToDictionary(site => site.Id),
            sites.SelectMany(site => site.Origins).ToHashSet(StringComparer.Ordinal));
        lock (_changing)
        {
            // Read before a change that has been announced since: good for this caller, not to be kept.
            _snapshot = forgotten == _forgotten ? snapshot : _snapshot;
        }

        return snapshot;
    }
}
