using Microsoft.Extensions.Options;

namespace Embed.Server.Http;

/// <summary>The origin under which browsers reach us.</summary>
internal static class ServerAddress
{
    /// <summary>Scheme, host and port of the request, without a trailing slash.</summary>
    public static string ServerOrigin(this HttpRequest request) => $"{request.Scheme}://{request.Host}";

    /// <summary>
    /// Makes every request say the configured <see cref="EmbedOptions.PublicAddress"/>, whatever a proxy passed on, so that
    /// links, callback addresses and origin checks agree. Without one, each request is believed.
    /// </summary>
    public static IApplicationBuilder UsePublicAddress(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetRequiredService<IOptions<EmbedOptions>>().Value.PublicAddress is not { } configured)
        {
            return app;
        }

        var address = new Uri(configured);
        var host = HostString.FromUriComponent(address);
        return app.Use((http, next) =>
        {
            (http.Request.Scheme, http.Request.Host) = (address.Scheme, host);
            return next(http);
        });
    }
}
