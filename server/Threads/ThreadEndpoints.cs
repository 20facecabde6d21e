using Embed.Server.Data;
using Embed.Server.Http;
using Embed.Server.Model;
using Embed.Server.Pages;
using Embed.Widget;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Threads;

/// <summary>Reading over HTTP: public, the same for everybody, from any origin, without cookies.</summary>
internal static class ThreadEndpoints
{
    // Ask every time: a 304 costs nothing here, and a reader never sees an old thread.
    private const string Revalidate = "public, no-cache";

    /// <summary>Which thread, in which order and language.</summary>
    public sealed record Query
    {
        [FromRoute(Name = "site")]
        public required string Site { get; init; }

        [FromQuery(Name = "page")]
        public string? Page { get; init; }

        [FromQuery(Name = "thread")]
        public string? Thread { get; init; }

        [FromQuery(Name = "sort")]
        public string? Sort { get; init; }

        [FromQuery(Name = "canonical")]
        public string? Canonical { get; init; }
    }

    /// <summary>Which part of it; none named: its beginning.</summary>
    public sealed record Part
    {
        [FromQuery(Name = "after")]
        public string? After { get; init; }

        [FromQuery(Name = "replies")]
        public string? Replies { get; init; }

        [FromQuery(Name = "comment")]
        public string? Comment { get; init; }

        /// <summary>What is asked for; null where a place is named that no thread has.</summary>
        internal ThreadSlice? Slice => ThreadSlice.Parse(After, Replies, Comment);
    }

    /// <summary>The thread as HTML, the same for every reader.</summary>
    public static async Task GetFragmentAsync(HttpContext http, ReadThread read, ThreadFragments fragments, IncludedThread included)
    {
        var query = QueryOf(http);
        var place = await read.LocateAsync(query.Site, query.Page, query.Canonical, query.Thread, http.RequestAborted);
        http.Response.Headers.AccessControlAllowOrigin = "*";
        // It is a part of a page, not one: opened by itself it gets no scripts, no forms and no origin.
        http.Response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        if ((place.Refusal ?? (PartOf(http).Slice is null ? Refusal.PlaceUnknown : null)) is { } refusal)
        {
            await refusal.ToProblem(http).ExecuteAsync(http);
            return;
        }

        var text = WidgetText.For(PageLanguage.Of(http.Request));
        var isIncluded = http.Request.Query["as"] == IncludedThread.As;
        var form = isIncluded
            ? included.FormFor(SortOf(query.Sort), http.Request.Query["theme"], text, http.Request.ServerOrigin())
            : FragmentForm.Bare;
        // What stands in a page's source is the thread from its start: readers go on from there.
        var fragment = await fragments.GetAsync(
            place.Value!, SortOf(query.Sort), isIncluded ? ThreadSlice.First : PartOf(http).Slice!.Value, text, form, http.RequestAborted);
        await fragment.WriteAsync(http, "text/html; charset=utf-8", Revalidate);
    }

    /// <summary>The thread as JSON.</summary>
    public static async Task<IResult> GetThreadAsync(
        [AsParameters] Query query, [AsParameters] Part part, HttpContext http, ReadThread read, ThreadFragments fragments,
        CancellationToken cancellationToken)
    {
        http.Response.Headers.AccessControlAllowOrigin = "*";
        var place = await read.LocateAsync(query.Site, query.Page, query.Canonical, query.Thread, cancellationToken);
        if ((place.Refusal ?? (part.Slice is null ? Refusal.PlaceUnknown : null)) is { } refusal)
        {
            return refusal.ToProblem(http);
        }

        var body = await fragments.GetJsonAsync(
            place.Value!, SortOf(query.Sort), part.Slice!.Value, http.Request.ServerOrigin(), cancellationToken);
        await body.WriteAsync(http, "application/json; charset=utf-8", Revalidate);
        return Results.Empty;
    }

    /// <summary>A comment's permalink: on to the host page, which scrolls to it and focuses it.</summary>
    public static async Task<IResult> GetPermalinkAsync(
        long commentId, HttpContext http, IDbContextFactory<EmbedDbContext> databases, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var found = await database.Comments.Where(c => c.Id == commentId)
            .Select(c => new { c.State, c.Thread!.PageAddress, c.Thread.DeletedAt }).FirstOrDefaultAsync(cancellationToken);
        // What its author alone sees looks to them as it does to everyone: its page, which shows it to them.
        return found is { DeletedAt: null, State: CommentState.Published or CommentState.Deleted or CommentState.Shadowed }
            ? TypedResults.Redirect($"{found.PageAddress}#comment-{commentId}")
            : Gone(http, found is { DeletedAt: not null } ? Refusal.ThreadDeleted : Refusal.CommentNotFound);
    }

    // Links are followed by people, and by programs that want a code.
    private static IResult Gone(HttpContext http, Refusal refusal)
    {
        if (!http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
        {
            return refusal.ToProblem(http);
        }

        var text = WidgetText.For(PageLanguage.Of(http.Request));
        return PageResult.Page<NoticePage>(
            http,
            new Dictionary<string, object?>
            {
                [nameof(NoticePage.Title)] = text["Discussion"],
                [nameof(NoticePage.Culture)] = text.Culture,
                [nameof(NoticePage.Sentence)] = text.Sentence(refusal.ForWidget()),
            },
            refusal.Status);
    }

    private static Query QueryOf(HttpContext http)
    {
        var query = http.Request.Query;
        return new Query
        {
            Site = (string)http.Request.RouteValues["site"]!,
            Page = query["page"],
            Thread = query["thread"],
            Sort = query["sort"],
            Canonical = query["canonical"],
        };
    }

    private static Part PartOf(HttpContext http)
    {
        var query = http.Request.Query;
        return new Part { After = query["after"], Replies = query["replies"], Comment = query["comment"] };
    }

    /// <summary>The order asked for; null for none or an unknown one.</summary>
    public static ThreadSort? SortOf(string? sort) =>
        Enum.TryParse<ThreadSort>(sort, ignoreCase: true, out var known) && Enum.IsDefined(known) ? known : null;
}
