using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Embed.IntegrationTests;

/// <summary>Where a provider keeps its pictures: whatever a test wants, by path, on a free port of this machine.</summary>
internal sealed class PictureHost : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentDictionary<string, RequestDelegate> _answers = new(StringComparer.Ordinal);

    private PictureHost(WebApplication application) => _application = application;

    /// <summary>Its origin.</summary>
    public string Origin => _application.Urls.First();

    /// <summary>The requests that came.</summary>
    public ConcurrentQueue<IHeaderDictionary> Requests { get; } = new();

    public static async Task<PictureHost> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        var application = builder.Build();
        var host = new PictureHost(application);
        application.Run(http =>
        {
            host.Requests.Enqueue(new HeaderDictionary(http.Request.Headers.ToDictionary()));
            return host._answers[http.Request.Path.Value!](http);
        });
        await application.StartAsync();
        return host;
    }

    /// <summary>Answers a path; its address.</summary>
    public string Put(string path, RequestDelegate answer)
    {
        _answers[path] = answer;
        return Origin + path;
    }

    /// <summary>Sends a file, whatever it is, as a PNG.</summary>
    public string Put(string path, byte[] file) => Put(path, async http =>
    {
        http.Response.ContentType = "image/png";
        http.Response.Headers.SetCookie = "followed=1; Path=/";
        await http.Response.Body.WriteAsync(file, http.RequestAborted);
    });

    /// <summary>Sends on to another address.</summary>
    public string Redirect(string path, string to) => Put(path, http =>
    {
        http.Response.Redirect(to);
        return Task.CompletedTask;
    });

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
