using System.IO.Compression;
using System.Net;
using System.Text;
using Embed.Server.Http;

namespace Embed.Server.Admin.SelfCheck;

/// <summary>Why a page could not be had: a sentence for whoever asked.</summary>
internal sealed class PageNotFetchedException : Exception
{
    public PageNotFetchedException(string sentence)
        : base(sentence)
    {
    }

    public PageNotFetchedException(string sentence, Exception fault)
        : base(sentence, fault)
    {
    }

    public PageNotFetchedException()
    {
    }
}

/// <summary>
/// Fetches a page that somebody named, as a browser's first request would: from where <see cref="PageAddress"/> and
/// <see cref="PublicHosts"/> allow, also after each redirect, without cookies, within bounds of time, bytes and redirects.
/// </summary>
internal sealed class PageClient : IDisposable
{
    /// <summary>Longest page, in bytes, counted while it comes and after it was unpacked.</summary>
    public const int MaxBytes = 2 * 1024 * 1024;

    /// <summary>Most redirects that are followed.</summary>
    public const int MaxRedirects = 5;

    /// <summary>How long it may take in all.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http;
    private readonly TimeProvider _clock;

    public PageClient(TimeProvider clock)
    {
        var handler = PublicHosts.CreateHandler();
        // Pages come with long policies. In KB.
        handler.MaxResponseHeadersLength = 64;
        _http = new HttpClient(handler)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestHeaders = { { "Accept", "text/html, application/xhtml+xml;q=0.9" }, { "Accept-Encoding", "identity" }, { "User-Agent", "Embed" } },
        };
        _clock = clock;
    }

    /// <summary>The page, whatever its status.</summary>
    /// <exception cref="PageNotFetchedException">It cannot be had, or is beyond the bounds.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<FetchedPage> FetchAsync(PageAddress address, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await FollowAsync(address, either.Token);
        }
        catch (OperationCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PageNotFetchedException($"The page took longer than {Patience.TotalSeconds:0} seconds.", fault);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or InvalidDataException)
        {
            // What exactly failed would tell apart what stands in the server's own network.
            throw new PageNotFetchedException(
                "The page could not be fetched. Look whether the address is right and open to everybody: the server asks public addresses only.", fault);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<FetchedPage> FollowAsync(PageAddress address, CancellationToken cancellationToken)
    {
        var passed = new List<Uri>();
        while (true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address.Address);
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!IsRedirect(answer.StatusCode) || answer.Headers.Location is not { } to)
            {
                var headers = answer.Headers.Concat(answer.Content.Headers).ToDictionary(
                    header => header.Key, header => (IReadOnlyList<string>)[.. header.Value], StringComparer.OrdinalIgnoreCase);
                return new FetchedPage(address.Address, passed, (int)answer.StatusCode, headers, await ReadAsync(answer.Content, cancellationToken));
            }

            passed.Add(address.Address);
            if (passed.Count > MaxRedirects)
            {
                throw new PageNotFetchedException($"The address leads on more than {MaxRedirects} times.");
            }

            address = address.Redirected(to)
                ?? throw new PageNotFetchedException("The address leads on to one that the server does not ask: not http, with a user name, or on the server's own machine.");
        }
    }

    private static bool IsRedirect(HttpStatusCode status) => status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private static async Task<string> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var sent = await content.ReadAsStreamAsync(cancellationToken);
        // Not asked for, but some send it all the same. What is counted is what it unpacks to.
        await using var stream = content.Headers.ContentEncoding.SingleOrDefault()?.ToLowerInvariant() switch
        {
            null or "identity" => sent,
            "gzip" => new GZipStream(sent, CompressionMode.Decompress),
            "br" => new BrotliStream(sent, CompressionMode.Decompress),
            "deflate" => new ZLibStream(sent, CompressionMode.Decompress),
            _ => throw new PageNotFetchedException("The page is packed in a way that was not asked for (Content-Encoding)."),
        };
        var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        for (int read; (read = await stream.ReadAsync(chunk, cancellationToken)) > 0;)
        {
            if (buffer.Length + read > MaxBytes)
            {
                throw new PageNotFetchedException("The page is longer than 2 MB.");
            }

            buffer.Write(chunk, 0, read);
        }

        // All that is looked for is ASCII, in any encoding of the web but UTF-16, which nobody uses.
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
