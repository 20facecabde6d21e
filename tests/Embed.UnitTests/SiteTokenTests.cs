using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Embed.Server.Commenters;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embed.UnitTests;

/// <summary>Which tokens of a site count, and for every other the check that it fails.</summary>
public sealed class SiteTokenTests : IDisposable
{
    private const string Issuer = "https://blog.example";

    private static readonly DateTimeOffset Now = new(2030, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private static readonly Site Site = new() { Id = 7, Key = "my-blog", Name = "My blog", Origins = [Issuer] };

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _elliptic = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly SettableClock _clock = new() { Now = Now };
    private readonly PublishedKeys _published = new();
    private readonly SingleSignOn _settings = new() { SiteId = 7, Issuer = Issuer };
    private readonly SiteSecrets _secrets;
    private readonly SiteKeys _keys;
    private readonly string _secret;

    public SiteTokenTests()
    {
        _secrets = new SiteSecrets(new EphemeralDataProtectionProvider(), _clock, NullLogger<SiteSecrets>.Instance);
        _keys = new SiteKeys(_published, _clock, NullLogger<SiteKeys>.Instance);
        _secret = _secrets.Rotate(_settings);
    }

    /// <summary>Each changes one thing of a token that is right.</summary>
    private static readonly Dictionary<string, (TokenFault? Fault, Action<JsonObject> Change)> Changes = new(StringComparer.Ordinal)
    {
        ["nothing"] = (null, claims => claims["more"] = "no matter"),
        ["iss missing"] = (TokenFault.WrongIssuer, claims => claims.Remove("iss")),
        ["iss another"] = (TokenFault.WrongIssuer, claims => claims["iss"] = "https://other.example"),
        ["iss with a slash"] = (TokenFault.WrongIssuer, claims => claims["iss"] = Issuer + "/"),
        ["iss in capitals"] = (TokenFault.WrongIssuer, claims => claims["iss"] = "https://BLOG.example"),
        ["aud missing"] = (TokenFault.WrongAudience, claims => claims.Remove("aud")),
        ["aud another site"] = (TokenFault.WrongAudience, claims => claims["aud"] = "other"),
        ["aud with a slash"] = (TokenFault.WrongAudience, claims => claims["aud"] = "my-blog/"),
        ["aud a list"] = (null, claims => claims["aud"] = new JsonArray("other", "my-blog")),
        ["aud a list without"] = (TokenFault.WrongAudience, claims => claims["aud"] = new JsonArray("other")),
        ["exp missing"] = (TokenFault.NoExpiry, claims => claims.Remove("exp")),
        ["exp a text"] = (TokenFault.Malformed, claims => claims["exp"] = "soon"),
        ["exp null"] = (TokenFault.Malformed, claims => claims["exp"] = null),
        ["exp past within skew"] = (null, claims => claims["exp"] = At(-59)),
        ["exp past"] = (TokenFault.Expired, claims => claims["exp"] = At(-60)),
        ["exp long past"] = (TokenFault.Malformed, claims => claims["exp"] = -1e300),
        ["exp ten minutes ahead"] = (null, claims => claims["exp"] = At(660)),
        ["exp too far"] = (TokenFault.ExpiresTooLate, claims => claims["exp"] = At(661)),
        ["exp in milliseconds"] = (TokenFault.ExpiresTooLate, claims => claims["exp"] = At(300) * 1000),
        ["exp beyond all dates"] = (TokenFault.Malformed, claims => claims["exp"] = 1e300),
        ["exp with a fraction"] = (null, claims => claims["exp"] = At(300) + 0.5),
        ["iat missing"] = (null, claims => claims.Remove("iat")),
        ["iat ahead within skew"] = (null, claims => claims["iat"] = At(60)),
        ["iat ahead"] = (TokenFault.NotYetValid, claims => claims["iat"] = At(61)),
        ["iat a text"] = (TokenFault.Malformed, claims => claims["iat"] = "now"),
        ["nbf past"] = (null, claims => claims["nbf"] = At(-60)),
        ["nbf ahead"] = (TokenFault.NotYetValid, claims => claims["nbf"] = At(61)),
        ["nbf null"] = (TokenFault.Malformed, claims => claims["nbf"] = null),
        ["jti missing"] = (TokenFault.WrongId, claims => claims.Remove("jti")),
        ["jti empty"] = (TokenFault.WrongId, claims => claims["jti"] = ""),
        ["jti a number"] = (TokenFault.Malformed, claims => claims["jti"] = 5),
        ["jti long"] = (null, claims => claims["jti"] = new string('x', 200)),
        ["jti too long"] = (TokenFault.WrongId, claims => claims["jti"] = new string('x', 201)),
        ["sub missing"] = (TokenFault.WrongSubject, claims => claims.Remove("sub")),
        ["sub empty"] = (TokenFault.WrongSubject, claims => claims["sub"] = ""),
        ["sub a number"] = (TokenFault.WrongSubject, claims => claims["sub"] = 5),
        ["sub long"] = (null, claims => claims["sub"] = new string('x', 190)),
        ["sub too long"] = (TokenFault.WrongSubject, claims => claims["sub"] = new string('x', 191)),
        ["sub with a line end"] = (TokenFault.WrongSubject, claims => claims["sub"] = "a\nb"),
        ["name missing"] = (null, claims => claims.Remove("name")),
        ["name an object"] = (null, claims => claims["name"] = new JsonObject()),
        ["roles a text"] = (null, claims => claims["roles"] = "moderator"),
        ["picture no address"] = (null, claims => claims["picture"] = "javascript:alert(1)"),
    };

    public static TheoryData<string> ChangedClaims => [.. Changes.Keys];

    [Theory]
    [MemberData(nameof(ChangedClaims))]
    public async Task A_token_counts_only_if_every_claim_is_right(string change)
    {
        var claims = Claims();
        Changes[change].Change(claims);

        var check = await CheckAsync(SiteTokens.Sign(claims, _secret));

        Assert.Equal(Changes[change].Fault, check.Fault);
        Assert.Equal(check.Fault is null, check.Claims is not null);
    }

    [Fact]
    public async Task What_a_token_says_is_made_fit_to_be_shown()
    {
        var claims = Claims();
        (claims["name"], claims["picture"]) = ("  Ada\u202e\tLovelace ", "https://blog.example/ada.png");
        claims["roles"] = new JsonArray("author", 5, "moderator");

        var said = (await CheckAsync(SiteTokens.Sign(claims, _secret))).Claims!;

        Assert.Equal(("ada", "Ada Lovelace", true), (said.Subject, said.Name, said.IsModerator));
        Assert.Equal("https://blog.example/ada.png", said.Picture?.ToString());
        Assert.Equal(Now.AddSeconds(360), said.EndsAt);
    }

    [Theory]
    [InlineData("http://blog.example/ada.png")]
    [InlineData("https://user:secret@blog.example/ada.png")]
    [InlineData("/ada.png")]
    [InlineData("data:image/png;base64,AAAA")]
    public async Task A_picture_is_at_an_https_address_or_none(string address)
    {
        var claims = Claims();
        claims["picture"] = address;

        Assert.Null((await CheckAsync(SiteTokens.Sign(claims, _secret))).Claims!.Picture);
    }

    [Theory]
    [InlineData("author")]
    [InlineData("Moderator")]
    [InlineData("moderator ")]
    [InlineData("administrator")]
    public async Task No_other_role_gives_power(string role)
    {
        var claims = Claims();
        claims["roles"] = new JsonArray(role);

        Assert.False((await CheckAsync(SiteTokens.Sign(claims, _secret))).Claims!.IsModerator);
    }

    [Theory]
    [InlineData("", "Malformed")]
    [InlineData("x", "Malformed")]
    [InlineData("a.b.c", "Malformed")]
    [InlineData("....", "Malformed")]
    [InlineData("e30.e30.", "WrongType")]
    [InlineData("ą.ą.ą", "Malformed")]
    public async Task What_is_no_token_is_said_to_be_none(string text, string fault) =>
        Assert.Equal(fault, (await CheckAsync(text)).Fault.ToString());

    [Fact]
    public async Task No_token_and_too_long_a_one_are_refused()
    {
        var claims = Claims();
        claims["more"] = new string('x', SiteToken.MaxCharacters);

        Assert.Equal(TokenFault.Malformed, (await CheckAsync(null)).Fault);
        Assert.Equal(TokenFault.TooLong, (await CheckAsync(SiteTokens.Sign(claims, _secret))).Fault);
    }

    [Theory]
    [InlineData("""["a list"]""")]
    [InlineData("\"text\"")]
    [InlineData("""{"iss":"https://blog.example","aud":"my-blog","sub":"\ud800","exp":1893585900,"jti":"1"}""")]
    [InlineData("""{"iss":"https://blog.example","aud":"my-blog","sub":"ada","sub":"eve","exp":1893585900,"jti":"1"}""")]
    public async Task Claims_that_are_no_plain_object_sign_nobody_in(string payload)
    {
        var signed = $"{SiteTokens.Encode(SiteTokens.Header("HS256").ToJsonString())}.{SiteTokens.Encode(payload)}";
        var signature = HMACSHA256.HashData(System.Text.Encoding.UTF8.GetBytes(_secret), System.Text.Encoding.UTF8.GetBytes(signed));

        Assert.NotNull((await CheckAsync($"{signed}.{System.Buffers.Text.Base64Url.EncodeToString(signature)}")).Fault);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("")]
    [InlineData("HS384")]
    [InlineData("hs256")]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public async Task With_a_secret_alone_only_HS256_counts(string algorithm)
    {
        Assert.Equal(TokenFault.WrongAlgorithm, (await CheckAsync(SiteTokens.Sign(Claims(), _secret, SiteTokens.Header(algorithm)))).Fault);
        Assert.Equal(TokenFault.WrongAlgorithm, (await CheckAsync(SiteTokens.Join(SiteTokens.Header(algorithm), Claims(), _ => []))).Fault);
    }

    [Theory]
    [InlineData("at+jwt")]
    [InlineData("JWE")]
    [InlineData(null)]
    public async Task A_token_of_another_type_is_not_taken_for_one(string? type)
    {
        var header = SiteTokens.Header("HS256");
        header["typ"] = type;

        Assert.Equal(TokenFault.WrongType, (await CheckAsync(SiteTokens.Sign(Claims(), _secret, header))).Fault);
    }

    [Fact]
    public async Task What_must_be_understood_and_is_not_ends_it()
    {
        var header = SiteTokens.Header("HS256");
        header["crit"] = new JsonArray("b64");

        Assert.Equal(TokenFault.Critical, (await CheckAsync(SiteTokens.Sign(Claims(), _secret, header))).Fault);
    }

    [Fact]
    public async Task A_public_key_is_never_taken_for_a_secret()
    {
        Publish(SiteTokens.Published(_rsa, "k1"));
        string[] guesses = [_rsa.ExportSubjectPublicKeyInfoPem(), _rsa.ExportRSAPublicKeyPem(), SiteTokens.Published(_rsa, "k1").ToJsonString(), _published.Json];

        Assert.All(guesses, guess => AssertFaultAsync(TokenFault.WrongSignature, SiteTokens.Sign(Claims(), guess)).GetAwaiter().GetResult());
        SiteSecrets.EndPrevious(_settings);
        _settings.Secret = null;
        Assert.All(guesses, guess => AssertFaultAsync(TokenFault.WrongAlgorithm, SiteTokens.Sign(Claims(), guess)).GetAwaiter().GetResult());
    }

    [Fact]
    public async Task A_symmetric_key_published_by_mistake_verifies_nothing()
    {
        Publish(new JsonObject { ["kty"] = "oct", ["k"] = SiteTokens.Encode(_secret), ["kid"] = "k1" });
        _settings.Secret = null;

        await AssertFaultAsync(TokenFault.WrongAlgorithm, SiteTokens.Sign(Claims(), _secret, SiteTokens.Header("HS256", "k1")));
        await AssertFaultAsync(TokenFault.UnknownKey, SiteTokens.Sign(Claims(), _secret, SiteTokens.Header("RS256", "k1")));
    }

    [Fact]
    public async Task Keys_that_a_token_brings_along_are_not_looked_at()
    {
        using var own = RSA.Create(2048);
        Publish(SiteTokens.Published(_rsa, "k1"));
        var header = SiteTokens.Header("RS256", "k1");
        (header["jwk"], header["jku"], header["x5u"]) = (SiteTokens.Published(own, "k1"), "https://evil.example/jwks", "https://evil.example/chain");

        await AssertFaultAsync(TokenFault.WrongSignature, SiteTokens.Sign(Claims(), own, header));
        Assert.Equal([PublishedKeys.Address], _published.Asked);
    }

    [Fact]
    public async Task Published_keys_verify_by_name_and_algorithm()
    {
        using var other = RSA.Create(2048);
        Publish(SiteTokens.Published(_rsa, "k1"), SiteTokens.Published(_elliptic, "k2"), SiteTokens.Published(other, "k3"));

        await AssertFaultAsync(null, SiteTokens.Sign(Claims(), _rsa, SiteTokens.Header("RS256", "k1")));
        await AssertFaultAsync(null, SiteTokens.Sign(Claims(), _elliptic, SiteTokens.Header("ES256", "k2")));
        await AssertFaultAsync(null, SiteTokens.Sign(Claims(), _rsa));
        await AssertFaultAsync(null, SiteTokens.Sign(Claims(), _secret));
        await AssertFaultAsync(TokenFault.UnknownKey, SiteTokens.Sign(Claims(), _rsa, SiteTokens.Header("RS256", "k2")));
        await AssertFaultAsync(TokenFault.UnknownKey, SiteTokens.Sign(Claims(), _rsa, SiteTokens.Header("RS256", "K1")));
        await AssertFaultAsync(TokenFault.WrongSignature, SiteTokens.Sign(Claims(), _rsa, SiteTokens.Header("RS256", "k3")));
        await AssertFaultAsync(TokenFault.WrongSignature, SiteTokens.Sign(Claims(), _rsa, SiteTokens.Header("ES256", "k2")));
    }

    [Fact]
    public async Task Weak_keys_and_those_for_something_else_do_not_count()
    {
        using var weak = RSA.Create(1024);
        using var large = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var encrypting = SiteTokens.Published(_rsa, "k1");
        encrypting["use"] = "enc";
        var curve = SiteTokens.Published(large, "k3");
        curve["crv"] = "P-384";
        Publish(encrypting, SiteTokens.Published(weak, "k2"), curve);

        await AssertFaultAsync(TokenFault.UnknownKey, SiteTokens.Sign(Claims(), _rsa, SiteTokens.Header("RS256", "k1")));
        await AssertFaultAsync(TokenFault.UnknownKey, SiteTokens.Sign(Claims(), weak, SiteTokens.Header("RS256", "k2")));
        await AssertFaultAsync(TokenFault.UnknownKey, SiteTokens.Sign(Claims(), large, SiteTokens.Header("ES256", "k3")));
    }

    [Fact]
    public async Task A_new_key_is_fetched_when_it_is_named_but_made_up_names_do_not_make_us_ask()
    {
        using var next = RSA.Create(2048);
        Publish(SiteTokens.Published(_rsa, "k1"));
        await AssertFaultAsync(null, SiteTokens.Sign(Claims(), _rsa, SiteTokens.Header("RS256", "k1")));
        Publish(SiteTokens.Published(next, "k2"));

        await AssertFaultAsync(TokenFault.UnknownKey, SiteTokens.Sign(Claims(), next, SiteTokens.Header("RS256", "k2")));
        Assert.Single(_published.Asked);
        _clock.Now += TimeSpan.FromSeconds(15);
        await AssertFaultAsync(null, SiteTokens.Sign(Claims(), next, SiteTokens.Header("RS256", "k2")));
        for (var i = 0; i < 10; i++)
        {
            await AssertFaultAsync(TokenFault.UnknownKey, SiteTokens.Sign(Claims(), next, SiteTokens.Header("RS256", $"made-up-{i}")));
        }

        Assert.Equal(2, _published.Asked.Count);
        await AssertFaultAsync(TokenFault.UnknownKey, SiteTokens.Sign(Claims(), _rsa, SiteTokens.Header("RS256", "k1")));
    }

    [Fact]
    public async Task While_keys_cannot_be_fetched_the_last_ones_count_for_some_hours()
    {
        Publish(SiteTokens.Published(_rsa, "k1"));
        await AssertFaultAsync(null, SiteTokens.Sign(Claims(), _rsa, SiteTokens.Header("RS256", "k1")));
        _published.Status = HttpStatusCode.InternalServerError;

        _clock.Now += TimeSpan.FromHours(5);
        await AssertFaultAsync(null, SiteTokens.Sign(Claims(), _rsa, SiteTokens.Header("RS256", "k1")));
        _clock.Now += TimeSpan.FromHours(1);
        await AssertFaultAsync(TokenFault.KeysUnavailable, SiteTokens.Sign(Claims(), _rsa, SiteTokens.Header("RS256", "k1")));
    }

    [Theory]
    [InlineData(HttpStatusCode.OK, "no JSON")]
    [InlineData(HttpStatusCode.OK, "[]")]
    [InlineData(HttpStatusCode.NotFound, "{}")]
    [InlineData(HttpStatusCode.Redirect, "{}")]
    public async Task What_is_no_set_of_keys_is_an_outage(HttpStatusCode status, string json)
    {
        Publish();
        (_published.Status, _published.Json) = (status, json);

        await AssertFaultAsync(TokenFault.KeysUnavailable, SiteTokens.Sign(Claims(), _rsa, SiteTokens.Header("RS256", "k1")));
    }

    [Fact]
    public async Task More_than_a_set_of_keys_needs_is_not_read()
    {
        Publish(SiteTokens.Published(_rsa, "k1"));
        _published.Json = _published.Json.Insert(1, $"\"more\":\"{new string('x', 64 * 1024)}\",");

        await AssertFaultAsync(TokenFault.KeysUnavailable, SiteTokens.Sign(Claims(), _rsa, SiteTokens.Header("RS256", "k1")));
    }

    [Fact]
    public async Task The_secret_before_counts_for_a_day_and_another_sites_never()
    {
        var other = new SiteSecrets(new EphemeralDataProtectionProvider(), _clock, NullLogger<SiteSecrets>.Instance)
            .Rotate(new SingleSignOn { SiteId = 8, Issuer = Issuer });
        var next = _secrets.Rotate(_settings);

        await AssertFaultAsync(TokenFault.WrongSignature, SiteTokens.Sign(Claims(), other));
        _clock.Now += TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1);
        await AssertFaultAsync(null, SiteTokens.Sign(Claims(), _secret));
        await AssertFaultAsync(null, SiteTokens.Sign(Claims(), next));
        _clock.Now += TimeSpan.FromSeconds(1);
        await AssertFaultAsync(TokenFault.WrongSignature, SiteTokens.Sign(Claims(), _secret));
        await AssertFaultAsync(null, SiteTokens.Sign(Claims(), next));
    }

