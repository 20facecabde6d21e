// Signs whoever is signed in on your site in at its comments. .NET 9 or later, nothing to install.
// The secret comes from /admin and belongs into the environment, never into a page or a repository.
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Blog;

/// <summary>The script tag with a token for the person who is signed in.</summary>
public static class EmbedToken
{
    private const string Site = "my-blog";
    private const string Issuer = "https://blog.example";
    private const string Server = "https://comments.example";

    /// <summary>The script tag for a page; for people who are not signed in on your site leave the id out.</summary>
    /// <param name="id">The person's id on your site: lasting, and never given to somebody else.</param>
    /// <param name="name">The name to be shown.</param>
    /// <param name="picture">The https address of their picture.</param>
    /// <param name="roles">For moderators of your site: "moderator".</param>
    public static string Tag(string? id, string? name = null, string? picture = null, params string[] roles)
    {
        var token = id is null ? "" : Create(id, name, picture, roles);
        return $"""<script async crossorigin src="{Server}/embed.js" data-site="{Site}" data-sso="{token}"></script>""";
    }

    private static string Create(string id, string? name, string? picture, string[] roles)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new { iss = Issuer, aud = Site, sub = id, name, picture, roles, iat = now, exp = now + 300, jti = Guid.NewGuid() };
        var signed = Encode(new { alg = "HS256", typ = "JWT" }) + "." + Encode(claims);
        var secret = Environment.GetEnvironmentVariable("EMBED_SECRET");
        if (string.IsNullOrEmpty(secret))
        {
            throw new InvalidOperationException("EMBED_SECRET is not set.");
        }

        return signed + "." + Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(signed)));
    }

    private static string Encode<T>(T value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
}
