using System.Collections.Immutable;
using Embed.Server.Commenters;
using Embed.Server.Http;
using Embed.Server.Model;
using Embed.Server.Pages;
using Embed.Server.Sites;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using OpenIddict.Client;

namespace Embed.Server.Admin;

/// <summary>The pages below <c>/admin</c>; who may come here is said once, in <c>Routes</c>.</summary>
internal static class AdminEndpoints
{
    /// <summary>The form for a new site.</summary>
    public static IResult New(HttpContext http) => Draw(http, SiteForm.New, isNew: true, []);

    /// <summary>A site's settings and snippet.</summary>
    public static async Task<IResult> OpenAsync(
        string key, HttpContext http, SiteDirectory sites, CancellationToken cancellationToken) =>
        await sites.FindAsync(key, cancellationToken) is { } site
            ? Draw(http, SiteForm.From(site), isNew: false, [], isSaved: http.Request.Query.ContainsKey("saved"))
            : NotFound(http);

    /// <summary>Creates a site.</summary>
    public static Task<IResult> CreateAsync(
        IFormCollection form, HttpContext http, IAntiforgery antiforgery, SaveSite handler,
        CancellationToken cancellationToken) =>
        SaveAsync(SiteForm.Read(null, form), isNew: true, http, antiforgery, handler, cancellationToken);

    /// <summary>Changes a site.</summary>
    public static Task<IResult> ChangeAsync(
        string key, IFormCollection form, HttpContext http, IAntiforgery antiforgery, SaveSite handler,
        CancellationToken cancellationToken) =>
        SaveAsync(SiteForm.Read(key, form), isNew: false, http, antiforgery, handler, cancellationToken);

    private static async Task<IResult> SaveAsync(
        SiteForm form, bool isNew, HttpContext http, IAntiforgery antiforgery, SaveSite handler,
        CancellationToken cancellationToken)
    {
        if (!await antiforgery.IsRequestValidAsync(http))
        {
            return Draw(http, form, isNew, Whole(AdminText.FormExpired), status: StatusCodes.Status400BadRequest);
        }

        if (CurrentCommenter.Of(http) is not { } actor)
        {
            return new SeeOther("/signin?return=/admin");
        }

        var result = await handler.HandleAsync(actor, form, isNew, cancellationToken);
        if (result.Refusal is not null)
        {
            return result.Refusal == Refusal.SiteNotFound ? NotFound(http) : SignInPages.Denied(http);
        }

        if (result.Site is { } site)
        {
            return new SeeOther($"/admin/sites/{site.Key}/settings?saved");
        }

        var isConflict = result.Faults.ContainsKey(SaveSite.WholeForm);
        return Draw(
            http, form, isNew,
            isConflict ? result.Faults : result.Faults.Add(SaveSite.WholeForm, AdminText.SeeBelow),
            status: isConflict ? StatusCodes.Status409Conflict : StatusCodes.Status422UnprocessableEntity);
    }

    private static RazorComponentResult<SitePage> Draw(
        HttpContext http, SiteForm form, bool isNew, ImmutableDictionary<string, string> faults,
        bool isSaved = false, int status = StatusCodes.Status200OK) =>
        PageResult.Page<SitePage>(
            http,
            new Dictionary<string, object?>
            {
                [nameof(SitePage.Form)] = form,
                [nameof(SitePage.IsNew)] = isNew,
                [nameof(SitePage.IsSaved)] = isSaved,
                [nameof(SitePage.Faults)] = faults,
                [nameof(SitePage.Providers)] = http.RequestServices.GetRequiredService<IOptionsMonitor<OpenIddictClientOptions>>()
                    .CurrentValue.Registrations.Select(provider => (provider.ProviderName!, provider.ProviderDisplayName!)).ToList(),
                [nameof(SitePage.ServerAddress)] = http.Request.ServerOrigin(),
            },
            status);

    private static ImmutableDictionary<string, string> Whole(string sentence) =>
        ImmutableDictionary<string, string>.Empty.Add(SaveSite.WholeForm, sentence);

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
