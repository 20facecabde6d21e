using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Embed.Server.Data;
using Embed.Server.Http;
using Embed.Server.Mail;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Embed.Server.Commenters;

/// <summary>A mailbox whose owner has just shown that they read it.</summary>
/// <param name="Code">The <see cref="MailedCode"/> that showed it.</param>
/// <param name="Subject">The account's subject.</param>
/// <param name="Label">What its owner knows it by.</param>
/// <param name="Flow">The sign-in it is for.</param>
/// <param name="IsSameBrowser">Whether the browser is the one that asked for the mail.</param>
internal sealed record ProvenMailbox(long Code, string Subject, string Label, SignInFlow Flow, bool IsSameBrowser);

/// <summary>
/// Signing in by mail: a code to be typed where it was asked for, and a link. Nothing here depends on whether the address is
/// known, so nothing tells. An account is a keyed hash of the address; the address itself is in the mail alone.
/// </summary>
/// <remarks>
/// Six digits are found by trying, so a code is bound to a secret of the browser that asked and dies after a few wrong ones:
/// who asks for mails to somebody else's mailbox has 50 guesses a day among a million. The link's secret cannot be guessed, and
/// signs in whoever opens it, in their own browser and nowhere else.
/// </remarks>
internal sealed class MailSignIn(
    IDbContextFactory<EmbedDbContext> databases, ServerSecrets secrets, SiteDirectory sites, MailQueue queue, IOptions<EmbedOptions> options,
    TimeProvider clock) : IDisposable
{
    /// <summary>The provider's name of such accounts.</summary>
    public const string Provider = "Email";

    /// <summary>The name of the server's key that makes subjects of mailboxes.</summary>
    public const string KeyName = "mailboxes";

    /// <summary>How long code and link hold.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Wrong codes after which a code holds no longer.</summary>
    public const int MaxAttempts = 5;

    /// <summary>Most mails to one mailbox within <see cref="Lifetime"/>.</summary>
    public const int MostPerLifetime = 3;

    /// <summary>Most mails to one mailbox a day.</summary>
    public const int MostPerDay = 10;

    // Old rows removed with each new one: more than one new one adds, so the table cannot grow.
    private const int PurgeBatch = 100;

    private readonly Pace<IPAddress> _pace = new(options.Value.Limits.MailsPerAddress, TimeSpan.FromHours(1));

    /// <summary>Whether it is offered: mail can be sent, and the site wants it. On our own origin one site that does is enough.</summary>
    public async ValueTask<bool> IsOfferedAsync(Site? site, CancellationToken cancellationToken) =>
        options.Value.Mail.Host is not null && (site?.AllowsMail ?? await sites.AnyAsync(any => any.AllowsMail, cancellationToken));

    /// <summary>Mails a code and a link to a mailbox, unless that was done too often.</summary>
    public async Task SendAsync(HttpContext http, SignInFlow flow, string? siteName, Mailbox mailbox, CancellationToken cancellationToken)
    {
        // Both before anything that depends on the mailbox: the answer sets the cookie in any case.
        var browser = MailCookie.Ensure(http);
        if (_pace.Take(AddressPace.NetworkOf(http)) is not null)
        {
            return;
        }

        var subject = await SubjectOfAsync(mailbox, cancellationToken);
        var code = RandomNumberGenerator.GetInt32(1_000_000).ToString("D6", CultureInfo.InvariantCulture);
        var link = Secret.Create();
        var now = clock.GetUtcNow();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        // SQLite takes its one write lock here: of many requests at once none counts too few.
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var (dayAgo, lifetimeAgo) = (now.AddDays(-1), now - Lifetime);
        await database.MailedCodes.Where(c => c.SentAt <= dayAgo).OrderBy(c => c.SentAt).Take(PurgeBatch).ExecuteDeleteAsync(cancellationToken);
        var sent = await database.MailedCodes.Where(c => c.Mailbox == subject && c.SentAt > dayAgo).Select(c => c.SentAt).ToListAsync(cancellationToken);
        if (sent.Count >= MostPerDay || sent.Count(at => at > lifetimeAgo) >= MostPerLifetime)
        {
            return;
        }

        database.MailedCodes.Add(new MailedCode
        {
            Mailbox = subject,
            Label = mailbox.Label,
            CodeHash = CodeHashOf(code, browser),
            LinkHash = Secret.HashOf(link),
            BrowserHash = Secret.HashOf(browser),
            Flow = SignInFlows.Write(flow),
            SentAt = now,
            ExpiresAt = now + Lifetime,
        });
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        queue.Send(SignInMail.Write(mailbox, flow, siteName, code, LinkAddress(http.Request, flow, link), now + Lifetime));
    }

    /// <summary>Uses a typed code up. Each try counts against every code this browser asked for.</summary>
    /// <returns>The mailbox; null if the code is wrong, used, too old, tried too often or another browser's.</returns>
    public async Task<ProvenMailbox?> RedeemCodeAsync(HttpContext http, string? typed, CancellationToken cancellationToken)
    {
        if (MailCookie.Of(http) is not { } browser)
        {
            return null;
        }

        var (browserHash, hash, now) = (Secret.HashOf(browser), CodeHashOf(DigitsOf(typed), browser), clock.GetUtcNow());
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var open = await database.MailedCodes
            .Where(c => c.BrowserHash == browserHash && c.UsedAt == null && c.ExpiresAt > now && c.Attempts < MaxAttempts).ToListAsync(cancellationToken);
        var found = open.Find(code => CryptographicOperations.FixedTimeEquals(code.CodeHash, hash));
        foreach (var code in open)
        {
            code.Attempts++;
            code.UsedAt = code.Mailbox == found?.Mailbox ? now : null;
            code.ExpiresAt = code == found ? now + Lifetime : code.ExpiresAt;
        }

        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return found is null ? null : Proven(found, isSameBrowser: true);
    }

    /// <summary>Uses the secret of a link up, and with it the code of the same mail.</summary>
    /// <returns>The mailbox; null if the secret is unknown, used or too old.</returns>
    public async Task<ProvenMailbox?> RedeemLinkAsync(HttpContext http, string? secret, CancellationToken cancellationToken)
    {
        if (!Secret.IsWellFormed(secret))
        {
            return null;
        }

        var (hash, now) = (Secret.HashOf(secret!), clock.GetUtcNow());
        var until = now + Lifetime;
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        // Of two requests at once only one changes the row.
        var isTaken = await database.MailedCodes.Where(c => c.LinkHash == hash && c.UsedAt == null && c.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.UsedAt, now).SetProperty(c => c.ExpiresAt, until), cancellationToken) == 1;
        if (!isTaken)
        {
            return null;
        }

        var mailed = await database.MailedCodes.AsNoTracking().SingleAsync(c => c.LinkHash == hash, cancellationToken);
        return Proven(mailed, MailCookie.Of(http) is { } browser && Secret.HashOf(browser).AsSpan().SequenceEqual(mailed.BrowserHash));
    }

    /// <summary>
    /// Whether a flow may go on because its mail's link was opened in this same browser meanwhile, by whoever is signed in there.
    /// </summary>
    public async Task<bool> IsShownAsync(HttpContext http, SignInFlow flow, CancellationToken cancellationToken)
    {
        if (MailCookie.Of(http) is not { } browser || CurrentCommenter.PersonOf(http) is not { } commenter)
        {
            return false;
        }

        var (browserHash, written, since) = (Secret.HashOf(browser), SignInFlows.Write(flow), clock.GetUtcNow() - Lifetime);
        var subjects = commenter.Accounts.Where(account => account.Provider == Provider).Select(account => account.Subject).ToList();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.MailedCodes.AnyAsync(
            c => c.BrowserHash == browserHash && c.Flow == written && c.UsedAt > since && subjects.Contains(c.Mailbox), cancellationToken);
    }

    /// <summary>Whom the mailbox signs in; null if nobody yet.</summary>
    public async Task<Commenter?> FindAsync(string subject, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Commenters.AsNoTracking()
            .SingleOrDefaultAsync(c => c.Accounts.Any(a => a.Subject == subject && a.Provider == Provider), cancellationToken);
    }

    /// <summary>Ends what was shown a page ago, which the page's button has used: once, and not for long.</summary>
    /// <returns>Whether it held until now.</returns>
    public async Task<bool> FinishAsync(ProvenMailbox proven, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.MailedCodes
            .Where(c => c.Id == proven.Code && c.Mailbox == proven.Subject && c.UsedAt != null && c.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.ExpiresAt, now), cancellationToken) == 1;
    }

    public void Dispose() => _pace.Dispose();

    private static ProvenMailbox Proven(MailedCode mailed, bool isSameBrowser) =>
        new(mailed.Id, mailed.Mailbox, mailed.Label, SignInFlows.Read(mailed.Flow)!, isSameBrowser);

    private static byte[] CodeHashOf(string code, string browser) => Secret.HashOf($"{code} {browser}");

    // As people type it: with spaces, and in the digits of their script.
    private static string DigitsOf(string? typed) => string.Concat(
        (typed ?? "").Take(40).Select(c => CharUnicodeInfo.GetDecimalDigitValue(c)).Where(digit => digit >= 0)
            .Select(digit => digit.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The subject of a mailbox's account.</summary>
    /// <param name="key">The server's key of the name <see cref="KeyName"/>.</param>
    /// <param name="mailbox">The mailbox.</param>
    public static string SubjectOf(byte[] key, Mailbox mailbox) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(mailbox.Address)));

    private async Task<string> SubjectOfAsync(Mailbox mailbox, CancellationToken cancellationToken) =>
        SubjectOf(await secrets.KeyAsync(KeyName, cancellationToken), mailbox);

    /// <summary>
    /// The link; null where our address is only what the request says: whoever makes a request up could have a mail of ours lead
    /// to a server of theirs. The secret is in the fragment, which no browser sends and no log keeps.
    /// </summary>
    private string? LinkAddress(HttpRequest request, SignInFlow flow, string secret) =>
        options.Value.PublicAddress is not null || request.Host.Host == "localhost"
            ? $"{request.ServerOrigin()}/signin/mail/link?lang={flow.Language}#{secret}"
            : null;
}
