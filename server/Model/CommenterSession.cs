namespace Embed.Server.Model;

/// <summary>
/// A commenter signed in at one site, or on our own origin, kept by the SHA-256 of its token: a stolen database signs nobody in.
/// </summary>
internal sealed class CommenterSession
{
    /// <summary>Longest <see cref="Origin"/>, in characters.</summary>
    public const int MaxOriginCharacters = 300;

    /// <summary>Longest <see cref="Device"/>, in characters.</summary>
    public const int MaxDeviceCharacters = 60;

    public long Id { get; init; }

    /// <summary>SHA-256 of the token (32 bytes).</summary>
    public required byte[] TokenHash { get; init; }

    public long CommenterId { get; set; }

    public Commenter? Commenter { get; init; }

    /// <summary>The site; null on our own origin, where the token travels in the cookie.</summary>
    public long? SiteId { get; init; }

    public Site? Site { get; init; }

    /// <summary>The only origin whose pages may use the token.</summary>
    public required string Origin { get; init; }

    /// <summary>The kind of browser it was begun in, such as <c>Firefox, Windows</c>: for its owner to know it by; empty if unknown.</summary>
    public string Device { get; init; } = "";

    /// <summary>Whether the site's own sign-in said that this is a moderator of it.</summary>
    public bool IsModerator { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last used, to within a day.</summary>
    public DateTimeOffset UsedAt { get; set; }

    /// <summary>Moves forward while the session is used, up to a year from its beginning; a day for <see cref="IsModerator"/>.</summary>
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

    /// <summary>Whether the sign-in was seen to begin on a page of <see cref="Origin"/>: then its verifier alone redeems it.</summary>
    public bool IsFromPage { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }
}
