using System.Text.Json;
using System.Text.Json.Serialization;

namespace Embed.Server.PreModeration;

/// <summary>
/// Any service that answers JSON by JSON: <c>POST {"site", "page", "name", "text", "isGuest", "isEdit", "at"}</c>, answered by
/// <c>{"verdict": "publish" | "hold" | "spam"}</c>. Where a key is set it goes as a bearer token.
/// </summary>
internal sealed class HttpCheck(OutsideHttp http) : IOutsideCheck
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    };

    private sealed record Question(string Site, string Page, string Name, string Text, bool? IsGuest, bool? IsEdit, DateTimeOffset At, bool IsTest);

    private sealed record Answer(string? Verdict);

    public Task<OutsideVerdict> AskAsync(OutsideSettings settings, OutsideQuestion question, CancellationToken cancellationToken) =>
        SendAsync(
            settings,
            new Question(
                question.Site, question.Page, question.Name, question.Text, question.IsGuest, question.IsEdit, question.At, IsTest: false),
            cancellationToken);

    public async Task<string?> TestAsync(OutsideSettings settings, Uri home, CancellationToken cancellationToken)
    {
        var sample = new Question(
            "test", home.AbsoluteUri, "Embed", "This is a test of the connection.", IsGuest: false, IsEdit: false, DateTimeOffset.UnixEpoch, IsTest: true);
        return await SendAsync(settings, sample, cancellationToken) == OutsideVerdict.None
            ? "It answered, but not with a verdict of publish, hold or spam."
            : null;
    }

    // The service has its own ways to learn.
    public Task TeachAsync(OutsideSettings settings, OutsideQuestion question, bool isSpam, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    private async Task<OutsideVerdict> SendAsync(OutsideSettings settings, Question question, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, settings.Address) { Content = JsonContent.Create(question, options: Json) };
        if (settings.Key is not null)
        {
            request.Headers.Authorization = new("Bearer", settings.Key);
        }

        var answer = JsonSerializer.Deserialize<Answer>(await http.SendAsync(request, cancellationToken), Json);
        return answer?.Verdict switch
        {
            "publish" => OutsideVerdict.Publish,
            "hold" => OutsideVerdict.Hold,
            "spam" => OutsideVerdict.Spam,
            _ => OutsideVerdict.None,
        };
    }
}
