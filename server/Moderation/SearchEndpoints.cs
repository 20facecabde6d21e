using System.Globalization;
using Embed.Server.Comments;
using Embed.Server.Http;
using Embed.Server.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Embed.Server.Moderation;

/// <summary>Searching comments over HTTP.</summary>
internal static class SearchEndpoints
{
    /// <summary>What is looked for.</summary>
    public sealed record Query
    {
        /// <summary>Words that must all be there, "phrases", beginnings*, and with a hyphen before it what must not be there; at most 200 characters.</summary>
        [FromQuery(Name = "q")]
        public string? Text { get; init; }

        /// <summary><c>pending</c>, <c>published</c>, <c>rejected</c>, <c>spam</c>, <c>deleted</c>, <c>shadowed</c> or, for administrators, <c>inDeletedThread</c>.</summary>
        [FromQuery(Name = "state")]
        public string? State { get; init; }

        /// <summary>Id of whoever wrote it.</summary>
        [FromQuery(Name = "author")]
        public long? Author { get; init; }

        /// <summary>Id of its thread.</summary>
        [FromQuery(Name = "thread")]
        public long? Thread { get; init; }

        /// <summary>Posted then or later.</summary>
        [FromQuery(Name = "from")]
        public DateTimeOffset? From { get; init; }

        /// <summary>Posted before then.</summary>
        [FromQuery(Name = "to")]
        public DateTimeOffset? To { get; init; }

        /// <summary>The id that the page before ended at.</summary>
        [FromQuery(Name = "before")]
        public long? Before { get; init; }
    }

    /// <summary>A page of what was found, newest first.</summary>
    /// <param name="Comments">The comments.</param>
    /// <param name="Next">What <c>before</c> of the next page is; null if there is none.</param>
    /// <param name="IsCutShort">Whether there was too much to look through at once: the next page goes on, even if this one is empty.</param>
    public sealed record FoundComments(IReadOnlyList<Found> Comments, long? Next, bool IsCutShort);

    /// <summary>A comment that was found.</summary>
    public sealed record Found(
        long Id, string State, string Permalink, Author Author, DateTimeOffset PostedAt, ThreadOf Thread, string HeldFor, int OpenFlags,
        IReadOnlyList<ExcerptPart> Excerpt);

    /// <summary>Who wrote it.</summary>
    public sealed record Author(long Id, string Name);

    /// <summary>Its thread.</summary>
    public sealed record ThreadOf(long Id, string Title, string Page);

    public static async Task<Results<Ok<FoundComments>, ProblemHttpResult>> SearchAsync(
        string site, [AsParameters] Query query, HttpContext http, HttpAdmission admission, SearchComments handler, CancellationToken cancellationToken)
    {
        http.Response.Headers.CacheControl = "no-store";
        var actor = await admission.AdmitToSiteAsync(site, http, cancellationToken);
        if (actor.Refusal is not null)
        {
            return actor.Refusal.ToProblem(http);
        }

        var state = StateOf(query.State);
        if (query.State is not null && state is null)
        {
            return Refusal.RequestInvalid.ToProblem(http);
        }

        var found = await handler.HandleAsync(
            actor.Value!, new(query.Text ?? "", state, query.Author, query.Thread, query.From, query.To, query.Before ?? 0), cancellationToken);
        return found.Refusal is not null
            ? found.Refusal.ToProblem(http)
            : TypedResults.Ok(new FoundComments(
                [.. found.Value!.Comments.Select(c => Of(c, http.Request.ServerOrigin()))],
                found.Value.Next == 0 ? null : found.Value.Next, found.Value.IsCutShort));
    }

    /// <summary>A state by its name; null for none or an unknown one.</summary>
    internal static CommentState? StateOf(string? name) =>
        name is { Length: > 0 } && char.IsAsciiLetter(name[0]) && Enum.TryParse<CommentState>(name, ignoreCase: true, out var state) && Enum.IsDefined(state) ? state : null;

    /// <summary>A state's name, as <see cref="StateOf"/> reads it.</summary>
    internal static string NameOf(CommentState state) => ApiWord.Of(state >= CommentState.InDeletedThread ? CommentState.InDeletedThread : state);

    private static Found Of(FoundComment comment, string server) => new(
        comment.Id, NameOf(comment.State), string.Create(CultureInfo.InvariantCulture, $"{server}/c/{comment.Id}"),
        new Author(comment.AuthorId, comment.AuthorName), comment.PostedAt,
        new ThreadOf(comment.ThreadId, comment.Title, comment.Address), comment.HeldFor, comment.OpenFlags, comment.Excerpt);
}
