using Microsoft.Extensions.FileProviders;

namespace Embed.Demo;

/// <summary>
/// A blog like a customer's: plain files on another site. The only thing that happens to them on the way is that
/// <c>{server}</c> becomes the comment server's address.
/// </summary>
internal static class Blog
{
    public static void Map(WebApplication app, string folder, Uri server)
    {
        var files = new PhysicalFileProvider(folder);
        app.Use(async (http, next) =>
        {
            var path = http.Request.Path.Value ?? "/";
            var page = files.GetFileInfo(path.EndsWith('/') ? path + "index.html" : path);
            if (!page.Exists || !page.Name.EndsWith(".html", StringComparison.Ordinal))
            {
                await next(http);
                return;
            }

            using var reader = new StreamReader(page.CreateReadStream());
            var html = await reader.ReadToEndAsync(http.RequestAborted);
            http.Response.ContentType = "text/html; charset=utf-8";
            await http.Response.WriteAsync(
                html.Replace("{server}", server.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal), http.RequestAborted);
        });
        app.UseStaticFiles(new StaticFileOptions { FileProvider = files });
    }
}
