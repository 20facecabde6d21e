using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Embed.Server.Http;
using Embed.Server.Model;
using Embed.Server.Pages;
using Embed.Server.Sites;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;

namespace Embed.Server.Commenters;

/// <summary>What the query of a request says it signs in for; hostile, also where a form of ours sent it.</summary>
internal sealed class SignInDemand
{
    [FromQuery(Name = "site")]
    public string? Site { get; set; }

    [FromQuery(Name = "origin")]
    public string? Origin { get; set; }

    [FromQuery(Name = "challenge")]
    public string? Challenge { get; set; }

    [FromQuery(Name = "return")]
    public string? Return { get; set; }

    [FromQuery(Name = "link")]
    public string? Link { get; set; }
}

/// <summary>The page that waits for a sign-in.</summary>
/// <param name="Site">The site's key.</param>
/// <param name="Origin">The page's origin, one of the site's.</param>
/// <param name="Challenge">The S256 challenge whose verifier the page keeps (RFC 7636).</param>
/// <param name="Page">Where the browser goes back to with the code; null where a popup hands it over.</param>
public sealed record Opener(string Site, string Origin, string Challenge, string? Page = null);

/// <summary>A checked sign-in under way.</summary>
/// <param name="Opener">The page that opened our popup; null when somebody signs in on our own origin only.</param>
/// <param name="Return">Where to go on our own origin when there is no opener.</param>
/// <param name="Language">The language the pages speak.</param>
/// <param name="Link">
/// What says that the account becomes another way in for somebody who is signed in already (<see cref="AccountLinks"/>); null
/// where it signs in.
/// </param>
/// <param name="IsFromPage">Whether a page of the opener's origin was seen to open the popup (<see cref="OpenedFromPage"/>).</param>
public sealed record SignInFlow(Opener? Opener, string Return, string Language, string? Link = null, bool IsFromPage = false)
{
    /// <summary>The address at which this flow begins again.</summary>
    [JsonIgnore]
    public string Address => AddressAt("/signin");

    /// <summary>The page to go back to without being signed in; null where a popup is simply closed.</summary>
    [JsonIgnore]
    public string? Back => ReturnPage.With(Opener?.Page, "");

    /// <summary>An address of ours that takes this flow on; it checks everything once more.</summary>
    public string AddressAt(string path)
    {
        var query = new QueryBuilder();
        if (Opener is { } opener)
        {
            query.Add("site", opener.Site);
            query.Add("origin", opener.Origin);
            query.Add("challenge", opener.Challenge);
        }

        if (Link is not null)
        {
            query.Add("link", Link);
        }
        else if ((Opener is null ? Return : Opener.Page) is { } address)
        {
            query.Add("return", address);
        }

        query.Add(PageLanguage.Parameter, Language);
        return path + query;
    }
}

/// <summary>A flow that may go on, with its site; or the name of the sentence that says why not, and its status.</summary>
/// <param name="Flow">The flow. Beside a fault: the one to go back to or try again with, if that can be told.</param>
/// <param name="Site">Its site; null on our own origin.</param>
/// <param name="Fault">The sentence's name; empty for none.</param>
/// <param name="Status">The HTTP status.</param>
internal sealed record CheckedFlow(SignInFlow? Flow, Site? Site, string Fault = "", int Status = StatusCodes.Status200OK);

/// <summary>Checks sign-ins at their beginning and keeps them unforgeable on their way through the browser.</summary>
internal sealed class SignInFlows(SiteDirectory sites, AccountLinks links, OpenedFromPage fromPage, IDataProtectionProvider protection)
{
    // From the provider's answer, or the click on "Continue as", to the page that hands over the code: one redirect.
    private static readonly TimeSpan TicketLifetime = TimeSpan.FromMinutes(2);

    private readonly Tickets<Ticket> _tickets = new(protection, "Embed.SignIn.Ticket", TicketLifetime);

    private sealed record Ticket(SignInFlow Flow, long Commenter);

