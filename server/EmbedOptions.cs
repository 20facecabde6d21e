namespace Embed.Server;

/// <summary>
/// Every setting, below the configuration key <c>Embed</c> (appsettings.json, <c>Embed__Name</c> environment variables,
/// <c>--Embed:Name</c> arguments). The empty configuration runs. Validated as a whole at start.
/// </summary>
public sealed class EmbedOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Embed";

    /// <summary>Path of the SQLite file, relative to the content root. Default <c>data/embed.db</c>; made if missing.</summary>
    public string Database { get; set; } = "data/embed.db";

    /// <summary>
    /// Origin under which browsers reach this server, e.g. <c>https://comments.example</c>; no path. Default: what each
    /// request says. Set it behind a proxy.
    /// </summary>
    public string? PublicAddress { get; set; }

    /// <summary>
    /// Accounts, as <c>Provider:subject</c> (<c>GitHub:583231</c>), that may open <c>/admin</c>. Default none. A person who
    /// signs in there without being listed is shown their account to copy. Login names are not accepted: they change hands.
    /// </summary>
    public IList<string> Administrators { get; } = [];

    /// <summary>
    /// Addresses or networks (<c>10.0.0.5</c>, <c>10.0.0.0/8</c>) of reverse proxies whose X-Forwarded-For, -Proto and -Host
    /// headers are believed. Default none: the headers are ignored.
    /// </summary>
    public IList<string> TrustedProxies { get; } = [];

    /// <summary>Sites created at start where their key is not in the database yet; later changes are made at <c>/admin</c>.</summary>
    public IList<SiteOptions> Sites { get; } = [];

    /// <summary>
    /// Sign-in providers by name: one of OpenIddict's web providers, e.g. <c>GitHub</c>, or a name of your own with
    /// <see cref="SignInProviderOptions.Issuer"/> or <see cref="SignInProviderOptions.Provider"/>; 1 to 32 letters, digits and
    /// hyphens. Only configured ones are offered. Default none.
    /// </summary>
    public IDictionary<string, SignInProviderOptions> SignIn { get; } =
        new Dictionary<string, SignInProviderOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// API of a GitHub server of one's own that imports may ask although it is on a private network or has no https, such as
    /// <c>https://git.example/api/v3</c>. Default none: public addresses over https, and this machine.
    /// </summary>
    public string? GitHubApi { get; set; }

    /// <summary>How long an unused sign-in lasts, 1 to 365 days; each use starts it anew, up to a year in all. Default 90.</summary>
    public int SessionDays { get; set; } = 90;

    /// <summary>Memory for rendered threads, 1 to 10,000 MB. Default 64.</summary>
    public int FragmentCacheMegabytes { get; set; } = 64;

    /// <summary>Minutes without a touch after which a live thread goes back to reading, 1 to 1,440. Default 15.</summary>
    public int CircuitIdleMinutes { get; set; } = 15;

    /// <summary>Mail, for signing in without an account; without <see cref="MailOptions.Host"/> none is sent.</summary>
    public MailOptions Mail { get; set; } = new();

    /// <summary>Backups of the database.</summary>
    public BackupOptions Backup { get; set; } = new();

    /// <summary>How much one person or address may do.</summary>
    public LimitOptions Limits { get; set; } = new();
}

/// <summary>A site made at first start.</summary>
public sealed class SiteOptions
{
    /// <summary>The snippet's <c>data-site</c>: 1 to 64 lower-case letters, digits and hyphens.</summary>
    public string Key { get; set; } = "";

    /// <summary>Shown to people who sign in; 1 to 80 characters. Default: the key.</summary>
    public string? Name { get; set; }

    /// <summary>Origins that may embed it, at least one, e.g. <c>https://blog.example</c>.</summary>
    public IList<string> Origins { get; } = [];

    /// <summary>Accounts, as <c>Provider:subject</c>, that moderate it. Default none.</summary>
    public IList<string> Moderators { get; } = [];

    /// <summary>Whether comments carry outline numbers. Default no.</summary>
    public bool IsNumbered { get; set; }

    /// <summary>Whether people may comment with a name alone; a moderator looks at their comments first. Default no.</summary>
    public bool AllowsGuests { get; set; }

    /// <summary>Whether people may sign in by a code mailed to them; needs <see cref="EmbedOptions.Mail"/>. Default no.</summary>
    public bool AllowsMail { get; set; }
}

