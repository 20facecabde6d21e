using System.Buffers.Text;
using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Net.Http.Headers;

namespace Embed.Server.Pictures;

/// <summary>Commenters' pictures, from our own origin: readers' browsers talk to nobody else.</summary>
internal static class PictureEndpoints
{
    /// <summary>The path of a picture on our origin; null for none.</summary>
    public static string? PathOf(string? hash) => hash is null ? null : $"/pictures/{hash}";

    /// <summary>A picture. Its name is its content's, so it may be kept for ever.</summary>
    public static async Task<IResult> GetAsync(string hash, HttpContext http, StoredPictures pictures)
    {
        if (await pictures.FindAsync(hash, http.RequestAborted) is not { } bytes)
        {
            return TypedResults.NotFound();
        }

        var headers = http.Response.Headers;
        headers.CacheControl = "public, max-age=31536000, immutable";
        headers.XContentTypeOptions = "nosniff";
        // Pages that isolate themselves (COEP require-corp) may load it too: it is public.
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        headers.ContentSecurityPolicy = "default-src 'none'";
        return TypedResults.Bytes(bytes, EncodedPicture.MediaType, entityTag: new EntityTagHeaderValue($"\"{hash}\""));
    }
}

/// <summary>Reads pictures, the ones asked for lately from memory.</summary>
internal sealed class StoredPictures(IDbContextFactory<EmbedDbContext> databases) : IDisposable
{
    // About two thousand pictures.
    private const long MaxBytes = 8 * 1024 * 1024;

    // What an entry costs besides the picture, roughly.
    private const int EntryBytes = 400;

    // One that was deleted is not served much longer.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly MemoryCache _lately = new(new MemoryCacheOptions { SizeLimit = MaxBytes });

    /// <summary>The bytes of a picture; null if there is none of that name.</summary>
    public async ValueTask<byte[]?> FindAsync(string hash, CancellationToken cancellationToken)
    {
        if (_lately.TryGetValue(hash, out byte[]? known))
        {
            return known;
        }

        // Names that cannot be any are not looked up.
        if (hash.Length != Picture.HashCharacters || !Base64Url.IsValid(hash))
        {
            return null;
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var bytes = await database.Pictures.Where(p => p.Hash == hash).Select(p => p.Bytes).FirstOrDefaultAsync(cancellationToken);
        return bytes is null ? null : _lately.Set(
            hash, bytes, new MemoryCacheEntryOptions { Size = bytes.Length + EntryBytes, AbsoluteExpirationRelativeToNow = Lifetime });
    }

    public void Dispose() => _lately.Dispose();
}
