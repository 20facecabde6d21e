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

/// <summary>A clock on which waiting takes no time: it notes how long it would have been.</summary>
/// <param name="now">What it says.</param>
/// <param name="patience">A time that never comes, because nobody is slow.</param>
internal sealed class HastyClock(DateTimeOffset now, TimeSpan patience) : TimeProvider
{
    private DateTimeOffset _now = now;

    public List<TimeSpan> Waits { get; } = [];

    public override DateTimeOffset GetUtcNow() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != patience && dueTime != Timeout.InfiniteTimeSpan)
        {
            Waits.Add(dueTime);
            _now += dueTime;
            // Not before the caller has what it waits for.
            ThreadPool.QueueUserWorkItem(_ => callback(state));
        }

        return new NoTimer();
    }

    private sealed class NoTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
