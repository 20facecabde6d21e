using System.Net;
using Embed.Server.Http;
using Embed.Tests;
using Embed.Widget;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>
/// A circuit's session without the circuit: resolved from a scope of the real server, whose connection is said to have come
/// from a given origin, as the gate before the hub says it.
/// </summary>
internal sealed class LiveThread : IAsyncDisposable
{
    private readonly AsyncServiceScope _scope;

    private LiveThread(AsyncServiceScope scope, IThreadSession session, SessionResult opened) =>
        (_scope, Session, Opened) = (scope, session, opened);

    /// <summary>What the live component is given.</summary>
    public IThreadSession Session { get; }

    /// <summary>What opening the thread returned.</summary>
    public SessionResult Opened { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Opens a thread over a connection from an origin.</summary>
    public static async Task<LiveThread> OpenAsync(
        EmbedApplication application,
        string page,
        string? token,
        string site = EmbedApplication.Site,
        string origin = EmbedApplication.Origin,
        string? title = null,
        ThreadRequest? request = null)
    {
        var scope = application.Services.CreateAsyncScope();
        var principal = new CircuitOrigin(origin, "http://localhost", IPAddress.Loopback).ToPrincipal();
        ((IHostEnvironmentAuthenticationStateProvider)scope.ServiceProvider.GetRequiredService<AuthenticationStateProvider>())
            .SetAuthenticationState(Task.FromResult(new AuthenticationState(principal)));
        var session = scope.ServiceProvider.GetRequiredService<IThreadSession>();
        var opened = await session.OpenAsync(request ?? new ThreadRequest(site, page, null, title, null, token), Cancellation);
        return new LiveThread(scope, session, opened);
    }

    public async ValueTask DisposeAsync()
    {
        Session.Dispose();
        await _scope.DisposeAsync();
    }
}
