using System.Net;
using Embed.Server.Http;

namespace Embed.Server.Pictures;

/// <summary>
/// Fetches the file at an address that others chose: from where <see cref="PictureAddress"/> and <see cref="PublicHosts"/> allow,
/// without cookies, within bounds of time, bytes and redirects.
/// </summary>
internal sealed class PictureClient : IDisposable
{
    /// <summary>Largest file, in bytes, counted while it comes.</summary>
    public const int MaxBytes = 2 * 1024 * 1024;

    /// <summary>Most redirects that are followed.</summary>
    public const int MaxRedirects = 3;

    /// <summary>How long it may take in all.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new(PublicHosts.CreateHandler())
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { { "Accept", "image/webp, image/png, image/jpeg, image/gif" }, { "User-Agent", "Embed" } },
    };

    private readonly TimeProvider _clock;

    public PictureClient(TimeProvider clock) => _clock = clock;

    /// <summary>The file.</summary>
    /// <exception cref="HttpRequestException">It cannot be had, or is beyond the bounds.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="OperationCanceledException">It took too long, or the caller gave up.</exception>
    public async Task<byte[]> FetchAsync(PictureAddress address, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address.Address);
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                return await ReadAsync(answer.Content, either.Token);
            }

            address = IsRedirect(answer.StatusCode) && redirects < MaxRedirects && answer.Headers.Location is { } to
                && address.Redirected(to) is { } next
                    ? next
                    : throw new HttpRequestException($"answered {(int)answer.StatusCode}");
        }
    }

    public void Dispose() => _http.Dispose();

    private static bool IsRedirect(HttpStatusCode status) => status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        for (int read; (read = await stream.ReadAsync(chunk, cancellationToken)) > 0;)
        {
            if (buffer.Length + read > MaxBytes)
            {
                throw new HttpRequestException($"more than {MaxBytes} bytes");
            }

            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }
}