/// <summary>One sign-in provider's client registration, as its developer page shows it.</summary>
public sealed class SignInProviderOptions
{
    /// <summary>The registered client's id; required.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>The registered client's secret; required by most providers.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>
    /// Address of a self-hosted instance (GitHub Enterprise, self-managed GitLab, Mastodon, Keycloak) or, under a name of your
    /// own, of any OpenID Connect issuer, as its discovery document says it. https; http on this machine only. Default: the
    /// provider's public one.
    /// </summary>
    public string? Issuer { get; set; }

    /// <summary>
    /// Which of OpenIddict's web providers this is, where the name does not say: so the same can be configured twice, e.g.
    /// <c>Work</c> as <c>GitHub</c>. Default: the name.
    /// </summary>
    public string? Provider { get; set; }

    /// <summary>What the button calls it; 1 to 80 characters. Default: the provider's own name, or the configured one.</summary>
    public string? DisplayName { get; set; }
}

/// <summary>The server that takes our mail, and what the mail says it is from.</summary>
public sealed class MailOptions
{
    /// <summary>Name or address of the SMTP server. Default none: no mail is sent.</summary>
    public string? Host { get; set; }

    /// <summary>Its port, 1 to 65,535. Default 587.</summary>
    public int Port { get; set; } = 587;

    /// <summary>
    /// How the connection is encrypted: <c>StartTls</c> (RFC 3207; a server without it gets no mail), <c>Tls</c> (from the first
    /// byte, RFC 8314) or <c>None</c>, for a server on the same machine. Default <c>StartTls</c>.
    /// </summary>
    public string Security { get; set; } = "StartTls";

    /// <summary>Whom to sign in there as. Default none: the server takes our mail without.</summary>
    public string? User { get; set; }

    /// <summary>That user's password.</summary>
    public string? Password { get; set; }

    /// <summary>The address that mail is sent from; required with a host.</summary>
    public string? From { get; set; }

    /// <summary>The name beside that address. Default none.</summary>
    public string? DisplayName { get; set; }
}

/// <summary>When the server backs its database up, where to, and what it keeps.</summary>
public sealed class BackupOptions
{
    /// <summary>Where to, relative to the content root. Default <c>backups</c> beside the database; made if missing.</summary>
    public string? Folder { get; set; }

    /// <summary>Hours between backups, 1 to 744 (31 days); 0: none by itself. Default 24.</summary>
    public int IntervalHours { get; set; } = 24;

    /// <summary>Days (UTC) of which the last backup is kept, 1 to 366. Default 7.</summary>
    public int KeepDaily { get; set; } = 7;

    /// <summary>Weeks before those days of which the last backup is kept, 0 to 520. Default 4.</summary>
    public int KeepWeekly { get; set; } = 4;
}

/// <summary>Limits per minute unless said otherwise; 0 switches one off. Beyond them: 429 with Retry-After.</summary>
public sealed class LimitOptions
{
    /// <summary>Comments and edits of one commenter. Default 10.</summary>
    public int PostsPerCommenter { get; set; } = 10;

    /// <summary>Votes and reports of one commenter. Default 60.</summary>
    public int VotesPerCommenter { get; set; } = 60;

    /// <summary>Writing requests, sign-ins included, from one network address. Default 120.</summary>
    public int WritesPerAddress { get; set; } = 120;

    /// <summary>
    /// Tokens, codes and other secrets that do not hold, from one network address in ten minutes. Beyond them further ones are
    /// refused, codes before anything is looked up; who is signed in is not slowed. Default 30.
    /// </summary>
    public int FailuresPerAddress { get; set; } = 30;

    /// <summary>New guests from one network address an hour. Default 20.</summary>
    public int GuestsPerAddress { get; set; } = 20;

    /// <summary>Sign-in mails asked for from one network address an hour; beyond it none is sent. Default 10.</summary>
    public int MailsPerAddress { get; set; } = 10;

    /// <summary>Live threads open at once from one network address. Default 50.</summary>
    public int CircuitsPerAddress { get; set; } = 50;

    /// <summary>Live threads open at once in all. Default 5,000.</summary>
    public int Circuits { get; set; } = 5_000;

    /// <summary>Readers' event streams open at once from one network address; who is refused polls. Default 100.</summary>
    public int StreamsPerAddress { get; set; } = 100;

    /// <summary>Readers' event streams open at once in all. Default 10,000.</summary>
    public int Streams { get; set; } = 10_000;
}
