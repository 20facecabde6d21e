using System.Net;
using System.Text.Json;

namespace Embed.UnitTests.Transfer;

/// <summary>GitHub's API in the test's own process: answers what a test says, and remembers what it was asked.</summary>
internal sealed class StandInGitHub(Func<StandInGitHub.Question, HttpResponseMessage> answer) : HttpMessageHandler
{
    /// <summary>Something it was asked.</summary>
    /// <param name="Address">Path and query.</param>
    /// <param name="Query">Of GraphQL, the query; empty otherwise.</param>
    /// <param name="Variables">Of GraphQL, the variables.</param>
    /// <param name="Number">How many came before.</param>
    public sealed record Question(string Address, string Query, JsonElement Variables, int Number)
    {
        public string? Variable(string name) => Variables.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    public List<Question> Asked { get; } = [];

    /// <summary>All header lines and bodies that it was sent.</summary>
    public List<string> Sent { get; } = [];

    public static HttpResponseMessage Of(string body, HttpStatusCode status = HttpStatusCode.OK, params (string Name, string Value)[] headers)
    {
        var message = new HttpResponseMessage(status) { Content = new StringContent(body) };
        foreach (var (name, value) in headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var query = body.Length == 0 ? default : JsonDocument.Parse(body).RootElement;
        Sent.Add($"{request.Method} {request.RequestUri}");
        Sent.AddRange(request.Headers.Select(header => $"{header.Key}: {string.Join(',', header.Value)}"));
        Sent.Add(body);
        var question = new Question(
            request.RequestUri!.PathAndQuery, body.Length == 0 ? "" : query.GetProperty("query").GetString()!, body.Length == 0 ? default : query.GetProperty("variables"), Asked.Count);
        Asked.Add(question);
        return answer(question);
    }
}
