using Embed.Server.Http;
using Embed.Server.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Embed.Server.Threads;

/// <summary>
/// "These threads are now at these versions", as server-sent events (WHATWG HTML, 9.2): one connection for all threads of a
/// page. Public, from any origin, and never content: who hears of a change reads the thread again.
/// </summary>
internal static class EventEndpoints
{
    /// <summary>Most threads that one connection may follow.</summary>
    public const int MaxThreads = 20;

    /// <summary>The threads to follow: <c>site</c>, <c>page</c> and <c>thread</c> once for each, in the same order.</summary>
    public sealed record PageQuery
    {
        /// <summary>Site keys.</summary>
        [FromQuery(Name = "site")]
        public required string[] Site { get; init; }

        /// <summary>The host pages' addresses, one for each site key.</summary>
        [FromQuery(Name = "page")]
        public required string[] Page { get; init; }

        /// <summary>Explicit thread ids: none at all, or one for each page, blank where the page has none.</summary>
        [FromQuery(Name = "thread")]
        public required string[] Thread { get; init; }

        /// <summary>The pages' canonical addresses: none at all, or one for each page, blank where it states no other.</summary>
        [FromQuery(Name = "canonical")]
        public required string[] Canonical { get; init; }

        /// <summary>The versions known already, as an event's id says them; the header Last-Event-ID goes before it.</summary>
        [FromQuery(Name = "seen")]
        public string? Seen { get; init; }
    }

    /// <summary>One thread to follow.</summary>
    public sealed record ThreadQuery
    {
        /// <summary>The site's key.</summary>
        [FromRoute(Name = "site")]
        public required string Site { get; init; }

        /// <summary>The host page's address.</summary>
        [FromQuery(Name = "page")]
        public string? Page { get; init; }

        /// <summary>An explicit thread id in place of the address.</summary>
        [FromQuery(Name = "thread")]
        public string? Thread { get; init; }

        /// <summary>The page's canonical address, where it states another.</summary>
        [FromQuery(Name = "canonical")]
        public string? Canonical { get; init; }

        /// <summary>The version known already; the header Last-Event-ID goes before it.</summary>
        [FromQuery(Name = "seen")]
        public string? Seen { get; init; }
    }

    /// <summary>Versions of several threads, of one site or many.</summary>
    public static Task<Results<EmptyHttpResult, ProblemHttpResult>> GetPageEventsAsync(
        [AsParameters] PageQuery query, HttpContext http, EventStreams streams) =>
        query.Site.Length > MaxThreads
            ? Task.FromResult<Results<EmptyHttpResult, ProblemHttpResult>>(Public(http, Refusal.TooManyThreads))
        : query.Site.Length == 0 || query.Page.Length != query.Site.Length || !Fits(query.Thread, query) || !Fits(query.Canonical, query)
            ? Task.FromResult<Results<EmptyHttpResult, ProblemHttpResult>>(Public(http, Refusal.RequestInvalid))
        : FollowAsync(
            [.. query.Site.Select((site, i) => new Place(site, query.Page[i], query.Thread.ElementAtOrDefault(i), query.Canonical.ElementAtOrDefault(i)))],
            query.Seen, http, streams);

    /// <summary>Versions of one thread.</summary>
    public static Task<Results<EmptyHttpResult, ProblemHttpResult>> GetThreadEventsAsync(
        [AsParameters] ThreadQuery query, HttpContext http, EventStreams streams) =>
        FollowAsync([new Place(query.Site, query.Page, query.Thread, query.Canonical)], query.Seen, http, streams);

    private static bool Fits(string[] values, PageQuery query) => values.Length == 0 || values.Length == query.Site.Length;

    private static async Task<Results<EmptyHttpResult, ProblemHttpResult>> FollowAsync(
        Place[] threads, string? seen, HttpContext http, EventStreams streams)
    {
        var places = new ThreadPlace[threads.Length];
        for (var i = 0; i < threads.Length; i++)
        {
            var place = await LocateAsync(threads[i], http, streams);
            if (place.Refusal is not null)
            {
                return Public(http, place.Refusal);
            }

            places[i] = place.Value!;
        }

        using var lease = streams.Connections.TryOpenStream(AddressPace.NetworkOf(http), out var full);
        if (full is not null)
        {
            return Public(http, full);
        }

        await using var stream = new EventStream(streams, places);
        await stream.WriteAsync(http, http.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last ? last : seen, HaveMovedAsync);
        return TypedResults.Empty;

        async ValueTask<bool> HaveMovedAsync()
        {
            for (var i = 0; i < places.Length; i++)
            {
                if ((await LocateAsync(threads[i], http, streams)).Value?.Page.Key != places[i].Page.Key)
                {
                    return true;
                }
            }

            return false;
        }
    }

    private static ValueTask<Outcome<ThreadPlace>> LocateAsync(Place thread, HttpContext http, EventStreams streams) =>
        streams.Read.LocateAsync(thread.Site, thread.Page, thread.Canonical, thread.Thread, http.RequestAborted);

    private static ProblemHttpResult Public(HttpContext http, Refusal refusal)
    {
        http.Response.Headers.AccessControlAllowOrigin = "*";
        return refusal.ToProblem(http);
    }

    /// <summary>A thread as it was asked for.</summary>
    private sealed record Place(string Site, string? Page, string? Thread, string? Canonical);
}
