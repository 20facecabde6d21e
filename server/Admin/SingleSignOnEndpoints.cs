using Embed.Server.Commenters;
using Embed.Server.Http;
using Embed.Server.Model;
using Embed.Server.Pages;
using Embed.Server.Pictures;
using Embed.Server.Sites;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embed.Server.Admin;

/// <summary>A site's page about single sign-on, below <c>/admin</c>.</summary>
internal static class SingleSignOnEndpoints
{
    /// <summary>The page.</summary>
    public static async Task<IResult> OpenAsync(
        string key, HttpContext http, SiteDirectory sites, ChangeSingleSignOn handler, CancellationToken cancellationToken)
    {
        if (await sites.FindAsync(key, cancellationToken) is not { } site)
        {
            return AdminEndpoints.NotFound(http);
        }

        var settings = await handler.FindAsync(site.Id, cancellationToken);
        return Draw(http, site, settings, new SingleSignOnNews { IsDone = http.Request.Query.ContainsKey("done") });
    }

    /// <summary>One of the page's forms; which one, its button says.</summary>
    public static async Task<IResult> ChangeAsync(
        string key, IFormCollection form, HttpContext http, AdminForms forms, SiteDirectory sites, ChangeSingleSignOn handler,
        CheckSiteToken check, SpentTokens spent, CancellationToken cancellationToken)
    {
        var (actor, answer) = await forms.AdmitAsync(http, cancellationToken);
        if (answer is not null || await sites.FindAsync(key, cancellationToken) is not { } site)
        {
            return answer ?? AdminEndpoints.NotFound(http);
        }

        var typed = SingleSignOnForm.Read(form);
        var settings = await handler.FindAsync(site.Id, cancellationToken);
        if (actor is null)
        {
            return Draw(
                http, site, settings, new SingleSignOnNews { Form = typed with { SecretSeen = "" }, Fault = AdminText.FormExpired },
                StatusCodes.Status400BadRequest);
        }

        if (form["act"] == "try")
        {
            return Draw(http, site, settings, await TryAsync(site, settings, form["token"].ToString().Trim(), check, spent, cancellationToken));
        }

        var result = form["act"].ToString() switch
        {
            "secret" => await handler.MakeSecretAsync(actor, site, typed.SecretSeen, cancellationToken),
            "end" => await handler.EndPreviousAsync(actor, site, cancellationToken),
            "signout" => await handler.SignOutAllAsync(actor, site, cancellationToken),
            "off" => await handler.TurnOffAsync(actor, site, cancellationToken),
            _ => await handler.SaveAsync(actor, site, typed, cancellationToken),
        };
        return result.Refusal is not null ? SignInPages.Denied(http)
            : result.Faults.Count > 0
                ? Draw(http, site, settings, new SingleSignOnNews { Form = typed, Faults = result.Faults, Fault = AdminText.SeeBelow }, StatusCodes.Status422UnprocessableEntity)
            : result.IsLate
                ? Draw(http, site, settings, new SingleSignOnNews { Fault = SingleSignOnText.SecretChanged }, StatusCodes.Status409Conflict)
            : result.Secret is not null
                ? Draw(http, site, await handler.FindAsync(site.Id, cancellationToken), new SingleSignOnNews { Secret = result.Secret })
            : new SeeOther($"/admin/sites/{site.Key}/single-sign-on?done");
    }

    private static async Task<SingleSignOnNews> TryAsync(
        Site site, SingleSignOn? settings, string token, CheckSiteToken check, SpentTokens spent, CancellationToken cancellationToken)
    {
        var (claims, fault) = await check.HandleAsync(site, settings, token, cancellationToken);
        if (claims is not null && await spent.ContainsAsync(site.Id, claims, cancellationToken))
        {
            fault = TokenFault.Spent;
        }

        return fault is null
            ? new SingleSignOnNews { Accepted = new(claims!.Subject, claims.Name, PictureAddress.Of(claims.Picture, site.IsLocal)?.Address.ToString(), claims.IsModerator, claims.EndsAt - SiteToken.ClockSkew) }
            : new SingleSignOnNews { TokenFault = SingleSignOnText.Of(fault.Value, site, settings) };
    }

    private static RazorComponentResult<SingleSignOnPage> Draw(
        HttpContext http, Site site, SingleSignOn? settings, SingleSignOnNews news, int status = StatusCodes.Status200OK)
    {
        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        return PageResult.Page<SingleSignOnPage>(
            http,
            new Dictionary<string, object?>
            {
                [nameof(SingleSignOnPage.Site)] = site.Key,
                [nameof(SingleSignOnPage.State)] = SingleSignOnState.Of(site, settings, now),
                [nameof(SingleSignOnPage.Form)] = news.Form ?? SingleSignOnForm.From(site, settings),
                [nameof(SingleSignOnPage.Now)] = now,
                [nameof(SingleSignOnPage.ServerAddress)] = http.Request.ServerOrigin(),
                [nameof(SingleSignOnPage.News)] = news,
            },
            status);
    }
}
