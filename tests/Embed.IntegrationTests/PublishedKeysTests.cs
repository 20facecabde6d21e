using System.Net;
using System.Security.Cryptography;
using Embed.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Embed.IntegrationTests;

/// <summary>A site that signs with private keys and publishes the public ones, over real HTTP.</summary>
public sealed class PublishedKeysTests : IAsyncLifetime
{
    private readonly EmbedApplication _application = new();
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _elliptic = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private WebApplication _host = null!;
    private Func<HttpContext, Task> _answer = null!;
    private SiteSignOn _site = null!;
    private Person _page = null!;
    private int _asked;

    public async ValueTask InitializeAsync()
    {
        Publish(SiteTokens.KeySet(SiteTokens.Published(_rsa, "r1"), SiteTokens.Published(_elliptic, "e1")));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _host = builder.Build();
        _host.Run(http =>
        {
            Interlocked.Increment(ref _asked);
            return _answer(http);
        });
        await _host.StartAsync();
        var address = _host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        _site = await SiteSignOn.TurnOnAsync(_application, $"{address}/jwks.json");
        _page = Person.Anonymous(_application);
    }

    public async ValueTask DisposeAsync()
    {
        _page.Dispose();
        _rsa.Dispose();
        _elliptic.Dispose();
        await _host.DisposeAsync();
        await _application.DisposeAsync();
    }

    [Fact]
    public async Task Tokens_of_both_kinds_of_key_sign_in_and_keys_are_fetched_once()
    {
        await ExchangeAsync(SiteTokens.Sign(_site.Claims(), _rsa, SiteTokens.Header("RS256", "r1"))).JsonAsync();
        await ExchangeAsync(SiteTokens.Sign(_site.Claims(), _elliptic, SiteTokens.Header("ES256", "e1"))).JsonAsync();
        await ExchangeAsync(_site.Token()).JsonAsync();

        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task A_key_that_takes_the_place_of_another_is_known_when_it_is_used()
    {
        await ExchangeAsync(SiteTokens.Sign(_site.Claims(), _rsa, SiteTokens.Header("RS256", "r1"))).JsonAsync();
        using var next = RSA.Create(2048);
        Publish(SiteTokens.KeySet(SiteTokens.Published(next, "r2")));
        _application.Clock.Advance(TimeSpan.FromSeconds(15));

        await ExchangeAsync(SiteTokens.Sign(_site.Claims(), next, SiteTokens.Header("RS256", "r2"))).JsonAsync();

        await ExchangeAsync(SiteTokens.Sign(_site.Claims(), _rsa, SiteTokens.Header("RS256", "r1"))).AssertRefusedAsync(HttpStatusCode.BadRequest, "sso-invalid");
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task Keys_that_cannot_be_had_are_an_outage_with_a_time_to_wait()
    {
        _answer = http =>
        {
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return Task.CompletedTask;
        };

        await AssertUnavailableAsync();
        Assert.Contains("could not be fetched", (await _site.TryAsync(SiteTokens.Sign(_site.Claims(), _rsa))).Fault, StringComparison.Ordinal);
        // A secret needs no keys.
        await ExchangeAsync(_site.Token()).JsonAsync();
    }

    [Fact]
    public async Task Keys_are_not_followed_to_another_address()
    {
        var keys = SiteTokens.KeySet(SiteTokens.Published(_rsa, "r1"));
        _answer = http =>
        {
            if (http.Request.Path == "/jwks.json")
            {
                http.Response.Redirect("/elsewhere.json");
                return Task.CompletedTask;
            }

            return http.Response.WriteAsync(keys);
        };

        await AssertUnavailableAsync();
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task Another_address_is_asked_at_once()
    {
        await ExchangeAsync(SiteTokens.Sign(_site.Claims(), _rsa, SiteTokens.Header("RS256", "r1"))).JsonAsync();
        var address = (await _site.Handler.FindAsync(_site.Owner.Site.Id, TestContext.Current.CancellationToken))!.KeysAddress!;
        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Publish(SiteTokens.KeySet(SiteTokens.Published(next, "e2")));

        await _site.Handler.SaveAsync(_site.Owner, new(EmbedApplication.Origin, address.Replace("jwks", "keys", StringComparison.Ordinal)), TestContext.Current.CancellationToken);

        await ExchangeAsync(SiteTokens.Sign(_site.Claims(), next, SiteTokens.Header("ES256", "e2"))).JsonAsync();
    }

    private void Publish(string keys) => _answer = http => http.Response.WriteAsync(keys);

    private async Task AssertUnavailableAsync()
    {
        using var answer = await ExchangeAsync(SiteTokens.Sign(_site.Claims(), _rsa, SiteTokens.Header("RS256", "r1")));
        Assert.Equal(TimeSpan.FromSeconds(30), answer.Headers.RetryAfter?.Delta);
        await Task.FromResult(answer).AssertRefusedAsync(HttpStatusCode.ServiceUnavailable, "sso-unavailable");
    }

    private Task<HttpResponseMessage> ExchangeAsync(string token) =>
        _page.SendAsync(HttpMethod.Post, $"/api/v1/sites/{EmbedApplication.Site}/session/sso", new { token });
}
