namespace Embed.Server.Model;

/// <summary>A sign-in by mail under way. The address itself is not kept: only who has the mail knows it.</summary>
internal sealed class MailedCode
{
    /// <summary>Longest <see cref="Label"/>, in characters.</summary>
    public const int MaxLabelCharacters = 320;

    public long Id { get; init; }

    /// <summary>The mailbox's keyed hash: the account's subject.</summary>
    public required string Mailbox { get; init; }

    /// <summary>What its owner knows the mailbox by, such as <c>a…@example.com</c>.</summary>
    public required string Label { get; init; }

    /// <summary>SHA-256 of the code and the browser's secret: six digits alone are found by trying.</summary>
    public required byte[] CodeHash { get; init; }

    /// <summary>SHA-256 of the secret in the mailed link.</summary>
    public required byte[] LinkHash { get; init; }

    /// <summary>SHA-256 of the secret that the browser which asked has in a cookie.</summary>
    public required byte[] BrowserHash { get; init; }

    /// <summary>The sign-in it is part of, as JSON.</summary>
    public required string Flow { get; init; }

    /// <summary>Wrong codes so far.</summary>
    public int Attempts { get; set; }

    public DateTimeOffset SentAt { get; init; }

    /// <summary>Until when code and link hold; once one is used, until when what it has shown does.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>When code or link was used; null while it holds.</summary>
    public DateTimeOffset? UsedAt { get; set; }
}

/// <summary>A key of the server's own, protected by the keys beside the database.</summary>
internal sealed class ServerSecret
{
    public required string Name { get; init; }

    /// <summary>The protected key.</summary>
    public required string Value { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}
