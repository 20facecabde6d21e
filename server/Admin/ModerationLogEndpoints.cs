using System.Globalization;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Pages;
using Embed.Server.Sites;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Admin;

/// <summary>A site's moderation log, below <c>/admin</c>.</summary>
internal static class ModerationLogEndpoints
{
    /// <summary>The log, or the part of it before an entry.</summary>
    public static async Task<IResult> ListAsync(
        string key, HttpContext http, SiteDirectory sites, ListModerationLog log, CancellationToken cancellationToken)
    {
        if (await sites.FindAsync(key, cancellationToken) is not { } site)
        {
            return AdminEndpoints.NotFound(http);
        }

        var query = http.Request.Query;
        var news = long.TryParse(query["done"], NumberStyles.None, CultureInfo.InvariantCulture, out var done) ? (done, "Done. It can be undone here.")
            : long.TryParse(query["undone"], NumberStyles.None, CultureInfo.InvariantCulture, out var undone) ? (undone, "Undone. What was written since is kept.")
            : (0L, "");
        return Draw(http, site, await log.HandleAsync(site.Id, AdminForms.BeforeOf(http), cancellationToken), news, null, StatusCodes.Status200OK);
    }

    /// <summary>Undoes the act of an entry.</summary>
    public static async Task<IResult> UndoAsync(
        long entryId, HttpContext http, AdminForms forms, UndoThreadAct handler, SiteDirectory sites, ListModerationLog log,
        IDbContextFactory<EmbedDbContext> databases, CancellationToken cancellationToken)
    {
        var (actor, answer) = await forms.AdmitAsync(http, cancellationToken);
        if (answer is not null)
        {
            return answer;
        }

        var result = actor is null ? null : await handler.HandleAsync(actor, entryId, cancellationToken);
        if (result?.Refusal is not null)
        {
            return SignInPages.Denied(http);
        }

        if (result?.Done is { } entry)
        {
            return new SeeOther(await forms.LogAddressAsync(entry, "undone", cancellationToken));
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var siteId = await database.ModerationLog.Where(e => e.Id == entryId).Select(e => e.SiteId ?? 0).FirstOrDefaultAsync(cancellationToken);
        if (await sites.FindAsync(siteId, cancellationToken) is not { } site)
        {
            return result is null ? SignInPages.FormExpired(http) : AdminEndpoints.NotFound(http);
        }

        return Draw(
            http, site, await log.HandleAsync(site.Id, entryId + 1, cancellationToken), default,
            (entryId, result is null ? AdminText.FormExpired : ThreadActText.Of(result)),
            result is null ? StatusCodes.Status400BadRequest : StatusCodes.Status409Conflict);
    }

    private static RazorComponentResult<ModerationLogAdminPage> Draw(
        HttpContext http, Site site, ModerationLogPage page, (long Id, string? Text) news, (long Id, string Text)? fault, int status) =>
        PageResult.Page<ModerationLogAdminPage>(
            http,
            new Dictionary<string, object?>
            {
                [nameof(ModerationLogAdminPage.Site)] = site.Key,
                [nameof(ModerationLogAdminPage.Page)] = page,
                [nameof(ModerationLogAdminPage.NewsOf)] = news.Id,
                [nameof(ModerationLogAdminPage.News)] = news.Text,
                [nameof(ModerationLogAdminPage.FaultOf)] = fault?.Id ?? 0,
                [nameof(ModerationLogAdminPage.Fault)] = fault?.Text,
            },
            status);
}
