using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Embed.Server.Commenters;

/// <summary>
/// The public keys that sites publish (JWKS, RFC 7517), kept for an hour. A token that names another key makes them be fetched
/// again, but never more often than the pace allows: whoever makes key names up must not make us ask.
/// </summary>
internal sealed partial class SiteKeys(HttpMessageHandler handler, TimeProvider clock, ILogger<SiteKeys> logger) : IDisposable
{
    // About 30 RSA keys with their certificates.
    private const int MaxBytes = 64 * 1024;
    private const int MaxKeys = 50;

    // NIST SP 800-131A: shorter RSA keys are not to be trusted.
    private const int LeastRsaBits = 2_048;

    private static readonly TimeSpan Freshness = TimeSpan.FromHours(1);

    // Longer than a site's outage may last, and short enough that a key which was taken back does not stay.
    private static readonly TimeSpan StaleLifetime = TimeSpan.FromHours(6);
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http = new(handler) { Timeout = Patience, MaxResponseContentBufferSize = MaxBytes };
    private readonly ConcurrentDictionary<long, Published> _published = new();

    /// <summary>The keys of a site for an algorithm and, where the token names one, of that name.</summary>
    /// <returns>The keys, none if there are no such; null if they cannot be had at the moment.</returns>
    public async Task<IReadOnlyList<SecurityKey>?> FindAsync(
        long siteId, string address, string algorithm, string? name, CancellationToken cancellationToken)
    {
        var published = _published.AddOrUpdate(
            siteId, _ => new Published(address), (_, known) => known.Address == address ? known : new Published(address));
        await published.Turn.WaitAsync(cancellationToken);
        try
        {
            var now = clock.GetUtcNow();
            var isKnown = published.Keys.Any(key => Fits(key, algorithm, name));
            var isDue = published.FetchedAt is null || now - published.FetchedAt >= Freshness || !isKnown;
            if (isDue && (published.TriedAt is null || now - published.TriedAt >= Pace))
            {
                published.TriedAt = now;
                if (await FetchAsync(siteId, address) is { } keys)
                {
                    (published.Keys, published.FetchedAt) = (keys, now);
                }
            }

            // Where the site cannot be asked, what it said before goes for some time.
            return published.FetchedAt is null || now - published.FetchedAt >= StaleLifetime ? null
                : [.. published.Keys.Where(key => Fits(key, algorithm, name))];
        }
        finally
        {
            published.Turn.Release();
        }
    }

    public void Dispose() => _http.Dispose();

    // Whoever asked first may leave; those who wait get the answer all the same.
    private async Task<IReadOnlyList<JsonWebKey>?> FetchAsync(long siteId, string address)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(address), CancellationToken.None);
            answer.EnsureSuccessStatusCode();
            return Read(await answer.Content.ReadAsStringAsync(CancellationToken.None));
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException or ArgumentException or JsonException or FormatException or InvalidOperationException)
        {
            Log.NotFetched(logger, siteId, fault.GetType().Name, fault.Message);
            return null;
        }
    }

    // Of each key only what verifies: a symmetric or private key published by mistake, or a certificate, is not taken over.
    private static List<JsonWebKey> Read(string json) =>
    [
        .. new JsonWebKeySet(json).Keys.Take(MaxKeys)
            .Where(key => key.Use is null or "" or "sig")
            .Select(key => new JsonWebKey { Kty = key.Kty, Kid = key.Kid, Alg = key.Alg, N = key.N, E = key.E, Crv = key.Crv, X = key.X, Y = key.Y }),
    ];

    private static bool Fits(JsonWebKey key, string algorithm, string? name) =>
        (name is null || key.Kid == name)
        && (string.IsNullOrEmpty(key.Alg) || key.Alg == algorithm)
        && algorithm switch
        {
            SecurityAlgorithms.RsaSha256 => key.Kty == JsonWebAlgorithmsKeyTypes.RSA && key.KeySize >= LeastRsaBits,
            SecurityAlgorithms.EcdsaSha256 => key.Kty == JsonWebAlgorithmsKeyTypes.EllipticCurve && key.Crv == JsonWebKeyECTypes.P256,
            _ => false,
        };

    private sealed class Published(string address)
    {
        public string Address { get; } = address;

        public SemaphoreSlim Turn { get; } = new(1, 1);

        public IReadOnlyList<JsonWebKey> Keys { get; set; } = [];

        public DateTimeOffset? FetchedAt { get; set; }

        public DateTimeOffset? TriedAt { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Could not fetch the keys that site {SiteId} publishes: {Fault}: {Reason}")]
        public static partial void NotFetched(ILogger logger, long siteId, string fault, string reason);
    }
}
