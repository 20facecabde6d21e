using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Embed.Server.Commenters;
using Embed.Tests;

namespace Embed.UnitTests;

/// <summary>Tokens signed with a private key: which of the published ones verify them, and when these are fetched.</summary>
public sealed class SiteKeyTests : SiteTokenCase
{
    [Fact]
    public async Task A_public_key_is_never_taken_for_a_secret()
    {
        Publish(SiteTokens.Published(Rsa, "k1"));
        string[] guesses = [Rsa.ExportSubjectPublicKeyInfoPem(), Rsa.ExportRSAPublicKeyPem(), SiteTokens.Published(Rsa, "k1").ToJsonString(), Published.Json];

        Assert.All(guesses, guess => AssertFaultAsync(TokenFault.WrongSignature, SiteTokens.Sign(Claims(), guess)).GetAwaiter().GetResult());
        SiteSecrets.EndPrevious(Settings);
        Settings.Secret = null;
        Assert.All(guesses, guess => AssertFaultAsync(TokenFault.WrongAlgorithm, SiteTokens.Sign(Claims(), guess)).GetAwaiter().GetResult());
    }

    [Fact]
    public async Task A_symmetric_key_published_by_mistake_verifies_nothing()
    {
        Publish(new JsonObject { ["kty"] = "oct", ["k"] = SiteTokens.Encode(Secret), ["kid"] = "k1" });
        Settings.Secret = null;

        await AssertFaultAsync(TokenFault.WrongAlgorithm, SiteTokens.Sign(Claims(), Secret, SiteTokens.Header("HS256", "k1")));
        await AssertFaultAsync(TokenFault.UnknownKey, SiteTokens.Sign(Claims(), Secret, SiteTokens.Header("RS256", "k1")));
    }

    [Fact]
    public async Task Keys_that_a_token_brings_along_are_not_looked_at()
    {
        using var own = RSA.Create(2048);
        Publish(SiteTokens.Published(Rsa, "k1"));
        var header = SiteTokens.Header("RS256", "k1");
        (header["jwk"], header["jku"], header["x5u"]) = (SiteTokens.Published(own, "k1"), "https://evil.example/jwks", "https://evil.example/chain");

        await AssertFaultAsync(TokenFault.WrongSignature, SiteTokens.Sign(Claims(), own, header));
        Assert.Equal([PublishedKeys.Address], Published.Asked);
    }

    [Fact]
    public async Task Published_keys_verify_by_name_and_algorithm()
    {
        using var other = RSA.Create(2048);
        Publish(SiteTokens.Published(Rsa, "k1"), SiteTokens.Published(Elliptic, "k2"), SiteTokens.Published(other, "k3"));

        await AssertFaultAsync(null, SiteTokens.Sign(Claims(), Rsa, SiteTokens.Header("RS256", "k1")));
        await AssertFaultAsync(null, SiteTokens.Sign(Claims(), Elliptic, SiteTokens.Header("ES256", "k2")));
        await AssertFaultAsync(null, SiteTokens.Sign(Claims(), Rsa));
        await AssertFaultAsync(null, SiteTokens.Sign(Claims(), Secret));
        await AssertFaultAsync(TokenFault.UnknownKey, SiteTokens.Sign(Claims(), Rsa, SiteTokens.Header("RS256", "k2")));
        await AssertFaultAsync(TokenFault.UnknownKey, SiteTokens.Sign(Claims(), Rsa, SiteTokens.Header("RS256", "K1")));
        await AssertFaultAsync(TokenFault.WrongSignature, SiteTokens.Sign(Claims(), Rsa, SiteTokens.Header("RS256", "k3")));
        await AssertFaultAsync(TokenFault.WrongSignature, SiteTokens.Sign(Claims(), Rsa, SiteTokens.Header("ES256", "k2")));
    }

