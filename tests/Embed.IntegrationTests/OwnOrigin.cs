using System.Net;
using AngleSharp.Dom;
using Embed.Server.Commenters;
using Embed.Tests;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Mvc.Testing.Handlers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Embed.IntegrationTests;

/// <summary>Somebody on our own origin's pages: a browser without scripts, signed in by our cookie or not at all.</summary>
internal sealed class OwnOrigin : IDisposable
{
    private readonly HttpClient _http;

    private OwnOrigin(HttpClient http) => _http = http;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Opens a browser; with a role, signed in as somebody who has it.</summary>
    public static async Task<OwnOrigin> OpenAsync(EmbedApplication application, Role? role = null, string name = "Ada")
    {
        var cookies = new CookieContainer();
        if (role is not null)
        {
            var (commenter, _) = await application.MakeSessionAsync(name, role.Value);
            cookies.SetCookies(application.Server.BaseAddress, await CookieAsync(application, commenter.Id));
        }

        return new OwnOrigin(application.CreateDefaultClient(new CookieContainerHandler(cookies)));
    }

    /// <summary>Opens a browser in which somebody in particular is signed in.</summary>
    public static async Task<OwnOrigin> OfAsync(EmbedApplication application, long commenterId)
    {
        var cookies = new CookieContainer();
        cookies.SetCookies(application.Server.BaseAddress, await CookieAsync(application, commenterId));
        return new OwnOrigin(application.CreateDefaultClient(new CookieContainerHandler(cookies)));
    }

    /// <summary>Our own origin's cookie for somebody, as signing in sets it.</summary>
    public static async Task<string> CookieAsync(EmbedApplication application, long commenterId)
    {
        var (token, _) = await application.Services.GetRequiredService<CommenterSessions>()
            .CreateAsync(commenterId, new NewSession(null, "http://localhost", "Firefox, Linux"), Cancellation);
        var cookies = application.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(CurrentCommenter.Scheme);
        var now = application.Clock.GetUtcNow();
        var ticket = new AuthenticationTicket(
            CurrentCommenter.PrincipalOf(commenterId, token),
            new AuthenticationProperties { IssuedUtc = now, ExpiresUtc = now + cookies.ExpireTimeSpan },
            CurrentCommenter.Scheme);
        return $"{cookies.Cookie.Name}={cookies.TicketDataFormat.Protect(ticket)}";
    }

    /// <summary>Opens a page.</summary>
    public Task<HttpResponseMessage> GetAsync(string path) => _http.GetAsync(path, Cancellation);

    /// <summary>Opens a page that must be there.</summary>
    public async Task<IElement> ReadAsync(string path)
    {
        using var answer = await GetAsync(path);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode}");
        return ThreadReader.Parse(await answer.Content.ReadAsStringAsync(Cancellation));
    }

    /// <summary>Sends a form as it stands on the page, with some fields filled in; null leaves a field out.</summary>
    public Task<HttpResponseMessage> SendAsync(IElement form, params (string Name, string? Value)[] filled) =>
        SendAsync(form, HttpCompletionOption.ResponseContentRead, filled);

    /// <summary>Sends a form, and reads the head of the answer alone.</summary>
    public Task<HttpResponseMessage> BeginAsync(IElement form, params (string Name, string? Value)[] filled) =>
        SendAsync(form, HttpCompletionOption.ResponseHeadersRead, filled);

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(IElement form, HttpCompletionOption until, (string Name, string? Value)[] filled)
    {
        var fields = form.QuerySelectorAll("input[name], textarea[name], select[name]")
            .Where(field => field.GetAttribute("type") is not ("checkbox" or "radio") || field.HasAttribute("checked"))
            .Select(field => (Name: field.GetAttribute("name")!, Value: ValueOf(field)))
            .Where(field => !filled.Any(other => other.Name == field.Name))
            .Concat(filled).Where(field => field.Value is not null);
        using var content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value!)));
        using var request = new HttpRequestMessage(HttpMethod.Post, form.GetAttribute("action")) { Content = content };
        return await _http.SendAsync(request, until, Cancellation);
    }

    private static string? ValueOf(IElement field) => field.LocalName switch
    {
        "textarea" => field.TextContent.TrimStart('\n'),
        "select" => (field.QuerySelector("option[selected]") ?? field.QuerySelector("option"))?.GetAttribute("value"),
        _ => field.GetAttribute("value") ?? (field.GetAttribute("type") == "checkbox" ? "on" : ""),
    };
}
