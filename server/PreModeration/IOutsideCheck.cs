namespace Embed.Server.PreModeration;

/// <summary>
/// A service elsewhere that is asked about a comment. It is told what readers would see and where; never an e-mail address, a network
/// address, an account or a token.
/// </summary>
internal interface IOutsideCheck
{
    /// <summary>Asks about a comment. Called with a limit of time; what it throws counts as no answer.</summary>
    Task<OutsideVerdict> AskAsync(OutsideSettings settings, OutsideQuestion question, CancellationToken cancellationToken);

    /// <summary>Asks whether the service can be reached and takes us, without a comment of anybody's.</summary>
    /// <returns>Null if all is well, else a sentence for whoever set it up.</returns>
    Task<string?> TestAsync(OutsideSettings settings, Uri home, CancellationToken cancellationToken);

    /// <summary>Tells it that a moderator decided otherwise than it did, where the service takes that.</summary>
    /// <param name="settings">Where and how it is asked.</param>
    /// <param name="question">The comment it was asked about.</param>
    /// <param name="isSpam">What the moderator says.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task TeachAsync(OutsideSettings settings, OutsideQuestion question, bool isSpam, CancellationToken cancellationToken);
}

/// <summary>Where and how a service is asked.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Key">What it knows the site by; null for none.</param>
internal sealed record OutsideSettings(Uri Address, string? Key);

/// <summary>A comment as a service elsewhere is told of it.</summary>
/// <param name="Site">The site's key.</param>
/// <param name="Home">The site's first origin.</param>
/// <param name="Page">The host page.</param>
/// <param name="Name">The name shown beside the comment.</param>
/// <param name="Text">The Markdown source.</param>
/// <param name="IsGuest">Whether its author gave nothing but a name.</param>
/// <param name="IsEdit">Whether the comment was there before with another text.</param>
/// <param name="At">When it was written.</param>
internal sealed record OutsideQuestion(
    string Site, Uri Home, string Page, string Name, string Text, bool IsGuest, bool IsEdit, DateTimeOffset At);

/// <summary>What a service elsewhere says.</summary>
internal enum OutsideVerdict
{
    /// <summary>Nothing in time, or nothing that makes sense: the comment is held.</summary>
    None,

    /// <summary>Nothing against it.</summary>
    Publish,

    /// <summary>Somebody should look at it.</summary>
    Hold,

    /// <summary>It is spam.</summary>
    Spam,
}
