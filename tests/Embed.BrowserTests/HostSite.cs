using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Embed.BrowserTests;

/// <summary>
/// A customer's web site: pages by path, on a free port of 127.0.0.1. For a browser that is another site than localhost,
/// where the server is, and both are trustworthy, so that Secure cookies work without a certificate.
/// </summary>
public sealed class HostSite : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentDictionary<string, RequestDelegate> _pages = new(StringComparer.Ordinal);

    private HostSite(WebApplication application)
    {
        _application = application;
        // Browsers ask every site for it, and a 404 is a console error.
        _pages["/favicon.ico"] = context =>
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        };
    }

    /// <summary>The site's origin, as browsers send it.</summary>
    public string Origin { get; private set; } = "";

    /// <summary>The port, for the few tests that reach the same site under another name.</summary>
    public int Port => new Uri(Origin).Port;

    /// <summary>Starts a site without pages.</summary>
    public static async Task<HostSite> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        var site = new HostSite(application);
        application.Run(site.AnswerAsync);
        await application.StartAsync();
        site.Origin = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return site;
    }

    /// <summary>Puts a page at a path; its address. A second one at the same path replaces it.</summary>
    /// <param name="path">Begins with a slash; no query.</param>
    /// <param name="body">HTML of the body.</param>
    /// <param name="title">Plain text.</param>
    /// <param name="head">More HTML for the head.</param>
    /// <param name="headers">Response headers, such as a content security policy.</param>
    public string Put(
        string path, string body, string title = "A page", string head = "", IReadOnlyDictionary<string, string>? headers = null)
    {
        var html = $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>{System.Net.WebUtility.HtmlEncode(title)}</title>
            {head}
            </head>
            <body>
            {body}
            </body>
            </html>
            """;
        return Handle(path, context =>
        {
            foreach (var (name, value) in headers ?? new Dictionary<string, string>())
            {
                context.Response.Headers[name] = value;
            }

            context.Response.ContentType = "text/html; charset=utf-8";
            return context.Response.WriteAsync(html, context.RequestAborted);
        });
    }

    /// <summary>Answers a path by code; its address.</summary>
    public string Handle(string path, RequestDelegate answer)
    {
        _pages[path] = answer;
        return Origin + path;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        if (_pages.TryGetValue(context.Request.Path.Value ?? "", out var page))
        {
            return page(context);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
