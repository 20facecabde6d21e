using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Embed.Server.Commenters;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embed.UnitTests;

/// <summary>Which tokens of a site count, and for every other the check that it fails.</summary>
public sealed class SiteTokenTests : SiteTokenCase
{
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

        var check = await CheckAsync(SiteTokens.Sign(claims, Secret));

        Assert.Equal(Changes[change].Fault, check.Fault);
        Assert.Equal(check.Fault is null, check.Claims is not null);
    }

    [Fact]
    public async Task What_a_token_says_is_made_fit_to_be_shown()
    {
        var claims = Claims();
        (claims["name"], claims["picture"]) = ("  Ada\u202e\tLovelace ", "https://blog.example/ada.png");
        claims["roles"] = new JsonArray("author", 5, "moderator");

        var said = (await CheckAsync(SiteTokens.Sign(claims, Secret))).Claims!;

        Assert.Equal(("ada", "Ada Lovelace", true), (said.Subject, said.Name, said.IsModerator));
        Assert.Equal("https://blog.example/ada.png", said.Picture);
        Assert.Equal(Now.AddSeconds(360), said.EndsAt);
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

        Assert.False((await CheckAsync(SiteTokens.Sign(claims, Secret))).Claims!.IsModerator);
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
        Assert.Equal(TokenFault.TooLong, (await CheckAsync(SiteTokens.Sign(claims, Secret))).Fault);
    }

    [Theory]
    [InlineData("""["a list"]""")]
    [InlineData("\"text\"")]
    [InlineData("""{"iss":"https://blog.example","aud":"my-blog","sub":"\ud800","exp":1893585900,"jti":"1"}""")]
    [InlineData("""{"iss":"https://blog.example","aud":"my-blog","sub":"ada","sub":"eve","exp":1893585900,"jti":"1"}""")]
    public async Task Claims_that_are_no_plain_object_sign_nobody_in(string payload)
    {
        var signed = $"{SiteTokens.Encode(SiteTokens.Header("HS256").ToJsonString())}.{SiteTokens.Encode(payload)}";
        var signature = HMACSHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Secret), System.Text.Encoding.UTF8.GetBytes(signed));

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
        Assert.Equal(TokenFault.WrongAlgorithm, (await CheckAsync(SiteTokens.Sign(Claims(), Secret, SiteTokens.Header(algorithm)))).Fault);
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

        Assert.Equal(TokenFault.WrongType, (await CheckAsync(SiteTokens.Sign(Claims(), Secret, header))).Fault);
    }

    [Fact]
    public async Task What_must_be_understood_and_is_not_ends_it()
    {
        var header = SiteTokens.Header("HS256");
        header["crit"] = new JsonArray("b64");

        Assert.Equal(TokenFault.Critical, (await CheckAsync(SiteTokens.Sign(Claims(), Secret, header))).Fault);
    }

    [Fact]
    public async Task The_secret_before_counts_for_a_day_and_another_sites_never()
    {
        var other = new SiteSecrets(new EphemeralDataProtectionProvider(), Clock, NullLogger<SiteSecrets>.Instance)
            .Rotate(new SingleSignOn { SiteId = 8, Issuer = Issuer });
        var next = Secrets.Rotate(Settings);

        await AssertFaultAsync(TokenFault.WrongSignature, SiteTokens.Sign(Claims(), other));
        Clock.Now += TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1);
        await AssertFaultAsync(null, SiteTokens.Sign(Claims(), Secret));
        await AssertFaultAsync(null, SiteTokens.Sign(Claims(), next));
        Clock.Now += TimeSpan.FromSeconds(1);
        await AssertFaultAsync(TokenFault.WrongSignature, SiteTokens.Sign(Claims(), Secret));
        await AssertFaultAsync(null, SiteTokens.Sign(Claims(), next));
    }

    [Fact]
    public async Task A_secret_that_cannot_be_read_any_more_verifies_nothing()
    {
        Settings.Secret = "not what was protected";

        await AssertFaultAsync(TokenFault.WrongSignature, SiteTokens.Sign(Claims(), Secret));
        await AssertFaultAsync(TokenFault.WrongSignature, SiteTokens.Sign(Claims(), ""));
    }

    [Fact]
    public async Task Without_settings_nothing_counts() =>
        Assert.Equal(TokenFault.Off, (await Checker().HandleAsync(Site, null, SiteTokens.Sign(Claims(), Secret), TestContext.Current.CancellationToken)).Fault);

    private static long At(int seconds) => Now.ToUnixTimeSeconds() + seconds;
}
