namespace Embed.Server.Commenters;

/// <summary>The secret that binds mailed codes to the browser that asked for them, and what they have shown to the browser that used them, in a cookie of our own origin.</summary>
internal static class MailCookie
{
    private const string Name = "embed-mail";

    /// <summary>The browser's secret; null if it has none.</summary>
    public static string? Of(HttpContext http) => http.Request.Cookies[Name] is { } secret && Secret.IsWellFormed(secret) ? secret : null;

    /// <summary>The browser's secret, from now on kept as long as a code holds. One it has stays, and with it codes under way.</summary>
    public static string Ensure(HttpContext http)
    {
        var secret = Of(http) ?? Secret.Create();
        http.Response.Cookies.Append(Name, secret, new CookieOptions
        {
            Path = MailSignInEndpoints.Path,
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = http.Request.IsHttps,
            MaxAge = 2 * MailSignIn.Lifetime,
            IsEssential = true,
        });
        return secret;
    }
}
