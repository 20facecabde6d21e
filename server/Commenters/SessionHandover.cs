using Embed.Server.Data;
using Embed.Server.Http;
using Embed.Server.Model;
using Embed.Server.Sites;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Embed.Server.Commenters;

/// <summary>Somebody about to be signed in on our own origin as they are at a site.</summary>
/// <param name="Commenter">Who, with their accounts.</param>
/// <param name="Site">Where they are signed in.</param>
internal sealed record Arrival(Commenter Commenter, Site Site);

/// <summary>
/// Leads those whom a site alone knows, its guests and the people of its single sign-on, to our own origin: from the page's
/// session by a one-time code, then by a ticket that works in the browser that brought the code, to the button that signs in.
/// </summary>
internal sealed class SessionHandover(
    SignInCodes codes, SiteDirectory sites, Standings standings, IDbContextFactory<EmbedDbContext> databases, IOptions<AntiforgeryOptions> antiforgery,
    IDataProtectionProvider protection, TimeProvider clock)
{
    // To read one page and press a button.
    private static readonly TimeSpan TicketLifetime = TimeSpan.FromMinutes(2);

    private readonly Tickets<Ticket> _tickets = new(protection, "Embed.SessionHandover", TicketLifetime);

    private sealed record Ticket(long Commenter, long Site, string Browser);

    /// <summary>
    /// Whether the site alone knows who this is. Who has another way in uses that: a site that can sign in whom it likes must not
    /// get at what they did elsewhere, or at <c>/admin</c>.
    /// </summary>
    public static bool IsFor(Commenter commenter, Site site) =>
        commenter.Kind == CommenterKind.Guest || (commenter.Kind == CommenterKind.Person && commenter.Accounts.TrueForAll(
            account => account.Provider == SignInFromSite.Provider
                && account.Subject.StartsWith(SignInFromSite.SubjectOf(site, ""), StringComparison.Ordinal)));

    /// <summary>Issues the code.</summary>
    /// <returns>The code; refused: not-allowed.</returns>
    public async Task<Outcome<string>> BeginAsync(Commenter commenter, Site site, HttpRequest request, CancellationToken cancellationToken) =>
        IsFor(commenter, site)
            ? await codes.IssueHandoverAsync(commenter.Id, site.Id, request.ServerOrigin(), cancellationToken)
            : Refusal.NotAllowed;

    /// <summary>Uses the code up.</summary>
    /// <returns>Whose it is; refused: code-invalid, sign-in-required, not-allowed, banned.</returns>
    public async Task<Outcome<Arrival>> RedeemAsync(string? code, HttpRequest request, CancellationToken cancellationToken) =>
        await codes.RedeemHandoverAsync(code, request.ServerOrigin(), cancellationToken) is var (commenterId, siteId)
            ? await CheckAsync(commenterId, siteId, cancellationToken)
            : Refusal.CodeInvalid;

    /// <summary>What takes the arrival on to the button; worth nothing in another browser.</summary>
    public string TicketOf(Arrival arrival, HttpRequest request) => _tickets.Write(
        new Ticket(arrival.Commenter.Id, arrival.Site.Id, BrowserOf(request)));

    /// <summary>Opens a ticket.</summary>
    /// <returns>Whose it is; refused: code-invalid where it is forged, too old or another browser's, sign-in-required, not-allowed, banned.</returns>
    public async Task<Outcome<Arrival>> OpenAsync(string? ticket, HttpRequest request, CancellationToken cancellationToken) =>
        _tickets.Read(ticket) is { } opened && opened.Browser == BrowserOf(request)
            ? await CheckAsync(opened.Commenter, opened.Site, cancellationToken)
            : Refusal.CodeInvalid;

    // At each step anew: who was signed out, deleted or banned meanwhile goes no further.
    private async Task<Outcome<Arrival>> CheckAsync(long commenterId, long siteId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var commenter = await database.Commenters.AsNoTracking().Include(c => c.Accounts)
            .SingleOrDefaultAsync(c => c.Id == commenterId, cancellationToken);
        if (commenter is null || await sites.FindAsync(siteId, cancellationToken) is not { } site
            || !await database.Sessions.AnyAsync(s => s.CommenterId == commenterId && s.SiteId == siteId && s.ExpiresAt > now, cancellationToken))
        {
            return Refusal.SignInRequired;
        }

        if (!IsFor(commenter, site))
        {
            return Refusal.NotAllowed;
        }

        return await standings.FindBanAsync(commenterId, siteId, cancellationToken) is { } banned ? banned : new Arrival(commenter, site);
    }

    // The cookie that form tokens belong to is the browser's own, whoever is signed in there.
    private string BrowserOf(HttpRequest request) =>
        Convert.ToBase64String(Secret.HashOf(request.Cookies[antiforgery.Value.Cookie.Name!] ?? ""));
}
