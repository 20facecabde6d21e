namespace Embed.Server.Model;

/// <summary>How a site with accounts of its own signs people in: by tokens that it signs (JWT, RFC 7519). No row: it does not.</summary>
internal sealed class SingleSignOn
{
    /// <summary>Longest <see cref="Issuer"/> and <see cref="KeysAddress"/>, in characters.</summary>
    public const int MaxAddressCharacters = 300;

    public long SiteId { get; init; }

    /// <summary>What tokens must name as <c>iss</c>.</summary>
    public required string Issuer { get; set; }

    /// <summary>Where the site publishes its public keys (JWKS, RFC 7517), for RS256 and ES256; null for none.</summary>
    public string? KeysAddress { get; set; }

    /// <summary>The shared secret for HS256, protected by the keys beside the database; null for none.</summary>
    public string? Secret { get; set; }

    public DateTimeOffset? SecretMadeAt { get; set; }

    /// <summary>The secret before, protected likewise; good until <see cref="PreviousUntil"/>.</summary>
    public string? PreviousSecret { get; set; }

    public DateTimeOffset? PreviousUntil { get; set; }
}

/// <summary>A site's token that was used: it is good once.</summary>
internal sealed class SpentToken
{
    public long SiteId { get; init; }

    /// <summary>SHA-256 of its <c>jti</c> (32 bytes).</summary>
    public required byte[] IdHash { get; init; }

    /// <summary>From then on the token is refused for its age.</summary>
    public DateTimeOffset ExpiresAt { get; init; }
}
