namespace Embed.Server.PreModeration;

/// <summary>
/// Akismet (akismet.com/developers, API 1.1: comment-check, submit-spam, submit-ham, verify-key). It asks for the commenter's
/// network address, which we do not keep: it is left out, and Akismet judges by the rest.
/// </summary>
internal sealed class AkismetCheck(OutsideHttp http) : IOutsideCheck
{
    /// <summary>Where it is.</summary>
    public static readonly Uri Service = new("https://rest.akismet.com/1.1/");

    public async Task<OutsideVerdict> AskAsync(OutsideSettings settings, OutsideQuestion question, CancellationToken cancellationToken) =>
        (await SendAsync(settings, "comment-check", Describe(question), cancellationToken)).Trim() switch
        {
            "true" => OutsideVerdict.Spam,
            "false" => OutsideVerdict.Publish,
            // "invalid", or a sentence that says what is missing.
            _ => OutsideVerdict.None,
        };

    public async Task<string?> TestAsync(OutsideSettings settings, Uri home, CancellationToken cancellationToken) =>
        (await SendAsync(settings, "verify-key", new() { ["blog"] = home.AbsoluteUri }, cancellationToken)).Trim() == "valid"
            ? null
            : "Akismet does not know this key for this site.";

    public Task TeachAsync(OutsideSettings settings, OutsideQuestion question, bool isSpam, CancellationToken cancellationToken) =>
        SendAsync(settings, isSpam ? "submit-spam" : "submit-ham", Describe(question), cancellationToken);

    private static Dictionary<string, string> Describe(OutsideQuestion question) => new()
    {
        ["blog"] = question.Home.AbsoluteUri,
        ["permalink"] = question.Page,
        ["comment_type"] = "comment",
        ["comment_author"] = question.Name,
        ["comment_content"] = question.Text,
        ["comment_date_gmt"] = question.At.UtcDateTime.ToString("s", System.Globalization.CultureInfo.InvariantCulture),
        ["blog_charset"] = "UTF-8",
    };

    private async Task<string> SendAsync(
        OutsideSettings settings, string call, Dictionary<string, string> fields, CancellationToken cancellationToken)
    {
        // The key in the form, not in the host name, where resolvers and logs would see it.
        fields["api_key"] = settings.Key ?? "";
        fields["key"] = settings.Key ?? "";
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(settings.Address, call)) { Content = new FormUrlEncodedContent(fields) };
        return await http.SendAsync(request, cancellationToken);
    }
}
