using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Embed.Server.Transfer.Formats;

/// <summary>
/// Asks GitHub's API with a token, which stands in one header and nowhere else. Waits as long as GitHub says, tries what failed
/// again, all within bounds.
/// </summary>
internal sealed class GitHubClient : IDisposable
{
    /// <summary>Largest answer, in bytes.</summary>
    public const int MaxAnswerBytes = 32 * 1024 * 1024;

    /// <summary>How long one answer may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>How long it waits in all because GitHub says so. Its limits begin anew each hour.</summary>
    public static readonly TimeSpan MostWaiting = TimeSpan.FromHours(2);

    // With waits of 1, 2, 4 and 8 seconds between.
    private const int Tries = 5;
    private const int MaxTokenCharacters = 500;
    private const int MaxSentenceCharacters = 300;

    private const string LimitReached = "GitHub wants us to wait too long: the token's limit of requests is used up. Try again in some hours.";

    private readonly HttpClient _http;
    private readonly TimeProvider _clock;
    private readonly AuthenticationHeaderValue _token;
    private TimeSpan _waited;

    /// <summary>Why there is no answer yet.</summary>
    private enum Trouble
    {
        /// <summary>There is one, or never will be.</summary>
        None,

        /// <summary>Too many were asked for.</summary>
        Limit,

        /// <summary>Something failed there.</summary>
        Passing,
    }