    /// <summary>Checks what the request asks for. Nothing is shown of it before this has passed.</summary>
    public async Task<CheckedFlow> CheckAsync(SignInDemand demand, HttpRequest request, CancellationToken cancellationToken)
    {
        var language = PageLanguage.Of(request);
        if (!IsSafeTransport(request))
        {
            return new CheckedFlow(null, null, "NeedsHttps", StatusCodes.Status400BadRequest);
        }

        if (demand.Link is not null)
        {
            return links.IsOf(demand.Link, CurrentCommenter.SessionOf(request.HttpContext))
                ? new CheckedFlow(new SignInFlow(null, "/me", language, demand.Link), null)
                : new CheckedFlow(null, null, "LinkExpired", StatusCodes.Status400BadRequest);
        }

        if (demand.Site is null && demand.Origin is null && demand.Challenge is null)
        {
            return demand.Return is null || LocalAddress.IsLocal(demand.Return)
                ? new CheckedFlow(new SignInFlow(null, demand.Return ?? "/signin", language), await SiteOfAsync(demand.Return, cancellationToken))
                : new CheckedFlow(null, null, "AddressInvalid", StatusCodes.Status400BadRequest);
        }

        if (!Secret.IsWellFormed(demand.Challenge))
        {
            return new CheckedFlow(null, null, "AddressInvalid", StatusCodes.Status400BadRequest);
        }

        var site = await FindSiteAsync(demand.Site, cancellationToken);
        if (site is null || !Allows(site, demand.Origin, request))
        {
            return site is null
                ? new CheckedFlow(null, null, "SiteUnknown", StatusCodes.Status404NotFound)
                : new CheckedFlow(null, null, "OriginNotAllowed", StatusCodes.Status400BadRequest);
        }

        var opener = new Opener(site.Key, demand.Origin!, demand.Challenge!, demand.Return);
        return demand.Return is null || ReturnPage.Belongs(demand.Return, opener.Origin)
            ? new CheckedFlow(new SignInFlow(opener, "/signin", language, IsFromPage: fromPage.IsKnown(request, opener)), site)
            : new CheckedFlow(null, null, "ReturnInvalid", StatusCodes.Status400BadRequest);
    }

    /// <summary>The site of this key; null if there is none.</summary>
    public async Task<Site?> FindSiteAsync(string? key, CancellationToken cancellationToken) =>
        key is { Length: > 0 and <= Site.MaxKeyCharacters } ? await sites.FindAsync(key, cancellationToken) : null;

    /// <summary>The site for which a page asks for a session.</summary>
    /// <returns>The site; refused: site-not-found, origin-not-allowed.</returns>
    public async Task<Outcome<Site>> FindSiteOfPageAsync(string key, HttpRequest request, CancellationToken cancellationToken) =>
        await FindSiteAsync(key, cancellationToken) is not { } site ? Refusal.SiteNotFound
            : Allows(site, request.Origin(), request) ? site
            : Refusal.OriginNotAllowed;

    // Who comes from a thread's own page signs in for that page's site.
    private async Task<Site?> SiteOfAsync(string? address, CancellationToken cancellationToken) =>
        address?.StartsWith("/t/", StringComparison.Ordinal) == true
            ? await FindSiteAsync(address[3..].Split('?', '/', '#')[0], cancellationToken)
            : null;

    /// <summary>Whether a page of this origin may sign people in: the site's own pages, and ours for it.</summary>
    public static bool Allows(Site site, string? origin, HttpRequest request) =>
        origin is not null && (site.Allows(origin) || origin == request.ServerOrigin());

    /// <summary>
    /// The flow as text for the state that travels to the provider and back, where OpenIddict protects it.
    /// </summary>
    public static string Write(SignInFlow flow) => JsonSerializer.Serialize(flow);

    /// <summary>The flow that <see cref="Write"/> wrote.</summary>
    public static SignInFlow? Read(string? state) => state is null ? null : JsonSerializer.Deserialize<SignInFlow>(state);

    /// <summary>The address of the page that hands the code over. It carries no secret: the ticket works only for its commenter.</summary>
    public string FinishAddress(SignInFlow flow, long commenter) =>
        // With all that the flow's own address says, so that a ticket that holds no more can still lead back.
        $"{flow.AddressAt("/signin/finish")}&ticket={_tickets.Write(new Ticket(flow, commenter))}";

    /// <summary>The flow of a ticket; null if it is forged, too old or somebody else's.</summary>
    public SignInFlow? Open(string? ticket, long? commenter) =>
        _tickets.Read(ticket) is { } opened && opened.Commenter == commenter ? opened.Flow : null;

    /// <summary>
    /// Over plain http anybody on the way could take the sign-in over, except where there is no way: on loopback. Judged by
    /// the Host header of each request, which a browser cannot be made to forge and anybody else only forges for themselves.
    /// </summary>
    private static bool IsSafeTransport(HttpRequest request) => request.IsHttps
        || request.Host.Host is "localhost"
        || request.Host.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(request.Host.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
