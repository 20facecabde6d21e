using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Embed.IntegrationTests;

/// <summary>What an answer must be. Each disposes the answer it was given.</summary>
internal static class Answers
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Done: 204, or 201 with something made.</summary>
    public static async Task AssertDoneAsync(this Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        Assert.True(
            answer.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.Created,
            $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(Cancellation)}");
    }

    /// <summary>Refused with this code, as problem details (RFC 9457) with a sentence for people.</summary>
    public static async Task AssertRefusedAsync(this Task<HttpResponseMessage> sent, HttpStatusCode status, string code)
    {
        using var answer = await sent;
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode} in place of {(int)status}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonNode.Parse(text)!;
        Assert.Equal(code, (string?)problem["code"]);
        Assert.Equal($"urn:embed:refusal:{code}", (string?)problem["type"]);
        Assert.Equal((int)status, (int?)problem["status"]);
        Assert.False(string.IsNullOrWhiteSpace((string?)problem["detail"]));
    }

    /// <summary>The body of a successful answer as JSON.</summary>
    public static async Task<JsonNode> JsonAsync(this Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(Cancellation)}");
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!;
    }
}
