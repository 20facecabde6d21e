using Embed.Server.Commenters;
using Embed.Server.Http;
using Embed.Server.Model;

namespace Embed.Server.Transfer.Export;

/// <summary>Exports as downloads, for the form of the page <c>/admin/export</c>.</summary>
internal static class ExportEndpoints
{
    /// <summary>Value of the field <c>format</c> for <see cref="WriteWxr"/>.</summary>
    public const string Wxr = "wxr";

    public static async Task<IResult> PostAsync(HttpContext http, TakeExport handler, CancellationToken cancellationToken)
    {
        if (CurrentCommenter.Of(http) is not { } asking)
        {
            return Refusal.SignInRequired.ToProblem(http);
        }

        // Bound as a parameter it would be read before anything has looked whether there is one.
        var form = await http.Request.ReadFormAsync(cancellationToken);
        var site = form["site"].ToString();
        var taken = await handler.HandleAsync(
            asking, ActedVia.Admin,
            new TakeExport.Request(site.Length == 0 ? null : site, form["format"] == Wxr, form["email"] == "on"), cancellationToken);
        if (taken.Value is not { } export)
        {
            return taken.Refusal!.ToProblem(http);
        }

        http.Response.RegisterForDisposeAsync(export);
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.Stream(body => export.WriteAsync(body, cancellationToken), export.MediaType, export.FileName);
    }

    /// <summary>For a form that was open for too long.</summary>
    public static IResult FormExpired(HttpContext http) => Refusal.FormExpired.ToProblem(http);
}
