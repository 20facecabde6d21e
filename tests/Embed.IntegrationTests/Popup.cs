using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Embed.Tests;
using Microsoft.AspNetCore.Mvc.Testing.Handlers;

namespace Embed.IntegrationTests;

/// <summary>
/// The sign-in popup of somebody's browser: keeps cookies, follows redirects between server and provider, presses buttons.
/// </summary>
internal sealed class Popup : IDisposable
{
    private readonly CookieContainer _cookies = new();
    private readonly HttpClient _provider = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private HttpClient _server;

    public Popup(EmbedApplication application, string address = "http://localhost") =>
        _server = application.CreateDefaultClient(new Uri(address), new CookieContainerHandler(_cookies));

    /// <summary>A popup of a browser that is somewhere in particular.</summary>
    public Popup(HttpClient server) => _server = server;

    /// <summary>What the page that opened the popup keeps.</summary>
    public string Verifier { get; } = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>What it opens the popup with.</summary>
    public string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    /// <summary>Headers of the popup's first request; with the Origin of a page it is the form that the page's script sends.</summary>
    public Dictionary<string, string> FirstHeaders { get; } = [];

    /// <summary>The page shown now.</summary>
    public IHtmlDocument Page { get; private set; } = new HtmlParser().ParseDocument("");

    /// <summary>Its status.</summary>
    public HttpStatusCode Status { get; private set; }

    /// <summary>Its headers.</summary>
    public HttpResponseMessage Answer { get; private set; } = new();

    /// <summary>Every address the popup went through.</summary>
    public List<Uri> Visited { get; } = [];

    /// <summary>Every cookie that was set, with its attributes.</summary>
    public List<string> SetCookies { get; } = [];

    /// <summary>The one-time code of the last page; null on any other.</summary>
    public string? Code => Page.QuerySelector("[data-code]")?.GetAttribute("data-code");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Is answered by another server from now on.</summary>
    public void GoOnAt(EmbedApplication application)
    {
        _server.Dispose();
        _server = application.CreateDefaultClient(new CookieContainerHandler(_cookies));
    }

    /// <summary>Gets a cookie, as <c>name=value</c>, that this browser was given before.</summary>
    public void Take(string cookie) => _cookies.SetCookies(_server.BaseAddress!, cookie);

    /// <summary>Opens it as a page of the site does.</summary>
    public async Task OpenAsync(
        string site = EmbedApplication.Site, string origin = EmbedApplication.Origin, string? challenge = null, string? page = null)
    {
        foreach (var (name, value) in FirstHeaders)
        {
            _server.DefaultRequestHeaders.Add(name, value);
        }

        var back = page is null ? "" : $"&return={Uri.EscapeDataString(page)}";
        var address = $"/signin?site={Uri.EscapeDataString(site)}&origin={Uri.EscapeDataString(origin)}&challenge={Uri.EscapeDataString(challenge ?? Challenge)}{back}";
        await SendAsync(new Uri(_server.BaseAddress!, address), FirstHeaders.ContainsKey("Origin") ? new FormUrlEncodedContent([]) : null);
        foreach (var name in FirstHeaders.Keys)
        {
            _server.DefaultRequestHeaders.Remove(name);
        }
    }

    /// <summary>Goes to an address of the server.</summary>
    public Task GoAsync(string address) => SendAsync(new Uri(_server.BaseAddress!, address), null);

    /// <summary>Sends a form to the server and goes nowhere: the answer as it came.</summary>
    public Task<HttpResponseMessage> PostAsync(string address, HttpContent form) => _server.PostAsync(address, form, Cancellation);

    /// <summary>Presses the only button whose form leads to an address that contains <paramref name="action"/>.</summary>
    public Task PressAsync(string action, string? name = null, string? value = null)
    {
        var form = Page.Forms.First(candidate => candidate.GetAttribute("action")!.Contains(action, StringComparison.Ordinal)
            && (name is null || candidate.QuerySelector($"[name={name}]") is not null));
        var fields = form.QuerySelectorAll<IHtmlInputElement>("input[type=hidden]").Where(field => field.Name != name).Select(field => KeyValuePair.Create(field.Name!, field.Value)).ToList();
        if (name is not null)
        {
            fields.Add(KeyValuePair.Create(name, value ?? ""));
        }

        var target = new Uri(Visited[^1], form.GetAttribute("action")!);
        return form.Method == "post"
            ? SendAsync(target, new FormUrlEncodedContent(fields))
            : SendAsync(new Uri(target, "?" + string.Join('&', fields.Select(f => $"{f.Key}={Uri.EscapeDataString(f.Value)}"))), null);
    }

    /// <summary>Signs in as an account of the provider, from the page that lists the providers.</summary>
    public async Task SignInAsync(string login)
    {
        await PressAsync("/signin/github");
        await PressAsync("/login/oauth/choose", "login", login);
    }

    public void Dispose()
    {
        Answer.Dispose();
        _server.Dispose();
        _provider.Dispose();
    }

    /// <summary>Sends a request and follows where it leads.</summary>
    public async Task SendAsync(Uri address, HttpContent? form)
    {
        for (var hop = 0; hop < 10; hop++)
        {
            Visited.Add(address);
            var client = address.Authority == _server.BaseAddress!.Authority ? _server : _provider;
            Answer.Dispose();
            Answer = form is null ? await client.GetAsync(address, Cancellation) : await client.PostAsync(address, form, Cancellation);
            form = null;
            SetCookies.AddRange(Answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : []);
            if (Answer.Headers.Location is not { } next)
            {
                Status = Answer.StatusCode;
                Page = new HtmlParser().ParseDocument(await Answer.Content.ReadAsStringAsync(Cancellation));
                return;
            }

            address = new Uri(address, next);
        }

        throw new InvalidOperationException("The popup is sent round in circles.");
    }
}
