using System.Runtime.CompilerServices;
using Embed.Server.Data;
using Embed.Server.Http;
using Embed.Server.Model;
using Embed.Server.Pages;
using Embed.Widget;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Threads;

/// <summary>Reading over HTTP: public, the same for everybody, from any origin, without cookies.</summary>
internal static class ThreadEndpoints
{
    /// <summary>Most pages whose counts one request may ask for.</summary>
    public const int MaxCountedPages = 100;

    // Ask every time: a 304 costs nothing here, and a reader never sees an old thread.
    private const string Revalidate = "public, no-cache";

    /// <summary>Which thread, in which order and language.</summary>
    public sealed record Query(
        [FromRoute(Name = "site")] string Site,
        [FromQuery(Name = "page")] string? Page,
        [FromQuery(Name = "thread")] string? Thread,
        [FromQuery(Name = "sort")] string? Sort,
        [FromQuery(Name = "canonical")] string? Canonical = null);

    /// <summary>Which part of it; none named: its beginning.</summary>
    public sealed record Part(
        [FromQuery(Name = "after")] string? After,
        [FromQuery(Name = "replies")] string? Replies,
        [FromQuery(Name = "comment")] string? Comment)
    {
        /// <summary>What is asked for; null where a place is named that no thread has.</summary>
        internal ThreadSlice? Slice => ThreadSlice.Parse(After, Replies, Comment);
    }

    /// <summary>Counts in the order asked for; pages that are not the site's are left out.</summary>
    public sealed record PageCounts(IReadOnlyList<PageCount> Counts);

    /// <summary>The thread as HTML, the same for every reader.</summary>
    public static async Task GetFragmentAsync(HttpContext http, ReadThread read, ThreadFragments fragments)
    {
        var query = QueryOf(http);
        var place = await read.LocateAsync(query.Site, query.Page, query.Canonical, query.Thread, http.RequestAborted);
        http.Response.Headers.AccessControlAllowOrigin = "*";
        if ((place.Refusal ?? (PartOf(http).Slice is null ? Refusal.PlaceUnknown : null)) is { } refusal)
        {
            await refusal.ToProblem(http).ExecuteAsync(http);
            return;
        }

        var fragment = await fragments.GetAsync(
            place.Value!, SortOf(query.Sort), PartOf(http).Slice!.Value, WidgetText.For(PageLanguage.Of(http.Request)), http.RequestAborted);
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

    /// <summary>Counts for index pages.</summary>
    public static async Task<Results<Ok<PageCounts>, ProblemHttpResult>> GetCountsAsync(
        string site, string[] page, HttpContext http, ReadThread read, CancellationToken cancellationToken)
    {
        http.Response.Headers.AccessControlAllowOrigin = "*";
        http.Response.Headers.CacheControl = Revalidate;
        if (page.Length > MaxCountedPages)
        {
            return Refusal.TooManyPages.ToProblem(http);
        }

        var counts = await read.CountsAsync(site, page, cancellationToken);
        return counts.Refusal is null ? TypedResults.Ok(new PageCounts(counts.Value!)) : counts.Refusal.ToProblem(http);
    }

    /// <summary>"The thread is now at version V", as server-sent events, the present version first.</summary>
    public static async Task<Results<ServerSentEventsResult<long>, ProblemHttpResult>> GetEventsAsync(
        [AsParameters] Query query, HttpContext http, ReadThread read, ThreadFeed feed, OpenConnections connections,
        IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        http.Response.Headers.AccessControlAllowOrigin = "*";
        var place = await read.LocateAsync(query.Site, query.Page, query.Canonical, query.Thread, cancellationToken);
        if (place.Refusal is not null)
        {
            return place.Refusal.ToProblem(http);
        }

        if (connections.TryOpen(AddressPace.NetworkOf(http), out var full) is not { } lease)
        {
            return full!.ToProblem(http);
        }

        http.Response.RegisterForDispose(lease);
        // A server that stops does not wait for its listeners to leave: they come back to the next one.
        var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        http.Response.RegisterForDispose(ends);
        return TypedResults.ServerSentEvents(VersionsAsync(query, place.Value!, read, feed, ends.Token), eventType: "version");
    }

    /// <summary>A comment's permalink: on to the host page, which scrolls to it and focuses it.</summary>
    public static async Task<Results<RedirectHttpResult, ProblemHttpResult>> GetPermalinkAsync(
        long commentId, HttpContext http, IDbContextFactory<EmbedDbContext> databases, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var page = await database.Comments
            .Where(c => c.Id == commentId && (c.State == CommentState.Published || c.State == CommentState.Deleted))
            .Select(c => c.Thread!.PageAddress)
            .FirstOrDefaultAsync(cancellationToken);
        return page is null ? Refusal.CommentNotFound.ToProblem(http) : TypedResults.Redirect($"{page}#comment-{commentId}");
    }

    private static async IAsyncEnumerable<long> VersionsAsync(
        Query query, ThreadPlace place, ReadThread read, ThreadFeed feed, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // One slot that holds the newest: a slow reader skips versions instead of making the server queue them.
        var newest = System.Threading.Channels.Channel.CreateBounded<long>(
            new System.Threading.Channels.BoundedChannelOptions(1) { FullMode = System.Threading.Channels.BoundedChannelFullMode.DropOldest });
        using var following = feed.Follow(place.Site.Id, place.Page.Key, version => newest.Writer.TryWrite(version));
        long? version = await read.VersionAsync(place, cancellationToken);
        // A stream whose thread is elsewhere by now ends: the listener comes back and follows the new one.
        while (version is not null
            && (await read.LocateAsync(query.Site, query.Page, query.Canonical, query.Thread, cancellationToken)).Value?.Page.Key == place.Page.Key)
        {
            yield return version.Value;
            version = await NextAsync(newest.Reader, cancellationToken);
        }
    }

    // The end of the stream, not a fault, when the reader leaves or the server stops.
    private static async Task<long?> NextAsync(System.Threading.Channels.ChannelReader<long> versions, CancellationToken cancellationToken)
    {
        try
        {
            return await versions.ReadAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static Query QueryOf(HttpContext http)
    {
        var query = http.Request.Query;
        return new Query((string)http.Request.RouteValues["site"]!, query["page"], query["thread"], query["sort"], query["canonical"]);
    }

    private static Part PartOf(HttpContext http)
    {
        var query = http.Request.Query;
        return new Part(query["after"], query["replies"], query["comment"]);
    }

    /// <summary>The order asked for; null for none or an unknown one.</summary>
    public static ThreadSort? SortOf(string? sort) =>
        Enum.TryParse<ThreadSort>(sort, ignoreCase: true, out var known) && Enum.IsDefined(known) ? known : null;
}