    [Fact]
    public async Task A_secret_that_cannot_be_read_any_more_verifies_nothing()
    {
        _settings.Secret = "not what was protected";

        await AssertFaultAsync(TokenFault.WrongSignature, SiteTokens.Sign(Claims(), _secret));
        await AssertFaultAsync(TokenFault.WrongSignature, SiteTokens.Sign(Claims(), ""));
    }

    [Fact]
    public async Task Without_settings_nothing_counts() =>
        Assert.Equal(TokenFault.Off, (await Checker().HandleAsync(Site, null, SiteTokens.Sign(Claims(), _secret), TestContext.Current.CancellationToken)).Fault);

    public void Dispose()
    {
        _keys.Dispose();
        _published.Dispose();
        _rsa.Dispose();
        _elliptic.Dispose();
    }

    private static long At(int seconds) => Now.ToUnixTimeSeconds() + seconds;

    private JsonObject Claims() => SiteTokens.Claims(_clock.Now, Issuer, Site.Key);

    private CheckSiteToken Checker() => new(_secrets, _keys, _clock);

    private Task<TokenCheck> CheckAsync(string? token) => Checker().HandleAsync(Site, _settings, token, TestContext.Current.CancellationToken);

    private async Task AssertFaultAsync(TokenFault? fault, string token) => Assert.Equal(fault, (await CheckAsync(token)).Fault);

    private void Publish(params JsonObject[] keys) =>
        (_settings.KeysAddress, _published.Json) = (PublishedKeys.Address, SiteTokens.KeySet(keys));

    private sealed class SettableClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }

    /// <summary>What a site publishes, without a network.</summary>
    private sealed class PublishedKeys : HttpMessageHandler
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
