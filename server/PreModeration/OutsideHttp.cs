using System.Text;

namespace Embed.Server.PreModeration;

/// <summary>How services elsewhere are reached: without cookies or redirects, guarded against private addresses, with little patience for long answers.</summary>
internal sealed class OutsideHttp(HttpMessageHandler handler) : IDisposable
{
    // An answer is a word or a line of JSON.
    private const int MaxBytes = 16 * 1024;

    private readonly HttpClient _http = new(handler)
    {
        // Whoever asks has a limit of their own.
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = MaxBytes,
        DefaultRequestHeaders = { { "User-Agent", "Embed/1.0" } },
    };

    /// <summary>Sends a request.</summary>
    /// <returns>The body of a 200.</returns>
    /// <exception cref="HttpRequestException">Another answer, none, or one too long.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<string> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var answer = await _http.SendAsync(request, cancellationToken);
        return answer.StatusCode == System.Net.HttpStatusCode.OK
            // Not by the charset it names: an unknown one would be a fault of another kind.
            ? Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync(cancellationToken))
            : throw new HttpRequestException($"It answered {(int)answer.StatusCode}.", null, answer.StatusCode);
    }

    public void Dispose() => _http.Dispose();
}
