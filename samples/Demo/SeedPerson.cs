using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Embed.Demo;

/// <summary>
/// Somebody at a browser, by HTTP alone: opens the popup, chooses an account at the stand-in, redeems the code, posts. Knows
/// nothing of the server but what its pages and its public API say.
/// </summary>
internal sealed partial class SeedPerson : IDisposable
{
    // A thread is written by few people within seconds, and the server's limits are meant for people.
    private const int MaxAttempts = 5;

    private readonly DemoAddresses _addresses;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = true, CookieContainer = new CookieContainer() });
    private readonly string _origin;

    private SeedPerson(DemoAddresses addresses)
    {
        _addresses = addresses;
        _origin = addresses.Blog.GetLeftPart(UriPartial.Authority);
    }

    /// <summary>Signs the account in at the demo's site, all steps of the real flow.</summary>
    public static async Task<SeedPerson> SignInAsync(DemoAddresses addresses, string login, CancellationToken cancellationToken)
    {
        var person = new SeedPerson(addresses);
        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        var popup = await person.ReadPageAsync(new Uri(
            addresses.Server, $"/signin?site=demo&origin={Uri.EscapeDataString(person._origin)}&challenge={challenge}"), cancellationToken);

        // The provider's button: its form, with its antiforgery token. Redirects lead to the stand-in's chooser.
        var form = FirstForm().Match(popup);
        using var button = new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", Decode(TokenField().Match(popup)))]);
        using var chooser = await person._http.PostAsync(new Uri(addresses.Server, Decode(form)), button, cancellationToken);
        var fields = HiddenField().Matches(await TextAsync(chooser, cancellationToken))
            .Select(field => $"{field.Groups["name"].Value}={Uri.EscapeDataString(Decode(field))}").Distinct();

        // Choosing leads back to the server and on to the last page, which carries the code.
        var last = await person.ReadPageAsync(
            new Uri(addresses.GitHub, $"/login/oauth/choose?{string.Join('&', fields)}&login={login}"), cancellationToken);
        using var answer = await person.SendAsync(
            HttpMethod.Post, "/api/v1/sites/demo/session", new { code = Decode(CodeField().Match(last)), verifier }, cancellationToken);
        var session = await answer.Content.ReadFromJsonAsync<Session>(cancellationToken);
        person._http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session!.Token);
        return person;
    }

    /// <summary>Posts a comment and returns its id. The same draft again returns the first one's.</summary>
    public async Task<long> PostAsync(SeedPage page, long? parentId, string draft, string body, CancellationToken cancellationToken)
    {
        var draftId = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{page.Path} {draft}")).AsSpan(0, 16));
        using var answer = await SendAsync(
            HttpMethod.Post,
            "/api/v1/sites/demo/comments",
            new { page = AddressOf(page), title = page.Title, parentId, body, draftId },
            cancellationToken);
        return (await answer.Content.ReadFromJsonAsync<Posted>(cancellationToken))!.Id;
    }

    /// <summary>Deletes a comment.</summary>
    public async Task DeleteAsync(long commentId, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(
            HttpMethod.Delete, string.Create(CultureInfo.InvariantCulture, $"/api/v1/comments/{commentId}"), null, cancellationToken);
    }

    /// <summary>Closes a thread; for moderators.</summary>
    public async Task CloseAsync(SeedPage page, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(
            HttpMethod.Patch,
            $"/api/v1/sites/demo/thread?page={Uri.EscapeDataString(AddressOf(page))}",
            new { isClosed = true },
            cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private sealed record Session(string Token);

    private sealed record Posted(long Id);

    private string AddressOf(SeedPage page) => new Uri(_addresses.Blog, page.Path).ToString();

    // Sends as a script of the blog would: its origin in the header. Waits where the server says to.
    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = new HttpRequestMessage(method, new Uri(_addresses.Server, path));
            request.Headers.Add("Origin", _origin);
            request.Content = body is null ? null : JsonContent.Create(body);
            var answer = await _http.SendAsync(request, cancellationToken);
            if (answer.StatusCode != HttpStatusCode.TooManyRequests || attempt == MaxAttempts)
            {
                return answer.IsSuccessStatusCode ? answer : throw new HttpRequestException(
                    $"{method} {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}");
            }

            var wait = answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(10);
            answer.Dispose();
            await Task.Delay(wait, cancellationToken);
        }
    }

    private async Task<string> ReadPageAsync(Uri address, CancellationToken cancellationToken)
    {
        using var answer = await _http.GetAsync(address, cancellationToken);
        return await TextAsync(answer, cancellationToken);
    }

    private static async Task<string> TextAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode ? text : throw new HttpRequestException($"{answer.RequestMessage?.RequestUri?.AbsolutePath}: {(int)answer.StatusCode}");
    }

    private static string Decode(Match match) =>
        match.Success ? WebUtility.HtmlDecode(match.Groups["value"].Value) : throw new InvalidOperationException("A page of the sign-in looks different from what the seed knows.");

    [GeneratedRegex("<form method=\"post\" action=\"(?<value>[^\"]*)\"", RegexOptions.None, 1000)]
    private static partial Regex FirstForm();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<value>[^\"]*)\"", RegexOptions.None, 1000)]
    private static partial Regex TokenField();

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[a-z_]+)\" value=\"(?<value>[^\"]*)\"", RegexOptions.None, 1000)]
    private static partial Regex HiddenField();

    [GeneratedRegex("data-code=\"(?<value>[^\"]*)\"", RegexOptions.None, 1000)]
    private static partial Regex CodeField();
}
