using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>
/// Somebody on a page of a customer's site, by HTTP: states the page's origin and, when signed in, the token, as the
/// browser's script does. Acts return the answer as it came, but for <see cref="PostAsync"/>, which insists.
/// </summary>
internal sealed class Person : IDisposable
{
    private readonly string _site;

    private Person(HttpClient http, string site, long id, string? token) => (Http, _site, Id, Token) = (http, site, id, token);

    /// <summary>The client, with Origin and Authorization set.</summary>
    public HttpClient Http { get; }

    /// <summary>The commenter's id; 0 for somebody not signed in.</summary>
    public long Id { get; }

    /// <summary>The session's token; null for somebody not signed in.</summary>
    public string? Token { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Somebody signed in at a site.</summary>
    public static async Task<Person> SignInAsync(
        EmbedApplication application,
        string name = "Ada",
        Role role = Role.Commenter,
        string site = EmbedApplication.Site,
        string origin = EmbedApplication.Origin)
    {
        var (commenter, token) = await application.MakeSessionAsync(name, role, site, origin);
        return Of(application, site, origin, commenter.Id, token);
    }

    /// <summary>Somebody who reads.</summary>
    public static Person Anonymous(EmbedApplication application) => Of(application, EmbedApplication.Site, EmbedApplication.Origin, 0, null);

    /// <summary>Somebody with a session that was begun before.</summary>
    public static Person Of(EmbedApplication application, string site, string origin, long id, string? token)
    {
        var http = application.CreateClient(new() { BaseAddress = application.ClientOptions.BaseAddress, AllowAutoRedirect = false });
        http.DefaultRequestHeaders.Add("Origin", origin);
        http.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return new Person(http, site, id, token);
    }

    /// <summary>Sends a request; the body, if any, as JSON.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : JsonContent.Create(body);
        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }

    /// <summary>Posts a comment or reply that must be taken.</summary>
    /// <returns>Its id.</returns>
    public async Task<long> PostAsync(string page, string body, long? parentId = null)
    {
        using var answer = await TryPostAsync(page, body, parentId);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Cancellation));
        return (await answer.Content.ReadFromJsonAsync<Posted>(Cancellation))!.Id;
    }

    /// <summary>Tries to post.</summary>
    public Task<HttpResponseMessage> TryPostAsync(string page, string body, long? parentId = null, string? title = null, Guid? draftId = null) =>
        SendAsync(
            HttpMethod.Post, $"/api/v1/sites/{_site}/comments", new { page, title, parentId, body, draftId = draftId ?? Guid.NewGuid() });

    public Task<HttpResponseMessage> EditAsync(long id, string body) => SendAsync(HttpMethod.Patch, $"/api/v1/comments/{id}", new { body });

    public Task<HttpResponseMessage> DeleteAsync(long id) => SendAsync(HttpMethod.Delete, $"/api/v1/comments/{id}");

    public Task<HttpResponseMessage> VoteAsync(long id, int value) => SendAsync(HttpMethod.Put, $"/api/v1/comments/{id}/vote", new { value });

    public Task<HttpResponseMessage> FlagAsync(long id, string? reason = "spam", string? note = null) =>
        SendAsync(HttpMethod.Put, $"/api/v1/comments/{id}/flag", new { reason, note });

    public Task<HttpResponseMessage> WithdrawFlagAsync(long id) => SendAsync(HttpMethod.Delete, $"/api/v1/comments/{id}/flag");

    public Task<HttpResponseMessage> JudgeAsync(long id, bool publish) => SendAsync(HttpMethod.Put, $"/api/v1/comments/{id}/verdict", new { publish });

    public Task<HttpResponseMessage> CloseAsync(string page, bool isClosed = true) =>
        SendAsync(HttpMethod.Patch, $"/api/v1/sites/{_site}/thread?page={Uri.EscapeDataString(page)}", new { isClosed });

    /// <summary>The Markdown source of a comment.</summary>
    public Task<HttpResponseMessage> TryReadSourceAsync(long id) => SendAsync(HttpMethod.Get, $"/api/v1/comments/{id}");

    /// <summary>The Markdown source of a comment that this person may edit.</summary>
    public async Task<string> ReadSourceAsync(long id)
    {
        using var answer = await TryReadSourceAsync(id);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<Source>(Cancellation))!.Body;
    }

    public void Dispose() => Http.Dispose();

    private sealed record Posted(long Id);

    private sealed record Source(string Body);
}
