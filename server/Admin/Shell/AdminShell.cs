using Embed.Server.Http;
using Embed.Server.Pages;

namespace Embed.Server.Admin.Shell;

/// <summary>The document and the services that every page below <c>/admin</c> lives in.</summary>
internal static class AdminShell
{
    private static readonly Dictionary<string, object?> NoParameters = [];

    /// <summary>Registers what the shell is made of.</summary>
    public static void AddAdminShell(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddResponseCompression(compression => compression.EnableForHttps = true);
        services.AddScoped<AdminSession>();
        services.AddScoped<ShellState>();
        services.AddScoped<Browser>();
        services.AddScoped<Toasts>();
        services.AddScoped<Confirmations>();
        services.AddScoped<LoggedUndo>();
    }

    /// <summary>
    /// Whether a request is for one of the files that the shell alone loads. They are large, public and the same for everybody:
    /// compressing them under TLS tells nobody anything.
    /// </summary>
    public static bool HasLargeFile(HttpContext http) =>
        http.Request.Path.StartsWithSegments("/_content", StringComparison.Ordinal)
        || http.Request.Path.Equals("/_framework/blazor.web.js", StringComparison.Ordinal);

    /// <summary>The document, for any address: which page it is, the circuit decides.</summary>
    public static IResult Open(HttpContext http)
    {
        var page = PageResult.Page<AdminApp>(http, NoParameters);
        var server = http.Request.ServerOrigin();
        // With a thread's preview on the page Chromium reports a style in place, so these are allowed. Safari does not count WebSockets as 'self'.
        http.Response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self' ws{server[4..]}; "
            + "base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
        return page;
    }
}
