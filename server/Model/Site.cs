namespace Embed.Server.Model;

/// <summary>One customer property: who may embed it, who moderates it, and how its threads behave.</summary>
internal sealed class Site
{
    /// <summary>Longest <see cref="Key"/>, in characters.</summary>
    public const int MaxKeyCharacters = 64;

    /// <summary>Longest <see cref="Name"/>, in characters.</summary>
    public const int MaxNameCharacters = 80;

    /// <summary>Largest <see cref="MaxIndent"/>.</summary>
    public const int MostIndent = 20;

    /// <summary>Largest <see cref="EditWindowMinutes"/>: a day.</summary>
    public const int MaxEditWindowMinutes = 1_440;

    /// <summary>Most <see cref="QueryParameters"/>.</summary>
    public const int MaxQueryParameters = 20;

    /// <summary>Longest of <see cref="QueryParameters"/>, in characters.</summary>
    public const int MaxQueryParameterCharacters = 64;

    public long Id { get; init; }

    /// <summary>What the snippet's <c>data-site</c> says: lower-case letters, digits and hyphens; never changed.</summary>
    public required string Key { get; init; }

    /// <summary>Shown to people when they sign in.</summary>
    public required string Name { get; set; }

    /// <summary>
    /// Origins (RFC 6454, <c>scheme://host[:port]</c>, lower case) whose pages may embed the site, sign people in and
    /// post. The first is the site's home.
    /// </summary>
    public required List<string> Origins { get; set; }

    /// <summary>Accounts, as <c>Provider:subject</c>, that moderate this site. Never login names: those change hands.</summary>
    public List<string> Moderators { get; set; } = [];

    /// <summary>Depth at which indentation stops; 0 to 20, default 6. Deeper replies go on flat, with "in reply to".</summary>
    public int MaxIndent { get; set; } = 6;

    /// <summary>Whether comments carry outline numbers (1, 1.2, 1.2.1).</summary>
    public bool IsNumbered { get; set; }

    /// <summary>How long authors may edit their own comment; 0 to 1,440 minutes, default 15, 0 never. Deleting has no such limit.</summary>
    public int EditWindowMinutes { get; set; } = 15;

    /// <summary>Whether a comment waits for a moderator before others see it. Default no.</summary>
    public bool HoldsComments { get; set; }

    /// <summary>The order threads open in.</summary>
    public Embed.Widget.ThreadSort DefaultSort { get; set; } = Embed.Widget.ThreadSort.Oldest;

    /// <summary>Whether search engines may list the threads' own pages (<c>/t/…</c>). Default yes: they name the host page as canonical.</summary>
    public bool IsIndexed { get; set; } = true;

    /// <summary>
    /// The only query parameters that tell the site's pages apart, such as <c>p</c>; at most 20 of 64 characters. Default none
    /// named: every parameter does that does not merely track.
    /// </summary>
    public List<string> QueryParameters { get; set; } = [];

    /// <summary>Most <see cref="SignInProviders"/>.</summary>
    public const int MaxSignInProviders = 50;

    /// <summary>Which of the server's sign-in providers it offers, by their names in configuration. None named: all.</summary>
    public List<string> SignInProviders { get; set; } = [];

    /// <summary>Whether people may comment with a name alone. Default no.</summary>
    public bool AllowsGuests { get; set; }

    /// <summary>Whether a guest's comment waits for a moderator. Default yes.</summary>
    public bool HoldsGuests { get; set; } = true;

    /// <summary>Whether people may sign in by a code mailed to them. Default no.</summary>
    public bool AllowsMail { get; set; }

    /// <summary>Most <see cref="Rules"/>.</summary>
    public const int MaxRules = 50;

    /// <summary>Largest <see cref="ClosesAfterDays"/>: ten years.</summary>
    public const int MaxClosesAfterDays = 3_650;

    /// <summary>What decides on new comments, in order, before <see cref="HoldsGuests"/> and <see cref="HoldsComments"/> do.</summary>
    public List<Rule> Rules { get; set; } = [];

    /// <summary>Days after its first comment that a thread closes; 0 to 3,650, default 0: never.</summary>
    public int ClosesAfterDays { get; set; }

    /// <summary>One comment of each person in a thread in so many minutes; 0 to 1,440, default 0: as many as they like.</summary>
    public int SlowModeMinutes { get; set; }

    /// <summary>Steps with every change of settings; a form drawn from an older one is not saved over a newer one.</summary>
    public long Revision { get; set; }

    /// <summary>Steps when somebody whose comments it shows changes their name.</summary>
    public long NamesRevision { get; set; }

    /// <summary>Grows with everything about the site that a drawn thread depends on: part of every cache key.</summary>
    public long DrawingRevision => Revision + NamesRevision;

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether the text can be a site's key: 1 to 64 lower-case letters, digits and hyphens.</summary>
    public static bool IsKey(string? text) =>
        text is { Length: > 0 and <= MaxKeyCharacters } && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>Whether people may sign in here with a provider of the server.</summary>
    public bool Offers(string provider) =>
        SignInProviders.Count == 0 || SignInProviders.Contains(provider, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Whether somebody signed in on our own origin may take part here with that: one of their accounts must be of a way to sign
    /// in that the site offers. The site's own accounts are always; a guest has none.
    /// </summary>
    public bool Takes(Commenter commenter) => commenter.Kind == CommenterKind.Guest ? AllowsGuests
        : commenter.Accounts.Exists(account => account.Provider switch
        {
            "Email" => AllowsMail,
            "Site" => account.Subject.StartsWith($"{Key}:", StringComparison.Ordinal),
            _ => Offers(account.Provider),
        });

    /// <summary>
    /// Whether it is being built on this machine, and may name what is here: settings say so, never a request, which says of itself
    /// what it likes.
    /// </summary>
    public bool IsLocal => Origins.TrueForAll(origin => new Uri(origin).IsLoopback);

    /// <summary>Whether a page of this exact origin may take part.</summary>
    public bool Allows(string origin) => Origins.Contains(origin, StringComparer.Ordinal);
}
