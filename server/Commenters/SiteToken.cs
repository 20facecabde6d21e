using System.Buffers.Text;
using System.Text.Json;
using Embed.Server.Model;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Embed.Server.Commenters;

/// <summary>Why a site's token does not sign anybody in. The public learns less: see <see cref="SignInFromSite"/>.</summary>
internal enum TokenFault
{
    /// <summary>The site has no single sign-on.</summary>
    Off,

    /// <summary>More than <see cref="SiteToken.MaxCharacters"/>.</summary>
    TooLong,

    /// <summary>Not a signed JWT with a JSON object in it, or a claim of the standard is of another kind than it says there.</summary>
    Malformed,

    /// <summary>The header's <c>typ</c> is not <c>JWT</c>.</summary>
    WrongType,

    /// <summary>The header demands an extension (<c>crit</c>); none is known here.</summary>
    Critical,

    /// <summary>The header's <c>alg</c> is none that the site's settings allow.</summary>
    WrongAlgorithm,

    /// <summary>The site's published keys cannot be had at the moment.</summary>
    KeysUnavailable,

    /// <summary>No published key has this <c>kid</c> and fits the algorithm.</summary>
    UnknownKey,

    /// <summary>The signature is not that of the site's secret or key.</summary>
    WrongSignature,

    /// <summary><c>iss</c> is not the site's issuer.</summary>
    WrongIssuer,

    /// <summary><c>aud</c> does not name the site.</summary>
    WrongAudience,

    /// <summary><c>exp</c> is missing.</summary>
    NoExpiry,

    /// <summary><c>exp</c> is past.</summary>
    Expired,

    /// <summary><c>exp</c> is further ahead than <see cref="SiteToken.LongestLife"/>.</summary>
    ExpiresTooLate,

    /// <summary><c>nbf</c> or <c>iat</c> is in the future.</summary>
    NotYetValid,

    /// <summary><c>jti</c> is missing, empty or too long.</summary>
    WrongId,

    /// <summary><c>sub</c> is missing, empty, too long, or has control characters.</summary>
    WrongSubject,

    /// <summary>The token was used before.</summary>
    Spent,
}

/// <summary>What a good token says.</summary>
/// <param name="Subject">The site's lasting id of the person.</param>
/// <param name="Name">The name to be shown, fit to be.</param>
/// <param name="Picture">Where their picture is, as the token says it; null if it says nothing.</param>
/// <param name="IsModerator">Whether the site says that they moderate it.</param>
/// <param name="Id">The token's own id.</param>
/// <param name="EndsAt">From then on it is refused for its age.</param>
internal sealed record SiteClaims(string Subject, string Name, string? Picture, bool IsModerator, string Id, DateTimeOffset EndsAt);

/// <summary>Either what the token says or why it does not count.</summary>
internal readonly record struct TokenCheck(SiteClaims? Claims, TokenFault? Fault)
{
    public static implicit operator TokenCheck(SiteClaims claims) => new(claims, null);

    public static implicit operator TokenCheck(TokenFault fault) => new(null, fault);
}

/// <summary>
/// The rules for a token that a site signs (JWT, RFC 7519, in the compact form of RFC 7515). Nothing here reads a key from the
/// token itself (<c>jwk</c>, <c>jku</c>, <c>x5c</c>, <c>x5u</c>): keys come from the site's settings.
/// </summary>
internal static class SiteToken
{
    /// <summary>Longest token, in characters.</summary>
    public const int MaxCharacters = 8 * 1024;

    /// <summary>Longest <c>sub</c>, in characters: with the site's key before it, it is an account's subject.</summary>
    public const int MaxSubjectCharacters = CommenterAccount.MaxSubjectCharacters - Site.MaxKeyCharacters - 1;

    /// <summary>Longest <c>jti</c>, in characters.</summary>
    public const int MaxIdCharacters = 200;

    /// <summary>How far ahead <c>exp</c> may be: used tokens are remembered until then.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(10);

