namespace Embed.Server.Model;

/// <summary>
/// A commenter signed in at one site, kept by the SHA-256 of its token: a stolen database signs nobody in.
/// </summary>
internal sealed class CommenterSession
{
    public long Id { get; init; }

    /// <summary>SHA-256 of the token (32 bytes).</summary>
    public required byte[] TokenHash { get; init; }

    public long CommenterId { get; init; }

    public Commenter? Commenter { get; init; }

    public long SiteId { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Moves forward while the session is used.</summary>
    public DateTimeOffset ExpiresAt { get; set; }
}

/// <summary>A one-time code on its way from the sign-in popup to the widget; kept by its SHA-256.</summary>
internal sealed class SignInCode
{
    /// <summary>SHA-256 of the code (32 bytes).</summary>
    public required byte[] CodeHash { get; init; }

    /// <summary>The PKCE challenge (RFC 7636, S256, base64url) whose verifier the widget keeps.</summary>
    public required string Challenge { get; init; }

    public long CommenterId { get; init; }

    public long SiteId { get; init; }

    /// <summary>The only origin that may redeem the code.</summary>
    public required string Origin { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }
}