    [Fact]
    public async Task Weak_keys_and_those_for_something_else_do_not_count()
    {
        using var weak = RSA.Create(1024);
        using var large = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var encrypting = SiteTokens.Published(Rsa, "k1");
        encrypting["use"] = "enc";
        var curve = SiteTokens.Published(large, "k3");
        curve["crv"] = "P-384";
        Publish(encrypting, SiteTokens.Published(weak, "k2"), curve);

        await AssertFaultAsync(TokenFault.UnknownKey, SiteTokens.Sign(Claims(), Rsa, SiteTokens.Header("RS256", "k1")));
        await AssertFaultAsync(TokenFault.UnknownKey, SiteTokens.Sign(Claims(), weak, SiteTokens.Header("RS256", "k2")));
        await AssertFaultAsync(TokenFault.UnknownKey, SiteTokens.Sign(Claims(), large, SiteTokens.Header("ES256", "k3")));
    }

    [Fact]
    public async Task A_new_key_is_fetched_when_it_is_named_but_made_up_names_do_not_make_us_ask()
    {
        using var next = RSA.Create(2048);
        Publish(SiteTokens.Published(Rsa, "k1"));
        await AssertFaultAsync(null, SiteTokens.Sign(Claims(), Rsa, SiteTokens.Header("RS256", "k1")));
        Publish(SiteTokens.Published(next, "k2"));

        await AssertFaultAsync(TokenFault.UnknownKey, SiteTokens.Sign(Claims(), next, SiteTokens.Header("RS256", "k2")));
        Assert.Single(Published.Asked);
        Clock.Now += TimeSpan.FromSeconds(15);
        await AssertFaultAsync(null, SiteTokens.Sign(Claims(), next, SiteTokens.Header("RS256", "k2")));
        for (var i = 0; i < 10; i++)
        {
            await AssertFaultAsync(TokenFault.UnknownKey, SiteTokens.Sign(Claims(), next, SiteTokens.Header("RS256", $"made-up-{i}")));
        }

        Assert.Equal(2, Published.Asked.Count);
        await AssertFaultAsync(TokenFault.UnknownKey, SiteTokens.Sign(Claims(), Rsa, SiteTokens.Header("RS256", "k1")));
    }

    [Fact]
    public async Task While_keys_cannot_be_fetched_the_last_ones_count_for_some_hours()
    {
        Publish(SiteTokens.Published(Rsa, "k1"));
        await AssertFaultAsync(null, SiteTokens.Sign(Claims(), Rsa, SiteTokens.Header("RS256", "k1")));
        Published.Status = HttpStatusCode.InternalServerError;

        Clock.Now += TimeSpan.FromHours(5);
        await AssertFaultAsync(null, SiteTokens.Sign(Claims(), Rsa, SiteTokens.Header("RS256", "k1")));
        Clock.Now += TimeSpan.FromHours(1);
        await AssertFaultAsync(TokenFault.KeysUnavailable, SiteTokens.Sign(Claims(), Rsa, SiteTokens.Header("RS256", "k1")));
    }

    [Theory]
    [InlineData(HttpStatusCode.OK, "no JSON")]
    [InlineData(HttpStatusCode.OK, "[]")]
    [InlineData(HttpStatusCode.NotFound, "{}")]
    [InlineData(HttpStatusCode.Redirect, "{}")]
    public async Task What_is_no_set_of_keys_is_an_outage(HttpStatusCode status, string json)
    {
        Publish();
        (Published.Status, Published.Json) = (status, json);

        await AssertFaultAsync(TokenFault.KeysUnavailable, SiteTokens.Sign(Claims(), Rsa, SiteTokens.Header("RS256", "k1")));
    }

    [Fact]
    public async Task More_than_a_set_of_keys_needs_is_not_read()
    {
        Publish(SiteTokens.Published(Rsa, "k1"));
        Published.Json = Published.Json.Insert(1, $"\"more\":\"{new string('x', 64 * 1024)}\",");

        await AssertFaultAsync(TokenFault.KeysUnavailable, SiteTokens.Sign(Claims(), Rsa, SiteTokens.Header("RS256", "k1")));
    }
}
