namespace Embed.Server.Model;

/// <summary>What somebody may do at a site; each may what those below it may. Values are stored; never renumber.</summary>
internal enum SiteRole
{
    /// <summary>Write and vote.</summary>
    None = 0,

    /// <summary>Their comments appear at once, whatever the site holds.</summary>
    Trusted = 1,

    /// <summary>Decide on comments, threads and people.</summary>
    Moderator = 2,

    /// <summary>Also change the site's settings and say who moderates it.</summary>
    Owner = 3,

    /// <summary>All of that at every site of the server, and make sites.</summary>
    Administrator = 4,
}

/// <summary>A role somebody was given. Settings name moderators and administrators besides, by their accounts.</summary>
internal sealed class RoleGrant
{
    public long Id { get; init; }

    public long CommenterId { get; set; }

    public Commenter? Commenter { get; init; }

    /// <summary>Where; null for <see cref="SiteRole.Administrator"/>, and only for that.</summary>
    public long? SiteId { get; init; }

    public SiteRole Role { get; set; }

    /// <summary>Who gave it; null for the first administrator and for whoever is not here any more.</summary>
    public long? GivenById { get; set; }

    public DateTimeOffset GivenAt { get; set; }
}

/// <summary>A role that a link gives to the first person who opens it and accepts.</summary>
internal sealed class Invitation
{
    /// <summary>Longest <see cref="Note"/>, in characters.</summary>
    public const int MaxNoteCharacters = 100;

    public long Id { get; init; }

    /// <summary>SHA-256 of the secret in the link.</summary>
    public required byte[] SecretHash { get; init; }

    /// <summary>Where; null for <see cref="SiteRole.Administrator"/>.</summary>
    public long? SiteId { get; init; }

    public SiteRole Role { get; init; }

    /// <summary>Whom it is meant for, for whoever made it to know it by.</summary>
    public required string Note { get; init; }

    public long MadeById { get; set; }

    public DateTimeOffset MadeAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Who accepted it; null while it is open.</summary>
    public long? UsedById { get; set; }

    public DateTimeOffset? UsedAt { get; set; }
}
