using System.Collections.Concurrent;
using System.Net;
using Embed.Server.PreModeration;
using Embed.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>All services elsewhere that could be asked about a comment: they answer what a test says, or never.</summary>
internal sealed class StandInChecks : HttpMessageHandler
{
    /// <summary>What was asked: address, body and bearer token.</summary>
    public ConcurrentQueue<(Uri Address, string Body, string? Bearer)> Asked { get; } = new();

    /// <summary>Fulfilled by the first question.</summary>
    public TaskCompletionSource FirstAsked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The answer to a question.</summary>
    public Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> Answer { get; set; } = (_, _) => Of("""{"verdict":"publish"}""");

    /// <summary>An answer with this body.</summary>
    public static Task<HttpResponseMessage> Of(string body, HttpStatusCode status = HttpStatusCode.OK) =>
        Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body) });

    /// <summary>No answer, ever.</summary>
    public static async Task<HttpResponseMessage> Never(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        throw new OperationCanceledException(cancellationToken);
    }

    /// <summary>Puts them in the place of the real ones; before the server starts.</summary>
    public void PutInto(EmbedApplication application) =>
        application.Replace = services => services.AddSingleton(_ => new OutsideHttp(this));

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Asked.Enqueue((request.RequestUri!, await request.Content!.ReadAsStringAsync(cancellationToken), request.Headers.Authorization?.Parameter));
        FirstAsked.TrySetResult();
        return await Answer(request, cancellationToken);
    }
}
