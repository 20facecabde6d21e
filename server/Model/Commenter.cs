namespace Embed.Server.Model;

/// <summary>What somebody is to the server. Values are stored; never renumber.</summary>
internal enum CommenterKind
{
    /// <summary>Signed in with at least one <see cref="CommenterAccount"/>.</summary>
    Person = 0,

    /// <summary>Gave a name and nothing else; whoever has the session's token is this guest.</summary>
    Guest = 1,

    /// <summary>Stands in for all whose accounts were deleted and whose comments were kept without a name. There is one at most.</summary>
    Former = 2,

    /// <summary>Wrote elsewhere and was imported; nobody signs in as them. See <see cref="ImportedPerson"/>.</summary>
    Imported = 3,

    /// <summary>Stands for whoever runs the server's own commands, in the log. There is one at most; writes nothing.</summary>
    Server = 4,
}

/// <summary>
/// Somebody who comments. Identity is in <see cref="Accounts"/>; name and picture are only shown.
/// </summary>
internal sealed class Commenter
{
    /// <summary>Longest shown name, in characters; a longer one from a provider is cut.</summary>
    public const int MaxNameCharacters = 80;

    public long Id { get; init; }

    public CommenterKind Kind { get; init; }

    /// <summary>The name shown beside comments: the provider's at each sign-in, or the one they chose. Empty for <see cref="CommenterKind.Former"/>.</summary>
    public required string Name { get; set; }

    /// <summary>Whether they chose the name themselves: then no sign-in changes it.</summary>
    public bool IsNameChosen { get; set; }

    /// <summary>The shown <see cref="Picture"/>; null for the one made of the name.</summary>
    public string? PictureHash { get; set; }

    /// <summary>Whether they chose the picture, or none, themselves: then no sign-in changes it.</summary>
    public bool IsPictureChosen { get; set; }

    /// <summary>When their account is deleted as they asked; null if they did not. Until then they can take it back.</summary>
    public DateTimeOffset? DeletionDueAt { get; set; }

    /// <summary>Whether their comments are kept without a name when the account is deleted; else they become tombstones.</summary>
    public bool DeletionKeepsComments { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Their ways to sign in; none for guests. Only where they were read with the commenter.</summary>
    public List<CommenterAccount> Accounts { get; init; } = [];

    /// <summary>How configuration and site settings name the accounts, for people.</summary>
    public string AccountKeys => string.Join(", ", Accounts.Select(account => account.Key));
}

/// <summary>One way to sign in. Identity is (provider, subject), never e-mail or login name.</summary>
internal sealed class CommenterAccount
{
    /// <summary>Longest <see cref="Provider"/>, in characters.</summary>
    public const int MaxProviderCharacters = 64;

    /// <summary>Longest <see cref="Subject"/>, in characters (OpenID Connect Core 1.0, section 2).</summary>
    public const int MaxSubjectCharacters = 255;

    public long Id { get; init; }

    public long CommenterId { get; set; }

    /// <summary>The provider's name as in configuration, e.g. <c>GitHub</c>; <c>Email</c> for a mailbox, <c>Site</c> for a site's own accounts.</summary>
    public required string Provider { get; init; }

    /// <summary>
    /// The provider's lasting id of the account. For a mailbox a keyed hash of its address; for a site's own account the site's
    /// key, a colon, and the site's id of it.
    /// </summary>
    public required string Subject { get; init; }

    /// <summary>What the account is called there, for its owner to know it by; of a mailbox only parts. Never shown to others.</summary>
    public required string Name { get; set; }

    /// <summary>The account's <see cref="Picture"/>; null if it has none.</summary>
    public string? PictureHash { get; set; }

    public DateTimeOffset LinkedAt { get; init; }

    /// <summary>When the account was made at its provider; null where that does not say.</summary>
    public DateTimeOffset? MadeAt { get; set; }

    /// <summary>When it last signed somebody in.</summary>
    public DateTimeOffset UsedAt { get; set; }

    /// <summary>How configuration and site settings name this account: <c>GitHub:583231</c>.</summary>
    public string Key => $"{Provider}:{Subject}";
}

/// <summary>A commenter's picture, as we encoded it: served from our origin, so that readers talk to nobody else.</summary>
internal sealed class Picture
{
    /// <summary>Length of <see cref="Hash"/>, in characters.</summary>
    public const int HashCharacters = 43;

    /// <summary>SHA-256 of <see cref="Bytes"/> in base64url: its name in addresses. The same picture is kept once.</summary>
    public required string Hash { get; init; }

    /// <summary>WebP.</summary>
    public required byte[] Bytes { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Somebody who may not take part.</summary>
internal sealed class Ban
{
    /// <summary>Longest ban that ends by itself, in days.</summary>
    public const int MaxDays = 3_650;

    /// <summary>Longest <see cref="Reason"/>, in characters.</summary>
    public const int MaxReasonCharacters = 500;

    public long Id { get; init; }

    public long CommenterId { get; set; }

    /// <summary>Where; null for the whole server.</summary>
    public long? SiteId { get; init; }

    /// <summary>When it ends; null for good.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Whether they are not told and may go on, seen by themselves alone.</summary>
    public bool IsShadow { get; init; }

    /// <summary>Why, for other moderators; may be empty.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Who made it; null for whoever is not here any more.</summary>
    public long? MadeById { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}