    /// <param name="handler">Carries the requests; not disposed of.</param>
    /// <exception cref="ImportFileException">The token can be none.</exception>
    public GitHubClient(HttpMessageHandler handler, string token, TimeProvider clock)
    {
        token = token.Trim();
        if (token.Length is 0 or > MaxTokenCharacters || token.Any(character => character is <= ' ' or > '~'))
        {
            throw new ImportFileException("That is no token of GitHub: it has letters, digits and underscores only.");
        }

        _token = new AuthenticationHeaderValue("Bearer", token);
        _clock = clock;
        _http = new HttpClient(handler, disposeHandler: false)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestHeaders =
            {
                { "Accept", "application/vnd.github+json" }, { "User-Agent", "Embed" }, { "X-GitHub-Api-Version", "2022-11-28" },
            },
        };
    }

    /// <summary>Asks until there is an answer.</summary>
    /// <param name="request">Makes the request, anew for each try.</param>
    /// <returns>The answer's JSON, and the address of the next page, where there is one.</returns>
    /// <exception cref="ImportFileException">There is none: refused, broken, too long, too late, or after too long a wait.</exception>
    public async Task<(JsonDocument Json, Uri? Next)> AskAsync(Func<HttpRequestMessage> request, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            TimeSpan wait;
            try
            {
                using var patience = new CancellationTokenSource(Patience, _clock);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
                using var message = request();
                message.Headers.Authorization = _token;
                using var answer = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token);
                var json = answer.StatusCode == HttpStatusCode.OK ? await ReadAsync(answer.Content, either.Token) : null;
                var trouble = json is null ? await TroubleOfAsync(answer, either.Token) : TroubleOf(json);
                if (json is not null && trouble == Trouble.None)
                {
                    return (json, NextOf(answer.Headers));
                }

                json?.Dispose();
                wait = WaitAfter(answer, trouble, tries) ?? throw new ImportFileException(Explain(answer.StatusCode, trouble));
            }
            catch (Exception fault) when (fault is HttpRequestException or IOException
                || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                wait = tries < Tries ? Backoff(tries)
                    : throw new ImportFileException("GitHub did not answer, or not in time. Look whether the API's address is right, and try again later.", fault);
            }

            _waited += wait;
            if (_waited > MostWaiting)
            {
                throw new ImportFileException(LimitReached);
            }

            await Task.Delay(wait, _clock, cancellationToken);
        }
    }

    public void Dispose() => _http.Dispose();

    // docs.github.com, "Rate limits for the REST API" and "for the GraphQL API": Retry-After counts; else, with no requests left, the
    // time when the limit begins anew; else a minute, and longer each time.
    private TimeSpan? WaitAfter(HttpResponseMessage answer, Trouble trouble, int tries)
    {
        if (trouble == Trouble.None)
        {
            return null;
        }

        if (answer.Headers.RetryAfter is { } after)
        {
            var wait = after.Delta ?? after.Date - _clock.GetUtcNow() ?? TimeSpan.Zero;
            return wait > TimeSpan.Zero ? wait : TimeSpan.FromSeconds(1);
        }

        if (trouble == Trouble.Limit && NumberIn(answer.Headers, "x-ratelimit-remaining") == 0
            && NumberIn(answer.Headers, "x-ratelimit-reset") is >= 0 and <= uint.MaxValue and var reset)
        {
            var wait = DateTimeOffset.FromUnixTimeSeconds(reset) - _clock.GetUtcNow();
            return (wait > TimeSpan.Zero ? wait : TimeSpan.Zero) + TimeSpan.FromSeconds(1);
        }

        return tries >= Tries ? null : trouble == Trouble.Limit ? TimeSpan.FromMinutes(1 << (tries - 1)) : Backoff(tries);
    }

    /// <summary>What is wrong with an answer that is none.</summary>
    private static async Task<Trouble> TroubleOfAsync(HttpResponseMessage answer, CancellationToken cancellationToken) => answer.StatusCode switch
    {
        HttpStatusCode.TooManyRequests => Trouble.Limit,
        // Only some of these have the limit's headers; all say it.
        HttpStatusCode.Forbidden when answer.Headers.RetryAfter is not null || NumberIn(answer.Headers, "x-ratelimit-remaining") == 0
            || SaysLimit(Encoding.UTF8.GetString(await BytesAsync(answer.Content, cancellationToken))) => Trouble.Limit,
        >= HttpStatusCode.InternalServerError => Trouble.Passing,
        _ => Trouble.None,
    };

    // GraphQL says it in an answer like any other.
    private static Trouble TroubleOf(JsonDocument json)
    {
        var fields = new JsonFields(json.RootElement, "");
        var errors = fields.List("errors").Select(error => new JsonFields(error, "")).ToList();
        return errors.Exists(error => error.Text("type") == "RATE_LIMITED" || SaysLimit(error.Text("message"))) ? Trouble.Limit
            : !fields.Has("data") && errors.Exists(error => error.Text("message")?.StartsWith("Something went wrong", StringComparison.Ordinal) == true) ? Trouble.Passing
            : Trouble.None;
    }

    private static bool SaysLimit(string? text) => text?.Contains("rate limit", StringComparison.OrdinalIgnoreCase) == true;

    private static TimeSpan Backoff(int tries) => TimeSpan.FromSeconds(1 << (tries - 1));

    private static long? NumberIn(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) && long.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    // RFC 8288: <address>; rel="next"
    private static Uri? NextOf(HttpResponseHeaders headers)
    {
        var links = headers.TryGetValues("Link", out var values) ? string.Join(',', values).Split(',', StringSplitOptions.TrimEntries) : [];
        var next = links.FirstOrDefault(link => link.StartsWith('<') && link.Contains("rel=\"next\"", StringComparison.Ordinal) && link.Contains('>', StringComparison.Ordinal));
        return Uri.TryCreate(next?[1..next.IndexOf('>', StringComparison.Ordinal)], UriKind.Absolute, out var address) ? address : null;
    }

    private static async Task<JsonDocument> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        try
        {
            return JsonDocument.Parse(await BytesAsync(content, cancellationToken));
        }
        catch (JsonException fault)
        {
            throw new ImportFileException("What answered is not GitHub's API: it sent no JSON. Look whether the API's address is right.", fault);
        }
    }

    private static async Task<byte[]> BytesAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        for (int read; (read = await stream.ReadAsync(chunk, cancellationToken)) > 0;)
        {
            if (buffer.Length + read > MaxAnswerBytes)
            {
                throw new ImportFileException($"An answer of GitHub is longer than {MaxAnswerBytes / (1024 * 1024)} MB.");
            }

            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }

    private static string Explain(HttpStatusCode status, Trouble trouble) => status switch
    {
        _ when trouble == Trouble.Limit => LimitReached,
        HttpStatusCode.OK => "GitHub cannot answer at present. Try again later.",
        HttpStatusCode.Unauthorized => "GitHub refused the token: it is wrong or has run out.",
        HttpStatusCode.Forbidden => "GitHub refused: the token may not read this repository.",
        HttpStatusCode.NotFound => "GitHub knows no such repository, or the token may not read it.",
        HttpStatusCode.Gone => "The repository's issues are switched off.",
        >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest => "The repository has moved. Give its present name.",
        _ => $"GitHub answered with {(int)status}.",
    };

    /// <summary>A sentence of GitHub's, cut, for people.</summary>
    public static string Quote(string? sentence) =>
        sentence is null ? "" : sentence.Length <= MaxSentenceCharacters ? sentence : sentence[..MaxSentenceCharacters] + "…";
}
