using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace Embed.Server.Http;

/// <summary>A body, made once and sent often: bytes in the three encodings browsers ask for, each with its strong ETag (RFC 9110, 8.8.3).</summary>
internal sealed record CachedBody(byte[] Plain, byte[] Gzip, byte[] Brotli, string ETag)
{
    private const string Vary = "Accept-Encoding, Accept-Language";

    /// <summary>Memory it takes, in bytes.</summary>
    public long Bytes => Plain.Length + Gzip.Length + Brotli.Length + 512;

    /// <summary>The smallest bytes the client takes (RFC 9110, 12.5.3; a refusal by <c>q=0</c> is rare enough to read exactly).</summary>
    public (byte[] Bytes, string Encoding) For(string acceptEncoding) =>
        Accepts(acceptEncoding, "br") ? (Brotli, "br")
        : Accepts(acceptEncoding, "gzip") ? (Gzip, "gzip")
        : (Plain, "identity");

    /// <summary>Encodes a text once.</summary>
    /// <param name="text">The text.</param>
    /// <param name="identity">What its ETag is made from: the same for the same bytes only.</param>
    /// <param name="brotliQuality">
    /// 0 to 11 (RFC 7932's reference encoder). 5 makes a thread a quarter smaller than gzip in a few milliseconds; 11 is for
    /// what is made once per start.
    /// </param>
    public static CachedBody From(string text, string identity, int brotliQuality = 5)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        return new CachedBody(
            plain,
            Compress(plain, output => new GZipStream(output, CompressionLevel.Optimal)),
            Compress(plain, output => new BrotliStream(output, new BrotliCompressionOptions { Quality = brotliQuality })),
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)).AsSpan(0, 12)));
    }

    /// <summary>Answers with the body, or with 304 where the client has it already.</summary>
    public async Task WriteAsync(HttpContext http, string contentType, string cacheControl, string? alsoVaryBy = null)
    {
        var (bytes, encoding) = For(http.Request.Headers.AcceptEncoding.ToString());
        var headers = http.Response.Headers;
        var etag = $"\"{ETag}-{encoding}\"";
        headers.ETag = etag;
        headers.CacheControl = cacheControl;
        headers.Vary = alsoVaryBy is null ? Vary : $"{Vary}, {alsoVaryBy}";
        headers.AccessControlAllowOrigin = "*";
        if (Matches(http.Request.Headers.IfNoneMatch, etag))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        headers.ContentType = contentType;
        headers.XContentTypeOptions = "nosniff";
        // Pages that isolate themselves (COEP require-corp) may load it too: it is public.
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        headers.ContentLength = bytes.Length;
        if (encoding != "identity")
        {
            headers.ContentEncoding = encoding;
        }

        await http.Response.BodyWriter.WriteAsync(bytes, http.RequestAborted);
    }

    /// <summary>Whether the client has this body (RFC 9110, 13.1.2): its tag may stand in a list, and proxies weaken tags.</summary>
    private static bool Matches(StringValues held, string etag)
    {
        foreach (var tags in held)
        {
            foreach (var part in tags.AsSpan().Split(','))
            {
                var tag = tags.AsSpan(part).Trim();
                if (tag is "*" || (tag.StartsWith("W/") ? tag[2..] : tag).SequenceEqual(etag))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool Accepts(string acceptEncoding, string encoding)
    {
        foreach (var part in acceptEncoding.AsSpan().Split(','))
        {
            var offer = acceptEncoding.AsSpan(part).Trim();
            if (offer.StartsWith(encoding, StringComparison.OrdinalIgnoreCase))
            {
                var weight = offer[encoding.Length..].Trim();
                return weight is not [';', .., 'q', '=', '0'] && !weight.EndsWith("q=0.0") && !weight.EndsWith("q=0.000");
            }
        }

        return false;
    }

    private static byte[] Compress(byte[] plain, Func<Stream, Stream> compressor)
    {
        using var output = new MemoryStream();
        using (var stream = compressor(output))
        {
            stream.Write(plain);
        }

        return output.ToArray();
    }
}
