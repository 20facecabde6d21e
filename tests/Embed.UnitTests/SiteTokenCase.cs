using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Embed.Server.Commenters;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embed.UnitTests;

/// <summary>A site with a secret and private keys, and the check of its tokens: no network, and a clock that is set.</summary>
public abstract class SiteTokenCase : IDisposable
{
    private protected const string Issuer = "https://blog.example";

    private protected static readonly DateTimeOffset Now = new(2030, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private protected static readonly Site Site = new() { Id = 7, Key = "my-blog", Name = "My blog", Origins = [Issuer] };

    private readonly SiteKeys _keys;

    protected SiteTokenCase()
    {
        Secrets = new SiteSecrets(new EphemeralDataProtectionProvider(), Clock, NullLogger<SiteSecrets>.Instance);
        _keys = new SiteKeys(Published, Clock, NullLogger<SiteKeys>.Instance);
        Secret = Secrets.Rotate(Settings);
    }

    private protected RSA Rsa { get; } = RSA.Create(2048);

    private protected ECDsa Elliptic { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private protected SettableClock Clock { get; } = new() { Now = Now };

    private protected PublishedKeys Published { get; } = new();

    private protected SingleSignOn Settings { get; } = new() { SiteId = 7, Issuer = Issuer };

    private protected SiteSecrets Secrets { get; }

    private protected string Secret { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _keys.Dispose();
        Published.Dispose();
        Rsa.Dispose();
        Elliptic.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected JsonObject Claims() => SiteTokens.Claims(Clock.Now, Issuer, Site.Key);

    private protected CheckSiteToken Checker() => new(Secrets, _keys, Clock);

    private protected Task<TokenCheck> CheckAsync(string? token) =>
        Checker().HandleAsync(Site, Settings, token, TestContext.Current.CancellationToken);

    private protected async Task AssertFaultAsync(TokenFault? fault, string token) => Assert.Equal(fault, (await CheckAsync(token)).Fault);

    private protected void Publish(params JsonObject[] keys) =>
        (Settings.KeysAddress, Published.Json) = (PublishedKeys.Address, SiteTokens.KeySet(keys));

    private protected sealed class SettableClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }

    /// <summary>What a site publishes, without a network.</summary>
    private protected sealed class PublishedKeys : HttpMessageHandler
    {
        public const string Address = "https://blog.example/jwks.json";

        public string Json { get; set; } = "";

        public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

        public List<string> Asked { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add(request.RequestUri!.ToString());
            return Task.FromResult(new HttpResponseMessage(Status) { Content = new StringContent(Json) });
        }
    }
}
