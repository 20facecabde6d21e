using System.IO.Compression;
using Microsoft.Extensions.Http;
using OpenIddict.Client.SystemNetHttp;

namespace Embed.Server.Commenters;

/// <summary>What providers may cost us: their answers are bounded in time and size, and asked for once.</summary>
internal static class ProviderHttp
{
    /// <summary>Largest answer of a provider, in bytes: discovery documents, keys and accounts take a few thousand.</summary>
    public const int MaxBytes = 256 * 1024;

    public static void Bound(IServiceCollection services)
    {
        services.Configure<OpenIddictClientSystemNetHttpOptions>(options =>
        {
            // By default each failure is tried five times, with half a minute in between: for nobody who waits.
            options.HttpResiliencePipeline = null;
            options.HttpClientActions.Add((_, client) =>
            {
                client.Timeout = ProviderDeadline.Limit;
                client.MaxResponseContentBufferSize = MaxBytes;
            });
        });
        var clients = typeof(OpenIddictClientSystemNetHttpOptions).Assembly.GetName().Name!;
        services.ConfigureAll<HttpClientFactoryOptions>(factory => factory.HttpMessageHandlerBuilderActions.Add(builder =>
        {
            if (builder.Name?.StartsWith(clients, StringComparison.Ordinal) == true)
            {
                builder.AdditionalHandlers.Add(new BoundedInflation());
            }
        }));
    }

    /// <summary>
    /// Inflates compressed answers up to the limit. OpenIddict would inflate them without one, and a few kilobytes can become
    /// gigabytes. It asks for none, but some providers compress all the same.
    /// </summary>
    private sealed class BoundedInflation : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (answer.Content.Headers.ContentEncoding.Count == 0)
            {
                return answer;
            }

            await using var inflating = Inflate(
                await answer.Content.ReadAsStreamAsync(cancellationToken), string.Join(',', answer.Content.Headers.ContentEncoding));
            var bytes = new byte[MaxBytes + 1];
            var count = await inflating.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
            if (count > MaxBytes)
            {
                throw new HttpRequestException($"The answer has more than {MaxBytes} bytes.");
            }

            var type = answer.Content.Headers.ContentType;
            answer.Content.Dispose();
            answer.Content = new ByteArrayContent(bytes, 0, count) { Headers = { ContentType = type } };
            return answer;
        }

        private static Stream Inflate(Stream compressed, string encoding) => encoding.ToUpperInvariant() switch
        {
            "GZIP" => new GZipStream(compressed, CompressionMode.Decompress),
            "BR" => new BrotliStream(compressed, CompressionMode.Decompress),
            "DEFLATE" => new ZLibStream(compressed, CompressionMode.Decompress),
            _ => throw new HttpRequestException("The answer is encoded in a way that nobody asked for."),
        };
    }
}
