using System.Globalization;
using Embed.Server.Commenters;
using Embed.Server.Model;
using Embed.Server.Pages;
using Embed.Server.Sites;
using Microsoft.AspNetCore.Antiforgery;

namespace Embed.Server.Admin;

/// <summary>What the forms below <c>/admin</c> ask before they act, and where they lead.</summary>
internal sealed class AdminForms(IAntiforgery antiforgery, SiteDirectory sites)
{
    /// <summary>The id that the page before ended at; 0 for the first page.</summary>
    public static long BeforeOf(HttpContext http) =>
        long.TryParse(http.Request.Query["before"], NumberStyles.None, CultureInfo.InvariantCulture, out var before) ? before : 0;

    /// <summary>Whoever sent a form of a page of ours.</summary>
    /// <returns>The sender; or the answer for somebody not signed in; or neither, for a form that is too old.</returns>
    public async Task<(Commenter? Actor, IResult? Answer)> AdmitAsync(HttpContext http, CancellationToken cancellationToken) =>
        !await antiforgery.IsRequestValidAsync(http) ? (null, null)
        : CurrentCommenter.Of(http) is { } actor ? (actor, null)
        : (null, new SeeOther("/signin?return=/admin"));

    /// <summary>The address of the log, at an entry.</summary>
    public async Task<string> LogAddressAsync(ModerationLogEntry entry, string what, CancellationToken cancellationToken) =>
        $"/admin/sites/{(await sites.FindAsync(entry.SiteId!.Value, cancellationToken))!.Key}/log?before={entry.Id + 1}&{what}={entry.Id}";
}
