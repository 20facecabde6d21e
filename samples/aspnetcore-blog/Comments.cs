using System.Net;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Embed.AspNetCoreBlog;

/// <summary>Where the comments are.</summary>
internal sealed class CommentsOptions
{
    /// <summary>The comment server's origin.</summary>
    public required string Server { get; set; }

    /// <summary>The site's key there.</summary>
    public required string Site { get; set; }

    /// <summary>The blog's own origin as readers know it, such as <c>https://blog.example</c>; behind a proxy requests say another.</summary>
    public string? Origin { get; set; }
}

/// <summary>Comments as HTML for a page's source.</summary>
internal sealed partial class Comments(HttpClient http, IMemoryCache cache, IOptions<CommentsOptions> options, ILogger<Comments> logger)
{
    // A page nobody reads need not be kept.
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    private sealed record Known(string Html, EntityTagHeaderValue? ETag);

    /// <summary>The script that brings them to life; once for a page.</summary>
    public string Script => $"""<script async crossorigin src="{Server}/embed.js" data-site="{Site}"></script>""";

    private string Server => HtmlEncoder.Default.Encode(options.Value.Server);

    private string Site => HtmlEncoder.Default.Encode(options.Value.Site);

    // The plain snippet: the reader's browser asks for the comments.
    private string Plain => $"""
        <embed-comments>
          <a href="{Server}/t/{Site}" referrerpolicy="no-referrer-when-downgrade">Comments</a>
        </embed-comments>
        """;

    /// <summary>The address of the page asked for, as readers know it.</summary>
    public string PageOf(HttpRequest request) => (options.Value.Origin ?? $"{request.Scheme}://{request.Host}") + request.Path;

    /// <summary>
    /// The page's comments as of now. Where the server does not answer in time, as they were last; where that is not known,
    /// the plain snippet.
    /// </summary>
    public async Task<string> OfAsync(string page, string language, CancellationToken cancellationToken)
    {
        var known = cache.Get<Known>((page, language));
        try
        {
            var address = $"{options.Value.Server}/api/v1/sites/{Uri.EscapeDataString(options.Value.Site)}/thread.html"
                + $"?page={Uri.EscapeDataString(page)}&lang={language}&as=document-fragment";
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            if (known?.ETag is not null)
            {
                request.Headers.IfNoneMatch.Add(known.ETag);
            }

            using var answer = await http.SendAsync(request, cancellationToken);
            if (answer.StatusCode != HttpStatusCode.NotModified)
            {
                answer.EnsureSuccessStatusCode();
                known = new Known(await answer.Content.ReadAsStringAsync(cancellationToken), answer.Headers.ETag);
                cache.Set((page, language), known, Kept);
            }
        }
        catch (Exception fault) when (fault is HttpRequestException
            || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Log.NoAnswer(logger, options.Value.Server, fault.Message);
        }

        return known?.Html ?? Plain;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "No comments from {Server}: {Reason}")]
        public static partial void NoAnswer(ILogger logger, string server, string reason);
    }
}
