using Embed.Server.Http;
using Microsoft.AspNetCore.DataProtection;

namespace Embed.Server.Commenters;

/// <summary>
/// Remembers which popups a page of the opener's own origin was seen to open. Only their sign-ins can be asked for by the
/// verifier alone: otherwise anybody could mail a link with a challenge of theirs and wait for who signs in with it.
/// </summary>
/// <remarks>
/// What was seen stays with the browser that was seen, in a cookie. In an address it could be taken along: an attacker would
/// open a popup from the page in their own browser and mail the address that it has by then.
/// </remarks>
internal sealed class OpenedFromPage(IDataProtectionProvider protection)
{
    private const string Cookie = "embed-opened";

    // Popups open at once in several tabs; each further one takes the place of the oldest.
    private const int MostKept = 5;

    // Time to read, choose, and sign in at the provider.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private readonly Tickets<List<string>> _tickets = new(protection, "Embed.SignIn.Opened", Lifetime);

    /// <summary>Whether this browser's popup for this very challenge, site and origin was seen to be opened by a page of the origin.</summary>
    public bool IsKnown(HttpRequest request, Opener opener) =>
        opener.Page is null && Kept(request).Contains(KeyOf(opener));

    /// <summary>Keeps what the popup's first request shows.</summary>
    public void Note(HttpContext http, Opener? opener)
    {
        if (opener is not { Page: null } || !IsSeen(http.Request, opener))
        {
            return;
        }

        var key = KeyOf(opener);
        var kept = Kept(http.Request).Where(other => other != key).Prepend(key).Take(MostKept);
        http.Response.Cookies.Append(Cookie, _tickets.Write([.. kept]), new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = http.Request.IsHttps,
            Path = "/signin",
            MaxAge = Lifetime,
            IsEssential = true,
        });
    }

    /// <summary>
    /// A form that a script of a page of the origin sent, as the browser says itself: no link, and no page that sends visitors on,
    /// brings this <c>Origin</c> (Fetch, section 3.2).
    /// </summary>
    private static bool IsSeen(HttpRequest request, Opener opener) =>
        HttpMethods.IsPost(request.Method)
        && request.Origin() == opener.Origin
        && IsAbsentOr(request, "Sec-Fetch-Site", "cross-site", "same-site", "same-origin")
        && IsAbsentOr(request, "Sec-Fetch-Mode", "navigate")
        && IsAbsentOr(request, "Sec-Fetch-Dest", "document");

    // Older browsers send none of them, and all others leave out what they do not know.
    private static bool IsAbsentOr(HttpRequest request, string header, params ReadOnlySpan<string> values) =>
        request.Headers[header] is not [{ } value, ..] || values.Contains(value);

    private List<string> Kept(HttpRequest request) => _tickets.Read(request.Cookies[Cookie]) ?? [];

    // Site and origin too: a page of one site may open a popup with a challenge that it wants used at another.
    private static string KeyOf(Opener opener) => Convert.ToBase64String(Secret.HashOf($"{opener.Site}\n{opener.Origin}\n{opener.Challenge}"));
}
