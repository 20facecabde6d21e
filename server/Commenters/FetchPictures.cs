using System.Threading.Channels;
using Embed.Server.Pictures;
using Microsoft.Extensions.Caching.Memory;

namespace Embed.Server.Commenters;

/// <summary>
/// Fetches the pictures of people who signed in, after they did: signing in neither waits for one nor fails with it. What is lost,
/// because too many wait or the server stops, is fetched at the next sign-in.
/// </summary>
internal sealed partial class FetchPictures(
    PictureClient client, RecordPicture record, ILogger<FetchPictures> logger) : BackgroundService
{
    /// <summary>Most pictures that wait.</summary>
    public const int Capacity = 256;

    /// <summary>How many are fetched at once, so that one slow provider does not hold up the others.</summary>
    public const int AtOnce = 4;

    // A picture of an address that was fetched lately is not fetched again: about a megabyte.
    private const int MaxLately = 256;
    private static readonly TimeSpan Lately = TimeSpan.FromHours(1);

    private readonly MemoryCache _lately = new(new MemoryCacheOptions { SizeLimit = MaxLately });

    // Decoding takes up to 64 MB.
    private readonly SemaphoreSlim _decoding = new(1, 1);

    private readonly Channel<Wanted> _wanted = Channel.CreateBounded<Wanted>(Capacity);

    private sealed record Wanted(long AccountId, PictureAddress? Address);

    /// <summary>Asks for an account's picture to be fetched some time soon.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="address">Where its picture is now; null if it has none.</param>
    public void Want(long accountId, PictureAddress? address)
    {
        if (!_wanted.Writer.TryWrite(new Wanted(accountId, address)))
        {
            Log.TooMany(logger);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _lately.Dispose();
        _decoding.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => WorkAsync(stoppingToken)));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops: nothing failed.
        }
    }

    private async Task WorkAsync(CancellationToken stopping)
    {
        await foreach (var wanted in _wanted.Reader.ReadAllAsync(stopping))
        {
            try
            {
                await TakeAsync(wanted, stopping);
            }
            catch (Exception fault) when (!stopping.IsCancellationRequested)
            {
                // One picture less. The host only: the rest of the address is between the person and their provider.
                Log.Failed(logger, wanted.Address?.Address.Host, fault.GetType().Name, fault.Message);
            }
        }
    }

    private async Task TakeAsync(Wanted wanted, CancellationToken cancellationToken)
    {
        var picture = wanted.Address is null ? null : await FetchAsync(wanted.Address, cancellationToken);
        if (wanted.Address is not null && picture is null)
        {
            // What an account had before is better than what cannot be shown.
            Log.NotAPicture(logger, wanted.Address.Address.Host);
            return;
        }

        await record.HandleAsync(wanted.AccountId, picture, cancellationToken);
    }

    private async Task<EncodedPicture?> FetchAsync(PictureAddress address, CancellationToken cancellationToken)
    {
        if (_lately.TryGetValue(address, out EncodedPicture? known))
        {
            return known;
        }

        var file = await client.FetchAsync(address, cancellationToken);
        await _decoding.WaitAsync(cancellationToken);
        try
        {
            var picture = EncodedPicture.From(file);
            return picture is null ? null : _lately.Set(
                address, picture, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Lately });
        }
        finally
        {
            _decoding.Release();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "No picture from {Host}: {Fault}: {Message}")]
        public static partial void Failed(ILogger logger, string? host, string fault, string message);

        [LoggerMessage(LogLevel.Information, "What {Host} sent is no picture that is shown: PNG, JPEG, WebP or GIF up to 4,096 pixels")]
        public static partial void NotAPicture(ILogger logger, string host);

        [LoggerMessage(LogLevel.Warning, "Too many pictures wait to be fetched; one is left to the next sign-in")]
        public static partial void TooMany(ILogger logger);
    }
}
