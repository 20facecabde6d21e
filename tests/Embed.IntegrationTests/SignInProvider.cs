extern alias demo;

using System.Collections.Concurrent;
using demo::Embed.Demo;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Embed.IntegrationTests;

/// <summary>The demo's stand-in for GitHub on a free port, configured at a server as one configures GitHub Enterprise.</summary>
internal sealed class SignInProvider : IAsyncDisposable
{
    private const string ClientId = "test-client";

    /// <summary>The secret that the server has of it.</summary>
    public const string ClientSecret = "test-client-secret";

    private readonly WebApplication _app;

    private SignInProvider(WebApplication app, Uri address, ConcurrentQueue<string> tokens) => (_app, Address, Tokens) = (app, address, tokens);

    /// <summary>Every access token it has issued.</summary>
    public IReadOnlyCollection<string> Tokens { get; }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>The settings that make a server use it.</summary>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Embed:SignIn:GitHub:ClientId"] = ClientId,
        ["Embed:SignIn:GitHub:ClientSecret"] = ClientSecret,
        ["Embed:SignIn:GitHub:Issuer"] = Address.ToString(),
    };

    /// <summary>Starts it for a server that browsers reach under http://localhost.</summary>
    public static async Task<SignInProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // Not by UseUrls: browsers and the server must see it under one name, and loopback by name takes no free port.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        var app = builder.Build();
        var tokens = new ConcurrentQueue<string>();
        app.Use(async (http, next) =>
        {
            // The server shows the token right after it got it.
            if (http.Request.Headers.Authorization.ToString() is ['B', 'e', 'a', 'r', 'e', 'r', ' ', .. var token])
            {
                tokens.Enqueue(token);
            }

            await next(http);
        });
        new StandInGitHub(new StandInClient(ClientId, ClientSecret, new Uri("http://localhost/signin/callback"))).Map(app);
        await app.StartAsync();
        var listening = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new SignInProvider(app, new Uri(listening), tokens);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
