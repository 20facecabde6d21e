using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Embed.Server.Http;
using Embed.Server.Model;
using Embed.Server.Pages;
using Embed.Server.Sites;
using Embed.Server.Threads;

namespace Embed.Server.Comments;

/// <summary>A thread's own page over HTTP, and its plain forms: for browsers without scripts and pages that forbid ours.</summary>
internal static class ThreadPageEndpoints
{
    /// <summary>Longest form, in bytes: a text too long for a comment still comes back with the sentence that says so.</summary>
    public const int MaxFormBytes = 1024 * 1024;

    /// <summary>The page. A link that names no page means the one it stands on, where the browser says which that is.</summary>
    public static async Task<IResult> OpenAsync(
        string site, HttpContext http, ThreadPages pages, SiteDirectory sites, CancellationToken cancellationToken)
    {
        var query = http.Request.Query;
        if (!string.IsNullOrEmpty(query["page"]))
        {
            return await pages.DrawAsync(
                http, AddressOf(site, query["page"], query["thread"], http) with { Canonical = query["canonical"] }, IdIn(query["reply"]), IdIn(query["flag"]),
                ThreadSlice.Parse(query["after"], query["replies"], query["comment"]), null, cancellationToken);
        }

        if (await sites.FindAsync(site, cancellationToken) is not { } known)
        {
            return ThreadPages.Fault(
                http, Refusal.SiteNotFound.Status, ThreadPages.TextOf(http).Sentence(Refusal.SiteNotFound.ForWidget()));
        }

        return ReferringPage.Of(http.Request, known) is { } page
            ? new SeeOther(AddressOf(site, page.Address, query["thread"], http).At(0))
            : ThreadPages.Fault(http, StatusCodes.Status400BadRequest, ThreadPages.TextOf(http)["PageUnknown"]);
    }

    /// <summary>A form of the page. What is refused comes back with its text, also where nobody is signed in any more.</summary>
    public static async Task<IResult> PostAsync(
        string site, SentForm form, HttpContext http, SiteDirectory sites, PlainPost post, ThreadPages pages,
        CancellationToken cancellationToken)
    {
        var address = AddressOf(site, form["page"], form["thread"], http);
        if (IdIn(form["flag"]) is > 0 and var flagged)
        {
            return await FlagAsync(http, address, flagged, form, sites, post, cancellationToken);
        }

        var parentId = long.TryParse(form["parentId"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : (long?)null;
        // Forms send each line end as CR LF (HTML, "constructing the entry list"); comments are kept as typed.
        var body = form["body"].ToString().ReplaceLineEndings("\n");
        var refusal = Refusal.SiteNotFound;
        if (await sites.FindAsync(site, cancellationToken) is { } known)
        {
            var draft = new PostComment.Draft(address.Page, address.Thread, null, parentId, body, DraftIdOf(form["draftId"], body));
            var posted = await post.HandleAsync(http, known, draft, form["name"].ToString(), cancellationToken);
            if (posted.Value is not null)
            {
                return new SeeOther(address.AtComment(posted.Value.Id));
            }

            refusal = posted.Refusal!;
        }

        var attempt = new RefusedPost(refusal.ForWidget(), refusal.Status, body, form["name"].ToString());
        return await pages.DrawAsync(http, address, parentId ?? 0, flagOf: 0, ThreadSlice.First, attempt, cancellationToken);
    }

    private static async Task<IResult> FlagAsync(
        HttpContext http, OwnPageAddress address, long commentId, SentForm form, SiteDirectory sites, PlainPost post, CancellationToken cancellationToken)
    {
        var refusal = Refusal.SiteNotFound;
        if (await sites.FindAsync(address.Site, cancellationToken) is { } known)
        {
            var report = FlagComment.Report.Of(form["reason"], form["text"].ToString().ReplaceLineEndings("\n"));
            var flagged = await post.FlagAsync(http, known, commentId, report, cancellationToken);
            if (flagged.Refusal is null)
            {
                return new SeeOther(address.AtComment(commentId));
            }

            refusal = flagged.Refusal;
        }

        return ThreadPages.Fault(http, refusal.Status, ThreadPages.TextOf(http).Sentence(refusal.ForWidget()));
    }

    private static long IdIn(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;

    private static OwnPageAddress AddressOf(string site, string? page, string? thread, HttpContext http) =>
        new(site, page ?? "", string.IsNullOrWhiteSpace(thread) ? null : thread, http.Request.Query["sort"],
            PageLanguage.Supported(http.Request.Query[PageLanguage.Parameter]));

    /// <summary>
    /// The form's id, and its text: sending the same twice posts once, but a browser that goes back to a form it keeps and
    /// sends another text in it posts that one too.
    /// </summary>
    private static Guid DraftIdOf(string? formId, string body) =>
        Guid.TryParse(formId, out var form) ? new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{form}{body}")).AsSpan(0, 16)) : Guid.Empty;
}
