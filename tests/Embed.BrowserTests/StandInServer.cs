extern alias Demo;

using Demo::Embed.Demo;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Embed.BrowserTests;

/// <summary>The demo's stand-in GitHub on a port of localhost, and the settings of a server that signs in with it.</summary>
public sealed class StandInServer : IAsyncDisposable
{
    private const string ClientId = "embed-tests";
    private const string ClientSecret = "embed-tests-secret";

    private WebApplication? _application;

    /// <summary>Its origin, fixed before it starts: the server's settings need it, and it needs the server's address.</summary>
    public string Origin { get; } = $"http://localhost:{FreePort.Find()}";

    /// <summary>What a server is told, exactly as of a GitHub Enterprise Server.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Settings =>
    [
        new("Embed:SignIn:GitHub:ClientId", ClientId),
        new("Embed:SignIn:GitHub:ClientSecret", ClientSecret),
        new("Embed:SignIn:GitHub:Issuer", Origin),
    ];

    /// <summary>Starts it for the server at this origin.</summary>
    public async Task StartAsync(string server)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Origin);
        _application = builder.Build();
        new StandInGitHub(new(ClientId, ClientSecret, new Uri($"{server}/signin/callback/"))).Map(_application);
        await _application.StartAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application?.DisposeAsync() ?? ValueTask.CompletedTask;
}