    /// <summary>By how much the site's clock may differ from ours.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(60);

    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    // Verifiers are not kept: a rotated secret would live on in the library's cache.
    private static readonly CryptoProviderFactory Crypto = new() { CacheSignatureProviders = false };

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>Reads the token's header; nothing of it is true before <see cref="VerifyAsync"/>.</summary>
    /// <returns>The token, or why it is none.</returns>
    public static (JsonWebToken? Token, TokenFault Fault) Read(string? text)
    {
        if (text is null or { Length: > MaxCharacters })
        {
            return (null, text is null ? TokenFault.Malformed : TokenFault.TooLong);
        }

        try
        {
            var token = new JsonWebToken(text);
            return token.IsEncrypted ? (null, TokenFault.Malformed)
                : token.Typ != "JWT" ? (null, TokenFault.WrongType)
                // RFC 7515, section 4.1.11: what must be understood and is not makes the token invalid.
                : token.TryGetHeaderValue<object>("crit", out _) ? (null, TokenFault.Critical)
                : (token, default);
        }
        catch (Exception fault) when (fault is ArgumentException or SecurityTokenException or JsonException or FormatException)
        {
            return (null, TokenFault.Malformed);
        }
    }

    /// <summary>Whether one of the keys signed the token, for this issuer and audience.</summary>
    /// <returns>Why not; null if so.</returns>
    public static async Task<TokenFault?> VerifyAsync(JsonWebToken token, IEnumerable<SecurityKey> keys, string issuer, string audience)
    {
        var result = await Handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            // The caller chose the keys for this one algorithm.
            ValidAlgorithms = [token.Alg],
            IssuerSigningKeys = keys,
            CryptoProviderFactory = Crypto,
            ValidIssuer = issuer,
            ValidAudience = audience,
            IgnoreTrailingSlashWhenValidatingAudience = false,
            // By ReadClaims, with our own clock and limits.
            ValidateLifetime = false,
            LogValidationExceptions = false,
        });
        return result.IsValid ? null : result.Exception switch
        {
            SecurityTokenInvalidIssuerException => TokenFault.WrongIssuer,
            SecurityTokenInvalidAudienceException => TokenFault.WrongAudience,
            _ => TokenFault.WrongSignature,
        };
    }

    /// <summary>What a verified token says of times, person and itself.</summary>
    public static TokenCheck ReadClaims(JsonWebToken token, DateTimeOffset now)
    {
        try
        {
            using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(token.EncodedPayload), Strict);
            return payload.RootElement.ValueKind == JsonValueKind.Object ? ReadClaims(payload.RootElement, now) : TokenFault.Malformed;
        }
        catch (Exception fault) when (fault is JsonException or FormatException)
        {
            return TokenFault.Malformed;
        }
    }

    private static TokenCheck ReadClaims(JsonElement payload, DateTimeOffset now)
    {
        if (Number(payload, "exp") is not { } expiry)
        {
            return TokenFault.NoExpiry;
        }

        // Compared as numbers: a claim may be further from now than a date can say.
        var (seconds, skew) = (now.ToUnixTimeMilliseconds() / 1000.0, ClockSkew.TotalSeconds);
        if (expiry + skew <= seconds || expiry > seconds + LongestLife.TotalSeconds + skew)
        {
            return expiry > seconds ? TokenFault.ExpiresTooLate : TokenFault.Expired;
        }

        if (IsAhead(payload, "nbf", seconds + skew) || IsAhead(payload, "iat", seconds + skew))
        {
            return TokenFault.NotYetValid;
        }

        if (Text(payload, "jti") is not { Length: > 0 and <= MaxIdCharacters } id)
        {
            return TokenFault.WrongId;
        }

        return Text(payload, "sub") is { Length: > 0 and <= MaxSubjectCharacters } subject && !subject.Any(char.IsControl)
            ? new SiteClaims(
                subject,
                ShownName.Of(Text(payload, "name")),
                Text(payload, "picture"),
                HasRole(payload, "moderator"),
                id,
                DateTimeOffset.FromUnixTimeMilliseconds((long)((expiry + skew) * 1000)))
            : TokenFault.WrongSubject;
    }

    private static bool IsAhead(JsonElement payload, string claim, double latest) =>
        payload.TryGetProperty(claim, out _) && !(Number(payload, claim) <= latest);

    private static bool HasRole(JsonElement payload, string role) =>
        payload.TryGetProperty("roles", out var roles) && roles.ValueKind == JsonValueKind.Array
        && roles.EnumerateArray().Any(entry => entry.ValueKind == JsonValueKind.String && entry.ValueEquals(role));

    private static double? Number(JsonElement payload, string claim) =>
        payload.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static string? Text(JsonElement payload, string claim)
    {
        try
        {
            return payload.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: JSON can spell it, but it is no text.
            return null;
        }
    }
}
