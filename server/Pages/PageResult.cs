using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embed.Server.Pages;

/// <summary>Our own pages as results: a component drawn on the server, under headers that let it do nothing more.</summary>
internal static class PageResult
{
    /// <summary>
    /// A page of ours. It loads its styles, scripts and pictures from here only, is never framed and never cached: it says who is
    /// signed in and carries form tokens.
    /// </summary>
    /// <param name="http">The request; its response gets the headers.</param>
    /// <param name="parameters">The component's parameters, by name.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="formTargets">
    /// Further CSP sources a form of the page may lead to. Chromium applies <c>form-action</c> to the redirect that answers a
    /// form, too, so a page whose form ends at a sign-in provider must name it here.
    /// </param>
    public static RazorComponentResult<TPage> Page<TPage>(
        HttpContext http, IReadOnlyDictionary<string, object?> parameters, int status = StatusCodes.Status200OK, string formTargets = "")
        where TPage : IComponent
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; " +
            $"form-action 'self' {formTargets}".TrimEnd();
        // Word for word what antiforgery sets on pages with a form; it logs a warning where it finds anything else.
        headers.CacheControl = "no-cache, no-store";
        headers.Pragma = "no-cache";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XContentTypeOptions = "nosniff";
        return new RazorComponentResult<TPage>(parameters) { StatusCode = status };
    }
}
