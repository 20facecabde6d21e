namespace Embed.Server.Model;

/// <summary>A kind of outside check. Values are stored; never renumber.</summary>
internal enum OutsideCheckKind
{
    /// <summary>Akismet's <c>comment-check</c>.</summary>
    Akismet = 0,

    /// <summary>A service of the site's own, asked by HTTP.</summary>
    Http = 1,
}

/// <summary>A service outside that a site asks about new comments.</summary>
internal sealed class OutsideCheck
{
    /// <summary>Longest <see cref="Address"/>, in characters.</summary>
    public const int MaxAddressCharacters = 500;

    public long Id { get; init; }

    public long SiteId { get; init; }

    public OutsideCheckKind Kind { get; init; }

    /// <summary>Where it is asked; empty for the service's public address.</summary>
    public required string Address { get; set; }

    /// <summary>Its key, protected by the keys beside the database; null if it needs none.</summary>
    public string? Secret { get; set; }
}
