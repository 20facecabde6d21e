using System.Globalization;
using System.Security.Claims;
using Embed.Server.Http;
using Embed.Server.Model;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Embed.Server.Commenters;

/// <summary>
/// Who is asking, on pages of our own origin. The cookie carries the token of a session like any other, so that signing out
/// everywhere holds here, too.
/// </summary>
internal sealed class CurrentCommenter(CommenterSessions sessions)
{
    /// <summary>The authentication scheme of our own origin's cookie.</summary>
    public const string Scheme = "Embed";

    private const string TokenClaim = "session";

    private static readonly object SessionKey = new();

    /// <summary>The session on our own origin, with its commenter and their accounts; null when nobody is signed in there.</summary>
    public static CommenterSession? SessionOf(HttpContext http) => http.Items[SessionKey] as CommenterSession;

    /// <summary>The commenter, with their accounts; null when nobody is signed in.</summary>
    public static Commenter? Of(HttpContext http) => SessionOf(http)?.Commenter;

    /// <summary>The commenter, if they signed in with an account; guests are nobody where accounts matter.</summary>
    public static Commenter? PersonOf(HttpContext http) => Of(http) is { Kind: CommenterKind.Person } person ? person : null;

    /// <summary>The commenter as a site knows them; null also where the site offers none of the ways they sign in by.</summary>
    public static Commenter? Of(HttpContext http, Site site) => Of(http) is { } commenter && site.Takes(commenter) ? commenter : null;

    /// <summary>The principal that the cookie carries. The id is there because form tokens are bound to it.</summary>
    public static ClaimsPrincipal PrincipalOf(long commenterId, string token) => new(new ClaimsIdentity(
        [new Claim(ClaimTypes.NameIdentifier, commenterId.ToString(CultureInfo.InvariantCulture)), new Claim(TokenClaim, token)], Scheme));

    /// <summary>Signs somebody in on our own origin. Whoever was signed in there before is not any more.</summary>
    public async Task SignInAsync(HttpContext http, long commenterId)
    {
        await sessions.RevokeAsync(TokenOf(http.User), null, http.RequestAborted);
        var (token, _) = await sessions.CreateAsync(commenterId, new NewSession(null, http.Request.ServerOrigin(), DeviceName.Of(http.Request.Headers.UserAgent)), http.RequestAborted);
        await SetCookieAsync(http, commenterId, token);
    }

    /// <summary>Signs a new guest in on our own origin, from here on in this request, too: its page has forms for them.</summary>
    public async Task SignInGuestAsync(HttpContext http, Commenter guest, string token)
    {
        await sessions.RevokeAsync(TokenOf(http.User), null, http.RequestAborted);
        await SetCookieAsync(http, guest.Id, token);
        http.User = PrincipalOf(guest.Id, token);
        http.Items[SessionKey] = new CommenterSession
        {
            TokenHash = Secret.HashOf(token),
            CommenterId = guest.Id,
            Commenter = guest,
            Origin = http.Request.ServerOrigin(),
        };
    }

    /// <summary>Signs out on our own origin: the session ends, and the cookie goes.</summary>
    public async Task SignOutAsync(HttpContext http)
    {
        await sessions.RevokeAsync(TokenOf(http.User), null, http.RequestAborted);
        await http.SignOutAsync(Scheme);
    }

    /// <summary>Looks the cookie's session up, once in a request; without one the cookie is worth nothing.</summary>
    public static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var http = context.HttpContext;
        var session = await http.RequestServices.GetRequiredService<CommenterSessions>()
            .FindAsync(TokenOf(context.Principal), null, null, http.RequestAborted);
        if (session is null)
        {
            context.RejectPrincipal();
        }
        else
        {
            http.Items[SessionKey] = session;
        }
    }

    private static Task SetCookieAsync(HttpContext http, long commenterId, string token) =>
        http.SignInAsync(Scheme, PrincipalOf(commenterId, token), new AuthenticationProperties { IsPersistent = true });

    /// <summary>The claim of the cookie that has the session's token; null where there is none.</summary>
    public static Claim? ClaimOf(ClaimsPrincipal? principal) => principal?.FindFirst(TokenClaim);

    /// <summary>The session's token; null where there is none.</summary>
    public static string? TokenOf(ClaimsPrincipal? principal) => ClaimOf(principal)?.Value;
}
