using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Embed.Tests;

/// <summary>Tokens as a site's server makes them, and as somebody who means harm would.</summary>
internal static class SiteTokens
{
    /// <summary>The claims of a token that is right, good for five minutes.</summary>
    public static JsonObject Claims(DateTimeOffset now, string issuer, string audience, string subject = "ada", string name = "Ada") => new()
    {
        ["iss"] = issuer,
        ["aud"] = audience,
        ["sub"] = subject,
        ["name"] = name,
        ["iat"] = now.ToUnixTimeSeconds(),
        ["exp"] = now.ToUnixTimeSeconds() + 300,
        ["jti"] = Guid.NewGuid().ToString(),
    };

    /// <summary>Signed with a secret (HS256).</summary>
    public static string Sign(JsonNode claims, string secret, JsonObject? header = null) =>
        Join(header ?? Header("HS256"), claims, signed => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));

    /// <summary>Signed with a private key (RS256).</summary>
    public static string Sign(JsonNode claims, RSA key, JsonObject? header = null) =>
        Join(header ?? Header("RS256"), claims, signed => key.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    /// <summary>Signed with a private key (ES256).</summary>
    public static string Sign(JsonNode claims, ECDsa key, JsonObject? header = null) =>
        Join(header ?? Header("ES256"), claims, signed => key.SignData(signed, HashAlgorithmName.SHA256));

    /// <summary>Signed in any way.</summary>
    public static string Join(JsonObject header, JsonNode claims, Func<byte[], byte[]> sign)
    {
        var signed = $"{Encode(header.ToJsonString())}.{Encode(claims.ToJsonString())}";
        return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>A header for an algorithm.</summary>
    public static JsonObject Header(string algorithm, string? key = null)
    {
        var header = new JsonObject { ["alg"] = algorithm, ["typ"] = "JWT" };
        if (key is not null)
        {
            header["kid"] = key;
        }

        return header;
    }

    /// <summary>Text in base64url.</summary>
    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    /// <summary>The public part of a key as a site publishes it (RFC 7517).</summary>
    public static JsonObject Published(RSA key, string? name = null)
    {
        var (modulus, exponent) = (key.ExportParameters(false).Modulus, key.ExportParameters(false).Exponent);
        return Named(new JsonObject { ["kty"] = "RSA", ["n"] = Base64Url.EncodeToString(modulus), ["e"] = Base64Url.EncodeToString(exponent) }, name);
    }

    /// <summary>The public part of a key as a site publishes it (RFC 7517).</summary>
    public static JsonObject Published(ECDsa key, string? name = null)
    {
        var point = key.ExportParameters(false).Q;
        return Named(new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y) }, name);
    }

    /// <summary>A set of published keys.</summary>
    public static string KeySet(params JsonObject[] keys) => new JsonObject { ["keys"] = new JsonArray([.. keys]) }.ToJsonString();

    private static JsonObject Named(JsonObject key, string? name)
    {
        key["kid"] = name;
        key["use"] = "sig";
        return name is null ? Without(key, "kid") : key;
    }

    /// <summary>Without a member.</summary>
    public static JsonObject Without(JsonObject node, string member)
    {
        node.Remove(member);
        return node;
    }
}
