using System.Collections.Immutable;
using Embed.Server.Commenters;
using Embed.Server.Http;
using Embed.Server.Model;
using Embed.Server.Pages;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using OpenIddict.Client;

namespace Embed.Server.Admin;

/// <summary>The pages below <c>/admin</c>; who may come here is said once, in <c>Routes</c>.</summary>
internal static class AdminEndpoints
{
    /// <summary>The form for a new site.</summary>
    public static IResult New(HttpContext http) => Draw(http, SiteForm.New, []);

    /// <summary>Creates a site.</summary>
    public static async Task<IResult> CreateAsync(
        IFormCollection fields, HttpContext http, IAntiforgery antiforgery, SaveSite handler, CancellationToken cancellationToken)
    {
        var form = SiteForm.Read(fields);
        if (!await antiforgery.IsRequestValidAsync(http))
        {
            return Draw(
                http, form, ImmutableDictionary<string, string>.Empty.Add(SaveSite.WholeForm, AdminText.FormExpired), StatusCodes.Status400BadRequest);
        }

        if (CurrentCommenter.Of(http) is not { } actor)
        {
            return new SeeOther("/signin?return=/admin");
        }

        var result = await handler.HandleAsync(actor, form, isNew: true, cancellationToken);
        return result.Refusal is { } refusal ? refusal == Refusal.NotAllowed ? SignInPages.Denied(http) : refusal.ToProblem(http)
            : result.Site is { } site ? new SeeOther($"/admin/sites/{site.Key}/settings")
            : Draw(http, form, result.Faults.Add(SaveSite.WholeForm, AdminText.SeeBelow), StatusCodes.Status422UnprocessableEntity);
    }

    private static RazorComponentResult<SitePage> Draw(
        HttpContext http, SiteForm form, ImmutableDictionary<string, string> faults, int status = StatusCodes.Status200OK) =>
        PageResult.Page<SitePage>(
            http,
            new Dictionary<string, object?>
            {
                [nameof(SitePage.Form)] = form,
                [nameof(SitePage.Faults)] = faults,
                [nameof(SitePage.Providers)] = http.RequestServices.GetRequiredService<IOptionsMonitor<OpenIddictClientOptions>>()
                    .CurrentValue.Registrations.Select(provider => (provider.ProviderName!, provider.ProviderDisplayName!)).ToList(),
            },
            status);

    /// <summary>The page for an address that leads to nothing.</summary>
    internal static RazorComponentResult<NoticePage> NotFound(HttpContext http) =>
        PageResult.Page<NoticePage>(
            http,
            new Dictionary<string, object?>
            {
                [nameof(NoticePage.Title)] = "Not found",
                [nameof(NoticePage.Culture)] = System.Globalization.CultureInfo.GetCultureInfo("en"),
                [nameof(NoticePage.Sentence)] = "There is nothing at this address. See /admin for all there is.",
            },
            StatusCodes.Status404NotFound);
}
